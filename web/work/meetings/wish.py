"""Wishes of both sides of a day of meetings, each in its own rows: neither side sees what the other one wishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from web.accounts.actor import Actor
from web.db.meetings import MeetingDay, MeetingParty, MeetingWish
from web.errors import UnusableError, WebError
from web.work.lists.frozen import digest_of
from web.work.meetings.meeting import DAY, WISH, Stale, as_firm, one, parties
from web.work.step import note

BUYER, FIRM = "buyer", "firm"
NEVER = 0
"""The place of who is never to be met."""
LAST = 200

Pair = tuple[str, str]
"""The number of a need (N1 …) and the id of a firm."""


def wishes(session: Session, row: MeetingDay, side: str, firm: str | None = None) -> dict[Pair, int]:
    """What a side wishes by pair: its place from 1 on, NEVER; of one firm alone where it is named."""
    wanted = select(MeetingWish).where(
        MeetingWish.day_id == row.id, MeetingWish.side == side, MeetingWish.place.is_not(None)
    )
    if firm is not None:
        wanted = wanted.where(MeetingWish.firm_id == firm)
    return {(one.need, one.firm_id): one.place for one in session.scalars(wanted) if one.place is not None}


def seen(found: Mapping[Pair, int], party: MeetingParty | None = None) -> str:
    """The digest of what a page showed, which its form sends back."""
    said = [party.most, list(party.absent)] if party is not None else []
    return digest_of({"wishes": [[*pair, place] for pair, place in sorted(found.items())], "said": said})[:16]


def places(typed: Mapping[Pair, str]) -> dict[Pair, int]:
    """What was typed as places: a number from 1 on, "x" for never, nothing where it is empty.

    Raises UnusableError WE100 by `need:firm`.
    """
    found, wrong = {}, {}
    for (need, firm), text in typed.items():
        said = text.strip().lower()
        if said in ("x", "×", "不见", "never"):
            found[need, firm] = NEVER
        elif said.isascii() and said.isdecimal() and len(said) <= 3 and 1 <= int(said) <= LAST:
            found[need, firm] = int(said)
        elif said:
            wrong[f"{need}:{firm}"] = "bad"
    if wrong:
        raise UnusableError(wrong, "WE100")
    return found


def buyer_wishes(session: Session, actor: Actor, day_id: str, typed: Mapping[Pair, str], was: str, at: datetime) -> int:
    """Put down what the organisation wishes; `was` is `seen` of the page. Returns how many pairs it named.

    Raises as `web.work.meetings.meeting.one`, WE102 where no wishes are taken, UnusableError WE100, Stale WE103.
    """
    row = one(session, actor, day_id, WISH)
    _calling(row)
    firms = {party.firm_id for party in parties(session, row)}
    needs = {need["id"] for need in row.needs}
    wanted = places({(need, firm): text for (need, firm), text in typed.items() if need in needs and firm in firms})
    if seen(wishes(session, row, BUYER)) != was:
        raise Stale(row.id)
    _put(session, row, BUYER, None, wanted)
    note(session, row, DAY.subject, row.state, row.state, actor.user, at, "wishes of the buyer")
    return len(wanted)


def firm_wishes(
    session: Session,
    actor: Actor,
    party_id: str,
    typed: Mapping[str, str],
    most: str,
    absent: list[str],
    was: str,
    at: datetime,
) -> int:
    """Put down what a firm wishes by need, how many meetings it may have at most, and in which slots it is absent.

    Raises as `web.work.meetings.meeting.as_firm`, WebError WE102, UnusableError WE100, Stale WE103.
    """
    row, party = as_firm(session, actor, party_id)
    _calling(row)
    needs, slots = {need["id"] for need in row.needs}, [slot["id"] for slot in row.slots]
    wrong: dict[str, str] = {}
    try:
        wanted = places({(need, party.firm_id): text for need, text in typed.items() if need in needs})
    except UnusableError as error:
        wanted, wrong = {}, {name.partition(":")[0]: why for name, why in error.wrong.items()}
    said = most.strip()
    if said and not (said.isascii() and said.isdecimal() and len(said) <= 2 and int(said)):
        wrong["most"] = "bad"
    if wrong:
        raise UnusableError(wrong, "WE100")
    if seen(wishes(session, row, FIRM, party.firm_id), party) != was:
        raise Stale(row.id)
    party.most, party.absent = (int(said) if said else None), [slot for slot in slots if slot in absent]
    _put(session, row, FIRM, party.firm_id, wanted)
    said, own = "wishes of the firm", actor.organisation
    note(session, party, "meeting_party", row.state, row.state, actor.user, at, said, organisation_id=own)
    return len(wanted)


def _calling(row: MeetingDay) -> None:
    if row.state != "calling":
        raise WebError(
            f"wishes are taken while a day is calling, not while it is {row.state}",
            code="WE102",
            hint="ask who organises it",
            place=row.id,
        )


def _put(session: Session, row: MeetingDay, side: str, firm: str | None, wanted: Mapping[Pair, int]) -> None:
    """The wishes of a side as they are now; one that is named no more keeps its row without a place."""
    known = select(MeetingWish).where(MeetingWish.day_id == row.id, MeetingWish.side == side)
    if firm is not None:
        known = known.where(MeetingWish.firm_id == firm)
    rows = {(one.need, one.firm_id): one for one in session.scalars(known)}
    for pair, wish in rows.items():
        wish.place = wanted.get(pair)
    for pair in wanted.keys() - rows.keys():
        session.add(
            MeetingWish(
                organisation_id=row.organisation_id,
                day_id=row.id,
                need=pair[0],
                firm_id=pair[1],
                side=side,
                place=wanted[pair],
            )
        )
    place = row.id
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:  # a colleague was quicker by a moment
        raise Stale(place) from error
