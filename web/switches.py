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
        re.compile(r"(/api/v1)?(/own)?/(bounties|applications|agreements|expert)([./]|$)|/gaps/[^/]+/bounty$"),
        frozenset({"bounty", "application"}),
    ),
    "meetings": Part(re.compile(r"(/api/v1)?/meetings([./]|$)"), frozenset({"meeting"})),
    "api": Part(re.compile(r"/(api|webhooks)(/|$)"), frozenset({"webhook"})),
}
"""By the name of the setting; the server for assistants (`mcp`) has no address."""


def subjects(off: Iterable[str]) -> frozenset[str]:
    """Subjects whose rights nobody holds while these parts are off."""
    return frozenset().union(*(PARTS[name].subjects for name in off if name in PARTS))


def refuse(off: Iterable[str], path: str) -> None:
    """Raise WebError WE020 for an address of a part that is off."""
    for name in off:
        if name in PARTS and PARTS[name].addresses.match(path):
            refuse_part(off, name)


def refuse_part(off: Iterable[str], name: str) -> None:
    """Raise WebError WE020 where the part is off."""
    if name in off:
        raise WebError(
            f"this part is switched off here: {name}", code="WE020", hint=f"ask the operator (BULIAN_{name.upper()})"
        )
