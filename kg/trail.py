"""Which firms each of the last changes of a graph touched, so that what is derived from it follows without a reading.

A trail is kept with the graph's stamp, as one text. A change that may have touched anything (a whole load, a rebuild,
a list whose structure was stated anew) ends it: who follows the graph reads all of it then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 20_000
"""Firms that a trail names at most; its oldest steps go first."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change from the projection with stamp `before` to the one with stamp `after`; ids of the firms it touched."""

    before: str
    after: str
    firms: frozenset[str]


def read_trail(text: str | None) -> tuple[Step, ...]:
    """The steps of a kept trail, oldest first."""
    steps = json.loads(text) if text else []
    return tuple(Step(before, after, frozenset(firms)) for before, after, firms in steps)


def lengthened(trail: Sequence[Step], step: Step) -> str | None:
    """The trail with one step more, as it is kept; None where that step alone touched too many firms."""
    kept: list[Step] = []
    named = 0
    for one in (step, *reversed(trail)):
        named += len(one.firms)
        if named > MOST or (kept and kept[-1].before != one.after):
            break
        kept.append(one)
    return json.dumps([[one.before, one.after, sorted(one.firms)] for one in reversed(kept)]) if kept else None
