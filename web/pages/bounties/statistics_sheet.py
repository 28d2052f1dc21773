"""Statistics of bounties as a workbook: a sheet for each table, and what each counts."""

from __future__ import annotations

from collections.abc import Sequence

from kg.ontology import Ontology
from kg.values.region import Regions
from web.pages.bounties.portal import Portal
from web.pages.bounties.sheet import said_of, words
from web.work.bounties.statistics import COLUMNS, BountyStatistics, Days, Group
from web.workbook import Sheet, workbook

_WORDS = {
    "coming": ("征集中或公示中", "open or in notice"),
    "outcome": ("结果", "outcome"),
    "award": ("发布到揭榜公示", "time to award"),
    "all": ("全部", "all"),
    "none": ("不详", "not known"),
    "least": ("最短（天）", "least (days)"),
    "lower": ("四分之一位（天）", "first quartile (days)"),
    "median": ("中位（天）", "median (days)"),
    "upper": ("四分之三位（天）", "third quartile (days)"),
    "most": ("最长（天）", "most (days)"),
    "dated": ("两个日期都知道的", "both days known"),
    "undated": ("日期不详的", "a day not known"),
    "field_of": ("发榜单位所写", "as the poster wrote it"),
    "group_of": (
        "一个榜单的六基类别可以有几个，各计一次；其余各表一个榜单计一次，没有写明的列为不详",
        "a bounty counts in each of its classes, in every other table once; what is not said stands as not known",
    ),
    "outcome_of": (
        "揭榜申请截止以后的公开结果；未完成和有争议的公开显示为揭榜成功，计入已选出揭榜方；撤回的不公开，不计",
        "what is public once applications are over; failed or disputed ones are shown as contracted and count as "
        "awarded; withdrawn ones are not public and are not counted",
    ),
    "award_of": (
        "从榜单发布（首次公示）那天到揭榜结果公示那天；只算可以公开揭榜结果的榜单，缺一个日期或先后颠倒的列为日期不详",
        "from the day of publication (first notice) to the day of the notice of the award; of bounties whose award is "
        "public; where a day is missing or they are the wrong way round it is not known",
    ),
}


def statistics_sheet(page: BountyStatistics, found: Portal, ontology: Ontology, lang: str) -> bytes:
    """The tables as XLSX."""
    say = words(lang) | {name: both[lang != "zh"] for name, both in _WORDS.items()}
    outcomes = Sheet(say["outcome"], [say["outcome"], say["count"]], [(say[k], n) for k, n in page.outcomes.items()])
    sheets = [
        _grouped(say["city"], page.cities, say, places=True),
        _grouped(say["field"], page.fields, say),
        _grouped(say["base"], page.bases, say),
        outcomes,
        _lasted(page, say),
    ]
    about = [
        *said_of(say, page.as_of, found.asked, ontology, lang, page.demo),
        (say["count"], str(page.count)),
        (say["unknown"], str(found.unknown)),
        (say["city"], say["city_of"]),
        (say["field"], say["field_of"]),
        (say["base"], say["base_of"]),
        (say["none"], say["group_of"]),
        (say["outcome"], say["outcome_of"]),
        (say["award"], say["award_of"]),
        (say["state_is"], say["state_of"]),
    ]
    return workbook(sheets, say["about"], about)


def _grouped(name: str, groups: Sequence[Group], say: dict[str, str], *, places: bool = False) -> Sheet:
    head = [name, say["count"], *(say[one] for one in COLUMNS)]
    rows = [[_named(one.value, say, places), one.count, *(one.outcomes[k] for k in COLUMNS)] for one in groups]
    return Sheet(name, head, rows)


def _lasted(page: BountyStatistics, say: dict[str, str]) -> Sheet:
    parts = ("least", "lower", "median", "upper", "most")
    head = [say["city"], say["dated"], say["undated"], *(say[part] for part in parts)]

    def row(name: str, one: Days) -> list[object]:
        return [name, one.count, one.unknown, *(getattr(one, part) for part in parts)]

    rows = [row(say["all"], page.award), *(row(_named(one.value, say, True), one) for one in page.award_by_city)]
    return Sheet(say["award"], head, rows)


def _named(value: str, say: dict[str, str], place: bool) -> str:
    region = Regions.load().by_code(value) if place else None
    return region.name if region else value or say["none"]
