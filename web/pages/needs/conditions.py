"""Conditions of a need as a reader sets them in a form: those that were published, and her own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import BaseModel, Field

from matcher.conditions import AnyOf, Condition, Conditions, reason_of
from matcher.query import Query
from matcher.wording import worded
from web.errors import WebError
from web.pages.needs.own import How, own_conditions

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
    reason: str = Field(default="", description="why it is asked for")
    unreasoned: bool = Field(default=False, description="it shuts firms out by their place and does not say why")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says: states of published conditions by number, and the reader's own conditions.

    `own` are the texts of the controls by name, `how` their states; `strict`: what is not known fails them.
    """

    states: dict[int, State]
    own: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, How] = field(default_factory=dict)
    reason: str = ""
    disclosed: bool = False
    strict: bool = False
    top: int = 20


def published_states(items: Sequence[str]) -> dict[int, State]:
    """Read the states of published conditions, each `number:state`. Raises WE422."""
    found: dict[int, State] = {}
    for item in items:
        number, _, state = item.partition(":")
        if not number.isdecimal() or len(number) > 4 or state not in ("hard", "wish", "off"):
            raise WebError(f"no state of a condition: {item[:40]}", code="WE422", hint="as 0:hard, 0:wish or 0:off")
        found[int(number)] = state  # type: ignore[assignment]
    return found


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
    for own in own_conditions(want.own, want.how, want.strict, want.reason):
        lines.append(_line(own, None, "hard" if own.hard else "wish", None, False, lang))
        parts.append(own)
    return replace(query, conditions=_conditions(parts)), lines


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
        reason=reason_of(part),
        unreasoned=state == "hard" and any(leaf.unreasoned for leaf in leaves),
    )


def _leaves(part: Conditions | AnyOf) -> list[Condition]:
    if isinstance(part, Conditions):
        return list(part.leaves())
    groups = ([member] if isinstance(member, Condition) else member.leaves() for member in part.members)
    return [leaf for group in groups for leaf in group]
