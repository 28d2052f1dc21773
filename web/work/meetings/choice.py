"""What a day of meetings can be made of: the organisation's needs and lists, and the firms on them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.lists import Shortlist, ShortlistItem
from web.db.models import Need
from web.errors import WebError
from web.work.meetings.meeting import ORGANISE

ENDED = ("closed", "withdrawn", "expired")
_OUT = ("rejected", "off")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """Needs and lists of an organisation, the newest first."""

    needs: list[Need]
    lists: list[Shortlist]


def choice_of(session: Session, actor: Actor) -> Choice:
    """The needs that have not ended, and the lists. Raises WebError WE401, WE032."""
    actor.need(ORGANISE)
    needs = (
        select(Need)
        .where(Need.organisation_id == actor.organisation, Need.kind == "need", Need.state.not_in(ENDED))
        .order_by(Need.created.desc(), Need.id)
        .limit(_MOST)
    )
    lists = (
        select(Shortlist)
        .where(Shortlist.organisation_id == actor.organisation, Shortlist.state != "archived")
        .order_by(Shortlist.created.desc(), Shortlist.id)
        .limit(_MOST)
    )
    return Choice(list(session.scalars(needs)), list(session.scalars(lists)))


def of_list(session: Session, actor: Actor, list_id: str) -> tuple[str, list[str]]:
    """The need of one of the organisation's lists, and the firms that are kept on it. Raises WE401, WE032, WE404."""
    actor.need(ORGANISE)
    found = session.get(Shortlist, list_id)
    if found is None or not actor.owns(found.organisation_id):
        raise WebError("no such list", code="WE404", hint="see the organisation's lists")
    items = (
        select(ShortlistItem.firm_id)
        .where(ShortlistItem.list_id == found.id, ShortlistItem.state.not_in(_OUT))
        .order_by(ShortlistItem.created, ShortlistItem.id)
    )
    return found.need_id, list(session.scalars(items))


def names_known(session: Session, actor: Actor) -> dict[str, str]:
    """Names of the firms on the organisation's lists, by id. Raises WebError WE401, WE032."""
    actor.need(ORGANISE)
    wanted = select(ShortlistItem.firm_id, ShortlistItem.firm_name).where(
        ShortlistItem.organisation_id == actor.organisation
    )
    return {row.firm_id: row.firm_name for row in session.execute(wanted)}
