"""A requirement's targets against what a firm shows: met, near, missed or unknown, each with its evidence.

Both sides are figures: a name, an operator, a value, a unit. A figure is compared with a target where its name is the
target's or a longer or shorter name of it (抗拉强度 for 强度) and its unit can be said in the target's. What is shown
as a value or a range is met where it reaches into what is wanted: a maker of strip of 0.2 to 1.5 mm makes 0.5 mm. What
is shown as a bound alone (不低于1850) must lie within it as a whole; if it neither does nor lies beside it, it decides
nothing. A figure beside the target by at most a tenth of the target's bound is near.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from kg.values.name import name_key
from kg.values.unit import comparable, converted, find_unit
from matcher.firm import Item
from matcher.naming import fit

Verdict = Literal["met", "near", "missed", "unknown"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

NEAR = 0.1
"""A figure is near that misses a bound by at most this share of it; so far, too, reaches `approx`."""

WORTH = {"met": 1.0, "near": 0.5, "missed": 0.0, "unknown": 0.0}
"""Share of a target that counts as reached."""

_OPERATORS = ("<", "<=", "=", ">=", ">", "range", "approx")
_BRACKETS = re.compile(r"\([^()]*\)")
_HEDGES = re.compile(r"^(?:最大|最小|最高|最低|平均|额定|实测|典型|标称|单[机台件])|(?:值|指标|要求|范围)$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is wanted or shown; `value_max` for the operator range alone, `product` is of what it is said."""

    name: str
    operator: str
    value: float
    value_max: float | None = None
    unit: str = ""
    condition: str = ""
    product: str = ""
    fact: str | None = None

    def said(self) -> str:
        """The figure in signs: 抗拉强度 ≥ 1850 MPa."""
        sign = {"<=": "≤", ">=": "≥", "approx": "≈", "range": "="}.get(self.operator, self.operator)
        end = "" if self.value_max is None else f"–{self.value_max:.10g}"
        return f"{self.name} {sign} {self.value:.10g}{end} {self.unit}".rstrip()

    def bounds(self, unit: str) -> tuple[float, float]:
        """What the figure allows, in another unit; open ends are infinite. ValueError where it cannot be said in it."""
        low = converted(self.value, self.unit, unit)
        if self.operator in (">", ">="):
            return low, math.inf
        if self.operator in ("<", "<="):
            return -math.inf, low
        if self.operator == "approx":
            return low - NEAR * abs(low), low + NEAR * abs(low)
        return low, low if self.value_max is None else converted(self.value_max, self.unit, unit)


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of one target: the verdict, and the figure that decides it (none: nothing that can be compared)."""

    target: Figure
    verdict: Verdict
    figure: Figure | None = None


def figure_of(said: object, fact: str | None = None) -> Figure | None:
    """A figure of a line of JSON or an edge of the graph; None where it has no number or no operator of ours."""
    if not isinstance(said, Mapping):
        return None
    name, value, highest = said.get("name"), _number(said.get("value")), _number(said.get("value_max"))
    operator = said.get("operator") or "="
    if not isinstance(name, str) or not name.strip() or value is None or operator not in _OPERATORS:
        return None
    if (operator == "range") != (highest is not None):
        return None
    condition, product = (str(said.get(key) or "") for key in ("condition", "product"))
    return Figure(name, operator, value, highest, unit_of(str(said.get("unit") or "")), condition, product, fact)


def figures(items: Iterable[Item]) -> list[Figure]:
    """The figures among the values of a firm's field `parameters`."""
    return [one for one in (figure_of(item.value, item.fact) for item in items) if one is not None]


def unit_of(written: str) -> str:
    """The one form of a unit (公斤 → kg); as it is written where it is none that we know."""
    plain = unicodedata.normalize("NFKC", written).strip()
    found = find_unit(plain, 0)
    return found.symbol if found is not None and found.end == len(plain) else plain


def compare(targets: Sequence[Figure], shown: Sequence[Figure], sought: Sequence[str] = ()) -> list[Shown]:
    """What comes of each target. Of several figures one that is said of a product that is `sought` decides, then the
    best one. What is said of another product misses no target: the thing that is sought may reach more."""
    return [_decided(target, shown, sought) for target in targets]


def reached(found: Sequence[Shown]) -> float:
    """Share of the targets that are reached, a near one counting half."""
    return sum(WORTH[one.verdict] for one in found) / len(found) if found else 0.0


def verdict(target: Figure, figure: Figure) -> Verdict:
    """Whether a figure meets a target of the same name."""
    if not comparable(figure.unit, target.unit):
        return "unknown"
    low, high = target.bounds(target.unit)
    least, most = (_snapped(end, low, high) for end in figure.bounds(target.unit))
    strict = (target.operator == ">" and most == low) or (target.operator == "<" and least == high)
    beside = max(low - most, least - high)
    if beside > 0 or (beside == 0 and strict):
        bound = low if low - most >= least - high else high
        return "near" if beside <= NEAR * abs(bound) else "missed"
    bounded = math.isfinite(least) and math.isfinite(most)
    same_open = target.operator in "<>" and figure.operator != target.operator and (least == low or most == high)
    return "met" if bounded or (low <= least and most <= high and not same_open) else "unknown"


def same_name(target: str, figure: str) -> bool:
    """Whether two figures are of one thing: one name is the other, or ends with it."""
    one, other = plain_name(target), plain_name(figure)
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) > 1 and longer.endswith(shorter))


def _decided(target: Figure, shown: Sequence[Figure], sought: Sequence[str]) -> Shown:
    found = [(figure, verdict(target, figure)) for figure in shown if same_name(target.name, figure.name)]
    if not found:
        return Shown(target, "unknown")
    best, said = min(found, key=lambda one: (not _said_of(one[0], sought), VERDICTS.index(one[1])))
    if said == "missed" and sought and best.product and not _said_of(best, sought):
        return Shown(target, "unknown")
    return Shown(target, said, best)


def _said_of(figure: Figure, sought: Sequence[str]) -> bool:
    return any(fit(term, figure.product) or fit(figure.product, term) for term in sought) if figure.product else False


def _snapped(end: float, *bounds: float) -> float:
    """An end that is a bound but for the last digits of a conversion is that bound."""
    return next((bound for bound in bounds if math.isclose(end, bound, rel_tol=1e-9)), end)


def plain_name(name: str) -> str:
    """A parameter's name as it is compared: without brackets and words that hedge it (最大抗拉强度值 → 抗拉强度)."""
    key = _BRACKETS.sub("", name_key(name))
    return _HEDGES.sub("", key) or key


def _number(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if number else None  # type: ignore[arg-type]
