"""The reader's own conditions: what the form may ask for, and each as the matcher takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kg.values.region import Regions
from matcher.conditions import AnyOf, Condition, parse_condition
from matcher.corpus import Corpus
from matcher.errors import BadQueryError
from matcher.fields import SIZES, plain
from web.errors import WebError

How = Literal["hard", "wish", "any"]
"""Must hold; is preferred; one of those that are so marked must hold."""

WAN = 10_000
"""Sums are written in 万元."""

LONG = 600
"""Signs of a list of firms not to list up to which the addresses of links repeat it as it was written."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What one control of the form asks: a field of firms, an operator, and how its text becomes a value."""

    field: str
    op: str
    value: Callable[[str], Any] = str.strip


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def division(code: str) -> str:
    """The code of a division that there is or was. Raises WE422 for any other: no firm lies in it, so a list that
    asks for it would be empty for no reason that a reader could see."""
    found = code.strip()
    if Regions.load().by_code(found) is None:
        hint = "six digits of GB/T 2260, as 330200; the form has those in which there are firms"
        raise WebError(f"place: there is no division {found[:40]}", code="WE422", hint=hint)
    return found


ASKS: Mapping[str, Ask] = {
    "place": Ask("region", "within", division),
    "tier": Ask("tier", "in", str.split),
    "certificate": Ask("certificate", "contains"),
    "size": Ask("size", "<="),
    "age": Ask("age", ">=", float),
    "revenue": Ask("revenue", ">=", lambda text: float(text) * WAN),
    "patents": Ask("patents", ">=", float),
    "domestic": Ask("domestic", "=", lambda text: True),
    "domestic_share": Ask("domestic_share", ">=", float),
    "capacity": Ask("capacity", ">="),
    "delivery": Ask("delivery", "<=", float),
    "exclude": Ask("firm", "not_in", _lines),
}
"""Controls by their names in addresses."""

SCALES = SIZES[:-1]
"""Sizes that a firm may be asked not to exceed."""


def short_list(text: str, corpus: Corpus) -> str:
    """A list of firms not to list, for the address of a link: a long one by the ids of the firms that it means.

    Lines that mean no firm of the corpus keep nobody out and are left away. Of nine signs each when they are written
    in an address, names of a thousand firms would be longer than servers read.
    """
    if len(text) <= LONG:
        return text
    wanted = {plain(line) for line in _lines(text)}
    codes, distinct = corpus.column("firm")
    meant = [not wanted.isdisjoint(map(plain, values)) for values in distinct]
    return "\n".join(ident for ident, code in zip(corpus.id_list, codes.tolist(), strict=True) if meant[code])


def own_conditions(
    given: Mapping[str, str], states: Mapping[str, How], strict: bool, reason: str
) -> list[Condition | AnyOf]:
    """Conditions of the controls that are filled in, in the form's order; those marked `any` together, last.

    `strict`: a firm of which nothing is known that decides a condition fails it. `reason` is why the place is asked
    for. Raises WE422 for what cannot be asked.
    """
    own: list[Condition | AnyOf] = []
    either: list[Condition] = []
    for name, ask in ASKS.items():
        if not given.get(name, "").strip():
            continue
        how = states.get(name, "hard")
        one = _condition(name, ask, given[name], how, strict, reason if name == "place" else "")
        (either if how == "any" else own).append(one)
    if len(either) == 1:
        own += either
    elif either:
        own.append(AnyOf(tuple(either)))
    return own


def _condition(name: str, ask: Ask, text: str, how: How, strict: bool, reason: str) -> Condition:
    # Who stands on no list has no tier: nothing is unknown about that.
    unknown = "drop" if strict or name == "tier" else "keep"
    asked = {"field": ask.field, "op": ask.op, "hard": how != "wish", "unknown": unknown, "reason": reason}
    try:
        return parse_condition({**asked, "value": ask.value(text)})
    except (BadQueryError, ValueError) as error:
        hint = error.hint if isinstance(error, BadQueryError) else "a number"
        raise WebError(f"{name}: {text[:40]} cannot be asked for", code="WE422", hint=hint or str(error)) from error


def states_of(items: Sequence[str]) -> dict[str, How]:
    """Read `name:state`. Raises WE422."""
    found: dict[str, How] = {}
    for item in filter(None, items):
        name, _, how = item.partition(":")
        if name not in ASKS or how not in ("hard", "wish", "any"):
            raise WebError(
                f"no state of a condition: {item[:40]}", code="WE422", hint="as age:hard, age:wish or age:any"
            )
        found[name] = how  # type: ignore[assignment]
    return found
