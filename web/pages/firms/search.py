"""One box: firms, products and needs by any part of their names, each group saying how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from kg.search import HOWS, Hit, search
from kg.suggestion import suggestions
from kg.validity import NOW, AsOf
from web.pages.criteria.tier import Tier, tiers
from web.pages.evidence.citation import Named

if TYPE_CHECKING:
    from kg.store import Graph

LIMIT = 50
FREE_TEXT = 8
"""From this many signs on, what is typed may be a need in one's own words, to be ranked as one."""


class MadeProduct(BaseModel):
    """A product of a firm, with the level and the statement that say so."""

    key: str
    name: str
    level: str | None = None
    fact: str | None = None


class FirmCard(BaseModel):
    """A line of results: a firm."""

    id: str
    name: str
    how: str = Field(description="code, phrase, pinyin, all or any: how the name was found")
    known_as: str | None = Field(default=None, description="the other or former name that holds the text")
    code: str | None = None
    region: str | None = None
    tiers: list[Tier] = []
    products: list[MadeProduct] = []
    more: int = Field(default=0, description="number of products in all")
    as_of: str | None = None


class ProductCard(BaseModel):
    """A line of results: a product."""

    key: str
    name: str
    how: str
    makers: int
    some: list[Named] = []


class NeedCard(BaseModel):
    """A line of results, or of the list of needs."""

    id: str
    label: str
    title: str
    how: str | None = None
    state: str | None = None
    published: str | None = None
    deadline: str | None = None
    buyer: Named | None = None
    poster: str | None = Field(default=None, description="the name under which an anonymous need is shown")
    products: list[MadeProduct] = []


class SearchPage(BaseModel):
    """What was found for a text."""

    text: str
    kind: str | None = Field(default=None, description="the one kind that is shown, if only one is")
    how: str = Field(default="any", description="the widest way of finding that is shown")
    firms: list[FirmCard] = []
    products: list[ProductCard] = []
    needs: list[NeedCard] = []
    limit: int = LIMIT
    free: bool = Field(default=False, description="whether the text may be ranked as a need")
    suggestions: list[str] = Field(
        default=[], description="names that may have been meant, where nothing sure is found"
    )

    @property
    def count(self) -> int:
        """Lines in all."""
        return len(self.firms) + len(self.products) + len(self.needs)


KINDS = {"firm": "Enterprise", "product": "Product", "need": "Need"}


def search_page(
    graph: Graph, text: str, kind: str | None = None, how: str = "any", limit: int = LIMIT, at: AsOf = NOW
) -> SearchPage:
    """Firms, products and needs (or one kind of them) whose names hold the text, no wider found than by `how`.

    What is said of them is as of a day; names are looked for as they are now.
    """
    text = text.strip()
    page = SearchPage(text=text, kind=kind, how=how, limit=limit, free=len(text) >= FREE_TEXT)
    if not text:
        return page
    allowed = HOWS[: HOWS.index(how) + 1]
    kinds = [KINDS[kind]] if kind else list(KINDS.values())
    found = search(graph, text, kinds, limit)
    page.suggestions = suggestions(graph, text, found)
    hits = [hit for hit in found if hit.how in allowed]
    page.firms = _firms(graph, at, [hit for hit in hits if hit.label == "Enterprise"])
    page.products = _products(graph, at, [hit for hit in hits if hit.label == "Product"])
    page.needs = _needs(graph, [hit for hit in hits if hit.label in ("Need", "Bounty")])
    return page


def _firms(graph: Graph, at: AsOf, hits: Sequence[Hit]) -> list[FirmCard]:
    rows = _by(graph, "cards", "ids", "id", hits, at.params())
    return [
        FirmCard(**{**rows[hit.id], "tiers": tiers(rows[hit.id]["tiers"], at.day)}, how=hit.how, known_as=hit.known_as)
        for hit in hits
        if hit.id in rows
    ]


def _products(graph: Graph, at: AsOf, hits: Sequence[Hit]) -> list[ProductCard]:
    rows = _by(graph, "product_cards", "keys", "key", hits, at.params())
    return [ProductCard(**rows[hit.id], how=hit.how) for hit in hits if hit.id in rows]


def _needs(graph: Graph, hits: Sequence[Hit]) -> list[NeedCard]:
    rows = _by(graph, "need_cards", "ids", "id", hits, {})
    return [NeedCard(**rows[hit.id], how=hit.how) for hit in hits if hit.id in rows]


def _by(
    graph: Graph, query: str, param: str, key: str, hits: Sequence[Hit], more: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    if not hits:
        return {}
    return {row[key]: row for row in graph.read(query, **{param: [hit.id for hit in hits]}, **more)}
