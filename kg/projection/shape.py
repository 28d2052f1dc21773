"""What a projection is: rows of nodes by label, rows of edges by kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Row = dict[str, Any]
"""Properties by name; dates are ISO 8601 text of a whole day. Absent means null."""


class LinkKind(NamedTuple):
    """A type of edges between two labels."""

    type: str
    start: str
    end: str


class End(NamedTuple):
    """A node, by label and the value of its key."""

    label: str
    key: str


def given(row: Row) -> Row:
    """The row without what says nothing: nulls, and lists without a word (a store may not tell them from null)."""
    return {name: value for name, value in row.items() if value is not None and value not in _NOTHING}


_NOTHING: tuple[Any, ...] = ([], [""], (), ("",))


@dataclass(slots=True)
class Projection:
    """Nodes by label (each row has its label's key) and links by kind (each row has `start`, `end`: key values)."""

    nodes: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    links: dict[LinkKind, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __len__(self) -> int:
        return sum(map(len, self.nodes.values())) + sum(map(len, self.links.values()))
