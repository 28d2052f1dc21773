"""Changes of a template: one node written anew, taken out or put in, and what two templates do not share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matcher.chain.placement import Correction, Placer, node_id
from matcher.chain.template import Chain, Node

FIELDS = ("name", "name_en", "stage", "products", "without", "ipc", "field", "feeds")
"""What may be changed of a node; its id is for ever."""


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that both templates have: what was said of each field, and what is."""

    id: str
    name: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a later template has that an earlier one has not, and the other way."""

    head: tuple[tuple[str, str, str], ...]
    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: tuple[NodeChange, ...]
    moved_up: bool
    """Whether the nodes that both have stand in another order."""

    @property
    def nothing(self) -> bool:
        """Whether both say the same, but for the day."""
        return not (self.head or self.added or self.removed or self.changed or self.moved_up)


@dataclass(frozen=True, slots=True)
class Move:
    """A product that stands elsewhere by the later template: ids of nodes, without their chain."""

    product: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def put(chain: Chain, node: Node) -> Chain:
    """The chain with this node in place of the one of its id, or behind the last of its stage."""
    if any(one.id == node.id for one in chain.nodes):
        return replace(chain, nodes=tuple(node if one.id == node.id else one for one in chain.nodes))
    at = max((place for place, one in enumerate(chain.nodes, 1) if one.stage == node.stage), default=len(chain.nodes))
    return replace(chain, nodes=(*chain.nodes[:at], node, *chain.nodes[at:]))


def without(chain: Chain, ident: str) -> Chain:
    """The chain without a node, and without what fed it."""
    left = (one for one in chain.nodes if one.id != ident)
    return replace(chain, nodes=tuple(replace(one, feeds=tuple(to for to in one.feeds if to != ident)) for one in left))


def difference(before: Chain, after: Chain) -> Difference:
    """What two templates do not share; the day of the version aside."""
    old, new = ({node.id: node for node in chain.nodes} for chain in (before, after))
    return Difference(
        head=tuple(
            (name, getattr(before, name), getattr(after, name))
            for name in ("id", "name", "name_en")
            if getattr(before, name) != getattr(after, name)
        ),
        added=tuple(node for node in after.nodes if node.id not in old),
        removed=tuple(node for node in before.nodes if node.id not in new),
        changed=tuple(
            NodeChange(node.id, node.name, fields)
            for node in after.nodes
            if node.id in old and (fields := _fields(old[node.id], node))
        ),
        moved_up=[key for key in old if key in new] != [key for key in new if key in old],
    )


def moves(before: Chain | None, after: Chain, names: Sequence[str], said: Iterable[Correction] = ()) -> list[Move]:
    """The products that stand elsewhere in the chain by the later template, people's corrections counted in both."""
    words = list(said)
    placers = [Placer([chain] if chain else [], words) for chain in (before, after)]
    found = []
    for name, *places in zip(names, *(placer.each(names) for placer in placers), strict=True):
        old, new = (tuple(sorted(place.node.partition(":")[2] for place in one)) for one in places)
        if old != new:
            found.append(Move(name, old, new))
    return found


def ids(chain: Chain) -> set[str]:
    """The nodes of a chain as `chain:node`."""
    return {node_id(chain, node) for node in chain.nodes}


def _fields(before: Node, after: Node) -> tuple[tuple[str, str, str], ...]:
    pairs = ((name, _said(getattr(before, name)), _said(getattr(after, name))) for name in FIELDS)
    return tuple((name, old, new) for name, old, new in pairs if old != new)


def _said(value: str | tuple[str, ...] | None) -> str:
    return "、".join(value) if isinstance(value, tuple) else value or ""
