"""Thresholds of an operator: rows of a form, the effect of a change, and the history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from matcher.assess.criteria import Criteria
from matcher.assess.inputs import inputs
from matcher.assess.threshold import Place, Threshold, places
from matcher.conditions import Truth
from web.errors import UnusableError
from web.forms import Form, first, whole
from web.jobs.network import network
from web.jobs.statistics import AskedSet, chosen
from web.jobs.thresholds import Effect, effect, rule_sets
from web.pages.criteria.criteria import VERDICTS
from web.pages.criteria.scope import bound_words, scope_words
from web.pages.evidence.citation import Named
from web.work.analysis import thresholds as work
from web.work.typed import number_of

if TYPE_CHECKING:
    from web.db.criteria import ThresholdVersion
    from web.deps import Visit

SPARE = 2
"""Empty rows at the end of the form."""
LISTED = 200
"""Firms that move and are listed; how many there are is said."""
FIELDS = (
    "place", "value", "regions", "industries", "sizes", "growth_at_least", "growth_below", "since", "until", "source",
)  # fmt: skip
SIZES = ("large", "medium", "small", "micro")
_PARTS = re.compile(r"[\s,，;；、]+")


class Option(BaseModel):
    """A bound of the measures that may be replaced."""

    key: str
    words: str


class CountRow(BaseModel):
    """How many firms pass, miss and are unknown before and after."""

    rules: str
    words: str
    before: dict[str, int]
    after: dict[str, int]


class MoveRow(BaseModel):
    """A firm that moves."""

    firm: Named
    region: str | None
    rules: str
    words: str
    before: str
    after: str


class EffectPart(BaseModel):
    """The effect of a change over a set of firms."""

    firms: int
    left_out: int
    counts: list[CountRow]
    moves: list[MoveRow]
    moved: int = Field(description="all that move, those beyond the list too")


class VersionRow(BaseModel):
    """A version of the history."""

    number: int
    at: str
    by: str
    reason: str
    rows: list[str]


class ThresholdsPage(BaseModel):
    """The form with its rows, what a change does, and the history."""

    number: int = Field(description="the version that holds; 0: none")
    shown: int = Field(description="the version whose rows stand in the form")
    rows: list[dict[str, str]]
    options: dict[str, list[Option]] = Field(description="bounds by the title of their set")
    region: str = ""
    tier: str = ""
    effect: EffectPart | None = None
    seen: str = ""
    reason: str = ""
    wrong: dict[str, str] = {}
    code: str = ""
    versions: list[VersionRow]


def thresholds_page(visit: Visit, day: dt.date, version: int | None = None) -> ThresholdsPage:
    """The form with the rows that hold, or those of a former version. Raises WebError WE401, WE032."""
    with visit.home.database().session() as session:
        found = list(work.versions(session, visit.actor))
    newest = found[0].number if found else 0
    shown = next((one for one in found if one.number == version), found[0] if found else None)
    sets = rule_sets(visit.home, day)
    return ThresholdsPage(
        number=newest,
        shown=shown.number if shown else 0,
        rows=[*(_typed(row) for row in work.rows_of(shown)), *_spare()],
        options=_options(sets, visit.lang),
        versions=[_version(one, sets, visit.lang) for one in found],
    )


def typed_page(visit: Visit, form: Form, day: dt.date) -> tuple[ThresholdsPage, list[Threshold]]:
    """The form as it was typed, and its thresholds. What cannot be used is in `wrong`, by row and field."""
    page = thresholds_page(visit, day)
    page.shown = whole(first(form, "shown")) or 0
    page.rows, rows = [], []
    page.region, page.tier, page.reason = first(form, "region"), first(form, "tier"), first(form, "reason")
    held = places(rule_sets(visit.home, day))
    for number in range(min(whole(first(form, "rows")) or 0, work.MOST + SPARE)):
        typed = {name: first(form, f"{name}.{number}").strip() for name in FIELDS}
        typed["sizes"] = " ".join(one for one in SIZES if first(form, f"size-{one}.{number}"))
        if not typed["place"]:
            continue
        try:
            rows.append(_threshold(typed, held))
        except UnusableError as error:
            page.wrong |= {f"{len(page.rows)}.{name}": why for name, why in error.wrong.items()}
        page.rows.append(typed)
    page.rows.extend(_spare())
    return page, rows


def with_effect(visit: Visit, page: ThresholdsPage, rows: Sequence[Threshold], day: dt.date) -> None:
    """Put the effect of these rows over the asked set of firms beside the form. Raises as `chosen`."""
    with visit.home.database().session() as session:
        before = work.rows_of(work.newest(session))
    firms = chosen(visit.home, visit.graph, visit.actor, AskedSet(region=page.region.strip(), tier=page.tier))
    corpus = network(visit.home).corpus
    ids = [str(corpus.firms[int(row)].id) for row in firms.rows.nonzero()[0]]
    found = effect(visit.home, visit.graph, before, rows, ids, day)
    page.effect = _effect(found, rule_sets(visit.home, day), visit.lang)
    page.seen = work.digest_of(rows)


def _effect(found: Effect, sets: Mapping[str, Criteria], lang: str) -> EffectPart:
    return EffectPart(
        firms=found.firms,
        left_out=found.left_out,
        counts=[
            CountRow(
                rules=sets[rules].named(lang),
                words=_indicator(sets[rules], indicator, lang),
                before={VERDICTS[truth]: before[truth] for truth in Truth},
                after={VERDICTS[truth]: after[truth] for truth in Truth},
            )
            for (rules, indicator), (before, after) in found.counts.items()
        ],
        moves=[
            MoveRow(
                firm=Named(id=one.firm, name=one.name),
                region=one.region,
                rules=sets[one.rules].named(lang),
                words=_indicator(sets[one.rules], one.indicator, lang),
                before=VERDICTS[one.before],
                after=VERDICTS[one.after],
            )
            for one in found.moves[:LISTED]
        ],
        moved=len({one.firm for one in found.moves}),
    )


def _indicator(rules: Criteria, indicator: str, lang: str) -> str:
    one = next((one for one in rules.indicators if one.id == indicator), None)
    return "" if one is None else one.en if lang == "en" else one.zh


def _options(sets: Mapping[str, Criteria], lang: str) -> dict[str, list[Option]]:
    found: dict[str, list[Option]] = {}
    for key, (place, was) in places(sets).items():
        rules = sets[place.rules]
        words = f"{_indicator(rules, place.indicator, lang)} · {bound_words(place, was, lang)}"
        found.setdefault(rules.named(lang), []).append(Option(key=key, words=words))
    return found


def row_words(row: Threshold, sets: Mapping[str, Criteria], lang: str) -> str:
    """A threshold in one line."""
    rules = sets.get(row.rules)
    parts = [rules.named(lang) if rules else row.rules, bound_words(row.place, row.value, lang)]
    parts += scope_words(row.scope, lang)
    parts.append(f"{row.since} – {row.until or ''}")
    return " · ".join([*parts, row.source])


def _version(one: ThresholdVersion, sets: Mapping[str, Criteria], lang: str) -> VersionRow:
    return VersionRow(
        number=one.number,
        at=one.at.isoformat(),
        by=one.by_name,
        reason=one.reason,
        rows=[row_words(row, sets, lang) for row in work.rows_of(one)],
    )


def _spare() -> list[dict[str, str]]:
    return [dict.fromkeys(FIELDS, "") for _ in range(SPARE)]


def _typed(row: Threshold) -> dict[str, str]:
    money = inputs()[row.input].unit == "CNY"
    growth = {"growth_at_least": row.scope.growth_at_least, "growth_below": row.scope.growth_below}
    return {
        "place": row.place.key,
        "value": f"{row.value / 1e4 if money else row.value:.15g}",
        "regions": " ".join(row.scope.regions),
        "industries": " ".join(row.scope.industries),
        "sizes": " ".join(row.scope.sizes),
        **{name: "" if value is None else f"{value:g}" for name, value in growth.items()},
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else "",
        "source": row.source,
    }


def _threshold(typed: Mapping[str, str], held: Mapping[str, tuple[Place, float]]) -> Threshold:
    """A row of the form. Raises UnusableError WE201 with the field."""
    if typed["place"] not in held:
        raise UnusableError({"place": "unknown"}, "WE201")
    place, _ = held[typed["place"]]
    value = number_of(typed["value"].replace(",", ""))
    if value is None:
        raise UnusableError({"value": "number"}, "WE201")
    scope: dict[str, object] = {name: _parted(typed[name]) for name in ("regions", "industries", "sizes")}
    scope |= {name: typed[name] for name in ("growth_at_least", "growth_below") if typed[name]}
    row = {
        "rules": place.rules,
        "indicator": place.indicator,
        "input": place.input,
        "bound": place.bound,
        "value": value * 1e4 if inputs()[place.input].unit == "CNY" else value,
        "scope": scope,
        "since": typed["since"],
        "until": typed["until"] or None,
        "source": typed["source"],
    }
    try:
        return Threshold.model_validate(row)
    except ValidationError as error:
        raise UnusableError(
            {_field(one["loc"], str(one["msg"])): "unusable" for one in error.errors()}, "WE201"
        ) from error


def _field(loc: Sequence[object], said: str) -> str:
    """The field of the form that an error is about; a rule over several says its place in its words."""
    named = [str(part) for part in loc if str(part) in FIELDS]
    if named:
        return named[-1]
    return "regions" if "place" in said else "industries" if "industry" in said else "until"


def _parted(text: str) -> list[str]:
    return [part for part in _PARTS.split(text) if part]
