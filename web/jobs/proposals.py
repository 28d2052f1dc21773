"""Proposals for a node of a chain in a region, each with its reasons and their sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from kg.store import Graph
from kg.values.region import Regions
from matcher.chain.network import Asked, Network
from matcher.chain.path import Path, Step
from matcher.chain.proposal import COUNT, Proposals
from matcher.chain.proposal import proposals as propose
from matcher.rank import Ranked
from web.home import Home
from web.jobs.match import Citation, citations, place_of
from web.jobs.network import network, open_needs, region_of, stated_links

KEPT = 256
"""Answers that are kept for one state of the graph."""

_kept: WeakKeyDictionary[Network, dict[tuple[object, ...], NodeProposals]] = WeakKeyDictionary()
_keeping = Lock()

ABILITIES = 3
"""Processes and equipment that are told of a firm."""


@dataclass(frozen=True, slots=True)
class End:
    """An end of a step: `kind` is firm, product, node or need; the id is empty where only a name is known."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step in words, with its sentence; a step without one is from `source` (a template, the rules for names)."""

    relation: str
    start: End
    end: End
    says: str
    what: str = ""
    source: str = ""
    evidence: Citation | None = None


@dataclass(frozen=True, slots=True)
class Ability:
    """A process or equipment of a firm; `makers` of the node's makers have the same process."""

    process: str
    equipment: str | None
    capacity: str | None
    makers: int
    evidence: Citation | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in words: a feature of the ranking with its points, or `way`, the way from the firm to the node."""

    feature: str
    says: str
    points: float = 0.0
    evidence: tuple[Citation, ...] = ()

    @property
    def fact(self) -> str | None:
        """The first statement that it rests on."""
        return self.evidence[0]["fact"] if self.evidence else None


@dataclass(frozen=True, slots=True)
class ProposedFirm:
    """A firm (its id): the points of its reasons add up to its score (None: the matcher did not compare it).

    `place` is a code, `region` the same in words; `paths` are ways to the node, where there are any; `tied`: another
    firm has the same score.
    """

    firm: str
    name: str
    place: str | None
    region: str | None
    score: float | None = None
    tied: bool = False
    reasons: tuple[Why, ...] = ()
    abilities: tuple[Ability, ...] = ()
    paths: tuple[tuple[PathStep, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ProposedBuyer:
    """Who needs it: `firm` is empty where only the name of who asks is known; `placed`: known to be in the region.

    `grounds` say why, in pairs of a kind (need, depends, contract, feeds) and a way to the node.
    """

    firm: str
    name: str
    place: str | None
    region: str | None
    placed: bool
    grounds: tuple[tuple[str, tuple[PathStep, ...]], ...]
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class NodeProposals:
    """Who could take up a node in a region, with what is needed to make it again: graph, its day and the scorecard.

    `local_near` do not make it yet, `elsewhere` make it, `extensions` border on it; the place of `unplaced` makers is
    not known.
    """

    node: str
    name: str
    chain: str
    region: str
    place: str
    makers_here: int
    makers_all: int
    unplaced: int
    local_near: tuple[ProposedFirm, ...]
    elsewhere: tuple[ProposedFirm, ...]
    buyers: tuple[ProposedBuyer, ...]
    extensions: tuple[ProposedFirm, ...]
    graph: str
    as_of: str
    scorecard: str


def proposals(home: Home, node_id: str, region: str, lang: str = "zh", count: int = COUNT) -> NodeProposals:
    """Who could take up a node (`chain:node`) in a region (code or name); at most `count` of each kind.

    What was reckoned once is kept as long as graph and open needs are the same. Raises BadQueryError (MA001) for an
    unknown node or place, WebError WE015 where nothing is loaded.
    """
    code, net, graph = region_of(region), network(home), home.graph()
    asked = tuple(open_needs(graph))
    stamp = graph.stamp()
    key = (node_id, code, lang, count, asked, stamp)
    with _keeping:
        known = _kept.setdefault(net, {}).get(key)
    if known is None:
        known = _reckoned(net, graph, node_id, code, asked, lang, count)
        with _keeping:
            kept = _kept.setdefault(net, {})
            while len(kept) >= KEPT:
                kept.pop(next(iter(kept)))
            kept[key] = known
    return known


def _reckoned(
    net: Network, graph: Graph, node_id: str, code: str, asked: Sequence[Asked], lang: str, count: int
) -> NodeProposals:
    found = propose(net, node_id, code, asked, count)
    told = Telling(graph, net, lang, _ranked(found), _paths(found))
    abilities = _abilities(graph, net, found)
    stamp = graph.stamp()
    return NodeProposals(
        node=node_id,
        name=net.flow.nodes[node_id].name,
        chain=net.flow.chain_of[node_id].name,
        region=code,
        place="".join(one.name for one in Regions.load().path(code)),
        makers_here=found.makers_here,
        makers_all=found.makers_all,
        unplaced=found.unplaced,
        local_near=tuple(told.ranked(one, abilities=abilities.get(one.firm.id, ())) for one in found.local_near),
        elsewhere=tuple(told.ranked(one.entry, [one.path]) for one in found.elsewhere),
        buyers=tuple(
            ProposedBuyer(
                one.firm.id,
                one.firm.name,
                *told.place(one.firm.id),
                one.placed,
                tuple((ground, told.path(path)) for ground, path in one.grounds),
                told.ways([path for _, path in one.grounds]),
            )
            for one in found.buyers
        ),
        extensions=tuple(
            told.ranked(one.entry, one.paths) if one.entry else told.unranked(one.firm.id, one.firm.name, one.paths)
            for one in found.extensions
        ),
        graph=stamp.stamp if stamp else "",
        as_of=stamp.written if stamp else "",
        scorecard=net.ranker.scorecard.name,
    )


class Telling:
    """Firms and paths in words, with the sentences of all of them read from the graph at once."""

    def __init__(self, graph: Graph, net: Network, lang: str, entries: Iterable[Ranked], paths: Sequence[Path]) -> None:
        self._net, self._lang = net, lang
        self._links = stated_links(graph, paths)
        facts = {fact for one in entries for part in one.contributions for fact in part.facts}
        facts |= {step.fact for path in paths for step in path if step.fact}
        self._cited = citations(graph, facts | set(self._links.values()))

    def place(self, firm: str) -> tuple[str | None, str | None]:
        """The most exact place of a firm (id): its code, and in words."""
        row = self._net.corpus.row(firm) if firm else None
        codes = [str(item.value) for item in self._net.corpus.firms[row].items("region")] if row is not None else []
        code = max(codes, key=lambda code: (len(code.rstrip("0")), code), default=None)
        return code, place_of([code]) if code else None

    def ways(self, paths: Sequence[Path]) -> tuple[Why, ...]:
        """Paths as reasons, each with the sentences of its steps."""
        told = [self.path(path) for path in paths]
        return tuple(
            Why("way", " → ".join(step.says for step in path), 0.0, tuple(s.evidence for s in path if s.evidence))
            for path in told
        )

    def path(self, path: Path) -> tuple[PathStep, ...]:
        """A path in words."""
        return tuple(map(self._step, path))

    def _step(self, step: Step) -> PathStep:
        fact = step.fact or self._links.get((step.start.id, step.end.id), "")
        return PathStep(
            relation=step.relation,
            start=End(*step.start),
            end=End(*step.end),
            says=step.says(self._lang),
            what=step.what,
            source=step.source,
            evidence=self._cited.get(fact),
        )

    def unranked(self, ident: str, name: str, paths: Sequence[Path]) -> ProposedFirm:
        """A firm that the matcher did not compare."""
        reasons, told = self.ways(paths), tuple(map(self.path, paths))
        return ProposedFirm(ident, name, *self.place(ident), reasons=reasons, paths=told)

    def ranked(self, entry: Ranked, paths: Sequence[Path] = (), abilities: tuple[Ability, ...] = ()) -> ProposedFirm:
        """A ranked firm with its reasons, the heaviest first."""
        parts = [part for part in entry.contributions if part.value is not None and part.says(self._lang)]
        place, region = self.place(entry.firm.id)
        reasons = [
            Why(
                part.feature,
                part.says(self._lang),
                part.points,
                tuple(self._cited[fact] for fact in part.facts if fact in self._cited),
            )
            for part in sorted(parts, key=lambda part: -part.points)
        ]
        return ProposedFirm(
            firm=entry.firm.id,
            name=entry.firm.name or entry.firm.id,
            place=place,
            region=region,
            score=entry.score,
            tied=entry.tied,
            reasons=(*self.ways(paths), *reasons),
            abilities=abilities,
            paths=tuple(map(self.path, paths)),
        )


def _ranked(found: Proposals) -> list[Ranked]:
    return [
        *found.local_near,
        *(one.entry for one in found.elsewhere),
        *(one.entry for one in found.extensions if one.entry),
    ]


def _paths(found: Proposals) -> list[Path]:
    return [
        *(one.path for one in found.elsewhere),
        *(path for one in found.buyers for _, path in one.grounds),
        *(path for one in found.extensions for path in one.paths),
    ]


def _abilities(graph: Graph, net: Network, found: Proposals) -> Mapping[str, tuple[Ability, ...]]:
    """Processes and equipment of the firms that are near, those that makers of the node have too first."""
    near = [one.firm.id for one in found.local_near]
    makers = {net.corpus.ids[row] for row in net.placement.firms(found.node).tolist()}
    rows = graph.read("capabilities", ids=sorted({*near, *makers})) if near else []
    same: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["id"] in makers:
            same[row["process"]].add(row["id"])
    own = [row for row in rows if row["id"] in near]
    cited = citations(graph, (row["fact"] for row in own if row["fact"]))
    told: dict[str, list[Ability]] = defaultdict(list)
    for row in sorted(own, key=lambda row: (-len(same[row["process"]]), row["process"])):
        if len(told[row["id"]]) < ABILITIES:
            capacity = " ".join(str(row[name]) for name in ("capacity", "unit") if row[name] is not None) or None
            shared = len(same[row["process"]])
            ability = Ability(row["process"], row["equipment"], capacity, shared, cited.get(row["fact"]))
            told[row["id"]].append(ability)
    return {firm: tuple(abilities) for firm, abilities in told.items()}
