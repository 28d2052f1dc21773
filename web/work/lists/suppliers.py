"""The buyer's own supplier sheet as its organisation alone sees it: which firms its rows mean, and how they stand.

Nothing of it is ever written to the graph, and no other organisation sees that it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.identity.register import Asked
from kg.identity.resolve import Resolution, Resolver
from web.accounts.actor import Actor
from web.db.imports import PrivateRow
from web.db.lists import Supplier
from web.errors import WebError
from web.work.step import note

RIGHT = "supplier.write"
KIND = "supplier_sheet"
AT_THE_MACHINE = "operator"
"""Whose the sheet is of who sits at the machine: the operator is no organisation, and a sheet needs one."""

_GRAVEST = ("blocked", "stopped", "on_hold", "candidate", "", "approved")


@dataclass(frozen=True, slots=True)
class Mark:
    """How a firm stands in the organisation's own sheet, by the gravest of its rows."""

    status: str
    name: str


def owner(actor: Actor) -> str:
    """Whose sheet an actor may see."""
    return actor.organisation or AT_THE_MACHINE


def may_see(actor: Actor) -> bool:
    """Whether this person may see the sheet of the organisation."""
    return actor.known and actor.may(RIGHT)


def rows(session: Session, actor: Actor) -> Sequence[PrivateRow]:
    """The present rows of the organisation's supplier sheets, in their order. Raises WebError WE401, WE032."""
    actor.need(RIGHT)
    wanted = select(PrivateRow).where(
        PrivateRow.organisation_id == owner(actor), PrivateRow.kind == KIND, PrivateRow.state == "current"
    )
    return session.scalars(wanted.order_by(PrivateRow.created, PrivateRow.id)).all()


def suppliers(session: Session, actor: Actor) -> dict[str, Supplier]:
    """What was found for the rows, by the row's id."""
    actor.need(RIGHT)
    return {
        one.row_id: one for one in session.scalars(select(Supplier).where(Supplier.organisation_id == owner(actor)))
    }


def resolve(session: Session, actor: Actor, resolver: Resolver, names: Mapping[str, str]) -> int:
    """Find the firms of the rows for which that was not done; `names` are the firms' names by id. Returns how many.

    What a person chose for a row of the same name and code before stays chosen.
    """
    known = suppliers(session, actor)
    open_rows = [row for row in rows(session, actor) if row.id not in known]
    chosen = {(one.name, one.code): one.firm_id for one in known.values() if one.found == "chosen"}
    asked = [Asked(named(row), coded(row)) for row in open_rows]
    for row, found in zip(open_rows, resolver.resolve_all(asked), strict=True):
        session.add(_supplier(row, found, chosen, names))
    return len(open_rows)


def _supplier(
    row: PrivateRow, found: Resolution, chosen: Mapping[tuple[str, str | None], str | None], names: Mapping[str, str]
) -> Supplier:
    made = Supplier(
        organisation_id=row.organisation_id,
        row_id=row.id,
        name=named(row),
        code=coded(row),
        status=str(row.values.get("state") or ""),
    )
    if (made.name, made.code) in chosen:
        made.firm_id, made.found = chosen[made.name, made.code], "chosen"
    elif found.match is not None:
        made.firm_id, made.found = found.match, "sure"
    elif found.candidates:
        made.found = "asked"
        made.candidates = [
            {"id": one.id, "name": names.get(one.id, ""), "score": one.score, "reason": one.reason}
            for one in found.candidates[:3]
        ]
    return made


def choose(session: Session, actor: Actor, row_id: str, firm: str) -> Supplier:
    """Say which firm a row means ("": none of them). Raises WebError WE404, WE086 for a firm that was not asked."""
    actor.need(RIGHT)
    one = session.scalar(select(Supplier).where(Supplier.row_id == row_id))
    if one is None or one.organisation_id != owner(actor):
        raise WebError("no such page", code="WE404", hint="see your supplier sheet")
    if firm and firm not in {known["id"] for known in one.candidates} | {one.firm_id}:
        raise WebError("the firm is none of those that were asked", code="WE086", hint="choose one of them, or none")
    before = one.found
    one.firm_id, one.found = firm or None, "chosen"
    note(session, one, "supplier", before, "chosen", actor.user, reason=firm)
    return one


def marks(session: Session, actor: Actor) -> dict[str, Mark] | None:
    """How the firms of the organisation's sheet stand, by id; None for who may not see it, or where there is none."""
    if not may_see(actor):
        return None
    present = rows(session, actor)
    if not present:
        return None
    known = suppliers(session, actor)
    return _gravest(known[row.id] for row in present if row.id in known)


def _gravest(found: Iterable[Supplier]) -> dict[str, Mark]:
    by_firm: dict[str, Mark] = {}
    for one in found:
        if one.firm_id is None:
            continue
        before = by_firm.get(one.firm_id)
        if before is None or _grave(one.status) < _grave(before.status):
            by_firm[one.firm_id] = Mark(one.status, one.name)
    return by_firm


def _grave(status: str) -> int:
    return _GRAVEST.index(status) if status in _GRAVEST else len(_GRAVEST)


def named(row: PrivateRow) -> str:
    """The supplier's name as the sheet writes it."""
    return row.firm or str(row.values.get("name") or "")


def coded(row: PrivateRow) -> str | None:
    """Its credit code, where the sheet has one."""
    return row.code or (str(row.values["code"]) if row.values.get("code") else None)


def described(row: PrivateRow) -> dict[str, Any]:
    """A row's own words for its organisation's page."""
    names = ("category", "last", "note")
    return {name: str(row.values[name]) for name in names if row.values.get(name)}
