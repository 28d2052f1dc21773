"""Parts of the program that an operator may switch off: their addresses answer 404, their rights are held by nobody.

What was done stays in the store, what was published in the graph, and deadlines go on: on again, all is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from web.errors import WebError


@dataclass(frozen=True, slots=True)
class Part:
    """The addresses of a part, and the subjects of its rights."""

    addresses: re.Pattern[str]
    subjects: frozenset[str] = frozenset()


PARTS = {
    "bounties": Part(
        re.compile(r"(/api/v1)?/(bounties|applications|agreements|expert)([./]|$)|/gaps/[^/]+/bounty$"),
        frozenset({"bounty", "application"}),
    ),
    "meetings": Part(re.compile(r"(/api/v1)?/meetings([./]|$)"), frozenset({"meeting"})),
    "api": Part(re.compile(r"/api(/|$)")),
}
"""By the name of the setting."""


def subjects(off: Iterable[str]) -> frozenset[str]:
    """Subjects whose rights nobody holds while these parts are off."""
    return frozenset().union(*(PARTS[name].subjects for name in off))


def refuse(off: Iterable[str], path: str) -> None:
    """Raise WebError WE020 for an address of a part that is off."""
    for name in off:
        if PARTS[name].addresses.match(path):
            raise WebError(
                f"this part is switched off here: {name}",
                code="WE020",
                hint=f"ask the operator (BULIAN_{name.upper()})",
            )
