"""What the pages of meetings show: the list of days, one day with its programme, wishes, and a firm's own side."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from matcher.meeting.problem import Points
from web.db.meetings import MeetingDay, MeetingParty
from web.deps import Visit
from web.errors import WebError
from web.forms import Form
from web.jobs.meeting import POINTS_FILE
from web.jobs.programme import write_programme
from web.pages.firms.firm import present
from web.work.meetings import meeting as work
from web.work.meetings import wish
from web.work.meetings.choice import Choice, choice_of, names_known, of_list
from web.work.meetings.form import MOST, Typed, default_slots, ids
from web.work.meetings.plan import planned

TYPED = ("title", "date", "place", "needs", "topics", "firms", "slots", "conflicts", "key", "version")


class FormPage(BaseModel):
    """The form of a day with what was typed, what is wrong by field, and what there is to choose from."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    typed: Typed
    choice: Choice
    action: str
    wrong: dict[str, str] = {}
    before: str = ""
    code: str = ""


class DayPage(BaseModel):
    """A day of the organisation: its programme, what a run changed and left out, what may be done now."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: MeetingDay
    parties: list[MeetingParty]
    held: list[work.Held]
    titles: dict[str, str]
    officers: dict[str, str]
    names: dict[str, str]
    times: dict[str, str]
    answered: set[str]
    wished: int
    code: str = ""
    key: str = ""
    at_meeting: str = ""
    typed: str = ""


class WishPage(BaseModel):
    """Wishes of one side as they were typed; `now` is what stands there where that is something else."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: MeetingDay
    parties: list[MeetingParty]
    typed: dict[str, str]
    seen: str
    wrong: dict[str, str] = {}
    now: dict[str, str] = {}
    code: str = ""


class FirmPage(WishPage):
    """A firm's own side of a day: its wishes, its slots alone, its own notes."""

    party: MeetingParty
    held: list[work.Held]
    titles: dict[str, str]
    officers: dict[str, str]
    times: dict[str, str]
    most: str
    absent: list[str]
    key: str = ""
    at_meeting: str = ""
    text: str = ""


def new_form(visit: Visit, needs: list[str], firms: list[str], shortlist: str) -> FormPage:
    """An empty form, or one with needs, firms, and the firms of one of the organisation's lists."""
    with visit.home.database().session() as session:
        choice = choice_of(session, visit.actor)
        if shortlist:
            need, found = of_list(session, visit.actor, shortlist)
            needs = [*needs, *(one.id for one in choice.needs if one.id == need)]
            firms = [*firms, *found]
    typed = Typed(
        needs="\n".join(dict.fromkeys(needs)),
        firms="\n".join(dict.fromkeys(firms)),
        slots=default_slots(max(1, len(needs))),
        key=secrets.token_hex(12),
    )
    return FormPage(typed=typed, choice=choice, action="/meetings/new")


def as_sent(typed: Typed) -> Form:
    """What the form of a draft sends as it stands."""
    return {name: [getattr(typed, name)] for name in TYPED if name not in ("key", "version")}


def firms_named(visit: Visit, text: str, known: dict[str, str]) -> dict[str, str]:
    """Names of the firms that were typed by their ids; one that is in none of the organisation's lists is looked up
    in the graph, and left out where there is none.
    """
    found = dict(known)
    for ident in ids(text)[: MOST["firms"]]:
        if ident not in found:
            try:
                key, name = present(visit.graph, ident)
            except WebError as error:
                if error.code != "WE404":
                    raise
                continue
            if key == ident:
                found[ident] = name
    return found


def known_names(visit: Visit, row: MeetingDay | None) -> tuple[dict[str, str], dict[str, str], Choice]:
    """Titles of the organisation's needs and names of firms that it has already, by id."""
    with visit.home.database().session() as session:
        choice = choice_of(session, visit.actor)
        names = names_known(session, visit.actor)
    if row is not None:
        names |= {one["id"]: one["name"] for one in row.firms}
    return {need.id: need.title for need in choice.needs}, names, choice


def day_page(visit: Visit, day_id: str, **more: Any) -> DayPage:
    """A day of the organisation. Raises as `web.work.meetings.meeting.one`."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, day_id)
        held = work.with_notes(session, visit.actor, work.meetings(session, row))
        by_firm = wish.wishes(session, row, wish.FIRM)
        return DayPage(
            row=row,
            parties=work.parties(session, row),
            held=held,
            titles=titles_of(row),
            officers={one["id"]: one["officer"] for one in row.needs},
            names={one["id"]: one["name"] for one in row.firms},
            times=times_of(row),
            answered={firm for _, firm in by_firm},
            wished=len(wish.wishes(session, row, wish.BUYER)),
            key=secrets.token_hex(12),
            **more,
        )


def titles_of(row: MeetingDay) -> dict[str, str]:
    """Titles of a day's needs by their number."""
    return {one["id"]: one["title"] for one in row.needs}


def times_of(row: MeetingDay) -> dict[str, str]:
    """Times of a day's slots by their id."""
    return {one["id"]: f"{one['begin']}–{one['end']}" for one in row.slots}


def shown(place: int | None) -> str:
    """A wish as its form has it."""
    return "" if place is None else "x" if place == wish.NEVER else str(place)


def wish_page(visit: Visit, day_id: str, **more: Any) -> WishPage:
    """The buyer's wishes. Raises as `web.work.meetings.meeting.one`."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, day_id)
        found = wish.wishes(session, row, wish.BUYER)
        stands: dict[str, Any] = {
            "row": row,
            "parties": work.parties(session, row),
            "typed": {f"{need}:{firm}": shown(place) for (need, firm), place in found.items()},
            "seen": wish.seen(found),
        }
    return WishPage(**stands | more)


def firm_page(visit: Visit, party_id: str, **more: Any) -> FirmPage:
    """A firm's own side of a day. Raises as `web.work.meetings.meeting.as_firm`."""
    with visit.home.database().session() as session:
        row, party = work.as_firm(session, visit.actor, party_id)
        found = wish.wishes(session, row, wish.FIRM, party.firm_id)
        rows = work.meetings(session, row, work.SHOWN, party.firm_id)
        stands: dict[str, Any] = {
            "row": row,
            "parties": [party],
            "party": party,
            "held": work.with_notes(session, visit.actor, rows),
            "titles": titles_of(row),
            "officers": {one["id"]: one["officer"] for one in row.needs},
            "times": times_of(row),
            "typed": {need: shown(place) for (need, _), place in found.items()},
            "seen": wish.seen(found, party),
            "most": "" if party.most is None else str(party.most),
            "absent": party.absent,
            "key": secrets.token_hex(12),
        }
    return FirmPage(**stands | more)


def points_of(visit: Visit) -> Points:
    """What wishes are worth: the operator's table where there is one. Raises BadMeetingError MA051."""
    return Points.load(visit.home.settings.home / POINTS_FILE)


def programme_file(visit: Visit, day_id: str) -> bytes:
    """The programme as `bulian meeting plan` writes it. Raises as `web.work.meetings.meeting.one`, WE104."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, day_id)
        problem, plan = planned(session, row)
        made, ortools = row.result["made"], row.result["ortools"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "programme.xlsx"
        write_programme(path, problem, plan, made, ortools)
        return path.read_bytes()
