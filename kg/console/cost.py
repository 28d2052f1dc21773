"""What a query would cost, as the planner estimates it before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

BUDGET = 1_000_000
"""Rows that the operators of a plan may handle together, as estimated, before a person is asked."""

_SHOWN = 12
"""Operators that are told, those with most rows first."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A step of a plan: its name, what it looks at, the rows that it is estimated to give."""

    name: str
    details: str
    rows: float


@dataclass(frozen=True, slots=True)
class Cost:
    """The estimate of a plan: `rows` of all operators together, `steps` how many there are, `operators` the largest.

    The planner knows counts of labels and relations, not values: what it says of UNWIND, of paths of unknown length
    and of filters is a guess. The limit of seconds holds all the same.
    """

    rows: float
    steps: int
    operators: tuple[Operator, ...]

    @property
    def over(self) -> bool:
        """Whether it is more than BUDGET."""
        return self.rows > BUDGET


def cost_of(plan: Mapping[str, Any]) -> Cost:
    """The estimate of a plan as the driver gives it."""
    steps = list(_steps(plan))
    largest = sorted(steps, key=lambda step: -step.rows)[:_SHOWN]
    return Cost(sum(step.rows for step in steps), len(steps), tuple(largest))


def _steps(plan: Mapping[str, Any]) -> Iterator[Operator]:
    waiting = [plan]
    while waiting:
        one = waiting.pop()
        said = one.get("args", {})
        name = str(one["operatorType"]).partition("@")[0]
        yield Operator(name, str(said.get("Details", ""))[:200], float(said.get("EstimatedRows", 0.0)))
        waiting.extend(one.get("children", ()))
