"""Days of meetings as JSON: who organises them, wishes of both sides, the programme, a called firm's own side."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from web.api.lock import MAKES, STEP, KeyDep, Lock, LockDep, TagDep
from web.api.shape import OWN, Given, Ident
from web.db.meetings import MeetingDay
from web.db.models import now
from web.deps import Visit, VisitDep, requires
from web.errors import WebError
from web.pages.meetings.meeting import day_page, firm_page, points_of, wish_page
from web.work.meetings import meeting as work
from web.work.meetings import wish
from web.work.meetings.note import write_note
from web.work.meetings.plan import assign

router = APIRouter(tags=["meetings"], responses=OWN)
ORGANISES = [Depends(requires(work.ORGANISE))]
WISHES = [Depends(requires(work.WISH))]
Place = Annotated[str, Field(max_length=8, description="a place from 1 on, x for never, empty for no wish")]


class DayLine(Given):
    """A day of meetings."""

    id: str
    title: str
    date: str
    place: str
    host: str
    state: str = Field(description="draft, calling, assigned, confirmed, held, followed_up, cancelled")


class CalledLine(DayLine):
    """A day to which the own firm was called; `party` names its part."""

    party: str


class Days(BaseModel):
    """The organisation's days, and those to which its firm was called."""

    days: list[DayLine]
    called: list[CalledLine]


class MeetingLine(BaseModel):
    """A need and a firm in a slot at a table, with the notes of the reader's organisation."""

    id: str
    need: str
    firm_id: str
    slot: str
    table: int
    state: str = Field(description="planned, confirmed, held, missed")
    notes: list[str]


class DayDetail(DayLine):
    """A day of the organisation with its programme and what the last run of the solver left out and changed."""

    needs: list[dict[str, Any]]
    firms: list[dict[str, Any]]
    slots: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    seed: int | None
    run: int
    result: dict[str, Any]
    changes: list[dict[str, Any]]
    programme: list[MeetingLine] = Field(default=[])
    parties: dict[str, str] = Field(default={}, description="firms that were called, by the id of their part")
    answered: list[str] = Field(default=[], description="firms that said what they wish")


class DayStep(BaseModel):
    """A step of the day. `seed` is for `assigned` (without one that of the run before), `reason` for `cancelled`."""

    to: Literal["calling", "assigned", "confirmed", "held", "followed_up", "cancelled"]
    seed: Annotated[int | None, Field(ge=0, le=999_999_999)] = None
    reason: Annotated[str, Field(max_length=2000)] = ""


class MeetingStep(BaseModel):
    """What becomes of a single meeting."""

    to: Literal["confirmed", "planned", "held", "missed"]


class Note(BaseModel):
    """A note for one's own organisation alone."""

    text: Annotated[str, Field(max_length=8000)]


class BuyerWishes(BaseModel):
    """Wishes by need and firm."""

    wishes: dict[str, dict[str, Place]] = Field(max_length=200, description="by the need's number, then the firm's id")


class FirmWishes(BaseModel):
    """Wishes of the firm by need, how many meetings it may have at most, slots in which it is absent."""

    wishes: dict[str, Place] = Field(max_length=200)
    most: Annotated[int | None, Field(ge=1, le=99)] = None
    absent: list[Annotated[str, Field(max_length=16)]] = Field(default=[], max_length=200)


class CalledDetail(DayLine):
    """A day as a called firm sees it: its own wishes, its own confirmed meetings."""

    party: str
    needs: dict[str, str] = Field(description="titles by number")
    slots: dict[str, str] = Field(description="times by id")
    wishes: dict[str, str]
    most: int | None
    absent: list[str]
    programme: list[MeetingLine]


def _line(held: work.Held) -> MeetingLine:
    row = held.row
    return MeetingLine(
        id=row.id,
        need=row.need,
        firm_id=row.firm_id,
        slot=row.slot,
        table=row.table_number,
        state=row.state,
        notes=[one.text for one in held.notes],
    )


def _day(visit: Visit, day_id: str, lock: Lock) -> DayDetail:
    page = day_page(visit, day_id)
    lock.tag(page.row, *(held.row for held in page.held))
    return DayDetail.model_validate(page.row).model_copy(
        update={
            "programme": [_line(held) for held in page.held],
            "parties": {party.id: party.firm_id for party in page.parties},
            "answered": sorted(page.answered),
        }
    )


def _called(visit: Visit, party_id: str, lock: Lock) -> CalledDetail:
    page = firm_page(visit, party_id)
    lock.tag(page.row, page.party, page.seen)
    said = DayLine.model_validate(page.row).model_dump()
    return CalledDetail(
        **said,
        party=page.party.id,
        needs=page.titles,
        slots=page.times,
        wishes=page.typed,
        most=page.party.most,
        absent=page.party.absent,
        programme=[_line(held) for held in page.held],
    )


def _by_need(typed: dict[str, str]) -> dict[str, dict[str, Place]]:
    found: dict[str, dict[str, Place]] = {}
    for pair, place in typed.items():
        need, _, firm = pair.partition(":")
        found.setdefault(need, {})[firm] = place
    return found


@router.get("/meetings", summary="Days of meetings", dependencies=WISHES)
def days(visit: VisitDep) -> Days:
    """The latest 200 of the organisation, and those to which its firm was called."""
    with visit.home.database().session() as session:
        rows, called = work.of_organisation(session, visit.actor), work.called(session, visit.actor)
        return Days(
            days=[DayLine.model_validate(row) for row in rows],
            called=[CalledLine(**DayLine.model_validate(row).model_dump(), party=party.id) for row, party in called],
        )


