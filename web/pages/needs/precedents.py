"""Precedents of a need: who won the like, from whom, when and for how much, each with its sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.award import Award
from matcher.corpus import Corpus
from matcher.precedent import Precedent, precedents
from matcher.query import Query
from web.pages.evidence.citation import Citation, Named, citations

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home


class Winner(BaseModel):
    """A firm that won the contract, and its part of the sum where one is stated."""

    firm: Named
    amount: float | None = None
    currency: str | None = None
    source: Citation


class PrecedentRow(BaseModel):
    """An earlier contract like the need."""

    title: str
    buyer: str | None = None
    same_buyer: bool = Field(description="let by whoever posted this need")
    day: str | None = Field(default=None, description="day of signing, else of the newest document that tells of it")
    cosine: float = Field(description="likeness of its title and the need, by the embedding")
    winners: list[Winner]


def precedents_of(home: Home, graph: Graph, query: Query) -> list[PrecedentRow]:
    """The contracts most like a need. Who asks counts only where the graph says it: an anonymous need stays so."""
    ranker = home.ranker()
    cards = graph.read("need_cards", ids=[query.id])
    buyer = cards[0]["buyer"]["name"] if cards and cards[0]["buyer"] else ""
    found = precedents(ranker.history, replace(query, buyer=buyer))
    cited = citations(graph, {award.fact for one in found for award in one.awards if award.fact})
    return [_row(one, ranker.corpus, cited) for one in found]


def _row(one: Precedent, corpus: Corpus, cited: dict[str, Citation]) -> PrecedentRow:
    return PrecedentRow(
        title=one.title,
        buyer=one.buyer or None,
        same_buyer=one.same_buyer,
        day=one.day or None,
        cosine=round(one.cosine, 3),
        winners=[_winner(award, corpus, cited) for award in one.awards],
    )


def _winner(award: Award, corpus: Corpus, cited: dict[str, Citation]) -> Winner:
    row = corpus.row(award.firm)
    name = corpus.firms[row].name if row is not None else award.firm
    source = cited.get(award.fact or "", Citation())
    return Winner(firm=Named(id=award.firm, name=name), amount=award.amount, currency=award.currency, source=source)
