"""Firms' new products for a need that welcomes first use, ranked apart from the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.query import Query
from web.db.models import Need
from web.pages.evidence.citation import Citation, Named, citation
from web.work.needs.first_use import WORD, declared_new, fitting

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

LISTED = 20


class NewProduct(BaseModel):
    """A firm's new product: declared by the firm, or an honour that a document names."""

    firm: Named
    product: str
    what: str
    score: float = Field(description="the firm's score on the need's own list")
    rank: int = Field(description="its rank there; 0: a condition keeps it out")
    declared: bool
    document: str = ""
    day: str = ""
    source: Citation | None = None


class FirstUse(BaseModel):
    """The second list of a need that welcomes first use; `known` new products are known of in all."""

    products: list[NewProduct] = []
    known: int = 0
    declared: int = 0


def welcomes(home: Home, need_id: str) -> bool:
    """Whether a need welcomes first use."""
    with home.database().session() as session:
        need = session.get(Need, need_id)
        return need is not None and need.first_use


def first_use(home: Home, graph: Graph, query: Query) -> FirstUse:
    """New products that fit a need, in the order of their firms on its list; what a firm declares first."""
    with home.database().session() as session:
        every = declared_new(session)
    honours = graph.read("firms_with_honour", word=WORD)
    ranking = home.ranker().rank(query, 0)
    rows: list[NewProduct] = []
    for one in fitting(every, query, home.embedder()):
        found = ranking.place_of(one.firm)
        if found is not None:
            rows.append(
                NewProduct(
                    firm=Named(id=one.firm, name=found.firm.name),
                    product=one.product,
                    what=one.what,
                    score=found.score,
                    rank=found.rank,
                    declared=True,
                    document=one.document,
                    day=one.day,
                )
            )
    listed = {entry.firm.id: entry for entry in ranking.entries[:200]}
    for row in honours:
        entry = listed.get(str(row["firm"]))
        if entry is not None:
            rows.append(
                NewProduct(
                    firm=Named(id=entry.firm.id, name=entry.firm.name),
                    product="",
                    what=str(row["honour"]),
                    score=entry.score,
                    rank=entry.rank,
                    declared=False,
                    source=citation(row),
                )
            )
    rows.sort(key=lambda row: (-row.score, not row.declared, row.firm.id, row.product))
    return FirstUse(products=rows[:LISTED], known=len(every) + len(honours), declared=len(every))
