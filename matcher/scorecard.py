"""Scorecards: points for each feature, added up. Monotone, and every contribution is exact."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import BadScorecardError
from matcher.features.registry import FEATURES
from matcher.features.text import LEVEL_WORTH
from matcher.naming import LONGER

DEFAULT = "v1"
"""Scorecard of needs that are names alone, where none is named."""

DIGITS = 4
"""Decimals of points: they are rounded before they are added, so that printed contributions add up."""


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one feature: none at `low` and below, all of them at `high` and above, straight between.

    A `curve` of (value, points), rising from `low` to `high`, may say what lies between (a trained line has one). A
    `rule` is worth more at its least value than all other lines together: firms that it speaks for come first.
    """

    feature: str
    low: float
    high: float
    points: float
    rule: bool = False
    curve: tuple[tuple[float, float], ...] = ()

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Line:
        """Read a line: `from`, `to` and `points`, or a `curve`."""
        rule = bool(line.get("rule"))
        if "curve" in line:
            curve = tuple((float(value), float(points)) for value, points in line["curve"])
            return cls(line["feature"], curve[0][0], curve[-1][0], curve[-1][1], rule, curve)
        return cls(line["feature"], float(line["from"]), float(line["to"]), float(line["points"]), rule)

    def to_json(self) -> dict[str, Any]:
        """As it is read."""
        form = (
            {"curve": [list(step) for step in self.curve]}
            if self.curve
            else {"from": self.low, "to": self.high, "points": self.points}
        )
        return {"feature": self.feature} | form | ({"rule": True} if self.rule else {})

    @property
    def monotone(self) -> bool:
        """Whether more of the feature is never worth less, and the least is worth nothing."""
        steps = self.curve or ((self.low, 0.0), (self.high, self.points))
        rising = all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(steps))
        return rising and steps[0][1] == 0 and self.low < self.high

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the values; what is unknown (NaN) has none."""
        known = np.nan_to_num(values, nan=self.low)
        if self.curve:
            steps = np.array(self.curve)
            found = np.interp(known, steps[:, 0], steps[:, 1])
        else:
            found = np.clip((known - self.low) / (self.high - self.low), 0, 1) * self.points
        return np.asarray(np.round(found, DIGITS))


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A named list of lines, and how it was made."""

    name: str
    made: str
    lines: tuple[Line, ...]

    @classmethod
    def load(cls, name: str = DEFAULT) -> Scorecard:
        """The packaged scorecard of that name, or the one in a file whose path is given.

        Raises BadScorecardError (MA004).
        """
        source = Path(name) if name.endswith(".json") else files("matcher.scorecards").joinpath(f"{name}.json")
        try:
            return cls.from_json(json.loads(source.read_text(encoding="utf-8")))
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise BadScorecardError(
                f"no scorecard {name!r} that can be read: {error}",
                hint=f"a packaged one ({DEFAULT}, bounty-v1, award, v0) or a .json file",
            ) from error

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Scorecard:
        """Read a scorecard and check its form: known features, each once, nothing that punishes more of one."""
        lines = tuple(map(Line.from_json, value["lines"]))
        card = cls(str(value["name"]), str(value["made"]), lines)
        names = [line.feature for line in lines]
        problems = [f"no feature {name!r}" for name in names if name not in FEATURES]
        problems += [f"{name} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1]
        problems += [f"{line.feature} is not monotone" for line in lines if not line.monotone]
        others = sum(line.points for line in lines if not line.rule)
        least = LONGER * min(LEVEL_WORTH)
        problems += [
            f"{line.feature} is a rule of too few points"
            for line in lines
            if line.rule and line.of(np.array([least]))[0] <= others
        ]
        if problems:
            raise BadScorecardError(f"scorecard {card.name}: {'; '.join(problems)}", hint="correct its lines")
        return card

    def points(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points [n, lines] of the values [n, lines]."""
        return np.stack([line.of(values[:, place]) for place, line in enumerate(self.lines)], axis=1)
