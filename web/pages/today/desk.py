"""The start page of who has signed in, and the inbox: what changed, what waits, each line with the page it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from pydantic import BaseModel

from kg.errors import BulianError
from web.beijing import day_of
from web.db.models import Need, now
from web.db.watches import Notice, Watch
from web.jobs.open_needs import open_needs
from web.pages.firms.fit import FitRow, fits_of
from web.pages.today.watch import address_of
from web.work.today import digest, watches
from web.work.today.desk import todo

if TYPE_CHECKING:
    from web.deps import Visit

FIRST = 12
"""Notices and fitting needs that the start page shows."""

_log = structlog.get_logger()


class NoticeRow(BaseModel):
    """A notice: its words by kind, and where it is opened."""

    id: str
    kind: str
    day: str
    told: dict[str, str]
    address: str
    read: bool


class NeedLine(BaseModel):
    """A need of the reader's organisation."""

    id: str
    title: str
    state: str
    deadline: str | None


class DeskPage(BaseModel):
    """What there is to do today."""

    day: str
    notices: list[NoticeRow]
    unread: dict[str, int]
    approvals: list[NeedLine]
    drafts: list[NeedLine]
    deadlines: list[NeedLine]
    counts: dict[str, int]
    fits: list[FitRow]
    watching: int
    rights: list[str]


class InboxPage(BaseModel):
    """Some of the reader's notices, unread first, by day."""

    notices: list[NoticeRow]
    count: int
    unread: dict[str, int]
    kind: str


def notice_row(notice: Notice, watch: Watch | None = None) -> NoticeRow:
    """A notice that opens at its evidence, else at its page."""
    page = notice.address or (address_of(watch.kind, watch.subject_id) if watch else "/inbox")
    return NoticeRow(
        id=notice.id,
        kind=notice.kind,
        day=notice.day,
        told={name: str(value) for name, value in notice.told.items()},
        address=f"/evidence/{notice.fact}" if notice.fact else page,
        read=notice.read is not None,
    )


def inbox_page(visit: Visit, kind: str, unread: bool, number: int) -> InboxPage:
    """A page of the inbox. Raises WE401, WE032."""
    with visit.home.database().session() as session:
        rows, count = digest.inbox(session, visit.actor, kind=kind, unread=unread, number=number)
        counts = digest.unread_by_kind(session, visit.actor)
        shown = [notice_row(row, session.get(Watch, row.watch_id) if row.watch_id else None) for row in rows]
    return InboxPage(notices=shown, count=count, unread=counts, kind=kind)


def desk_page(visit: Visit) -> DeskPage:
    """What waits for the reader. Raises WE401."""
    actor, day = visit.actor, day_of(now())
    told = InboxPage(notices=[], count=0, unread={}, kind="")
    watching = 0
    if actor.may(watches.WRITE):
        told = inbox_page(visit, "", True, 1)
    with visit.home.database().session() as session:
        if actor.may(watches.WRITE):
            watching = len(watches.own(session, actor))
        waits = todo(session, actor, day)
    rights = ("need.write", "need.publish", "firm.draft", "query.read", "watch.write", "claim.decide", "import.write")
    return DeskPage(
        day=day,
        notices=told.notices[:FIRST],
        unread=told.unread,
        approvals=[_line(need) for need in waits.approvals],
        drafts=[_line(need) for need in waits.drafts],
        deadlines=[_line(need) for need in waits.deadlines],
        counts=waits.counts,
        fits=_fits(visit),
        watching=watching,
        rights=[right for right in rights if actor.may(right)],
    )


def _line(need: Need) -> NeedLine:
    return NeedLine(id=need.id, title=need.title, state=need.state, deadline=need.deadline)


def _fits(visit: Visit) -> list[FitRow]:
    """Needs that fit the reader's own firm; without a graph the page comes without them."""
    if visit.actor.enterprise is None:
        return []
    try:
        needs = open_needs(visit.home, visit.graph)
        return fits_of(visit.home, needs, visit.actor.enterprise, visit.lang, 5)
    except BulianError as error:
        _log.info("the desk comes without needs that fit", code=error.code)
        return []
