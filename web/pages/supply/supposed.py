"""Customers and suppliers that a firm may have beside the known ones: reckoned, with the path of each step, never a
fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field

from kg.validity import NOW
from kg.values.name import name_key
from matcher.award import History
from matcher.links import Link, Links, Step
from web.pages.evidence.citation import Citation, Named, citations
from web.pages.firms.firm import present

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

SHOWN = 5
"""Links of each direction on a page."""

STATED = 10_000
"""Stated customers and suppliers that are left out."""

_LINKS: WeakKeyDictionary[History, Links] = WeakKeyDictionary()


class SupposedStep(BaseModel):
    """One piece of evidence: what it adds, the words of its path from supplier to buyer, and its sentences."""

    kind: Literal["like", "kin", "shared", "makes", "peers", "place"]
    points: float
    path: list[str]
    evidence: list[Citation]


class SupposedLink(BaseModel):
    """A firm or body at the other end; the points of the steps add up to the score."""

    id: str | None = Field(default=None, description="none: the graph knows no firm, or several, of that name")
    name: str
    score: float
    level: Literal["inferred"] = "inferred"
    steps: list[SupposedStep]


class SupposedPage(BaseModel):
    """What is reckoned of a firm's further customers and suppliers; what is stated anywhere is not among it."""

    firm: Named
    customers: list[SupposedLink] = Field(description="bodies that the firm may supply, best first")
    suppliers: list[SupposedLink] = Field(description="firms that may supply it, best first")
    contracts: int = Field(description="known contracts with a buyer, from which it was reckoned")
    won: int = Field(description="of them won by the firm")
    let: int = Field(description="of them let by it")
    graph: str
    as_of: str
    corpus: str


def links_of(home: Home) -> Links:
    """The known supplies of the corpus, kept as long as it."""
    ranker = home.ranker()
    if ranker.history not in _LINKS:
        _LINKS[ranker.history] = Links(ranker.corpus, ranker.history.awards, home.embedder(), ranker.index)
    return _LINKS[ranker.history]


def supposed_page(home: Home, graph: Graph, firm_id: str, count: int = SHOWN) -> SupposedPage:
    """The customers and suppliers that a firm may have, at most `count` of each; none where it had all that is said of
    it taken out. Nothing of it is kept. Raises WE404."""
    key, name = present(graph, firm_id)
    links = links_of(home)
    gone = bool(graph.read("firm", id=key)[0]["firm"].get("retracted"))
    count = 0 if gone else count
    stated = {
        side: graph.read(f"firm_{side}", id=key, limit=STATED, **NOW.params()) for side in ("customers", "suppliers")
    }
    customers = links.of_firm(key, count, [row["name"] for row in stated["customers"]])
    suppliers = links.of_buyer(name, count, [key, *(row["id"] for row in stated["suppliers"])])
    cited = citations(graph, {fact for link in (*customers, *suppliers) for step in link.steps for fact in step.facts})
    row, stamp = links.corpus.row(key), graph.stamp()
    return SupposedPage(
        firm=Named(id=key, name=name),
        customers=[_link(link, link.buyer, _id_of(graph, link.buyer), cited) for link in customers],
        suppliers=[_link(link, link.steps[0].path[0], link.firm, cited) for link in suppliers],
        contracts=len(links.awards),
        won=len(links.won_by(row)) if row is not None else 0,
        let=0 if gone else len(links.let_by(name)),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        corpus=links.corpus.stamp,
    )


def _id_of(graph: Graph, name: str) -> str | None:
    """The one firm of that name."""
    found = {str(row["id"]) for row in graph.read("posters", id="", name_key=name_key(name))}
    return found.pop() if len(found) == 1 else None


def _link(link: Link, name: str, ident: str | None, cited: dict[str, Citation]) -> SupposedLink:
    return SupposedLink(id=ident, name=name, score=link.score, steps=[_step(step, cited) for step in link.steps])


def _step(step: Step, cited: dict[str, Citation]) -> SupposedStep:
    evidence = [cited[fact] for fact in dict.fromkeys(step.facts) if fact in cited]
    return SupposedStep.model_validate(
        {"kind": step.kind, "points": step.points, "path": list(step.path), "evidence": evidence}
    )
