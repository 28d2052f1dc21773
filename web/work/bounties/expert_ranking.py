"""Ranks of opened scores: weighted points of each expert, their mean, how far the experts are apart, and ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.accounts import User
from web.db.bounties import Application, Bounty, Review
from web.errors import WebError
from web.work.bounties.application import CLOSED
from web.work.bounties.application_decision import led
from web.work.bounties.expert_review import begun
from web.work.bounties.rules import RuleSet, rules_of

HUNDRED = 100.0


@dataclass(frozen=True, slots=True)
class Given:
    """What one expert gave: points of 100 by the weights, and points with reason by criterion."""

    expert: str
    points: float
    parts: tuple[tuple[str, float, str], ...]
    words: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where an application (None: the bounty itself) stands: mean of 100 points, lowest, highest, deviation of the
    experts. Equal means share a rank and are said to be tied. `state` is the application's.
    """

    application_id: str | None
    name: str
    state: str
    mean: float
    lowest: float
    highest: float
    deviation: float
    given: tuple[Given, ...]
    rank: int = 0
    tied: bool = False


def weighted(rules: RuleSet, points: Sequence[float]) -> float:
    """Points of criteria, in their order, as points of 100: each a share of its most, by its share of the weights."""
    whole = sum(criterion.weight for criterion in rules.criteria)
    shares = (
        criterion.weight * given / criterion.most for criterion, given in zip(rules.criteria, points, strict=True)
    )
    return round(HUNDRED * sum(shares) / whole, 4)


def ranked(found: Sequence[Ranked]) -> list[Ranked]:
    """In order, with ranks: means that are equal to two decimals are tied, and no order among them is meant."""
    ordered = sorted(found, key=lambda one: (-round(one.mean, 2), one.name, one.application_id or ""))
    means = [round(one.mean, 2) for one in ordered]
    return [
        replace(one, rank=means.index(mean) + 1, tied=means.count(mean) > 1)
        for one, mean in zip(ordered, means, strict=True)
    ]


def ranking(session: Session, actor: Actor, bounty_id: str, *, of_applications: bool) -> list[Ranked]:
    """What the opened scores say, best first; for the host, and of applications for the poster too, without experts.

    Raises WebError WE401, WE404, WE168 where nothing was opened.
    """
    bounty = led(session, actor, bounty_id)
    host = bounty.host_id == actor.organisation
    if not host and not (of_applications and bounty.state in CLOSED):
        raise WebError("no such page", code="WE404", hint="see your bounties")
    about = Review.application_id.is_not(None) if of_applications else Review.application_id.is_(None)
    since = begun(session, bounty, "reviewing" if of_applications else "expert_review")
    wanted = (
        select(Review, User.name, Application)
        .outerjoin(User, User.id == Review.expert)
        .outerjoin(Application, Application.id == Review.application_id)
        .where(Review.bounty_id == bounty.id, Review.state == "opened", about, Review.created >= since)
        .order_by(User.name, Review.id)
    )
    by_subject: dict[str | None, list[tuple[Review, str, Application | None]]] = {}
    for review, name, application in session.execute(wanted):
        by_subject.setdefault(review.application_id, []).append((review, name or "", application))
    if not by_subject:
        raise WebError("the scores are sealed", code="WE168", hint="they are opened together", place=bounty.id)
    return ranked([_stands(bounty, rows, host) for rows in by_subject.values()])


def _stands(bounty: Bounty, rows: Sequence[tuple[Review, str, Application | None]], host: bool) -> Ranked:
    rules = rules_of(bounty.rules)
    given = [
        Given(
            name if host else "",
            weighted(rules, [part["points"] for part in review.scores]),
            tuple((part["criterion"], part["points"], part["reason"]) for part in review.scores),
            review.words,
        )
        for review, name, _ in rows
    ]
    points, application = [one.points for one in given], rows[0][2]
    return Ranked(
        application_id=application.id if application else None,
        name=application.firm_name if application else bounty.title,
        state=application.state if application else bounty.state,
        mean=round(fmean(points), 2),
        lowest=min(points),
        highest=max(points),
        deviation=round(pstdev(points), 2),
        given=tuple(given) if host else (),
    )
