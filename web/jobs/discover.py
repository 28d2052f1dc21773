"""Discovery over the graph: what a question needs is reckoned once for each state of it and kept beside the corpus."""

from __future__ import annotations

from kg.store import Graph
from matcher.discovery.find import Ask, Discovery, Found
from matcher.evaluate.discovery import DiscoveryEvaluation, evaluate
from matcher.fields import TIERS
from web.home import Home

TELLING = ("小巨人", "专精特新", "单项冠军", "创新型中小企业")
"""Words of sentences that give a tier away."""


def discovery(home: Home) -> Discovery:
    """Discovery over the present corpus. Raises WebError WE015 where nothing is loaded."""
    return Discovery(home.ranker().index)


def discover(home: Home, ask: Ask) -> Found:
    """Firms that hold no tier and look like those that do."""
    return discovery(home).find(ask)


def telling_facts(graph: Graph) -> frozenset[str]:
    """Facts that give a tier away: titles, all that lists of titles say, sentences that name a tier."""
    return frozenset(row["fact"] for row in graph.stream("telling_facts", tiers=list(TIERS), words=list(TELLING)))


def measured(home: Home, tier: str) -> DiscoveryEvaluation:
    """Discovery measured on the graph's own listed firms. Raises BadRunError (MA005) where too few can be hidden."""
    corpus = home.corpus()
    return evaluate(corpus.firms, corpus.as_of, telling_facts(home.graph()), home.embedder(), tier)
