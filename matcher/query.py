"""Needs: what is sought, and on what conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matcher.conditions import AnyOf, Condition, Conditions, Outcome, Truth, outcomes, parse_condition, parse_conditions
from matcher.errors import BadQueryError

__all__ = [
    "AnyOf",
    "Condition",
    "Conditions",
    "Outcome",
    "Query",
    "Truth",
    "outcomes",
    "parse_condition",
    "parse_conditions",
    "parse_query",
]


@dataclass(frozen=True, slots=True)
class Query:
    """A need (a gap, a bounty): its products are names of one and the same thing; `text` says more about it.

    `buyer` is the name of whoever asks ("" where it is not said): its earlier awards are looked at first. `without`
    are ids of firms that are never candidates: whoever asks is no answer.
    """

    id: str
    title: str = ""
    products: tuple[str, ...] = ()
    text: str = ""
    conditions: Conditions = field(default_factory=Conditions)
    without: frozenset[str] = frozenset()
    buyer: str = ""

    @property
    def terms(self) -> tuple[str, ...]:
        """What is sought by name: the products, else the title, else the head of the text."""
        return self.products or ((self.title,) if self.title else (self.text[:100],))

    @property
    def whole(self) -> str:
        """Title and text as one text; empty where the need has no text."""
        return "。".join(part for part in (self.title, self.text) if part) if self.text else ""

    def to_json(self) -> dict[str, Any]:
        """As it is written in files."""
        return {
            "id": self.id,
            "title": self.title,
            "products": list(self.products),
            "text": self.text,
            "conditions": self.conditions.to_json(),
        }


def parse_query(value: object) -> Query:
    """Read a line of G.jsonl: id, title, products, text, conditions (further fields are left alone).

    Raises BadQueryError (MA001): no id, nothing that is sought, or a condition that cannot be read.
    """
    if not isinstance(value, Mapping):
        raise BadQueryError(f"a need is an object, not {str(value)[:60]!r}")
    ident = value.get("id")
    if not isinstance(ident, str | int) or isinstance(ident, bool) or not str(ident).strip():
        raise BadQueryError("a need has an id", hint='{"id": "n1", "title": "谐波减速器"}')
    texts = {}
    for name in ("title", "text"):
        found = value.get(name)
        if found is not None and not isinstance(found, str):
            raise BadQueryError(f"{name} of need {ident} is a text, not {str(found)[:60]!r}")
        texts[name] = (found or "").strip()
    products = value.get("products")
    products = [products] if isinstance(products, str) else products or []
    if not isinstance(products, list) or not all(isinstance(product, str) for product in products):
        raise BadQueryError(f"products of need {ident} is a list of names, not {str(products)[:60]!r}")
    products = tuple(dict.fromkeys(product.strip() for product in products if product.strip()))
    if not (products or texts["title"] or texts["text"]):
        raise BadQueryError(f"need {ident} says nothing that is sought", hint="give it a title, products or a text")
    return Query(str(ident), texts["title"], products, texts["text"], parse_conditions(value.get("conditions")))
