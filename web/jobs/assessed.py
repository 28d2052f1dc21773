"""What the graph knows of firms for the criteria of tiers, many firms at once."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.store import Graph
from kg.tier import Said, courses
from matcher.assess.inputs import Given, Values, inputs
from matcher.assess.size import is_sme
from matcher.conditions import Truth
from web.jobs.applicants import HIGH_TECH, listed_in
from web.jobs.honours import honours_of

RELATIONS = (
    "REPORTS_METRIC", "OWNS_PATENT", "HOLDS_CERTIFICATE", "OWNS_BRAND", "DRAFTED_STANDARD", "PRODUCES", "IN_INDUSTRY",
)  # fmt: skip

LADDER = ("innovative", "specialised", "little_giant", "champion")
"""From the lowest tier to the highest."""

_STANDS = ("recognised", "implied", "rechecked")
_FOUNDATION = "liuji-2026"
"""The scheme of the measures of 2022 and 2026 (六基). No source gives a crosswalk from the catalogue of 2021."""
_SYSTEM = re.compile(r"9001|14001|45001|16949|13485|27001|50001|管理体系")
_NATIONAL = re.compile(r"全国|国内|中国")

_PART = 250
"""Firms that the graph is asked for at once."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a firm on a day: its place and industry (codes), the tiers that it holds, each with a statement,
    and the inputs of criteria, the best first.
    """

    id: str
    name: str = ""
    region: str | None = None
    industry: str | None = None
    held: Mapping[str, str | None] = field(default_factory=dict)
    given: tuple[Given, ...] = ()


def known_of(graph: Graph, ids: Sequence[str], day: dt.date) -> dict[str, Known]:
    """What is known of each firm on a day; firms that the graph does not have are left out."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in graph.read("assessed", ids=list(ids), day=day.isoformat(), relations=list(RELATIONS)):
        rows[row["id"]].append(row)
    titles = honours_of(graph, ids)
    found = {}
    for firm in graph.read("assessed_firms", ids=list(ids)):
        held = _held((line for line, _ in titles.get(firm["id"], [])), day)
        found[firm["id"]] = Known(
            firm["id"],
            str(firm["name"] or ""),
            firm["region"],
            _industry(rows[firm["id"]]),
            held,
            tuple(_given(firm, rows[firm["id"]], held, day)),
        )
    return found


def known_in_parts(graph: Graph, ids: Sequence[str], day: dt.date) -> Iterator[Known]:
    """The same of many firms, one after another: the graph is asked for some at a time."""
    for start in range(0, len(ids), _PART):
        yield from known_of(graph, ids[start : start + _PART], day).values()


def values_of(known: Known, day: dt.date, own: Iterable[Given] = ()) -> Values:
    """The inputs of a firm with its size. `own` are figures that it gives itself; they count before the graph's.

    The last year is the newest whole year before the day of which a figure is known.
    """
    given = [*own, *known.given]
    years = [one.year for one in given if one.year is not None and one.year < day.year]
    last = max(years, default=day.year - 1)
    return Values(_with_size(given, last, known.industry), last)


def _given(firm: Row, rows: Sequence[Row], held: Mapping[str, str | None], day: dt.date) -> Iterator[Given]:
    yield from _tiers(held)
    yield from _metrics(rows)
    yield from _papers(rows)
    yield from _patents(rows)
    yield from _fields(rows)
    yield from _registered(firm, day)


def _industry(rows: Iterable[Row]) -> str | None:
    found = (row["key"] for row in rows if row["relation"] == "IN_INDUSTRY")
    return next((str(key).split(":", 1)[-1] for key in found if key), None)


def _held(said: Iterable[Said], day: dt.date) -> dict[str, str | None]:
    """The tiers held on a day, each with a statement that it rests on."""
    return {
        course.tier: next((step.fact for step in course.steps if step.fact), None)
        for course in courses(list(said), day.isoformat())
        if course.standing in _STANDS and course.tier in LADDER
    }


def _tiers(held: Mapping[str, str | None]) -> Iterator[Given]:
    """A tier that is held; the measures recognise each from the one below it, so that one is held too."""
    for place, tier in enumerate(LADDER[:3]):
        above = next((higher for higher in LADDER[place:3] if higher in held), None)
        if above is not None:
            yield Given(f"tier_{tier}", 1, fact=held[above], said="" if above == tier else "higher_tier")


def _metrics(rows: Iterable[Row]) -> Iterator[Given]:
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


def _papers(rows: Iterable[Row]) -> Iterator[Given]:
    flags = {"OWNS_BRAND": "own_brand", "DRAFTED_STANDARD": "standards"}
    for row in rows:
        name = str(row["name"] or "")
        fact = row["edge"].get("fact")
        if row["relation"] in flags:
            yield Given(flags[row["relation"]], 1, fact=fact)
        elif row["relation"] == "HOLDS_CERTIFICATE" and _SYSTEM.search(name):
            yield Given("certified", 1, fact=fact)
    held = (row for row in rows if row["relation"] == "HOLDS_CERTIFICATE")
    titles = [row for row in held if HIGH_TECH in str(row["name"] or "")]
    # the measures ask for one within its term: without its last day that is not known
    for row in sorted(titles, key=lambda row: row["edge"].get("valid_to") is None)[:1]:
        ends = row["edge"].get("valid_to") is not None
        yield Given("high_tech", 1, fact=row["edge"].get("fact"), said="" if ends else "no_term", settles=ends)


def _patents(rows: Iterable[Row]) -> Iterator[Given]:
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


def _fields(rows: Iterable[Row]) -> Iterator[Given]:
    """The field of a product, which counts where it is of the scheme that the measures name.

    Extractors read fields of the catalogue of 2021. Such a field is shown beside the condition and does not settle it.
    """
    found = [one for row in rows if row["relation"] == "PRODUCES" for one in row["fields"]]
    for one in sorted(found, key=lambda one: one["scheme"] != _FOUNDATION)[:1]:
        same = one["scheme"] == _FOUNDATION
        said = "other_scheme" if not same else "inferred" if one["level"] == "inferred" else ""
        for name in ("key_field", "key_field_or_power"):
            yield Given(name, 1, fact=one["fact"], said=said, settles=same)


def _registered(firm: Row, day: dt.date) -> Iterator[Given]:
    """What its credit code says (91: an enterprise, GB 32100), and that it stands on a list of those in bad faith."""
    code, name = str(firm["credit_code"] or ""), str(firm["name"] or "")
    if code.startswith("91") and not name.endswith(("分公司", "分厂")):
        yield Given("independent", 1, said="credit_code")
    for entry in listed_in(firm["profile"]):
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
