"""What is counted of a set of firms: measures with their groups (`seeds/statistics/measures.yml`), and their reading.

A measure puts a firm in a group, in several, or in none: then it is unknown of the firm, never no.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.values.industry import section_of
from kg.values.region import Regions
from kg.yml import read_yaml
from matcher.assess.size import bounds_of
from matcher.discovery.trait import BY_NAME, Seen
from matcher.errors import BadRulesError
from matcher.fields import TIERS, number, plain, region_code, region_prefix
from matcher.firm import Item

Fields = Mapping[str, tuple[Item, ...]]

INDUSTRY, FOUNDATION = "industry_code", "foundation_class"
"""Fields that the corpus has not: classes of GB/T 4754 by their key, classes of the four foundations (2016)."""

GB_T_4754 = "GB/T 4754:"
_CODE = re.compile(rf"{re.escape(GB_T_4754)}[A-T]?(\d{{2,4}})$")
_NATIONAL = re.compile(r"国家")
_PROVINCIAL = re.compile(r"省|自治区|(?:北京|天津|上海|重庆)市")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Group(_Data):
    """A group of a measure, and what it holds: places, or values from a number on."""

    id: str
    zh: str
    en: str
    prefixes: tuple[str, ...] = ()
    at_least: float | None = Field(default=None, alias="from")

    def named(self, lang: str) -> str:
        """Its name in a language."""
        return self.zh if lang == "zh" else self.en


class Measure(_Data):
    """A measure: see the head of its file. `groups` is empty where the groups are those that firms are in."""

    id: str
    zh: str
    en: str
    define_zh: str
    define_en: str
    unit: str = ""
    presence: bool = False
    met: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    def named(self, lang: str) -> str:
        """Its name in a language."""
        return self.zh if lang == "zh" else self.en

    def defined(self, lang: str) -> str:
        """Its definition in a language."""
        return self.define_zh if lang == "zh" else self.define_en


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a firm: its groups, the value where there is one, and the facts that it rests on."""

    groups: tuple[str, ...]
    value: float | None = None
    facts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@cache
def measures() -> dict[str, Measure]:
    """All measures in their order. Raises BadRulesError (MA041) where the file cannot be used."""
    path = files("seeds").joinpath("statistics", "measures.yml")
    try:
        found = [Measure.model_validate(row) for row in read_yaml(path.read_text("utf-8"))["measures"]]
    except (OSError, UnicodeError, yaml.YAMLError, LookupError, TypeError, ValidationError) as error:
        raise BadRulesError(f"no measures: {error}", file=str(path), hint="restore the file") from error
    return {one.id: one for one in found}


def read(measure: Measure, fields: Fields, day: date) -> Said | None:
    """What is known of a firm with these fields on a day; None where nothing is."""
    reader = READERS.get(measure.id)
    return reader.read(measure, fields, day) if reader else None


def _facts(*items: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.fact for item in items if item.fact))


def _place(fields: Fields) -> tuple[str, Item] | None:
    """The most exact place that is stated, as the significant head of its code."""
    found = [(region_prefix(code), item) for item in fields.get("region", ()) if (code := region_code(str(item.value)))]
    return max(found, key=lambda pair: (len(pair[0]), pair[0]), default=None)


def _area(measure: Measure, fields: Fields, day: date) -> Said | None:
    place = _place(fields)
    if place is None:
        return None
    mine, item = place
    inside = next((one.id for one in measure.groups if mine.startswith(one.prefixes) and one.prefixes), None)
    if inside is None and any(prefix.startswith(mine) for one in measure.groups for prefix in one.prefixes):
        return None
    rest = next(one.id for one in measure.groups if not one.prefixes)
    return Said((inside or rest,), facts=_facts(item))


def _city(measure: Measure, fields: Fields, day: date) -> Said | None:
    place = _place(fields)
    if place is None:
        return None
    path = Regions.load().path(place[0].ljust(6, "0"))
    city = next((one.code for one in path if one.level == "city"), None)
    if city is None and path:  # a municipality, or a county that no city stands above
        city = path[0].code if path[0].name.endswith("市") else path[1].code if len(path) > 1 else None
    return Said((city,), facts=_facts(place[1])) if city else None


