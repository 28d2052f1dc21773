"""The cultivation pool as JSON: an entry with its history, its calendar, draws, difficulties; and a firm's own side."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from web.api.lock import MAKES, STEP, KeyDep, Lock, LockDep, TagDep, requires_any
from web.api.organisation import PoolLine
from web.api.shape import OWN, Given, Ident, one_of
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import UnusableError
from web.pages.pool.calendar import CalendarPage, calendar_page
from web.pages.pool.calendar_routes import Months, Words
from web.pages.pool.difficulty import difficulty_page, own_entries, own_page
from web.pages.pool.draw import DrawnFirm, draw_page
from web.pages.pool.pool import entry_page
from web.work.pool import difficulty
from web.work.pool import draw as pool_draw
from web.work.pool import pool as work
from web.work.pool.calendar import KINDS
from web.work.pool.told import RAISE

router = APIRouter(tags=["pool"], responses=OWN)
SEES = [Depends(requires(work.PROPOSE))]
WRITES = [Depends(requires(work.WRITE))]
RAISES = [Depends(requires(RAISE))]
SIDES = [Depends(requires_any(RAISE, work.WRITE))]
Typed = Annotated[str, Field(max_length=80)]
Text = Annotated[str, Field(max_length=8000)]
ENDS = ("removed", "lapsed")
"""States whose reasons the firm reads."""


class StepLine(Given):
    """What an entry was after a step."""

    number: int
    at: dt.datetime
    by_name: str
    before: str | None
    state: str
    round: int
    tier: str
    district: str
    until: str | None
    recheck: str | None
    ban: str | None
    reason: str


class EntryDetail(PoolLine):
    """A firm of the pool with its whole history, the newest step first, and where its state may lead."""

    ways: list[str]
    history: list[StepLine]


class EntryStep(BaseModel):
    """A step of an entry: `to` another state, or "" to change what is known of it. Days are ISO days; "" sets nothing
    there, a field that is left out stays."""

    to: Annotated[str, one_of(("", *work.STATES))] = ""
    tier: Typed | None = None
    district: Typed | None = None
    until: Typed | None = None
    recheck: Typed | None = None
    ban: Typed | None = None
    reason: Annotated[str, Field(max_length=work.REASON)] = ""


class DrawLine(Given):
    """A draw for inspection."""

    id: str
    title: str
    day: str
    seed: str
    size: int
    each: str
    digest: str


class DrawDetail(DrawLine):
    """A draw with its frame in the order of its numbers; `same`: drawn again it comes out the same."""

    same: bool
    frame: list[DrawnFirm]


class NewDraw(BaseModel):
    """Firms to be drawn: `size` of all that the filters leave, or of each district; an empty seed is made here."""

    title: Annotated[str, Field(max_length=200)]
    size: Annotated[int, Field(ge=1, le=100_000)]
    each: Literal["", "district"] = ""
    seed: Annotated[str, Field(max_length=64)] = ""
    district: Typed = ""
    tier: Typed = ""
    state: Typed = "members"
    name: Typed = ""


class DifficultyLine(Given):
    """A difficulty that a firm raised."""

    id: str
    firm_name: str
    kind: str
    title: str
    state: str = Field(description="raised, assigned, answered, closed")
    department: str
    deadline: str | None
    created: dt.datetime


class ReplyLine(Given):
    """What was said in a step, and by which side."""

    number: int
    at: dt.datetime
    side: str
    state: str
    department: str
    deadline: str | None
    text: str


class DifficultyDetail(DifficultyLine):
    """A difficulty with all that was said; `side` is the reader's: firm, bureau, department."""

    text: str
    side: str
    bureau: str
    replies: list[ReplyLine]


class DifficultyStep(BaseModel):
    """A step of a difficulty: the bureau's (assign, with department and deadline), the bureau's or the department's
    (answer), the firm's (again), the firm's or the bureau's (close)."""

    do: Literal["assign", "answer", "again", "close"]
    text: Text = ""
    department: Annotated[str, Field(max_length=200)] = ""
    deadline: Annotated[str, Field(max_length=10)] = ""


