"""What may be watched, by its name; a person's watches as rows of a page."""

from __future__ import annotations

from urllib.parse import quote

from pydantic import BaseModel

from web.accounts.actor import Actor
from web.db.models import Need
from web.db.watches import Watch
from web.deps import Visit
from web.errors import WebError
from web.jobs.network import region_of
from web.jobs.states import chain_of
from web.pages.chains.chains import named
from web.pages.chains.node import node_of
from web.pages.firms.firm import present
from web.pages.firms.product import product_page
from web.words import place
from web.work.today import watches
from web.work.today.notify_address import masked
from web.work.today.notify_address import own as addresses
from web.work.today.warnings import READ


class WatchRow(BaseModel):
    """A watch that goes on."""

    id: str
    kind: str
    name: str
    address: str
    best: int
    looked: str | None


class AddressRow(BaseModel):
    """An address of the reader, of which enough is shown to know it again."""

    id: str
    way: str
    shown: str
    quiet_from: int
    quiet_until: int
    sent_day: str | None
    tries: int
    next_try: str | None
    failure: str


class WatchesPage(BaseModel):
    """The reader's watches and addresses; `sends` says whether the operator lets anything go out."""

    watches: list[WatchRow]
    addresses: list[AddressRow]
    sends: bool
    mail: bool


def watch_row(row: Watch) -> WatchRow:
    """A watch as pages and programs show it."""
    return WatchRow(
        id=row.id,
        kind=row.kind,
        name=row.name,
        address=address_of(row.kind, row.subject_id),
        best=row.best,
        looked=row.looked,
    )


def watches_page(visit: Visit) -> WatchesPage:
    """The watches of the reader. Raises WE401, WE032."""
    settings = visit.home.settings
    with visit.home.database().session() as session:
        rows = watches.own(session, visit.actor)
        known = addresses(session, visit.actor)
    return WatchesPage(
        watches=[watch_row(row) for row in rows],
        addresses=[
            AddressRow(
                id=row.id,
                way=row.way,
                shown=masked(row),
                quiet_from=row.quiet_from,
                quiet_until=row.quiet_until,
                sent_day=row.sent_day,
                tries=row.tries,
                next_try=row.next_try.isoformat() if row.next_try else None,
                failure=row.failure,
            )
            for row in known
        ],
        sends=bool(settings.notified_hosts),
        mail=bool(settings.notify_mail.get_secret_value()),
    )


def address_of(kind: str, subject_id: str) -> str:
    """The page of a watched thing."""
    if kind == "node":
        chain, _, node = subject_id.partition(":")
        return f"/chains/{quote(chain)}/nodes/{quote(node)}"
    if kind == "region":
        return f"/warnings?region={quote(subject_id)}"
    return f"/{kind}s/{quote(subject_id)}"


def meant(visit: Visit, kind: str, subject_id: str) -> tuple[str, str]:
    """The id and name of a thing that the reader may see. Raises WebError WE404, WE145 (nothing that is watched)."""
    if kind == "firm":
        return present(visit.graph, subject_id)
    if kind == "product":
        found = product_page(visit.graph, subject_id)
        return found.key, found.name
    if kind == "node":
        chain, _, node = subject_id.partition(":")
        template = chain_of(visit.home, chain)
        return subject_id, f"{named(template, 'zh')} · {named(node_of(template, node), 'zh')}"
    if kind == "need":
        return subject_id, _need(visit, visit.actor, subject_id)
    if kind == "region":
        visit.actor.need(READ)
        code = region_of(subject_id)
        return code, place(code)
    raise WebError("this cannot be watched", code="WE145", hint="firm, product, node, need or region", place=kind[:40])


def _need(visit: Visit, actor: Actor, need_id: str) -> str:
    """The title of a need that everybody sees, or of one of the actor's own organisation."""
    with visit.home.database().session() as session:
        need = session.get(Need, need_id)
        if need is not None and (need.visibility == "public" or actor.owns(need.organisation_id)):
            return need.title
    raise WebError("no such need", code="WE404", hint="see the list of needs")
