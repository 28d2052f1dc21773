"""What people said of places in chains and of classes, as pages show it: who, when, why, and what counts now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from kg.values.name import name_key
from web.beijing import day_of
from web.jobs.corrections import ASKS, PROPOSE, Corrected, corrections, log, role_of, waiting, word_of

if TYPE_CHECKING:
    from web.deps import Visit
    from web.forms import Form


class SaidRow(BaseModel):
    """What a person said of a product and a place."""

    product: str
    key: str
    act: str
    reason: str
    by_role: str
    who: str = Field(description="the person; for those who may propose corrections themselves")
    day: str
    counts: bool
    waits: bool = Field(description="a proposal that nobody has answered")


def said_rows(visit: Visit, place: str) -> list[SaidRow]:
    """All that was said of products at a place (`chain:node`, or a class of the log), newest first."""
    counting = {row.number for row in corrections(visit.home)}
    asked = {row.number for row in waiting(visit.home)}
    named = visit.actor.may(PROPOSE)
    return [
        SaidRow(
            product=row.product,
            key=name_key(row.product),
            act=row.act,
            reason=row.reason,
            by_role=row.by_role,
            who=row.who if named else "",
            day=day_of(row.at),
            counts=row.number in counting,
            waits=row.number in asked,
        )
        for row in log(visit.home)
        if row.node == place
    ]


def said_in(visit: Visit, form: Form, place: str) -> Corrected:
    """What a form says of a product (`product`, `act`, `reason`) at a place: at once, or as a proposal.

    `act` is one of ACTS, `declined`, or one that begins with `ask_`, as the log has it, which is then taken. Raises
    as `word_of`.
    """
    from web.forms import first

    act = first(form, "act")
    taken = {asked: plain for plain, asked in ASKS.items()}.get(act, act)
    actor = visit.actor
    return Corrected(
        first(form, "product").strip(),
        place,
        word_of(actor, taken),
        first(form, "reason"),
        role_of(actor),
        actor.name or actor.user,
    )
