"""What waits for the reader as JSON: the desk, the inbox, watches."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from web.api.lock import MAKES, STEP, LockDep, TagDep
from web.api.shape import OWN, SENT, SIGNED_IN, Ident
from web.db.models import now
from web.deps import ActorDep, VisitDep, requires
from web.errors import WebError
from web.pages.today.desk import DeskPage, InboxPage, desk_page, inbox_page
from web.pages.today.watch import WatchesPage, WatchRow, meant, watch_row, watches_page
from web.problem import Problem
from web.work.today import digest, watches
from web.work.today.watch_changes import KINDS
from web.work.today.watches import WRITE

WATCHES = [Depends(requires(WRITE))]


def _known(actor: ActorDep) -> None:
    if not actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="send Authorization: Bearer KEY")


router = APIRouter(tags=["desk"], responses=SIGNED_IN)
FORBIDDEN = {
    **SENT,
    403: {"model": Problem, "description": "no right to do this, or sent by a page of another site (WE032, WE403)"},
}


class Marked(BaseModel):
    """Notices by id that are to be read, or unread again."""

    ids: list[Annotated[str, Field(max_length=64)]] = Field(max_length=1000)
    read: bool = True


class Marks(BaseModel):
    """How many notices were marked, and how many are unread now, by kind."""

    marked: int
    unread: dict[str, int]


class NewWatch(BaseModel):
    """What is to be watched: the id of a firm or a need, the key of a product, chain:node, the code of a region."""

    kind: Literal["firm", "product", "node", "need", "region"]
    subject: Annotated[str, Field(min_length=1, max_length=240)]


class WatchChange(BaseModel):
    """`best`: the rank down to which a need is told as fitting a watched firm, 0 for none; `ended` ends the watch."""

    best: Annotated[int | None, Field(ge=0, le=1000)] = None
    ended: bool = False


@router.get("/desk", summary="What waits for the reader today", dependencies=[Depends(_known)])
def desk(visit: VisitDep) -> DeskPage:
    """Changes of what is watched, approvals and drafts that wait, deadlines within seven days, needs that fit."""
    return desk_page(visit)


@router.get("/inbox", summary="The reader's notices", dependencies=WATCHES)
def inbox(
    visit: VisitDep,
    kind: Annotated[str, Query(max_length=24, description="kind of change; empty: all")] = "",
    unread: bool = False,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> InboxPage:
    """Unread first, by day."""
    return inbox_page(visit, kind if kind in KINDS else "", unread, page)


@router.post("/inbox", summary="Mark notices as read", dependencies=WATCHES, responses=FORBIDDEN)
def marked(visit: VisitDep, said: Marked) -> Marks:
    """Or as unread again; of others' notices nothing is marked. Sent twice it is the same."""
    with visit.home.database().session() as session:
        count = digest.mark_read(session, visit.actor, said.ids, now(), read=said.read)
        return Marks(marked=count, unread=digest.unread_by_kind(session, visit.actor))


@router.get("/watches", summary="What the reader watches", dependencies=WATCHES)
def listed(visit: VisitDep) -> WatchesPage:
    """And where cards go: of an address enough is shown to know it again."""
    return watches_page(visit)


@router.post("/watches", summary="Begin a watch", status_code=201, dependencies=WATCHES, responses=MAKES)
def begun(visit: VisitDep, said: NewWatch, lock: TagDep) -> WatchRow:
    """Begun twice it is the same one. A region is for who may read warnings."""
    subject, name = meant(visit, said.kind, said.subject)
    with lock.step(visit.home.database()) as session:
        row = watches.start(session, visit.actor, said.kind, subject, name, now())
        session.flush()
        lock.tag(row)
        return watch_row(row)


@router.get("/watches/{watch_id}", summary="A watch", dependencies=WATCHES, responses=OWN)
def one(visit: VisitDep, watch_id: Ident, lock: TagDep) -> WatchRow:
    """One of the reader's own."""
    with visit.home.database().session() as session:
        row = watches.one(session, visit.actor, watch_id)
        lock.tag(row)
        return watch_row(row)


@router.post("/watches/{watch_id}", summary="Change or end a watch", dependencies=WATCHES, responses=STEP)
def changed(visit: VisitDep, watch_id: Ident, said: WatchChange, lock: LockDep) -> WatchRow:
    """An ended one begins again by naming its thing anew."""
    with lock.step(visit.home.database()) as session:
        row = watches.one(session, visit.actor, watch_id)
        lock.check(row)
        if said.best is not None:
            watches.change(session, visit.actor, watch_id, said.best)
        if said.ended:
            watches.end(session, visit.actor, watch_id, now())
        session.flush()
        lock.tag(row)
        return watch_row(row)
