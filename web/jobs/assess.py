"""What the graph knows of a firm for the criteria of tiers, and how it stands on them on a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.store import Graph
from kg.tier import courses
from matcher.assess.criteria import criteria
from matcher.assess.engine import Assessment, assess
from matcher.assess.inputs import Given, Values, inputs
from matcher.assess.size import is_sme
from matcher.conditions import Truth
from web.home import Home
from web.jobs.applicants import listed
from web.jobs.honours import honours

RELATIONS = (
    "REPORTS_METRIC", "OWNS_PATENT", "HOLDS_CERTIFICATE", "OWNS_BRAND", "DRAFTED_STANDARD", "PRODUCES", "IN_INDUSTRY",
)  # fmt: skip
FOLDER = "criteria"
"""The folder of an operator's own sets in the data folder."""

LADDER = ("innovative", "specialised", "little_giant", "champion")
"""From the lowest tier to the highest."""

_STANDS = ("recognised", "implied", "rechecked")
_FOUNDATION = "liuji-2026"
_SYSTEM = re.compile(r"9001|14001|45001|16949|13485|27001|50001|管理体系")
_NATIONAL = re.compile(r"全国|国内|中国")


@dataclass(frozen=True, slots=True)
class Standing:
    """A firm on all sets, the newest first within a tier: those that hold on the day and those that are over.

    `last` is the year that counts as the last one: the newest whole year before the day of which a figure is known.
    `held` are the tiers that it holds on the day, the lowest first.
    """

    firm: str
    day: dt.date
    last: int
    held: tuple[str, ...]
    assessments: tuple[Assessment, ...]

    @property
    def next_tier(self) -> str | None:
        """The lowest tier above the highest that it holds; None at the top."""
        place = max((LADDER.index(tier) for tier in self.held), default=-1) + 1
        return LADDER[place] if place < len(LADDER) else None

    def of(self, tier: str) -> list[Assessment]:
        """The assessments of one tier, the newest set first."""
        return [one for one in self.assessments if one.criteria.tier == tier]


def standing(home: Home, graph: Graph, firm_id: str, day: dt.date, own: Iterable[Given] = ()) -> Standing:
    """How a firm stands on a day. `own` are figures that it gives itself; they count before what the graph knows.

    Raises BadRulesError MA041 (an operator's set that cannot be used).
    """
    rows = graph.read("assessed", id=firm_id, day=day.isoformat(), relations=list(RELATIONS))
    held = _held(graph, firm_id, day)
    given = [*own, *_known(graph, firm_id, day, rows, held)]
    years = [one.year for one in given if one.year is not None and one.year < day.year]
    last = max(years, default=day.year - 1)
    values = Values(_with_size(given, last, _industry(rows)), last)
    sets = criteria(home.settings.home / FOLDER)
    assessments = tuple(assess(one, values) for one in sets.values() if one.since <= day)
    return Standing(firm_id, day, last, tuple(tier for tier in LADDER if tier in held), assessments)


def _known(
    graph: Graph, firm_id: str, day: dt.date, rows: Sequence[Mapping[str, Any]], held: Mapping[str, str | None]
) -> list[Given]:
    """The inputs that the graph gives, the best first."""
    return [
        *_tiers(held),
        *_metrics(rows),
        *_papers(rows),
        *_patents(rows),
        *_fields(rows),
        *_registered(graph, firm_id, day),
    ]


def _industry(rows: Iterable[Mapping[str, Any]]) -> str | None:
    found = (row["key"] for row in rows if row["relation"] == "IN_INDUSTRY")
    return next((str(key).split(":", 1)[-1] for key in found if key), None)


def _held(graph: Graph, firm_id: str, day: dt.date) -> dict[str, str | None]:
    """The tiers held on a day, each with a statement that it rests on."""
    said = [line for line, _ in honours(graph, firm_id)]
    return {
        course.tier: next((step.fact for step in course.steps if step.fact), None)
        for course in courses(said, day.isoformat())
        if course.standing in _STANDS and course.tier in LADDER
    }


