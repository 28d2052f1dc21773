"""The page of one bounty: to everybody what is public, to its sides what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.records import stable_hash
from web.beijing import day_of
from web.db.bounties import Bounty, BountyFile, Question
from web.db.models import now
from web.deps import Visit
from web.jobs.bounties import shown_as
from web.jobs.needs import shown_gap
from web.work.application import RIGHT, takes
from web.work.bounty import WRITTEN, seen, sides
from web.work.bounty_check import RuleCheck, bounty_checks
from web.work.bounty_file import consented, files
from web.work.bounty_question import questions
from web.work.bounty_rules import FOLDER, RuleSet, rule_sets, rules_of
from web.work.bounty_steps import COUNTIES, HOSTS, Step, organisations, steps

if TYPE_CHECKING:
    from web.db.accounts import Organisation


@dataclass(frozen=True, slots=True)
class BountyPage:
    """A bounty as an actor sees it; `gap` and `state` are the public ones to who is no side of it.

    `checks` are its own rules, for its sides; `open` says whether guarded files are open to the reader.
    """

    row: Bounty
    gap: str | None
    state: str
    side: frozenset[str]
    poster: str
    rules: RuleSet
    checks: list[RuleCheck]
    steps: list[Step]
    writes: bool
    files: list[BountyFile]
    open: bool
    words: str
    questions: list[Question]
    asks: bool
    answers: bool
    extends: bool
    public: bool


@dataclass(frozen=True, slots=True)
class SubmitChoices:
    """What a poster chooses at the submission."""

    rule_sets: list[RuleSet]
    hosts: list[Organisation]
    counties: list[Organisation]


def bounty_page(visit: Visit, bounty_id: str) -> BountyPage:
    """The page of a bounty. Raises WebError WE404 for whom it is not there."""
    actor, at = visit.actor, now()
    with visit.home.database().session() as session:
        row = seen(session, actor, bounty_id)
        attached, may_open, asked = files(session, row), consented(session, actor, row), questions(session, actor, row)
    side, rules = sides(actor, row), rules_of(row.rules)
    public = shown_as(row) if row.visibility == "public" else None
    over = row.deadline is None or day_of(at) > row.deadline
    return BountyPage(
        row=row,
        gap=row.gap if side else shown_gap(row),
        state=row.state if side else (public or row.state),
        side=side,
        poster=row.pseudonym if row.anonymous and not side else row.buyer,
        rules=rules,
        checks=bounty_checks(row, rules, day_of(at)) if side else [],
        steps=steps(actor, row),
        writes="poster" in side and row.state in WRITTEN,
        files=attached,
        open=may_open,
        words=stable_hash(row.secrecy),
        questions=asked,
        asks=takes(row, at) and actor.may(RIGHT) and "poster" not in side,
        answers="poster" in side,
        extends="host" in side and row.state == "open" and not over and row.extended_from is None,
        public=public is not None,
    )


def submit_choices(visit: Visit) -> SubmitChoices:
    """What a poster chooses among. Raises WebError WE150 (a file of rules that cannot be used)."""
    with visit.home.database().session() as session:
        hosts = organisations(session, HOSTS)
    counties = [one for one in hosts if one.kind in COUNTIES]
    return SubmitChoices(list(rule_sets(visit.home.settings.home / FOLDER).values()), hosts, counties)
