"""What criteria are asked of: named inputs, of a year or not, stated or following from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from kg.yml import read_yaml
from matcher.errors import BadRulesError

Kind = Literal["flag", "number", "yearly"]


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its unit (CNY, percent, person, year, piece, point, rank, level) and the paper that settles it.

    `derive` says how it follows from others: {ratio: [a, b]} is a in percent of b, {part: [a, b]} a percent of b,
    {growth: a} a's change on the year before, in percent.
    """

    id: str
    zh: str
    en: str
    kind: Kind
    paper: str
    paper_en: str
    unit: str = ""
    derive: Mapping[str, Any] = field(default_factory=dict)

    def named(self, lang: str) -> str:
        """Its name in the language of the page."""
        return self.en if lang == "en" else self.zh

    def settled_by(self, lang: str) -> str:
        """The paper that would settle it, in the language of the page."""
        return self.paper_en if lang == "en" else self.paper


@dataclass(frozen=True, slots=True)
class Given:
    """A value of an input: true or false as 1 and 0, or a number in the input's unit; `year` for those of a year.

    `fact` is the statement that it rests on, `said` where it comes from otherwise (declared, own, reckoned, a list).
    `parts` are the values that it follows from. `least` says that it may be more: what is known is not all there is.
    What does not settle the input (`settles`) is shown with it, and leaves it unknown.
    """

    input: str
    value: float
    year: int | None = None
    fact: str | None = None
    said: str = ""
    least: bool = False
    parts: tuple[Given, ...] = ()
    settles: bool = True

    def facts(self) -> list[str]:
        """All statements that it rests on."""
        return ([self.fact] if self.fact else []) + [fact for part in self.parts for fact in part.facts()]


@cache
def inputs() -> dict[str, Input]:
    """All inputs by id, from `seeds/criteria/inputs.yml`. Raises BadRulesError (MA041)."""
    path = files("seeds").joinpath("criteria", "inputs.yml")
    try:
        rows = read_yaml(path.read_text(encoding="utf-8"))["inputs"]
        return {row["id"]: Input(**row) for row in rows}
    except (OSError, UnicodeError, yaml.YAMLError, LookupError, TypeError) as error:
        raise BadRulesError(f"no inputs of criteria: {error}", file=str(path), hint="restore the file") from error


class Values:
    """What is known of one firm, by input and year; what follows from it is reckoned when it is asked for.

    Where an input is given more than once for a year, the first one counts: give the best one first. `last` is the
    last whole year, to which offsets count: 0 that year, -1 the one before.
    """

    def __init__(self, given: Iterable[Given], last: int) -> None:
        self.last = last
        self._given: dict[tuple[str, int | None], Given] = {}
        for one in given:
            self._given.setdefault((one.input, one.year), one)

    def of(self, name: str, offset: int = 0) -> Given | None:
        """The value of an input, of the year at that offset where it is of a year; None: nothing is known.

        Raises KeyError for no input.
        """
        return self._find(inputs()[name], offset, frozenset())

    def _find(self, one: Input, offset: int, asked: frozenset[str]) -> Given | None:
        year = self.last + offset if one.kind == "yearly" else None
        if (found := self._given.get((one.id, year))) is not None:
            return found
        if one.id in asked or not one.derive:
            return None
        ((way, named),) = one.derive.items()
        asked |= {one.id}
        if way == "growth":
            return self._growth(one, inputs()[named], offset, asked)
        a, b = (self._find(inputs()[name], offset, asked) for name in named)
        if a is None or b is None or (way == "ratio" and b.value <= 0):
            return None
        value = a.value / b.value * 100 if way == "ratio" else a.value / 100 * b.value
        return Given(one.id, value, year, said="reckoned", parts=(a, b))

    def _growth(self, one: Input, of: Input, offset: int, asked: frozenset[str]) -> Given | None:
        now, before = (self._find(of, year, asked) for year in (offset, offset - 1))
        if now is None or before is None or before.value <= 0:
            return None
        value = (now.value / before.value - 1) * 100
        return Given(one.id, value, self.last + offset, said="reckoned", parts=(now, before))
