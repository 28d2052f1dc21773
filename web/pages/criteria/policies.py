"""Policies that are new, changed, taken out or end soon, with the firms that they touch; two versions side by side."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.assess.change import WHOLE, Difference, TermChange, conditions, differences, terms
from matcher.assess.criteria import Criteria, Indicator, Item
from matcher.assess.offer import Offer
from matcher.assess.scope import Scope
from matcher.conditions import Truth
from web.jobs import policies as job
from web.jobs.network import network
from web.jobs.warned import scope_of
from web.pages.criteria.criteria import VERDICTS
from web.pages.criteria.scope import scope_words
from web.pages.evidence.citation import Named
from web.pages.needs.shortlist import Place, places
from web.work.pool.pool import READ

if TYPE_CHECKING:
    from web.deps import Visit
    from web.jobs.policies import Dated, Touched

FIRMS = 100
"""Firms of a page of a list."""


class TouchedRow(BaseModel):
    """Firms by how they stand: now, and of these those that stood otherwise on the version before."""

    firms: int
    left_out: int
    passes: int
    misses: int
    unknown: int
    newly_pass: int = 0
    newly_miss: int = 0
    newly_unknown: int = 0


class PolicyRow(BaseModel):
    """A policy with its days and its source, why it is looked at, and the firms that it touches."""

    key: str
    kind: str = Field(description="rules, or the kind of an offer")
    tier: str = ""
    title: str
    provider: str = ""
    statuses: list[str] = Field(description="ends, changed, new, gone or holds")
    day: str = Field(description="the day of the first of these")
    since: str
    until: str | None
    ahead: bool = Field(description="it is not in force yet")
    scope: list[str] = []
    source: list[str]
    source_date: str = Field(description="of an offer when its source was published; empty: not known")
    source_url: str = ""
    note: str = ""
    demo: bool = False
    before: str = Field(default="", description="title of the version before it")
    added: int = 0
    dropped: int = 0
    changed: int = 0
    touched: TouchedRow | None = Field(default=None, description="none: not reckoned, or not for this reader")


class PoliciesPage(BaseModel):
    """What is new, changed, taken out or ends within so many days; `holding` are other versions with one before."""

    day: str
    days: int
    region: str
    rows: list[PolicyRow]
    holding: list[PolicyRow]
    counts: dict[str, int]
    all: int = Field(description="rule sets and offers, whatever their days")
    seen: bool = Field(description="whether the reader may see whom they touch")
    waiting: bool = Field(default=False, description="some are not reckoned, since the place has many firms")
    firms: int | None = None
    places: list[Place] = []
    as_of: str = ""


class DifferenceRow(BaseModel):
    """An indicator, a row of points or a condition in two versions, with how firms stand on it."""

    id: str
    part: str = Field(description="indicator or points")
    kind: str = Field(description="added, dropped, changed, reworded or same")
    before: str
    after: str
    verified: bool = Field(description="false: the words of one of them were not read in a source")
    touched: TouchedRow | None = None


class TermRow(BaseModel):
    """A term of an offer that says something else than before."""

    name: str
    before: str
    after: str


class PolicyPage(BaseModel):
    """A policy beside the version before it."""

    row: PolicyRow
    former: PolicyRow | None
    differences: list[DifferenceRow]
    terms: list[TermRow]
    day: str
    days: int
    region: str
    seen: bool
    waiting: bool
    firms: int | None
    places: list[Place] = []
    as_of: str = ""


class FirmRow(BaseModel):
    """A firm that a policy touches."""

    firm: Named
    region: str | None
    before: str = Field(description="pass, miss or unknown; empty: the version before did not ask it")
    after: str


class FirmsPage(BaseModel):
    """Firms that stand so on a policy, or on one indicator of it."""

    row: PolicyRow
    indicator: str
    words: str
    verdict: str
    moved: bool
    rows: list[FirmRow]
    count: int
    left_out: int
    region: str
    days: int
    day: str


def policies_page(visit: Visit, day: dt.date, days: int, region: str = "", *, count: bool = False) -> PoliciesPage:
    """The page. Firms are counted for who may see the pool's counts; those of a large place where it is asked for.

    Raises MA001 (no place), MA041 (rules).
    """
    there, seen = visit.graph.stamp() is not None, visit.actor.may(READ)
    code = scope_of(visit.home, region, "").code if there else ""
    everything = job.versions(visit.home, day, days)
    found = job.dated_of(everything, code)
    made = job.touched(visit.home, visit.graph, found, code, day, ask=count) if seen and there else {}
    firms = len(job.firms_in(visit.home, code)) if seen and there else None
    holding = [one for one in everything if one.statuses == ("holds",) and one.now and one.before]
    return PoliciesPage(
        day=day.isoformat(),
        days=days,
        region=code,
        rows=[policy_row(one, day, visit.lang, made.get(one.key)) for one in found],
        holding=[policy_row(one, day, visit.lang) for one in holding if one.covers(code)],
        counts={status: sum(status in one.statuses for one in found) for status in job.STATUSES[:-1]},
        all=sum(one.now is not None for one in everything),
        seen=seen,
        waiting=seen and there and len(made) < len(found),
        firms=firms,
        places=places(network(visit.home).corpus) if there else [],
        as_of=_as_of(visit),
    )


def policy_page(
    visit: Visit, key: str, day: dt.date, days: int, region: str = "", *, count: bool = False
) -> PolicyPage:
    """A policy beside the version before it, indicator by indicator. Raises WE404, MA001, MA041."""
    there, seen = visit.graph.stamp() is not None, visit.actor.may(READ)
    one = job.version(visit.home, key, day, days)
    code = scope_of(visit.home, region, "").code if there else ""
    made = job.touched(visit.home, visit.graph, [one], code, day, ask=count).get(key) if seen and there else None
    changes = [_difference(each, visit.lang, made) for each in differences_of(one)]
    old = one.before if one.now is not None else None
    return PolicyPage(
        row=policy_row(one, day, visit.lang, made),
        former=policy_row(job.Dated(old, None, ("holds",), day), day, visit.lang) if old is not None else None,
        differences=changes,
        terms=[_term(each, visit.lang) for each in _terms(one)],
        day=day.isoformat(),
        days=days,
        region=code,
        seen=seen,
        waiting=seen and there and made is None,
        firms=len(job.firms_in(visit.home, code)) if seen and there else None,
        places=places(network(visit.home).corpus) if there else [],
        as_of=_as_of(visit),
    )


def firms_page(
    visit: Visit,
    key: str,
    day: dt.date,
    days: int,
    region: str,
    indicator: str = WHOLE,
    verdict: str = "",
    *,
    moved: bool = False,
    number: int = 1,
) -> FirmsPage:
    """Firms that stand so on a policy. Raises WE401, WE032, WE404 (no policy, no indicator), MA001, MA041, WE015."""
    visit.actor.need(READ)
    one = job.version(visit.home, key, day, days)
    code = scope_of(visit.home, region, "").code
    made = job.touched(visit.home, visit.graph, [one], code, day)[key]
    words = {each.id: each for each in differences_of(one)}
    found = list(touched_firms(made, indicator, verdict, moved=moved))
    return FirmsPage(
        row=policy_row(one, day, visit.lang, made),
        indicator=indicator if indicator in words else WHOLE,
        words=_words(words[indicator].after or words[indicator].before, visit.lang) if indicator in words else "",
        verdict=verdict if verdict in VERDICTS else "",
        moved=moved,
        rows=found[(number - 1) * FIRMS : number * FIRMS],
        count=len(found),
        left_out=made.left_out,
        region=code,
        days=days,
        day=day.isoformat(),
    )


def touched_firms(made: Touched, indicator: str = WHOLE, verdict: str = "", *, moved: bool = False) -> list[FirmRow]:
    """The firms that stand so, by name; `moved`: those alone that stood otherwise before."""
    found = []
    for one in made.moves:
        before, after = one.by.get(indicator, (None, None))
        said = _verdict(after) or _verdict(before)
        if (verdict and said != verdict) or (moved and (before is None or before is after)):
            continue
        if indicator in one.by:
            named = Named(id=one.firm, name=one.name)
            found.append(FirmRow(firm=named, region=one.region, before=_verdict(before), after=_verdict(after)))
    return sorted(found, key=lambda row: (row.firm.name, row.firm.id))


def policy_row(one: Dated, day: dt.date, lang: str, made: Touched | None = None) -> PolicyRow:
    """A policy in words."""
    policy, kinds = one.policy, [each.kind for each in differences_of(one)]
    row = PolicyRow(
        key=one.key,
        kind="rules",
        title=policy.named(lang),
        statuses=list(one.statuses),
        day=one.day.isoformat(),
        since=policy.since.isoformat(),
        until=None,
        ahead=policy.since > day,
        source=[],
        source_date="",
        demo=one.demo,
        before=one.before.named(lang) if one.before is not None and one.now is not None else "",
        added=kinds.count("added") if one.before else 0,
        dropped=kinds.count("dropped"),
        changed=kinds.count("changed") + len(_terms(one)),
        touched=touched_row(made),
    )
    if isinstance(policy, Criteria):
        row.tier, row.source, row.since = policy.tier, list(policy.source), policy.effective_from
        row.until = policy.effective_to.isoformat() if policy.effective_to else None
        row.note = policy.note_en if lang == "en" else policy.note
    else:
        row.kind, row.provider, row.scope = policy.kind, policy.provider, scope_words(policy.scope, lang)
        row.until = policy.until.isoformat() if policy.until else None
        row.source, row.source_date = [policy.source.name], policy.source.date.isoformat()
        row.source_url, row.note = policy.source.url, policy.note
    return row


def touched_row(made: Touched | None, indicator: str = WHOLE) -> TouchedRow | None:
    """The firms counted; of what was taken out, as they stood on it."""
    if made is None:
        return None
    by = {truth: made.count(truth, indicator) for truth in Truth}
    moved = {truth: made.count(truth, indicator, moved=True) for truth in Truth}
    return TouchedRow(
        firms=sum(by.values()),
        left_out=made.left_out,
        passes=by[Truth.TRUE],
        misses=by[Truth.FALSE],
        unknown=by[Truth.UNKNOWN],
        newly_pass=moved[Truth.TRUE],
        newly_miss=moved[Truth.FALSE],
        newly_unknown=moved[Truth.UNKNOWN],
    )


def differences_of(one: Dated) -> list[Difference]:
    """What differs between the two versions, or all that the one asks."""
    before, after = (one.before, one.now) if one.now is not None else (None, one.before)
    if isinstance(after, Criteria):
        return differences(before if isinstance(before, Criteria) else None, after)
    if isinstance(after, Offer):
        return conditions(before if isinstance(before, Offer) else None, after)
    return []


def _terms(one: Dated) -> list[TermChange]:
    old, new = one.before, one.now
    return terms(old, new) if isinstance(old, Offer) and isinstance(new, Offer) else []


def _difference(one: Difference, lang: str, made: Touched | None) -> DifferenceRow:
    both = [each for each in (one.before, one.after) if each is not None]
    asked = isinstance(both[0], Indicator)
    return DifferenceRow(
        id=one.id,
        part="indicator" if asked else "points",
        kind=one.kind,
        before=_words(one.before, lang),
        after=_words(one.after, lang),
        verified=all(each.verified for each in both),
        touched=touched_row(made, one.id) if asked else None,
    )


def _words(one: Indicator | Item | None, lang: str) -> str:
    if one is None:
        return ""
    said = one.en if lang == "en" else one.zh
    if isinstance(one, Item):
        said += f" (≤ {one.most:g})" if lang == "en" else f"（至多 {one.most:g} 分）"
    return said


_TERMS = {
    "zh": ("名称", "title"), "kind": ("类别", "kind"), "provider": ("提供方", "provider"), "amount": ("额度", "amount"),
    "rate": ("利率或费率", "rate"), "fee": ("费用", "fee"), "since": ("开始", "from"), "until": ("截止", "until"),
    "scope": ("面向", "for"), "source": ("来源", "source"), "note": ("备注", "note"),
}  # fmt: skip


def _term(one: TermChange, lang: str) -> TermRow:
    return TermRow(name=_TERMS[one.name][lang == "en"], before=_said(one.before, lang), after=_said(one.after, lang))


def _said(value: object, lang: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Scope):
        return ("; " if lang == "en" else "；").join(scope_words(value, lang))
    name, date = getattr(value, "name", None), getattr(value, "date", None)
    return f"{name}, {date}" if name is not None and date is not None else str(value)


def _verdict(truth: Truth | None) -> str:
    return "" if truth is None else VERDICTS[truth]


def _as_of(visit: Visit) -> str:
    stamp = visit.graph.stamp()
    return stamp.written if stamp is not None else ""
