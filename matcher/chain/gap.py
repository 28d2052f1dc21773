"""Gaps: what states and a firm's own sentences say is lacking at a node, one a kind, with the counts behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matcher.chain.state import Kind, Observer, State

COUNTRY = "CN"
"""What stands in an id where a gap is that of the whole country: GB/T 2260 has no code for it."""

DEPENDS = "depends_on"
"""Rule of the gaps that a firm states itself (DEPENDS_ON)."""

KIND_OF: Mapping[str, Kind] = {
    "none": "建",
    "few": "补",
    "source": "补",
    "neighbour": "延",
    "titled": "强",
    "patented": "强",
    "share": "强",
    "concentration": "强",
    DEPENDS: "补",
}
"""Kind by rule: the rules of states, and what a firm says that it depends on."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap at a node (`chain:node`) in a region (code; "": the country), on a day (ISO date), by a rule.

    `firm` is who states it (rule `depends_on` alone), by the statement `fact`.
    """

    rule: str
    node: str
    region: str
    as_of: str
    firms_local: int
    firms_all: int
    firm: str = ""
    firm_name: str = ""
    fact: str | None = None

    @property
    def kind(self) -> Kind:
        """建, 补, 延 or 强."""
        return KIND_OF[self.rule]

    @property
    def id(self) -> str:
        """rule:node:region:as_of; with the firm behind the rule where a firm states it."""
        rule = f"{self.rule}-{self.firm}" if self.firm else self.rule
        return f"{rule}:{self.node}:{self.region or COUNTRY}:{self.as_of}"


def gaps(seen: Observer, states: Iterable[State]) -> Iterator[Gap]:
    """The gaps of states as an observer sees them: one a kind, by its first rule, and one a firm here that depends."""
    corpus, region = seen.network.corpus, seen.region or ""
    as_of = corpus.as_of.isoformat()
    for state in states:
        counts = (state.local.firms, state.country.firms)
        first = {KIND_OF[rule]: rule for rule in reversed(state.because)}
        for kind in state.kinds:
            yield Gap(first[kind], state.node, region, as_of, *counts)
        told: set[str] = set()
        for said in state.dependences:
            row = corpus.row(said.firm)
            if said.firm not in told and row is not None and seen.local[row]:
                told.add(said.firm)
                yield Gap(DEPENDS, state.node, region, as_of, *counts, said.firm, said.name, said.fact)
