"""Of which firms something holds: by region, industry, class of size and growth, three-valued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from pydantic import BaseModel, ConfigDict, model_validator

from kg.values.industry import lettered
from kg.values.region import Regions
from matcher.assess.inputs import Given, Values
from matcher.assess.size import Size, bounds_of
from matcher.conditions import Truth


@dataclass(frozen=True, slots=True)
class Traits:
    """What a scope asks of a firm: the code of its place, that of its industry, and its inputs."""

    values: Values
    region: str | None = None
    industry: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a scope has a firm, what it used, and which sides of the firm are not known (region, industry, ...)."""

    truth: Truth
    used: tuple[Given, ...] = ()
    missing: tuple[str, ...] = ()


class Scope(BaseModel):
    """Codes of GB/T 2260 and GB/T 4754 with all below them, classes of size, growth of last year's revenue in percent.

    What is empty is not asked. Raises ValueError for what is no code.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    growth_at_least: float | None = None
    growth_below: float | None = None

    @model_validator(mode="after")
    def _whole(self) -> Scope:
        for code in self.regions:
            if Regions.load().by_code(code) is None:
                raise ValueError(f"no place {code[:20]}: a code of six digits is asked for")
        for code in self.industries:
            if not (code[:1].isalpha() and code[:1].isupper() and (len(code) == 1 or code[1:].isdigit())):
                raise ValueError(f"no industry {code[:20]}: a code as C or C34 is asked for")
        return self

    @property
    def everybody(self) -> bool:
        """Whether it asks nothing."""
        growth = self.growth_at_least is not None or self.growth_below is not None
        return not (self.regions or self.industries or self.sizes or growth)

    def covers(self, region: str) -> bool:
        """Whether firms of a region (code; "": of any) may be among them by their place."""
        regions = Regions.load()
        if not region or not self.regions:
            return True
        return any(regions.contains(one, region) or regions.contains(region, one) for one in self.regions)

    def reach(self, of: Traits) -> Reach:
        """Whether it has a firm: all that is asked holds. What is not known of the firm leaves it open."""
        asked = list(self._sides(of))
        truth = reduce(Truth.__and__, (side.truth for side in asked), Truth.TRUE)
        open_ones = (name for side in asked if side.truth is Truth.UNKNOWN for name in side.missing)
        used = tuple(given for side in asked for given in side.used)
        return Reach(truth, used=used, missing=tuple(open_ones) if truth is Truth.UNKNOWN else ())

    def _sides(self, of: Traits) -> Iterator[Reach]:
        if self.regions:
            yield Reach(_within(self.regions, of.region), missing=("region",))
        if self.industries:
            yield Reach(_classed(self.industries, of.industry), missing=("industry",))
        if self.sizes:
            staff, revenue = of.values.of("staff"), of.values.of("revenue")
            found = bounds_of(of.industry).sizes(staff.value if staff else None, revenue.value if revenue else None)
            wanted = frozenset(self.sizes)
            truth = Truth.TRUE if found <= wanted else Truth.UNKNOWN if found & wanted else Truth.FALSE
            yield Reach(truth, used=tuple(filter(None, (staff, revenue))), missing=("size",))
        if self.growth_at_least is not None or self.growth_below is not None:
            yield self._growth(of.values)

    def _growth(self, values: Values) -> Reach:
        now, before = values.of("revenue"), values.of("revenue", -1)
        if now is None or before is None or before.value <= 0:
            return Reach(Truth.UNKNOWN, used=tuple(filter(None, (now, before))), missing=("growth",))
        growth = (now.value / before.value - 1) * 100
        high = self.growth_at_least is None or growth >= self.growth_at_least
        low = self.growth_below is None or growth < self.growth_below
        return Reach(Truth.of(high and low), used=(now, before))


def _within(wanted: tuple[str, ...], place: str | None) -> Truth:
    """Whether a place lies in one of several; a place that is only known more widely than they are may."""
    if place is None:
        return Truth.UNKNOWN
    regions = Regions.load()
    if any(regions.contains(one, place) for one in wanted):
        return Truth.TRUE
    return Truth.UNKNOWN if any(regions.contains(place, one) for one in wanted) else Truth.FALSE


def _classed(wanted: tuple[str, ...], industry: str | None) -> Truth:
    if not industry:
        return Truth.UNKNOWN
    said = lettered(industry)
    if any(said.startswith(one) for one in wanted):
        return Truth.TRUE
    return Truth.UNKNOWN if any(one.startswith(said) for one in wanted) else Truth.FALSE
