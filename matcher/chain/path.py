"""Paths along chains: steps from thing to thing, each with the fact that states it or the source that it is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from matcher.chain.placement import node_id
from matcher.chain.template import Chain, Node

Kind = Literal["firm", "product", "node", "need"]


class End(NamedTuple):
    """One end of a step: a firm (or body) and a need by id, a product by name, a node as `chain:node`."""

    kind: Kind
    id: str
    name: str


SAYS: Mapping[str, tuple[str, str]] = {
    "PRODUCES": ("{start}生产{end}", "{start} makes {end}"),
    "AT": ("{end}环节包括{start}", "{start} stands at the node {end}"),
    "FEEDS": ("{start}环节供给{end}环节", "the node {start} feeds {end}"),
    "INPUT_OF": ("{start}用于{end}", "{start} goes into {end}"),
    "SUPPLIES": ("{start}向{end}供货", "{start} supplies {end}"),
    "DEPENDS_ON": ("{start}依赖{end}", "{start} depends on {end}"),
    "LOCATED_IN": ("{start}位于{end}", "{start} is in {end}"),
    "POSTED": ("{start}发布{end}", "{start} posted {end}"),
    "ASKS_FOR": ("{start}需求{end}", "{start} asks for {end}"),
}
"""Steps in words, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a relation of the ontology between two things.

    `fact` is the statement that says so; a step without one is from `source` (a template and its version, the rules
    that place names). `what` is what is supplied.
    """

    relation: str
    start: End
    end: End
    fact: str | None = None
    source: str = ""
    what: str = ""

    def says(self, lang: str = "zh") -> str:
        """The step as a sentence."""
        says = SAYS[self.relation][lang != "zh"].format(start=self.start.name, end=self.end.name)
        return says + (f"（{self.what}）" if lang == "zh" else f" ({self.what})") if self.what else says


Path = tuple[Step, ...]


class Flow:
    """What goes into what: the nodes of all chains with the nodes that they feed."""

    def __init__(self, chains: Iterable[Chain]) -> None:
        self.nodes: dict[str, Node] = {}
        self.chain_of: dict[str, Chain] = {}
        for chain in chains:
            for node in chain.nodes:
                self.nodes[node_id(chain, node)] = node
                self.chain_of[node_id(chain, node)] = chain
        self.after: Mapping[str, Sequence[str]] = {
            ident: [f"{self.chain_of[ident].id}:{other}" for other in node.feeds] for ident, node in self.nodes.items()
        }
        before: dict[str, list[str]] = {ident: [] for ident in self.nodes}
        for ident, fed in self.after.items():
            for other in fed:
                before[other].append(ident)
        self.before: Mapping[str, Sequence[str]] = before

    def end(self, ident: str) -> End:
        """A node as an end of a step."""
        return End("node", ident, self.nodes[ident].name)

    def step(self, start: str, end: str) -> Step:
        """That one node feeds another, from its template."""
        chain = self.chain_of[start]
        return Step("FEEDS", self.end(start), self.end(end), source=f"{chain.id} {chain.version}")

    def reach(self, starts: Sequence[str], steps: int) -> dict[str, Path]:
        """The nodes that lie up to so many steps after one of these, each with its shortest path; ties by template."""
        found: dict[str, Path] = {}
        paths: dict[str, Path] = dict.fromkeys(starts, ())
        seen = set(starts)
        for _ in range(steps):
            further: dict[str, Path] = {}
            for start, path in paths.items():
                for end in self.after[start]:
                    if end not in seen:
                        seen.add(end)
                        further[end] = (*path, self.step(start, end))
            found |= further
            paths = further
        return found