def _tiers(held: Mapping[str, str | None]) -> Iterator[Given]:
    """A tier that is held; the measures recognise each from the one below it, so that one is held too."""
    for place, tier in enumerate(LADDER[:3]):
        above = next((higher for higher in LADDER[place:3] if higher in held), None)
        if above is not None:
            yield Given(f"tier_{tier}", 1, fact=held[above], said="" if above == tier else "higher_tier")


def _metrics(rows: Iterable[Mapping[str, Any]]) -> Iterator[Given]:
    for row in rows:
        edge = row["edge"]
        if row["relation"] != "REPORTS_METRIC" or edge.get("value") is None:
            continue
        name, period, scope = (
            str(row["key"] or row["name"]),
            str(edge.get("period") or ""),
            str(edge.get("scope") or ""),
        )
        if name == "market_share" and _NATIONAL.search(scope):
            yield Given("market_share", float(edge["value"]), fact=edge.get("fact"))
        elif name in inputs() and inputs()[name].kind == "yearly" and not scope and period[:4].isdigit():
            yield Given(name, float(edge["value"]), int(period[:4]), fact=edge.get("fact"))


def _papers(rows: Iterable[Mapping[str, Any]]) -> Iterator[Given]:
    flags = {"OWNS_BRAND": "own_brand", "DRAFTED_STANDARD": "standards"}
    for row in rows:
        name = str(row["name"] or "")
        fact = row["edge"].get("fact")
        if row["relation"] in flags:
            yield Given(flags[row["relation"]], 1, fact=fact)
        elif row["relation"] == "HOLDS_CERTIFICATE" and _SYSTEM.search(name):
            yield Given("certified", 1, fact=fact)
        elif row["relation"] == "HOLDS_CERTIFICATE" and "高新技术企业" in name:
            yield Given("high_tech", 1, fact=fact)


def _patents(rows: Iterable[Mapping[str, Any]]) -> Iterator[Given]:
    """Granted inventions on a product of the firm, as far as they are known: there may be more."""
    related = [
        row
        for row in rows
        if row["relation"] == "OWNS_PATENT" and row["object"].get("kind") == "invention" and row["about"]
        and (row["object"].get("granted") or row["edge"].get("granted"))
    ]  # fmt: skip
    if related:
        parts = tuple(Given("patents_class1", 1, fact=row["edge"].get("fact")) for row in related)
        yield Given("patents_class1", float(len(related)), said="counted", least=True, parts=parts)


def _fields(rows: Iterable[Mapping[str, Any]]) -> Iterator[Given]:
    found = (field for row in rows if row["relation"] == "PRODUCES" for field in row["fields"])
    for field in found:
        if field["scheme"] == _FOUNDATION:
            yield Given("key_field", 1, fact=field["fact"], said="inferred")
            yield Given("key_field_or_power", 1, fact=field["fact"], said="inferred")
            return


def _registered(graph: Graph, firm_id: str, day: dt.date) -> Iterator[Given]:
    """What its credit code says (91: an enterprise, GB 32100), and that it stands on a list of those in bad faith."""
    firm = graph.read("firm", id=firm_id)
    if not firm:
        return
    code, name = str(firm[0]["firm"].get("credit_code") or ""), str(firm[0]["firm"].get("name") or "")
    if code.startswith("91") and not name.endswith(("分公司", "分厂")):
        yield Given("independent", 1, said="credit_code")
    for entry in listed(graph, firm_id):
        if (entry.since or "") <= day.isoformat() < (entry.until or "9999"):
            yield Given("clean_record", 0, fact=entry.fact)
            return


def _with_size(given: list[Given], last: int, industry: str | None) -> list[Given]:
    values = Values(given, last)
    staff, revenue = values.of("staff"), values.of("revenue")
    truth = is_sme(industry, staff.value if staff else None, revenue.value if revenue else None)
    if truth is Truth.UNKNOWN:
        return given
    parts = tuple(one for one in (staff, revenue) if one is not None)
    return [*given, Given("size_sme", float(truth is Truth.TRUE), said="reckoned", parts=parts)]
