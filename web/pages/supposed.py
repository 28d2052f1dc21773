"""Buyers that a firm may supply beside the known ones: reckoned, with the path of each step, never a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field

from matcher.award import History
from matcher.links import Link, Links, Step
from web.pages.citation import Citation, Named, citations
from web.pages.firm import present

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

FIRMS = 20_000
"""Firms up to which links are reckoned for a page; beyond, the table of pairs is too large to be made for one."""

_LINKS: WeakKeyDictionary[History, Links] = WeakKeyDictionary()


class SupposedStep(BaseModel):
    """One piece of evidence: what it adds, the words of its path from the firm to the buyer, and its sentences."""

    kind: str = Field(description="like, kin, shared, makes, peers or place")
    points: float
    path: list[str]
    evidence: list[Citation]


class SupposedBuyer(BaseModel):
    """A buyer that the firm may supply; the points of the steps add up to the score."""

    buyer: str
    score: float
    level: str = "inferred"
    steps: list[SupposedStep]


class SupposedPage(BaseModel):
    """What is reckoned of a firm's further buyers."""

    firm: Named
    links: list[SupposedBuyer]
    contracts: int = Field(description="known contracts that it was reckoned from")
    too_many: bool = Field(default=False, description="too many firms to reckon with for a page")


def supposed_page(home: Home, graph: Graph, firm_id: str) -> SupposedPage:
    """The buyers that a firm may supply. Nothing of it is kept. Raises WE404."""
    key, name = present(graph, firm_id)
    ranker = home.ranker()
    firm, contracts = Named(id=key, name=name), len(ranker.history)
    if len(ranker.corpus) > FIRMS:
        return SupposedPage(firm=firm, links=[], contracts=contracts, too_many=True)
    if ranker.history not in _LINKS:
        _LINKS[ranker.history] = Links(ranker.corpus, ranker.history.awards, home.embedder())
    found = _LINKS[ranker.history].of_firm(key)
    cited = citations(graph, {fact for link in found for step in link.steps for fact in step.facts})
    return SupposedPage(firm=firm, links=[_link(one, cited) for one in found], contracts=contracts)


def _link(link: Link, cited: dict[str, Citation]) -> SupposedBuyer:
    return SupposedBuyer(buyer=link.buyer, score=link.score, steps=[_step(step, cited) for step in link.steps])


def _step(step: Step, cited: dict[str, Citation]) -> SupposedStep:
    evidence = [cited[fact] for fact in dict.fromkeys(step.facts) if fact in cited]
    return SupposedStep(kind=step.kind, points=step.points, path=list(step.path), evidence=evidence)
