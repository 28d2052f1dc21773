"""Conditions of a need as a reader sets them in a form: those that were published, and her own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, Field

from matcher.conditions import AnyOf, Condition, Conditions
from matcher.query import Query
from matcher.wording import worded
from web.errors import WebError

State = Literal["hard", "wish", "off"]
Part = Condition | Conditions | AnyOf


class Leaf(BaseModel):
    """One comparison: a field of firms, an operator, a value."""

    field: str
    op: str
    value: Any = None


class Line(BaseModel):
    """One condition as it is asked now, and what it costs."""

    number: int | None = Field(description="its number in the need as published; none for the reader's own")
    words: str = Field(description="the condition in words")
    leaves: list[Leaf]
    joined: Literal["all", "any"] = Field(default="all", description="how several comparisons hang together")
    state: State
    published: State | None = Field(default=None, description="its state in the need as published")
    fixed: bool = Field(default=False, description="a group of several comparisons: it can only be left out")
    removes: int | None = Field(default=None, description="candidates that it removes, alone or with others")
    alone: int | None = Field(default=None, description="candidates that it alone keeps out")
    unknown: int | None = Field(default=None, description="candidates of which nothing is known that would decide it")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says: states of published conditions by number, and the reader's own conditions."""

    states: dict[int, State]
    place: str = ""
    tiers: tuple[str, ...] = ()
    disclosed: bool = False
    strict: bool = False
    top: int = 20


def wanted(states: Sequence[str], place: str, tiers: Sequence[str], disclosed: bool, strict: bool, top: int) -> Wanted:
    """Read the form; `states` are `number:state`. Raises WE422."""
    found: dict[int, State] = {}
    for item in states:
        number, _, state = item.partition(":")
        if not number.isdecimal() or len(number) > 4 or state not in ("hard", "wish", "off"):
            raise WebError(f"no state of a condition: {item[:40]}", code="WE422", hint="as 0:hard, 0:wish or 0:off")
        found[int(number)] = state  # type: ignore[assignment]
    return Wanted(found, place, tuple(tiers), disclosed, strict, top)


def asked(query: Query, want: Wanted, lang: str = "zh") -> tuple[Query, list[Line]]:
    """The need with the conditions that are asked now, and each of them as a line of the form."""
    lines: list[Line] = []
    parts: list[Part] = []
    for number, part in enumerate(query.conditions.parts()):
        published: State = "hard" if part.hard else "wish"
        fixed = not isinstance(part, Condition)
        state = want.states.get(number, published)
        if fixed and state != "off":
            state = published
        lines.append(_line(part, number, state, published, fixed, lang))
        if state != "off":
            parts.append(replace(part, hard=state == "hard") if isinstance(part, Condition) else part)
    for own in _own(want):
        lines.append(_line(own, None, "hard", None, False, lang))
        parts.append(own)
    return replace(query, conditions=_conditions(parts)), lines


def _own(want: Wanted) -> list[Condition]:
    """The reader's own conditions, all hard."""
    unknown: Literal["keep", "drop"] = "drop" if want.strict else "keep"
    own = []
    if want.place:
        own.append(Condition("region", "within", want.place, True, unknown))
    if want.tiers:
        # Who stands on no list has no tier: nothing is unknown about that.
        own.append(Condition("tier", "in", list(want.tiers), True, "drop"))
    return own


def _conditions(parts: Sequence[Part]) -> Conditions:
    """Conditions whose parts are these, in this order (the published `any`, if it is there, as a group)."""
    members: list[Condition | Conditions] = [
        Conditions(any=part.members) if isinstance(part, AnyOf) else part for part in parts
    ]
    return Conditions(all=tuple(members))


def _line(part: Part, number: int | None, state: State, published: State | None, fixed: bool, lang: str) -> Line:
    leaves = [part] if isinstance(part, Condition) else list(_leaves(part))
    joined: Literal["all", "any"] = "any" if isinstance(part, AnyOf) or not getattr(part, "all", True) else "all"
    return Line(
        number=number,
        words=worded(part, lang),
        leaves=[Leaf(field=leaf.field, op=leaf.op, value=leaf.value) for leaf in leaves],
        joined=joined,
        state=state,
        published=published,
        fixed=fixed,
    )


def _leaves(part: Conditions | AnyOf) -> list[Condition]:
    if isinstance(part, Conditions):
        return list(part.leaves())
    groups = ([member] if isinstance(member, Condition) else member.leaves() for member in part.members)
    return [leaf for group in groups for leaf in group]