class NewDifficulty(BaseModel):
    """A difficulty for the bureau in whose pool the firm is."""

    entry: Annotated[str, Field(max_length=64, description="id of one of the firm's own entries")]
    kind: Annotated[str, one_of(difficulty.KINDS)]
    title: Annotated[str, Field(max_length=200)]
    text: Text


class OwnStep(BaseModel):
    """A step of the own entry; its reason where the firm was removed or has lapsed."""

    at: dt.datetime
    state: str
    reason: str


class OwnEntry(BaseModel):
    """An entry as its firm sees it, from the invitation on."""

    id: str
    bureau: str
    state: str
    tier: str
    until: str | None
    recheck: str | None
    ban: str | None
    reason: str
    history: list[OwnStep]


class OwnPool(BaseModel):
    """The firm's own entries in pools, and its difficulties."""

    entries: list[OwnEntry]
    difficulties: list[DifficultyLine]


@router.get("/pool/calendar", summary="Days that wait in the pool", dependencies=SEES)
def calendar(visit: VisitDep, months: Months = 12, kind: Words = "", district: Words = "") -> CalendarPage:
    """Rechecks, ends of validity, ends of titles at their sentences, answers that are due."""
    return calendar_page(visit, months, kind if kind in KINDS else "", district)


@router.get("/pool/draws", summary="Draws for inspection", dependencies=SEES)
def draws(visit: VisitDep) -> list[DrawLine]:
    """The newest first."""
    with visit.home.database().session() as session:
        return [DrawLine.model_validate(row) for row in pool_draw.draws(session, visit.actor)]


@router.post("/pool/draws", summary="Draw firms for inspection", status_code=201, dependencies=WRITES, responses=MAKES)
def draw(visit: VisitDep, asked: NewDraw, key: KeyDep, lock: TagDep) -> DrawDetail:
    """At random with a seed that is kept, so that anybody can draw the same firms again."""
    filters = work.Asked(asked.district, asked.tier, asked.state, asked.name)
    with lock.step(visit.home.database()) as session:
        row = pool_draw.draw(session, visit.actor, filters, asked.title, asked.size, asked.each, asked.seed, now(), key)
    return drawn(visit, row.id)


@router.get("/pool/draws/{draw_id}", summary="A draw, drawn again", dependencies=SEES)
def drawn(visit: VisitDep, draw_id: Ident) -> DrawDetail:
    """With every firm that could be drawn, its number, and whether it was."""
    page = draw_page(visit, draw_id)
    said = DrawLine.model_validate(page.row).model_dump()
    return DrawDetail(**said, same=page.same, frame=page.frame)


@router.get("/pool/difficulties", summary="Difficulties of the pool's firms", dependencies=WRITES)
def several(visit: VisitDep, state: Annotated[str, Query(max_length=16)] = "") -> list[DifficultyLine]:
    """Of the organisation's pool and those given to it as a department, open ones first."""
    wanted = state if state in difficulty.DIFFICULTY.ways else ""
    with visit.home.database().session() as session:
        return [DifficultyLine.model_validate(row) for row in difficulty.difficulties(session, visit.actor, wanted)]


@router.get("/pool/{entry_id}", summary="A firm of the pool", dependencies=SEES)
def entry(visit: VisitDep, entry_id: Ident, lock: TagDep) -> EntryDetail:
    """With its whole history."""
    return _entry(visit, entry_id, lock)


def _entry(visit: Visit, entry_id: str, lock: Lock) -> EntryDetail:
    page = entry_page(visit, entry_id)
    lock.tag(page.row)
    return EntryDetail(
        **PoolLine.model_validate(page.row).model_dump(),
        ways=page.ways,
        history=[StepLine.model_validate(one) for one in page.steps],
    )


