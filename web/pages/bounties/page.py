"""The page of one bounty: to everybody what is public, to its sides what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import BulianError
from kg.records import stable_hash
from web.beijing import day_of
from web.db.accounts import Organisation
from web.db.bounties import Bounty, BountyFile, Question
from web.db.models import now
from web.deps import Visit
from web.jobs.bounties import shown_as
from web.jobs.needs import shown_gap
from web.pages.needs.draft import names_of as buyer_names
from web.work.bounties.application import RIGHT, takes
from web.work.bounties.bounty import WRITTEN, seen, sides
from web.work.bounties.check import RuleCheck, bounty_checks
from web.work.bounties.file import consented, files
from web.work.bounties.marks import Mark, marks
from web.work.bounties.portal import city_of_host
from web.work.bounties.question import questions
from web.work.bounties.rules import FOLDER, RuleSet, rule_sets, rules_of
from web.work.bounties.states import BEFORE_NOTICE
from web.work.bounties.steps import COUNTIES, HOSTS, Step, organisations, steps
from web.work.needs.names import FEW


@dataclass(frozen=True, slots=True)
class Like:
    """How many firms of the graph lie in the city that an anonymous bounty lets know, that of its host; `few` of them
    make it easy to guess who posts it.
    """

    city: str
    firms: int
    few: int = FEW


@dataclass(frozen=True, slots=True)
class BountyPage:
    """A bounty as an actor sees it; `gap` and `state` are the public ones to who is no side of it. `county` is the name
    of its county office, `firm` the poster's firm in the graph, whose page has its credit code; of a hidden one none.

    `checks` are its own rules and `marks` the words to look at before the first notice, for its sides; `open` says
    whether guarded files are open to the reader.
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
    marks: list[Mark]
    like: Like | None
    county: str
    firm: str | None


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
        county = session.get(Organisation, row.county_id) if row.county_id else None
        owner = session.get(Organisation, row.organisation_id) if row.organisation_id else None
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
        marks=marks(row, names_of(visit, row), [one.name for one in attached])
        if side and row.state in (*WRITTEN, *BEFORE_NOTICE)
        else [],
        like=_like(visit, row) if side and row.anonymous and row.state in (*WRITTEN, *BEFORE_NOTICE) else None,
        county=county.name if county and (side or not row.anonymous) else "",
        firm=owner.enterprise_id if owner and not row.anonymous else None,
    )


def _like(visit: Visit, row: Bounty) -> Like | None:
    """None where the host's city is not known yet, or no graph answers."""
    city = city_of_host(row.organiser, str(row.rules.get("region") or ""))
    prefix = city.rstrip("0")
    try:
        found = visit.graph.read("firms_within", prefix=prefix + "0" * (len(prefix) % 2)) if prefix else []
    except BulianError:
        return None
    return Like(city, int(found[0]["firms"])) if found else None


def names_of(visit: Visit, row: Bounty) -> list[str]:
    """The names of a bounty's poster, those that records have of its firm too; its own alone where no graph answers."""
    try:
        return buyer_names(visit.home, visit.graph, row) if row.anonymous else [row.buyer]
    except BulianError:
        return [row.buyer]


def submit_choices(visit: Visit) -> SubmitChoices:
    """What a poster chooses among. Raises WebError WE150 (a file of rules that cannot be used)."""
    with visit.home.database().session() as session:
        hosts = organisations(session, HOSTS)
    counties = [one for one in hosts if one.kind in COUNTIES]
    return SubmitChoices(list(rule_sets(visit.home.settings.home / FOLDER).values()), hosts, counties)
