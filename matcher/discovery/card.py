"""The points of traits and the conditions of tiers, as data: what counts for how much, and what a tier asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matcher.discovery.trait import BY_NAME, NAMES
from matcher.errors import BadScorecardError
from matcher.scorecard import DIGITS

Truth = Literal["met", "missed", "unknown"]


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one trait: `curve` holds (value, points) that never fall, straight between; what is unknown has none.

    A known low value may have fewer points than none, so that not knowing is never worse than knowing the worst.
    """

    trait: str
    curve: tuple[tuple[float, float], ...]
    why: str = ""

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the values; NaN has none."""
        steps = np.array(self.curve)
        found = np.interp(np.nan_to_num(values), steps[:, 0], steps[:, 1])
        return np.asarray(np.round(np.where(np.isnan(values), 0.0, found), DIGITS))


@dataclass(frozen=True, slots=True)
class Card:
    """The points of discovery: a named list of lines, one for each trait that counts, and how they were made."""

    name: str
    made: str
    lines: tuple[Line, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> Card:
        """The packaged card, or the one of a file. Raises BadScorecardError (MA004) for one that breaks the form."""
        source = path or files("matcher.discovery").joinpath("points.json")
        try:
            card = cls.from_json(json.loads(source.read_text(encoding="utf-8")))
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise BadScorecardError(f"no points of discovery that can be read: {error}", hint="a .json file") from error
        problems = card.problems()
        if problems:
            raise BadScorecardError(f"points {card.name}: {'; '.join(problems)}", hint="correct its lines")
        return card

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Card:
        """Read a card as it stands in a file."""
        lines = [
            Line(line["trait"], tuple((float(at), float(points)) for at, points in line["curve"]), line.get("why", ""))
            for line in value["lines"]
        ]
        return cls(str(value["name"]), str(value["made"]), tuple(lines))

    def problems(self) -> list[str]:
        """What is wrong with its form: unknown traits, one twice, curves that fall, a count that could lower."""
        names = [line.trait for line in self.lines]
        found = [f"no trait {name!r}" for name in names if name not in BY_NAME]
        found += [f"{name} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1]
        for line in self.lines:
            rising = all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(line.curve))
            if len(line.curve) < 2 or not rising:
                found.append(f"{line.trait} is not monotone")
            elif line.trait in BY_NAME and BY_NAME[line.trait].counted and line.curve[0][1] < 0:
                found.append(f"{line.trait} is counted, so that it cannot be known to be low")
        return found

    def without(self, *traits: str) -> Card:
        """The card without the lines of some traits."""
        return Card(self.name, self.made, tuple(line for line in self.lines if line.trait not in traits))

    def points(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points [firms, lines] of the traits' values [firms, traits]."""
        return np.stack([line.of(values[:, NAMES.index(line.trait)]) for line in self.lines], axis=1)

    def score(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of the points of each firm."""
        return np.asarray(np.round(self.points(values).sum(axis=1), DIGITS))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a tier that traits can speak to: the first of them that is known decides."""

    traits: tuple[str, ...]
    op: Literal[">=", "<="]
    value: float
    zh: str
    en: str

    def says(self, lang: str = "zh") -> str:
        """The condition in words."""
        return self.zh if lang == "zh" else self.en

    def truth(self, known: Mapping[str, float]) -> tuple[Truth, str | None]:
        """Met, missed or unknown by the known traits, and the trait that decides.

        What was counted may be more: it can meet a condition, and never miss one.
        """
        for name in self.traits:
            if name not in known:
                continue
            met = known[name] >= self.value if self.op == ">=" else known[name] <= self.value
            if met or not BY_NAME[name].counted:
                return ("met" if met else "missed"), name
        return "unknown", None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a tier asks for, as far as facts of the graph can speak to it, and where that stands."""

    tier: str
    measures: str
    effective_from: str
    effective_to: str | None
    source: str
    repost: bool
    conditions: tuple[Condition, ...]


@cache
def rules_of(tier: str) -> Rules:
    """The rules of a tier."""
    said = json.loads(files("matcher.discovery").joinpath("conditions.json").read_text(encoding="utf-8"))[tier]
    conditions = tuple(
        Condition(tuple(one["traits"]), one["op"], float(one["value"]), one["zh"], one["en"])
        for one in said["conditions"]
    )
    return Rules(
        tier,
        said["measures"],
        said["effective_from"],
        said.get("effective_to"),
        said["source"],
        bool(said["repost"]),
        conditions,
    )
