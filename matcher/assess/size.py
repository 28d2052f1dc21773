"""Classes of size by industry (large, medium, small, micro), by staff and revenue: `seeds/criteria/size.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from kg.values.industry import lettered
from kg.yml import read_yaml
from matcher.conditions import Truth
from matcher.errors import BadRulesError

Size = Literal["large", "medium", "small", "micro"]
SIZES: tuple[Size, ...] = ("large", "medium", "small", "micro")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower bounds of large, medium and small in one industry: persons, and CNY where revenue counts.

    `codes` are the sections (and divisions) of GB/T 4754 that it is of.
    """

    id: str
    zh: str
    en: str
    codes: tuple[str, ...]
    staff: tuple[float, float, float]
    revenue: tuple[float, float, float] | None = None

    def sizes(self, staff: float | None, revenue: float | None) -> frozenset[Size]:
        """The classes that a firm may be of; one where all that counts is known.

        Both lower bounds are to be met, else the class below; micro where either is below the last.
        """
        by_staff = _classes(self.staff, staff)
        if self.revenue is None:
            return by_staff
        by_revenue = _classes(self.revenue, revenue)
        return frozenset(SIZES[max(SIZES.index(a), SIZES.index(b))] for a in by_staff for b in by_revenue)


def _classes(bounds: tuple[float, float, float], value: float | None) -> frozenset[Size]:
    if value is None:
        return frozenset(SIZES)
    place = next((place for place, bound in enumerate(bounds) if value >= bound), len(bounds))
    return frozenset({SIZES[place]})


def bounds_of(industry: str | None) -> Bounds:
    """The bounds for a code of GB/T 4754 (C3489, 3489, GB/T 4754:3489): the longest that it begins with; "other" else.

    Industry (工业) where the code is not known: firms of this system's lists are manufacturers. Raises BadRulesError.
    """
    table = _table()
    if not industry:
        return table["industry"]
    said = lettered(industry)
    found = [(code, one) for one in table.values() for code in one.codes if said.startswith(code)]
    return max(found, key=lambda pair: len(pair[0]))[1] if found else table["other"]


def is_sme(industry: str | None, staff: float | None, revenue: float | None) -> Truth:
    """Whether a firm is small or medium: not large in its industry."""
    sizes = bounds_of(industry).sizes(staff, revenue)
    return Truth.TRUE if "large" not in sizes else Truth.FALSE if sizes == {"large"} else Truth.UNKNOWN


@cache
def _table() -> dict[str, Bounds]:
    path = files("seeds").joinpath("criteria", "size.yml")
    try:
        rows = read_yaml(path.read_text(encoding="utf-8"))["industries"]
        return {
            row["id"]: Bounds(
                row["id"],
                row["zh"],
                row["en"],
                tuple(row["codes"]),
                tuple(row["staff"]),
                tuple(row["revenue"]) if row.get("revenue") else None,
            )
            for row in rows
        }
    except (OSError, UnicodeError, yaml.YAMLError, LookupError, TypeError) as error:
        raise BadRulesError(f"no classes of size: {error}", file=str(path), hint="restore the file") from error