@router.post("/pool/{entry_id}", summary="Move an entry, or change it", dependencies=WRITES, responses=STEP)
def moved(visit: VisitDep, entry_id: Ident, step: EntryStep, lock: LockDep) -> EntryDetail:
    """By the rules of states; a removal needs a reason."""
    said: dict[str, Any] = {name: getattr(step, name) for name in work.FIELDS}
    values = {name: value for name, value in said.items() if value is not None}
    with lock.step(visit.home.database()) as session:
        row = work.one(session, visit.actor, entry_id, work.WRITE)
        lock.check(row)
        work.move(session, visit.actor, row, step.to, values, step.reason, now(), row.version)
    return _entry(visit, entry_id, lock)


# --- difficulties ----------------------------------------------------------------------------------------------------


@router.get("/difficulties/{difficulty_id}", summary="A difficulty", dependencies=SIDES)
def one(visit: VisitDep, difficulty_id: Ident, lock: TagDep) -> DifficultyDetail:
    """With all that was said, for its firm, the bureau and the department."""
    return _difficulty(visit, difficulty_id, lock)


def _difficulty(visit: Visit, difficulty_id: str, lock: Lock) -> DifficultyDetail:
    page = difficulty_page(visit, difficulty_id)
    lock.tag(page.row, page.row.steps)
    return DifficultyDetail(
        **DifficultyLine.model_validate(page.row).model_dump(),
        text=page.row.text,
        side=page.side,
        bureau=page.bureau,
        replies=[ReplyLine.model_validate(one) for one in page.replies],
    )


@router.post("/difficulties/{difficulty_id}", summary="Take a difficulty further", dependencies=SIDES, responses=STEP)
def said(visit: VisitDep, difficulty_id: Ident, step: DifficultyStep, lock: LockDep) -> DifficultyDetail:
    """As the buttons of its page, for the side that may."""
    steps = {"answer": difficulty.answer, "again": difficulty.again, "close": difficulty.close}
    actor = visit.actor
    with lock.step(visit.home.database()) as session:
        row, side = difficulty.one_difficulty(session, actor, difficulty_id)
        lock.check(row, row.steps)
        if step.do == "assign":
            difficulty.assign(session, actor, row, step.department, step.deadline, step.text, now())
        else:
            steps[step.do](session, actor, row, side, step.text, now())
    return _difficulty(visit, difficulty_id, lock)


@router.get("/my/pool", summary="The firm's own entries in pools", dependencies=RAISES)
def own(visit: VisitDep) -> OwnPool:
    """From the invitation on, and its difficulties with their states."""
    page = own_page(visit, {})
    entries = [
        OwnEntry(
            id=one.row.id,
            bureau=one.bureau,
            state=one.row.state,
            tier=one.row.tier,
            until=one.row.until,
            recheck=one.row.recheck,
            ban=one.row.ban,
            reason=one.row.reason,
            history=[
                OwnStep(at=each.at, state=each.state, reason=each.reason if each.state in ENDS else "")
                for each in one.steps
            ],
        )
        for one in page.entries
    ]
    return OwnPool(entries=entries, difficulties=[DifficultyLine.model_validate(one) for one in page.rows])


@router.post("/my/pool", summary="Raise a difficulty", status_code=201, dependencies=RAISES, responses=MAKES)
def raised(visit: VisitDep, asked: NewDifficulty, key: KeyDep, lock: TagDep) -> DifficultyDetail:
    """To the bureau in whose pool the firm is."""
    found = next((one for one in own_entries(visit) if one.id == asked.entry), None)
    if found is None:
        raise UnusableError({"entry": "unknown"}, "WE190")
    with lock.step(visit.home.database()) as session:
        row = difficulty.raise_one(session, visit.actor, found, asked.kind, asked.title, asked.text, now(), key)
    return _difficulty(visit, row.id, lock)
