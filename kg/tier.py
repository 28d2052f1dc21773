"""A firm's place on the ladder of tiers through time: what lists say, what follows from it, and what stays unknown.

Pure. A list notice proves no recognition; a notice of review proves an earlier one, of unknown date, and is not yet a
renewal; a term is three years, reckoned, where no end is stated. Each step names its rule in `kg/tiers.yml`, which has
the rule's source.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kg.projection.words import day as whole_day
from kg.yml import read_yaml

LADDER = ("little_giant", "champion", "specialised", "innovative")
"""Tiers that are recognised for a term."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a list on a firm: status as in `honour_status`, `date` as written (year, month or day)."""

    tier: str
    status: str
    date: str | None = None
    batch: str | None = None
    valid_to: str | None = None
    fact: str | None = None
    level: str = "disclosed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `kind`: notice, implied, recheck_notice, recognised, rechecked, revoked, end, no_review.

    `reckoned` says that no source has the date; `if_confirmed` that it counts only if what was on notice came about;
    `fact` is the line that it rests on, `rule` a key of `rules()`.
    """

    kind: str
    date: str | None
    rule: str | None
    batch: str | None = None
    fact: str | None = None
    level: str = "disclosed"
    reckoned: bool = False
    if_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """One tier of one firm: its steps in order of time, and how it stands on the day that was asked for.

    `standing`: recognised (within its term); implied (recognised at some time before, as a notice of review within its
    term implies); notice (only on notice); lapsed_or_unknown (past the reckoned end without a later review that was
    read); revoked.
    """

    tier: str
    standing: str
    steps: tuple[Step, ...]


@cache
def rules() -> Mapping[str, Mapping[str, Any]]:
    """The clauses that steps rest on: words in zh and en, source, and whether it is our own, a re-post, verified."""
    found: Mapping[str, Mapping[str, Any]] = read_yaml(files("kg").joinpath("tiers.yml").read_text("utf-8"))
    return found["rules"]


def courses(said: Iterable[Said], day: str) -> list[Course]:
    """The course of each tier that the lists name, as it stands on a day; what is dated after it is left out.

    Lines without a date count, but open no term.
    """
    by_tier: dict[str, list[Said]] = defaultdict(list)
    for line in said:
        if line.tier in LADDER and (whole_day(line.date) or "") <= day:
            by_tier[line.tier].append(line)
    return [course(tier, by_tier[tier], day) for tier in LADDER if tier in by_tier]


def course(tier: str, lines: Iterable[Said], day: str) -> Course:
    """The course of one tier from its lines, the same for any order of them."""
    ordered = sorted(set(lines), key=_order)
    steps: list[Step] = []
    ends: list[Step] = []
    for line in ordered:
        steps += _steps(line)
        ends += _end(line)
    standing = _standing(ordered, day)
    # Of several terms the last counts: a term that a later list opens anew does not end where it would have.
    last = max(ends, key=lambda step: (whole_day(step.date, last=True) or "", not step.if_confirmed), default=None)
    if last is not None and standing != "revoked":
        steps.append(last)
        if standing == "lapsed_or_unknown":
            steps.append(Step("no_review", None, "no_review_seen", reckoned=True))
    return Course(tier, standing, tuple(steps))


def _steps(line: Said) -> list[Step]:
    def step(kind: str, rule: str | None, date: str | None = line.date, level: str = line.level) -> Step:
        return Step(kind, date, rule, line.batch, line.fact, level)

    match line.status:
        case "notice":
            return [step("notice", "notice_is_no_recognition")]
        case "recheck_notice":
            implied = step("implied", "review_notice_implies_recognition", None, "strongly_inferred")
            return [implied, step("recheck_notice", "review_notice_is_no_renewal")]
        case "revoked":
            return [step("revoked", "removal_ends")]
    return [step(line.status, None)]


def _end(line: Said) -> list[Step]:
    """The end of the term that a line opens, stated or reckoned."""
    if line.status == "revoked":
        return []
    unsure = line.status in ("notice", "recheck_notice")
    if line.valid_to is not None:
        return [Step("end", line.valid_to, "stated_end", line.batch, line.fact, line.level, False, unsure)]
    if line.date is None:
        return []
    end = years_later(line.date, int(rules()["three_years"]["years"]))
    return [Step("end", end, "three_years", line.batch, line.fact, "inferred", True, unsure)]


def _standing(lines: list[Said], day: str) -> str:
    """The strongest line whose term has not ended; a removal ends all that was said before it."""
    removed = max((index for index, line in enumerate(lines) if line.status == "revoked"), default=-1)
    after = lines[removed + 1 :]
    if removed >= 0 and not any(line.status in ("recognised", "rechecked") for line in after):
        return "revoked"
    open_ = {line.status for line in after if not _over(line, day)}
    if open_ & {"recognised", "rechecked"}:
        return "recognised"
    if "recheck_notice" in open_:
        return "implied"
    return "notice" if "notice" in open_ else "lapsed_or_unknown"


def _over(line: Said, day: str) -> bool:
    """Whether a line's term has ended before the day; a line without a date opens none that could be open."""
    end = next((whole_day(step.date, last=True) for step in _end(line)), None)
    return end is None or end < day


def _order(line: Said) -> tuple[Any, ...]:
    rank = {"notice": 0, "recognised": 1, "recheck_notice": 2, "rechecked": 3, "revoked": 4}
    date = line.date or ""
    return (date[:10], rank.get(line.status, 1), line.batch or "", line.valid_to or "", line.level, line.fact or "")


def years_later(date: str, years: int) -> str:
    """The date so many years later, as exact as it was; 29 February becomes 28 February."""
    later = f"{int(date[:4]) + years:04}{date[4:]}"
    if later[4:] == "-02-29":
        try:
            dt.date.fromisoformat(later)
        except ValueError:
            return f"{later[:4]}-02-28"
    return later
