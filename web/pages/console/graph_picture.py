"""A small picture of the nodes and relations of an answer, laid out here: the same answer gives the same picture.

Places come from springs and repulsion (Fruchterman, Reingold 1991), begun on a circle in the order of the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
from pydantic import BaseModel

from kg.console import Table
from kg.console.result import Link, Node, Path

MOST = 60
"""Nodes of a picture."""
WIDE, HIGH, EDGE, ROUNDS = 920, 560, 60, 150
LABEL = 20
"""Widths of a Latin letter that the words of a node may take."""

Key = tuple[str, str]


class Spot(BaseModel):
    """A node of the picture: `label` of the ontology, whole name, what is written below it, where it stands, and the
    address of the picture around it."""

    label: str
    href: str
    name: str
    words: str
    x: float
    y: float


class Tie(BaseModel):
    """A relation of the picture; `type` is empty where the nodes stand in one row of the answer, no more."""

    type: str
    start: str
    end: str
    href: str | None
    x1: float
    y1: float
    x2: float
    y2: float


class GraphPicture(BaseModel):
    """The picture; `left_off` nodes of the answer are not in it."""

    width: int = WIDE
    height: int = HIGH
    spots: list[Spot]
    ties: list[Tie]
    left_off: int


def around(label: str, key: str, back: str = "", via: tuple[str, ...] = ()) -> str:
    """The address of the picture around a node, with the way back: `via` are nodes passed, `back` the beginning."""
    query = urlencode([*(("via", one) for one in via), *([("back", back)] if back else [])])
    return f"/around/{quote(label, safe='')}/{quote(key, safe='')}{'?' if query else ''}{query}"


def picture(table: Table, back: str = "", via: tuple[str, ...] = ()) -> GraphPicture:
    """The first MOST nodes of an answer, and what it says between them; `back` and `via` as `around` has them."""
    from web.charts import fitting

    nodes: dict[Key, Node] = {}
    ties: dict[tuple[Key, Key, str], str | None] = {}
    for row in table.rows:
        for node in _nodes(row):
            nodes.setdefault(_key(node), node)
        facts = _facts(table, row)
        for start, end, kind, fact in _ties(row, facts):
            ties[_key(start), _key(end), kind] = ties.get((_key(start), _key(end), kind)) or fact
    shown = dict(list(nodes.items())[:MOST])
    kept = {tie: fact for tie, fact in ties.items() if tie[0] in shown and tie[1] in shown and tie[0] != tie[1]}
    order = {key: at for at, key in enumerate(shown)}
    places = _places(len(shown), [(order[start], order[end]) for start, end, _ in kept])
    spots = [
        Spot(
            label=label,
            href=around(label, key, back, via),
            name=node.caption,
            words=fitting(node.caption, LABEL),
            x=x,
            y=y,
        )
        for ((label, key), node), (x, y) in zip(shown.items(), places, strict=True)
    ]
    drawn = []
    for (first, last, kind), fact in kept.items():
        one, other = spots[order[first]], spots[order[last]]
        href = f"/evidence/{quote(fact, safe='')}" if fact else None
        drawn.append(
            Tie(type=kind, start=one.name, end=other.name, href=href, x1=one.x, y1=one.y, x2=other.x, y2=other.y)
        )
    return GraphPicture(spots=spots, ties=drawn, left_off=len(nodes) - len(shown))


def _key(node: Node) -> Key:
    return node.label, node.key or node.caption


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, Link):
        yield from (end for end in (value.start, value.end) if end)
    elif isinstance(value, Path):
        yield from value.nodes
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _nodes(item)


def _facts(table: Table, row: tuple[Any, ...]) -> str | None:
    """The first statement that a row names."""
    for column, value in zip(table.columns, row, strict=True):
        if column.facts and value:
            return str(value[0] if isinstance(value, list) else value)
    return None


def _ties(row: tuple[Any, ...], fact: str | None) -> Iterator[tuple[Node, Node, str, str | None]]:
    """Relations of a row: those that it holds, else its nodes one after the other."""
    found = False
    for value in row:
        if isinstance(value, Link) and value.start and value.end:
            found = True
            yield value.start, value.end, value.type, value.fact
        elif isinstance(value, Path):
            found = True
            for before, link, after in zip(value.nodes, value.links, value.nodes[1:], strict=False):
                yield before, after, link.type, link.fact
    if not found:
        standing = [value for value in row if isinstance(value, Node)]
        for before, after in pairwise(standing):
            yield before, after, "", fact


def _places(count: int, ties: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """Where nodes stand, in pixels, rounded so that machines agree."""
    if count == 0:
        return []
    turns = np.arange(count) * (2 * math.pi / count)
    at = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    ideal = 1.8 / math.sqrt(count)
    pull = np.zeros((count, count))
    for one, other in ties:
        pull[one, other] = pull[other, one] = 1.0
    for step in range(ROUNDS if count > 2 else 0):
        apart = at[:, None, :] - at[None, :, :]
        far = np.maximum(np.sqrt((apart**2).sum(axis=2)), 0.01)
        force = ideal**2 / far**2 - pull * far / ideal
        np.fill_diagonal(force, 0.0)
        move = (apart * force[:, :, None]).sum(axis=1) - 0.05 * at
        length = np.maximum(np.sqrt((move**2).sum(axis=1, keepdims=True)), 1e-9)
        at = at + move / length * np.minimum(length, 0.25 * (1 - step / ROUNDS))
    low, high = at.min(axis=0), at.max(axis=0)
    size = np.array([WIDE - 2 * EDGE, HIGH - 2 * EDGE])
    span = np.where(high - low < 1e-6, 1.0, high - low)
    middle = np.where(high - low < 1e-6, 0.5, (at - low) / span)
    return [(round(float(x), 1), round(float(y), 1)) for x, y in middle * size + EDGE]
