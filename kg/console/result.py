"""The answer to a query as a table of plain values, within limits of rows, of each value and of all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import neo4j
import neo4j.graph
import neo4j.spatial
import neo4j.time

from kg.ontology import Ontology

MAX_SIGNS = 5_000
MAX_ITEMS = 200
MAX_DEPTH = 6
MAX_ALL = 5_000_000
"""Signs of one text, items of one list or map, lists within lists, and signs of all values together."""

_CAPTIONS = ("name", "title", "number", "quote", "project")
_UNSHOWN = frozenset({"embedding", "grams", "pinyin"})
"""What serves the indexes alone."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its label, the value of the label's key, a name to show, and its properties."""

    label: str
    key: str | None
    caption: str
    properties: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"label": self.label, "key": self.key, "name": self.caption, "properties": self.properties}


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: its type, the id of the fact that it opens at, its properties, and its ends where known."""

    type: str
    fact: str | None
    properties: Mapping[str, Any]
    start: Node | None = None
    end: Node | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        ends = {name: end.plain() for name, end in (("start", self.start), ("end", self.end)) if end}
        return {"type": self.type, "fact": self.fact, "properties": self.properties, **ends}


@dataclass(frozen=True, slots=True)
class Path:
    """A path: its nodes, and one relationship fewer."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        links = [{"type": link.type, "fact": link.fact, "properties": link.properties} for link in self.links]
        return {"nodes": [node.plain() for node in self.nodes], "relationships": links}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the type of its values (text, integer, number, boolean, date, moment, duration, point,
    list, map, node, relationship, path; empty, mixed), and whether its texts are ids of facts.
    """

    name: str
    type: str
    facts: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; `rows` are the first of `total`, which are `at_least` so many where not all were counted.

    `shortened` values were longer than one may be. `seconds` is what the answer took.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int
    at_least: bool = False
    shortened: int = 0
    seconds: float = 0.0

    @property
    def left_off(self) -> int:
        """Rows that are not shown; where `at_least`, there may be more."""
        return self.total - len(self.rows)


@dataclass
class Values:
    """Makes values of the driver plain, and counts their signs."""

    ontology: Ontology
    signs: int = 0
    shortened: int = 0
    types: list[set[str]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether no further value is to be taken."""
        return self.signs >= MAX_ALL

    def row(self, values: Iterable[Any]) -> tuple[Any, ...]:
        """A row of plain values; the types of its columns are noted."""
        found = tuple(values)
        self.types = self.types or [set() for _ in found]
        for types, value in zip(self.types, found, strict=True):
            types.add(_type(value))
        return tuple(self.plain(value) for value in found)

    def columns(self, names: Iterable[str]) -> tuple[Column, ...]:
        """The columns, after all rows."""
        listed = list(names)
        types = self.types or [set() for _ in listed]
        return tuple(
            Column(name, _common(kinds), _holds_facts(name)) for name, kinds in zip(listed, types, strict=True)
        )

    def plain(self, value: Any, depth: int = 0) -> Any:
        """A value of the driver without the driver's classes."""
        self.signs += 8
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, neo4j.graph.Node):
            return self._node(value)
        if isinstance(value, neo4j.graph.Relationship):
            start, end = (self._node(node) if node and dict(node) else None for node in value.nodes)
            return self._link(value, start, end)
        if isinstance(value, neo4j.graph.Path):
            nodes = tuple(self._node(node) for node in value.nodes[:MAX_ITEMS])
            return Path(nodes, tuple(self._link(link) for link in value.relationships[:MAX_ITEMS]))
        if isinstance(value, neo4j.time.Date | neo4j.time.DateTime | neo4j.time.Time | neo4j.time.Duration):
            return value.iso_format()
        if isinstance(value, list | tuple) and not isinstance(value, neo4j.spatial.Point):
            if depth >= MAX_DEPTH:
                return self._cut("…")
            return [self.plain(item, depth + 1) for item in self._some(value)]
        if isinstance(value, Mapping):
            if depth >= MAX_DEPTH:
                return self._cut("…")
            return {str(key): self.plain(value[key], depth + 1) for key in self._some(list(value))}
        return self._text(str(value))

    def _some(self, items: Any) -> Any:
        if len(items) > MAX_ITEMS:
            self.shortened += 1
        return items[:MAX_ITEMS]

    def _text(self, text: str) -> str:
        self.signs += min(len(text), MAX_SIGNS)
        return text if len(text) <= MAX_SIGNS else self._cut(text[:MAX_SIGNS] + "…")

    def _cut(self, text: str) -> str:
        self.shortened += 1
        return text

    def _properties(self, entity: neo4j.graph.Entity) -> dict[str, Any]:
        return {name: self.plain(entity[name], 1) for name in sorted(entity) if name not in _UNSHOWN}

    def _node(self, node: neo4j.graph.Node) -> Node:
        known = sorted(label for label in node.labels if label in self.ontology.labels)
        label = (known or sorted(node.labels) or [""])[0]
        key = self.ontology.labels[label].key if known else None
        value = node.get(key) if key else None
        caption = next((str(node[name]) for name in _CAPTIONS if node.get(name)), str(value or label))
        return Node(label, None if value is None else str(value), caption[:200], self._properties(node))

    def _link(self, link: neo4j.graph.Relationship, start: Node | None = None, end: Node | None = None) -> Link:
        fact = link.get("fact")
        return Link(link.type, None if fact is None else str(fact), self._properties(link), start, end)


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "text"),
    (neo4j.graph.Node, "node"),
    (neo4j.graph.Relationship, "relationship"),
    (neo4j.graph.Path, "path"),
    (neo4j.time.Date, "date"),
    ((neo4j.time.DateTime, neo4j.time.Time), "moment"),
    (neo4j.time.Duration, "duration"),
    (neo4j.spatial.Point, "point"),
    ((list, tuple), "list"),
    (Mapping, "map"),
)


def _type(value: Any) -> str:
    if value is None:
        return "empty"
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "text")


def _common(types: set[str]) -> str:
    kinds = types - {"empty"}
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "empty"


def _holds_facts(name: str) -> bool:
    """Whether a column's name says that it holds ids of facts: `r.fact`, `fact`, `evidence`, 证据."""
    return name.rpartition(".")[2].strip("` ").lower() in ("fact", "evidence", "证据", "依据")