@router.get("/meetings/called/{party_id}", summary="A day as a called firm sees it", dependencies=WISHES)
def called(visit: VisitDep, party_id: Ident, lock: TagDep) -> CalledDetail:
    """Its own wishes and its own confirmed meetings; neither side sees what the other one wishes."""
    return _called(visit, party_id, lock)


@router.put("/meetings/called/{party_id}", summary="Wishes of a called firm", dependencies=WISHES, responses=STEP)
def firm_wishes(visit: VisitDep, party_id: Ident, said: FirmWishes, lock: LockDep) -> CalledDetail:
    """All of them as they are to be, while the day is calling."""
    with lock.step(visit.home.database()) as session:
        row, party = work.as_firm(session, visit.actor, party_id)
        was = wish.seen(wish.wishes(session, row, wish.FIRM, party.firm_id), party)
        lock.check(row, party, was)
        most = "" if said.most is None else str(said.most)
        wish.firm_wishes(session, visit.actor, party_id, said.wishes, most, said.absent, was, now())
    return _called(visit, party_id, lock)


@router.post(
    "/meetings/called/{party_id}/notes/{meeting_id}",
    summary="A note of the firm on a meeting",
    status_code=201,
    dependencies=WISHES,
    responses=MAKES,
)
def firm_note(
    visit: VisitDep, party_id: Ident, meeting_id: Ident, said: Note, key: KeyDep, lock: TagDep
) -> CalledDetail:
    """For the firm alone."""
    with lock.step(visit.home.database()) as session:
        row, party = work.as_firm(session, visit.actor, party_id)
        _of_day(meeting_id, work.meetings(session, row, work.SHOWN, party.firm_id))
        write_note(session, visit.actor, meeting_id, said.text, now(), key)
    return _called(visit, party_id, lock)


def _of_day(meeting_id: str, rows: list[Any]) -> None:
    if meeting_id not in {one.id for one in rows}:
        raise WebError("no such meeting of the day", code="WE404", hint="see the day")


@router.get("/meetings/{day_id}", summary="A day with its programme", dependencies=WISHES)
def day(visit: VisitDep, day_id: Ident, lock: TagDep) -> DayDetail:
    """Of the organisation: what the last run proved, changed and could not meet stands in `result` and `changes`."""
    return _day(visit, day_id, lock)


@router.post("/meetings/{day_id}/state", summary="Take a day further", dependencies=ORGANISES, responses=STEP)
def state(visit: VisitDep, day_id: Ident, step: DayStep, lock: LockDep) -> DayDetail:
    """As the buttons of its page; `assigned` runs the solver with a seed that is kept."""
    database, actor = visit.home.database(), visit.actor
    with database.session() as session:
        row = work.one(session, actor, day_id, work.ORGANISE)
        lock.check(row, *work.meetings(session, row))
    if step.to == "assigned":
        assign(database, actor, day_id, row.version, now(), points_of(visit), step.seed)
        return _day(visit, day_id, lock)
    with lock.step(database) as session:
        if step.to == "cancelled":
            work.cancel(session, actor, day_id, row.version, now(), step.reason)
        else:
            _STEPS[step.to](session, actor, day_id, row.version, now())
    return _day(visit, day_id, lock)


_STEPS = {"calling": work.call, "confirmed": work.confirm, "held": work.hold, "followed_up": work.follow_up}


@router.get("/meetings/{day_id}/wishes", summary="Wishes of the buyer", dependencies=WISHES)
def wishes(visit: VisitDep, day_id: Ident, lock: TagDep) -> BuyerWishes:
    """By need and firm; those of the firms are not among them."""
    page = wish_page(visit, day_id)
    lock.tag(page.row, page.seen)
    return BuyerWishes(wishes=_by_need(page.typed))


@router.put("/meetings/{day_id}/wishes", summary="Put down the buyer's wishes", dependencies=WISHES, responses=STEP)
def wished(visit: VisitDep, day_id: Ident, said: BuyerWishes, lock: LockDep) -> BuyerWishes:
    """All of them as they are to be, while the day is calling."""
    pairs = {(need, firm): place for need, of in said.wishes.items() for firm, place in of.items()}
    with lock.step(visit.home.database()) as session:
        row: MeetingDay = work.one(session, visit.actor, day_id)
        was = wish.seen(wish.wishes(session, row, wish.BUYER))
        lock.check(row, was)
        wish.buyer_wishes(session, visit.actor, day_id, pairs, was, now())
    return wishes(visit, day_id, lock)


@router.post(
    "/meetings/{day_id}/meetings/{meeting_id}",
    summary="Settle a single meeting",
    dependencies=ORGANISES,
    responses=STEP,
)
def settled(visit: VisitDep, day_id: Ident, meeting_id: Ident, step: MeetingStep, lock: LockDep) -> DayDetail:
    """Confirmed or planned again while the day is assigned; held or missed after it. If-Match names the day."""
    with lock.step(visit.home.database()) as session:
        row = work.one(session, visit.actor, day_id, work.ORGANISE)
        lock.check(row, *work.meetings(session, row))
        work.settle(session, visit.actor, day_id, meeting_id, step.to, now())
    return _day(visit, day_id, lock)


@router.post(
    "/meetings/{day_id}/meetings/{meeting_id}/notes",
    summary="A note of the organisation on a meeting",
    status_code=201,
    dependencies=WISHES,
    responses=MAKES,
)
def noted(visit: VisitDep, day_id: Ident, meeting_id: Ident, said: Note, key: KeyDep, lock: TagDep) -> DayDetail:
    """For the organisation alone."""
    with lock.step(visit.home.database()) as session:
        row = work.one(session, visit.actor, day_id)
        _of_day(meeting_id, work.meetings(session, row))
        write_note(session, visit.actor, meeting_id, said.text, now(), key)
    return _day(visit, day_id, lock)
