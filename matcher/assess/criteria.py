"""Rule sets of tiers, with the days on which they hold: conditions as trees of tests, and tables of points.

Data (`seeds/criteria`), one file a set; a set of the data folder wins over the shipped one of its id. What a source
marks as not read is `verified: false` and is shown so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kg.yml import read_yaml
from matcher.assess.inputs import inputs
from matcher.errors import BadRulesError

Take = Literal["last", "each", "any", "mean", "sum", "compound"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Check(_Data):
    """A test of one input: the last year's value, or what is taken of the last `years`.

    `each` and `any` ask every year or some year, `mean` and `sum` take all of them, `compound` is the yearly growth
    (percent) over that many years. Bounds are in the input's unit: `at_least` and `at_most` hold them, `above` and
    `below` do not. `otherwise` turns a flag round: it holds where the flag is known not to.
    """

    input: str
    otherwise: bool = False
    take: Take = "last"
    years: int = Field(default=1, ge=1, le=10)
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.input not in inputs():
            raise ValueError(f"no input {self.input}")
        kind = inputs()[self.input].kind
        if kind != "yearly" and (self.take != "last" or self.years != 1):
            raise ValueError(f"{self.input} is not of a year")
        if self.otherwise and kind != "flag":
            raise ValueError(f"{self.input} is no flag")
        if self.bounded is (kind == "flag"):
            raise ValueError(f"{self.input}: a flag has no bound, anything else has one")
        return self

    @property
    def bounded(self) -> bool:
        """Whether it has a bound."""
        return any(bound is not None for bound in (self.at_least, self.above, self.at_most, self.below))


class Score(_Data):
    """A test of the set's own table: its points, or those of one group, reach a bound."""

    score: Literal["total"] | str
    at_least: float


class All(_Data):
    """All of several."""

    all: tuple[Node, ...] = Field(min_length=1)


class Any_(_Data):  # noqa: N801 (`any` is the word of the files)
    """One of several at least."""

    any: tuple[Node, ...] = Field(min_length=1)


Node = Annotated[Check | Score | All | Any_, Field(union_mode="smart")]


class Indicator(_Data):
    """One condition of a set. `recheck` says whether it is asked again when the term is over."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    zh: str
    en: str
    test: Node
    verified: bool = True
    recheck: bool = True


class Band(_Data):
    """Points where a test holds; bands are looked at in order."""

    test: Node
    points: float = Field(ge=0)


class Item(_Data):
    """A row of a table of points: the first band that holds, or `points` for each of `each` that do, up to `most`.

    `per` gives `points` for each full `every` of an input.
    """

    id: str
    group: str
    zh: str
    en: str
    most: float = Field(gt=0)
    bands: tuple[Band, ...] = ()
    each: tuple[Node, ...] = ()
    per: str | None = None
    every: float = Field(default=1.0, gt=0)
    points: float = Field(default=1.0, gt=0)
    verified: bool = True

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.per is not None and self.per not in inputs():
            raise ValueError(f"no input {self.per}")
        return self


class Group(_Data):
    """A group of a table. A group whose rows are not known here (`open`) counts from 0 to its `most`."""

    id: str
    zh: str
    en: str
    most: float
    open: bool = False


class Table(_Data):
    """A table of points."""

    groups: tuple[Group, ...]
    items: tuple[Item, ...]


class Criteria(_Data):
    """A rule set: what a tier asks from a day on (a month or year, where no more is known), until another.

    `bars` are flags asked of every firm, each as an indicator of its own.
    """

    id: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    tier: Literal["innovative", "specialised", "little_giant", "champion"]
    zh: str
    en: str
    effective_from: str = Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    effective_to: dt.date | None = None
    source: tuple[str, ...]
    bars: tuple[str, ...] = ()
    note: str = ""
    note_en: str = ""
    indicators: tuple[Indicator, ...]
    table: Table | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if strange := [name for name in self.bars if name not in inputs() or inputs()[name].kind != "flag"]:
            raise ValueError(f"no flags: {', '.join(strange)}")
        groups = {"total", *(group.id for group in self.table.groups)} if self.table else set()
        for indicator in self.indicators:
            for score in scores_in(indicator.test):
                if score.score not in groups:
                    raise ValueError(f"{indicator.id}: no score {score.score}")
        if self.table and (beyond := {item.group for item in self.table.items} - groups):
            raise ValueError(f"no group {', '.join(sorted(beyond))}")
        return self

    def holds(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.effective_to is None or day <= self.effective_to)

    @property
    def since(self) -> dt.date:
        """The first day that `effective_from` can mean."""
        return dt.date.fromisoformat(self.effective_from + "-01-01"[len(self.effective_from) - 4 :])

    @property
    def asked(self) -> tuple[Indicator, ...]:
        """What is asked: its bars, then its own indicators."""
        bars = (inputs()[name] for name in self.bars)
        return (
            *(Indicator(id=bar.id, zh=bar.zh, en=bar.en, test=Check(input=bar.id)) for bar in bars),
            *self.indicators,
        )

    def named(self, lang: str) -> str:
        """Its title in the language of the page."""
        return self.en if lang == "en" else self.zh


def checks_in(node: Node) -> Iterator[Check]:
    """All tests of inputs in a tree."""
    if isinstance(node, Check):
        yield node
    for inner in _inner(node):
        yield from checks_in(inner)


def scores_in(node: Node) -> Iterator[Score]:
    """All tests of scores in a tree."""
    if isinstance(node, Score):
        yield node
    for inner in _inner(node):
        yield from scores_in(inner)


def _inner(node: Node) -> tuple[Node, ...]:
    return node.all if isinstance(node, All) else node.any if isinstance(node, Any_) else ()


def criteria(own: Path | None = None) -> dict[str, Criteria]:
    """All sets by id, the newest first within a tier; those of the folder `own` win. Raises BadRulesError (MA041)."""
    found = dict(_shipped())
    if own is not None and own.is_dir():
        found |= {one.id: one for one in _read(own)}
    return dict(sorted(found.items(), key=lambda pair: (pair[1].tier, -pair[1].since.toordinal())))


@cache
def _shipped() -> dict[str, Criteria]:
    return {one.id: one for one in _read(files("seeds").joinpath("criteria"))}


def _read(folder: Traversable) -> Iterator[Criteria]:
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if not path.name.endswith(".yml") or path.name in ("inputs.yml", "size.yml"):
            continue
        try:
            yield Criteria.model_validate(read_yaml(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeError, yaml.YAMLError, ValidationError) as error:
            said = error.errors()[0] if isinstance(error, ValidationError) else None
            why = f"{'.'.join(map(str, said['loc']))}: {said['msg']}" if said else str(error)
            raise BadRulesError(f"no criteria: {why}", file=path.name, hint="see seeds/criteria/README.md") from error
