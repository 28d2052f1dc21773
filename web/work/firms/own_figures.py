"""A firm's own figures for its assessment: kept for its organisation alone, and deleted when it says so.

They are private: never in the graph, a list, a log or another organisation's page. The event of a change says how many
there are, and no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.assess.inputs import Given
from web.accounts.actor import Actor
from web.db.criteria import OwnFigure
from web.work.firms.declaration import own_firm
from web.work.step import note

RIGHT = "firm.draft"
SUBJECT = "own_figures"


@dataclass(slots=True)
class _Whose:
    """Whose figures an event is about: they are one thing of the organisation."""

    id: str
    organisation_id: str | None


def own_figures(session: Session, actor: Actor) -> Sequence[OwnFigure]:
    """The figures of the actor's organisation on the firm that it proved to be. Raises as `own_firm`."""
    return session.scalars(
        select(OwnFigure)
        .where(OwnFigure.organisation_id == actor.organisation, OwnFigure.firm_id == own_firm(actor))
        .order_by(OwnFigure.input, OwnFigure.year.desc())
    ).all()


def given_of(rows: Sequence[OwnFigure]) -> list[Given]:
    """Figures as values of inputs."""
    return [Given(row.input, row.value, row.year or None, said="own") for row in rows]


def keep(session: Session, actor: Actor, given: Sequence[Given], years: Sequence[int], at: datetime) -> None:
    """Keep the figures of a form in place of those before; what stays the same keeps its day and who gave it.

    A form asks for some `years`: figures of other years stay. Raises as `own_firm`.
    """
    firm = own_firm(actor)
    held = {(row.input, row.year): row for row in own_figures(session, actor) if row.year in (0, *years)}
    changed = 0
    for one in given:
        row = held.pop((one.input, one.year or 0), None)
        if row is not None and row.value == one.value:
            continue
        changed += 1
        if row is None:
            row = OwnFigure(
                organisation_id=actor.organisation, firm_id=firm, input=one.input, year=one.year or 0, value=one.value
            )
            session.add(row)
        row.value, row.at, row.by, row.by_name = one.value, at, actor.user, actor.name
    for row in held.values():
        session.delete(row)
    if changed or held:
        whose = _Whose(firm, actor.organisation)
        note(session, whose, SUBJECT, None, "kept", actor.user, at, f"{changed} changed, {len(held)} deleted")


def drop(session: Session, actor: Actor, at: datetime) -> int:
    """Delete all of them; how many there were. Raises as `own_firm`."""
    rows = own_figures(session, actor)
    for row in rows:
        session.delete(row)
    if rows:
        whose = _Whose(own_firm(actor), actor.organisation)
        note(session, whose, SUBJECT, "kept", "deleted", actor.user, at, f"{len(rows)} deleted")
    return len(rows)
