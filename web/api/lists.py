"""Shortlists of an organisation as JSON: read, decided on, noted, frozen, compared."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from web.api.lock import MAKES, STEP, KeyDep, Lock, LockDep, TagDep
from web.api.shape import OWN, Ident
from web.deps import Visit, VisitDep, requires
from web.jobs.list_content import decide_on, present
from web.pages.lists.compare import ComparePage, of_list
from web.pages.lists.lists import (
    DiffPage,
    ListPage,
    ListsPage,
    VersionPage,
    diff_page,
    list_page,
    lists_page,
    version_page,
)
from web.pages.lists.routes import Firms, Number
from web.work.lists import shortlists
from web.work.lists.states import LIST

router = APIRouter(tags=["own"], responses=OWN)
LISTS = [Depends(requires(shortlists.RIGHT))]
Words = Annotated[str, Field(max_length=shortlists.NOTE)]


class FirmDecision(BaseModel):
    """What is decided on a firm of a list; a rejection needs a reason's code, a note that is left out stays."""

    firm: Annotated[str, Field(max_length=96)]
    state: Literal["kept", "rejected", "contacted", "sampled", "qualified", "approved", "off"]
    reason: Annotated[str, Field(max_length=32)] = ""
    note: Words | None = None


class ListNote(BaseModel):
    """A note on a list, or on one of its firms."""

    text: Words
    firm: Annotated[str, Field(max_length=96)] = ""


class ListStep(BaseModel):
    """A list is decided, or put away."""

    to: Literal["decided", "archived"]
    reason: Words = ""


@router.get("/lists", summary="Shortlists of the organisation", dependencies=LISTS)
def lists(visit: VisitDep) -> ListsPage:
    """Newest first, each with its decisions counted."""
    return lists_page(visit.home, visit.actor)


@router.get("/lists/{list_id}", summary="A shortlist as it is now", dependencies=LISTS)
def one(visit: VisitDep, list_id: Ident, lock: TagDep) -> ListPage:
    """Firms in order with reasons, conditions, decisions and notes; its frozen versions."""
    return _list(visit, list_id, lock)


def _list(visit: Visit, list_id: str, lock: Lock) -> ListPage:
    page = list_page(visit.home, visit.actor, list_id)
    with visit.home.database().session() as session:
        row = shortlists.one(session, visit.actor, list_id)
        lock.tag(row, *shortlists.items(session, row).values(), len(shortlists.versions(session, row)))
    return page


def _check(visit: Visit, list_id: str, lock: Lock, firm: str = "") -> int:
    """The list is what was looked at. Returns the version of what was decided on the firm, 0: nothing yet."""
    with visit.home.database().session() as session:
        row = shortlists.one(session, visit.actor, list_id)
        items = shortlists.items(session, row)
        lock.check(row, *items.values(), len(shortlists.versions(session, row)))
        return items[firm].version if firm in items else 0


@router.post("/lists/{list_id}/firms", summary="Decide on a firm of a list", dependencies=LISTS, responses=STEP)
def decided(visit: VisitDep, list_id: Ident, said: FirmDecision, lock: LockDep) -> ListPage:
    """Keep it, go on with it, reject it with a reason, or take it off."""
    version = _check(visit, list_id, lock, said.firm)
    wanted = shortlists.Decided(said.firm, said.state, said.reason, said.note, version)
    decide_on(visit.home, visit.actor, list_id, wanted)
    return _list(visit, list_id, lock)


@router.post("/lists/{list_id}/notes", summary="Write a note", status_code=201, dependencies=LISTS, responses=MAKES)
def noted(visit: VisitDep, list_id: Ident, said: ListNote, key: KeyDep, lock: TagDep) -> ListPage:
    """On the list, or on one of its firms; the same key writes it once."""
    with lock.step(visit.home.database()) as session:
        row = shortlists.one(session, visit.actor, list_id)
        shortlists.note(session, visit.actor, row, said.text, said.firm, key)
    return _list(visit, list_id, lock)


@router.post(
    "/lists/{list_id}/freeze",
    summary="Freeze a list as its next version",
    dependencies=[Depends(requires(shortlists.FREEZE))],
    responses=STEP,
)
def frozen(visit: VisitDep, list_id: Ident, lock: LockDep) -> VersionPage:
    """As it is now, by another person than who made it; a version never changes."""
    _check(visit, list_id, lock)
    _, content = present(visit.home, visit.actor, list_id, whole=True)
    with lock.step(visit.home.database()) as session:
        made = shortlists.freeze(session, visit.actor, shortlists.one(session, visit.actor, list_id), content)
        number = made.number
    return version_page(visit.home, visit.actor, list_id, number)


@router.post("/lists/{list_id}/state", summary="Say that a list is decided", dependencies=LISTS, responses=STEP)
def state(visit: VisitDep, list_id: Ident, step: ListStep, lock: LockDep) -> ListPage:
    """Or put it away."""
    _check(visit, list_id, lock)
    with lock.step(visit.home.database()) as session:
        row = shortlists.one(session, visit.actor, list_id)
        LIST.move(session, row, step.to, visit.actor.user, reason=step.reason)
    return _list(visit, list_id, lock)


@router.get("/lists/{list_id}/versions/{number}", summary="A frozen version of a shortlist", dependencies=LISTS)
def version(visit: VisitDep, list_id: Ident, number: Annotated[int, Path(ge=1, le=1_000_000)]) -> VersionPage:
    """As it was frozen, with its digest; it never changes."""
    return version_page(visit.home, visit.actor, list_id, number)


@router.get("/lists/{list_id}/diff", summary="What versions of a list do not share", dependencies=LISTS)
def diff(visit: VisitDep, list_id: Ident, before: Number, after: Number = 0) -> DiffPage:
    """In, out, moved, other sentences, other decisions; `after` 0 is the list as it is now."""
    return diff_page(visit.home, visit.actor, list_id, before, after)


@router.get("/lists/{list_id}/compare", summary="Firms of a list side by side", dependencies=LISTS)
def compare(visit: VisitDep, list_id: Ident, firm: Firms = []) -> ComparePage:  # noqa: B006 (FastAPI copies it)
    """Two or three, by evidence."""
    return of_list(visit.home, visit.actor, list_id, firm, visit.lang)
