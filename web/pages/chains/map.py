"""The picture of a chain: boxes in layers from upstream to downstream, lines for what goes into what.

The usual steps of a layered drawing (Sugiyama, Tagawa, Toda 1981): lines that run against the flow are set aside,
each node gets the layer after the last of what goes into it, and layers are ordered by the mean place of neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

from matcher.chain.template import STAGES

if TYPE_CHECKING:
    from matcher.chain.template import Chain, Node

WIDE, HIGH, BETWEEN, ABOVE = 132, 40, 40, 12
"""Size of a box, and the room between layers and between boxes of a layer, in pixels of the picture."""

HEAD, EDGE = 28, 2
"""Height of the stages' heads, and the margin."""

TALL = 11
"""Boxes of a layer; what is more goes into a layer of its own beside it."""

SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A node's box: left upper corner."""

    node: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """What goes into what, as a path of the picture."""

    start: str
    end: str
    path: str


@dataclass(frozen=True, slots=True)
class Head:
    """A stage over its layers."""

    stage: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class ChainMap:
    """The picture: its size, heads of stages, boxes and lines."""

    width: int
    height: int
    heads: tuple[Head, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def chain_map(chain: Chain) -> ChainMap:
    """Draw a chain; equal chains give equal pictures."""
    layers = _ordered(_layers(chain), chain)
    tallest = max((len(nodes) for _, nodes in layers), default=1)
    height = HEAD + tallest * (HIGH + ABOVE) + EDGE
    boxes: dict[str, Box] = {}
    for column, (_, nodes) in enumerate(layers):
        top = HEAD + (tallest - len(nodes)) * (HIGH + ABOVE) // 2
        for row, node in enumerate(nodes):
            boxes[node] = Box(node, EDGE + column * (WIDE + BETWEEN), top + row * (HIGH + ABOVE))
    lines = tuple(
        Line(node.id, end, _path(boxes[node.id], boxes[end]))
        for node in chain.nodes
        for end in node.feeds
        if end in boxes
    )
    width = 2 * EDGE + len(layers) * (WIDE + BETWEEN) - BETWEEN
    return ChainMap(width, height, tuple(_heads(layers)), tuple(boxes.values()), lines)


def _path(start: Box, end: Box) -> str:
    """From the right side of one box to the left side of the other; between boxes of one layer around the right."""
    left, top = start.x + WIDE, start.y + HIGH // 2
    right, bottom = end.x, end.y + HIGH // 2
    if right > left:
        bend = (right - left) // 2
        return f"M{left} {top}C{left + bend} {top} {right - bend} {bottom} {right} {bottom}"
    right = end.x + WIDE
    bend = max(left, right) + BETWEEN // 2
    return f"M{left} {top}C{bend} {top} {bend} {bottom} {right} {bottom}"


def _heads(layers: Sequence[tuple[str, Sequence[str]]]) -> list[Head]:
    heads = []
    for stage in STAGES:
        columns = [column for column, (of, _) in enumerate(layers) if of == stage]
        if columns:
            left = EDGE + columns[0] * (WIDE + BETWEEN)
            heads.append(Head(stage, left, (columns[-1] - columns[0]) * (WIDE + BETWEEN) + WIDE))
    return heads


def _layers(chain: Chain) -> list[tuple[str, list[str]]]:
    """Stage and nodes of each layer: within a stage, a node stands after all of its stage that goes into it."""
    depth = _depths(chain)
    layers: list[tuple[str, list[str]]] = []
    for stage in STAGES:
        rows: dict[int, list[str]] = defaultdict(list)
        for node in chain.nodes:
            if node.stage == stage:
                rows[depth[node.id]].append(node.id)
        for _, nodes in sorted(rows.items()):
            parts = -(-len(nodes) // TALL)
            size = -(-len(nodes) // parts)
            layers += [(stage, nodes[first : first + size]) for first in range(0, len(nodes), size)]
    return layers


def _depths(chain: Chain) -> dict[str, int]:
    """How many nodes of its stage a node stands behind, the longest way; lines of a circle are left aside."""
    into: dict[str, list[Node]] = defaultdict(list)
    stage = {node.id: node.stage for node in chain.nodes}
    for node in chain.nodes:
        for end in node.feeds:
            if stage.get(end) == node.stage:
                into[end].append(node)
    depth: dict[str, int] = {}
    open_: set[str] = set()

    def of(ident: str) -> int:
        if ident not in depth:
            open_.add(ident)
            depth[ident] = max((of(node.id) + 1 for node in into[ident] if node.id not in open_), default=0)
            open_.discard(ident)
        return depth[ident]

    for node in chain.nodes:
        of(node.id)
    return depth


def _ordered(layers: list[tuple[str, list[str]]], chain: Chain) -> list[tuple[str, list[str]]]:
    """Layers with their nodes near what they hang together with: the better of all sweeps by crossings."""
    after: dict[str, list[str]] = {node.id: list(node.feeds) for node in chain.nodes}
    before: dict[str, list[str]] = defaultdict(list)
    for node in chain.nodes:
        for end in node.feeds:
            before[end].append(node.id)
    best, least = layers, _crossings(layers, after)
    for sweep in range(SWEEPS):
        near = before if sweep % 2 == 0 else after
        layers = _swept(layers, near, forward=sweep % 2 == 0)
        crossed = _crossings(layers, after)
        if crossed < least:
            best, least = layers, crossed
    return best


def _swept(
    layers: list[tuple[str, list[str]]], near: Mapping[str, list[str]], forward: bool
) -> list[tuple[str, list[str]]]:
    place = {node: (row + 0.5) / len(nodes) for _, nodes in layers for row, node in enumerate(nodes)}
    swept = []
    for stage, nodes in layers if forward else reversed(layers):
        wanted = {node: mean([place[other] for other in near.get(node, ())] or [place[node]]) for node in nodes}
        ordered = [node for _, _, node in sorted((wanted[node], place[node], node) for node in nodes)]
        place |= {node: (row + 0.5) / len(ordered) for row, node in enumerate(ordered)}
        swept.append((stage, ordered))
    return swept if forward else swept[::-1]


def _crossings(layers: Sequence[tuple[str, Sequence[str]]], after: Mapping[str, Sequence[str]]) -> int:
    """How often lines cross, as if all ran straight from layer to layer; lines over several layers count as one."""
    at = {node: (column, row) for column, (_, nodes) in enumerate(layers) for row, node in enumerate(nodes)}
    lines = [(at[start], at[end]) for start, ends in after.items() for end in ends if start in at and end in at]
    crossed = 0
    for number, ((left, top), (right, bottom)) in enumerate(lines):
        for (other_left, other_top), (other_right, other_bottom) in lines[number + 1 :]:
            if left == other_left and right == other_right:
                crossed += (top - other_top) * (bottom - other_bottom) < 0
    return crossed