def _coded(fields: Fields) -> tuple[str, Item] | None:
    """The finest code of GB/T 4754 that is stated, without the letter of its section."""
    found = [(match[1], item) for item in fields.get(INDUSTRY, ()) if (match := _CODE.match(str(item.value)))]
    return max(found, key=lambda pair: (len(pair[0]), pair[0]), default=None)


def _section(measure: Measure, fields: Fields, day: date) -> Said | None:
    coded = _coded(fields)
    if coded is None:
        return None
    section = section_of(coded[0])
    return Said((section,), facts=_facts(coded[1])) if section else None


def _industry(measure: Measure, fields: Fields, day: date) -> Said | None:
    coded = _coded(fields)
    return Said((coded[0],), facts=_facts(coded[1])) if coded else None


def _from(trait: str) -> Callable[[Measure, Fields, date], Said | None]:
    """The group whose bound the figure of a trait has reached; groups stand from the highest bound down."""

    def reading(measure: Measure, fields: Fields, day: date) -> Said | None:
        seen: Seen | None = BY_NAME[trait].read(fields, day)
        if seen is None or seen.value < 0:
            return None
        group = next(one.id for one in measure.groups if one.at_least is not None and seen.value >= one.at_least)
        return Said((group,), seen.value, seen.facts, seen.names)

    return reading


def _institute(measure: Measure, fields: Fields, day: date) -> Said | None:
    seen = BY_NAME["centres"].read(fields, day)
    if seen is None:
        return None
    levels = {
        "national" if _NATIONAL.search(name) else "provincial" if _PROVINCIAL.search(name) else "unstated"
        for name in seen.names
    }
    best = next(one.id for one in measure.groups if one.id in levels)
    return Said((best,), facts=seen.facts, words=seen.names)


def _foundation(measure: Measure, fields: Fields, day: date) -> Said | None:
    known = {one.id for one in measure.groups}
    items = [item for item in fields.get(FOUNDATION, ()) if item.value in known]
    return Said(tuple(dict.fromkeys(str(item.value) for item in items)), facts=_facts(*items)) if items else None


def _tier(measure: Measure, fields: Fields, day: date) -> Said | None:
    held = {tier: item for item in fields.get("tier", ()) if (tier := plain(item.value)) in TIERS}
    best = max(held, key=TIERS.index, default=None)
    return Said((best,), facts=_facts(held[best])) if best else None


def _size(measure: Measure, fields: Fields, day: date) -> Said | None:
    for item in fields.get("size", ()):
        words = plain(item.value)
        stated = next((one.id for one in measure.groups if words in (one.id, one.zh, one.zh + "企业")), None)
        if stated:
            return Said((stated,), facts=_facts(item))
    figures = {
        name: next((item for item in fields.get(name, ()) if number(item.value) is not None), None) for name in _BOTH
    }
    staff, revenue = (number(one.value) if one else None for one in figures.values())
    if staff is None and revenue is None:
        return None
    coded = _coded(fields)
    sizes = bounds_of(coded[0] if coded else None).sizes(staff, revenue)
    if len(sizes) != 1:
        return None
    return Said(tuple(sizes), facts=_facts(*(one for one in figures.values() if one)))


_BOTH = ("staff", "revenue")


@dataclass(frozen=True, slots=True)
class Reader:
    """The fields that a measure is read from, and how; a firm that has none of them is unknown."""

    fields: tuple[str, ...]
    reading: Callable[[Measure, Fields, date], Said | None]

    def read(self, measure: Measure, fields: Fields, day: date) -> Said | None:
        """See `read` of the module."""
        own = {name: items for name in self.fields if (items := fields.get(name))}
        return self.reading(measure, own, day) if own else None


READERS: dict[str, Reader] = {
    "area": Reader(("region",), _area),
    "city": Reader(("region",), _city),
    "section": Reader((INDUSTRY,), _section),
    "industry": Reader((INDUSTRY,), _industry),
    "age": Reader(("founded", "age"), _from("age")),
    "rd_ratio": Reader(("rd_ratio",), _from("rd_ratio")),
    "institute": Reader(("honour",), _institute),
    "foundation": Reader((FOUNDATION,), _foundation),
    "tier": Reader(("tier",), _tier),
    "size": Reader(("size", *_BOTH, INDUSTRY), _size),
}
"""How each measure is read; one that has no reader (复工率) is unknown of every firm."""


def fields_read() -> frozenset[str]:
    """All fields that a measure is read from."""
    return frozenset(name for one in READERS.values() for name in one.fields)
