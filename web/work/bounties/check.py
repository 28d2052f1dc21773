"""A bounty held against the rules of its city: each passes, fails, or cannot be told from what was filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from web.db.bounties import Bounty
from web.work.bounties.rules import OF_THE_BOUNTY, Kind, Rule, RuleSet

Verdict = Literal["pass", "fail", "unknown"]
YUAN = 100
"""Fen of a yuan."""


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """A rule and what was found of it."""

    rule: Rule
    verdict: Verdict


def bounty_checks(row: Bounty, rules: RuleSet, today: str) -> list[RuleCheck]:
    """The rules that the bounty itself is held against, in the order of the set. What was not filled in is unknown."""
    return [RuleCheck(one, _CHECKS[one.kind](row, one, today)) for one in rules.rules if one.kind in OF_THE_BOUNTY]


def _verdict(holds: bool | None) -> Verdict:
    return "unknown" if holds is None else "pass" if holds else "fail"


def _effort(row: Bounty, rule: Rule, today: str) -> Verdict:
    return "pass" if row.own_effort.strip() else "unknown"


def _ratio(spent: int | None, grant: int | None, least: float | None) -> Verdict:
    if spent is None or grant is None or least is None:
        return "unknown"
    return _verdict(spent >= least * grant)


def _funds_to_grant(row: Bounty, rule: Rule, today: str) -> Verdict:
    return _ratio(row.own_funds, row.city_grant, rule.at_least)


def _cash_to_grant(row: Bounty, rule: Rule, today: str) -> Verdict:
    return _ratio(row.solver_cash, row.city_grant, rule.at_least)


def _funds_at_least(row: Bounty, rule: Rule, today: str) -> Verdict:
    return _ratio(row.own_funds, YUAN, rule.at_least)


def _years_at_most(row: Bounty, rule: Rule, today: str) -> Verdict:
    if row.due is None or rule.at_least is None:
        return "unknown"
    first, last = date.fromisoformat(today), date.fromisoformat(row.due)
    years = last.year - first.year + ((last.month, last.day) > (first.month, first.day))
    return _verdict(years <= rule.at_least)


_CHECKS: dict[Kind, Callable[[Bounty, Rule, str], Verdict]] = {
    "own_effort": _effort,
    "funds_to_grant": _funds_to_grant,
    "cash_to_grant": _cash_to_grant,
    "funds_at_least": _funds_at_least,
    "years_at_most": _years_at_most,
}
