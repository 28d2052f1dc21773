"""Products that firms declare as new: first of their kind (首台套), first batches, trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.embed import Embedder
from matcher.index import query_vectors
from matcher.query import Query
from web.db.firms import Declaration
from web.work.needs.products import NEAR_COSINE, likeness

WORD = "首台"
"""How honours call it: 首台套产品, 首台(套)装备."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A product that a firm declares as new: `what` in its own words, by which document it is declared."""

    firm: str
    product: str
    what: str
    document: str
    day: str


def declared_new(session: Session) -> list[Declared]:
    """All products that firms declare in public and call new, by firm."""
    wanted = select(Declaration).where(
        Declaration.kind == "product", Declaration.state == "declared", Declaration.public, Declaration.document != ""
    )
    rows = session.scalars(wanted.order_by(Declaration.firm_id, Declaration.day.desc().nulls_last(), Declaration.id))
    return [
        Declared(
            row.firm_id, str(row.values["name"]), str(row.values["new"]).strip(), row.document or "", row.day or ""
        )
        for row in rows
        if str(row.values.get("new") or "").strip() and row.values.get("name")
    ]


def fitting(found: Sequence[Declared], query: Query, embedder: Embedder) -> list[Declared]:
    """Those whose name is a name of what is sought, or near to one."""
    if not found or not query.terms:
        return []
    vectors = query_vectors(embedder, [*query.terms, *(one.product for one in found)], "")
    sought, theirs = vectors[: len(query.terms)], vectors[len(query.terms) :]
    near = (theirs @ sought.T).max(axis=1) >= NEAR_COSINE
    return [
        one
        for one, close in zip(found, near.tolist(), strict=True)
        if close or any(likeness(term, one.product) for term in query.terms)
    ]
