"""How a shortlist and what is decided on its firms may move: one table of each, and the one function that moves."""

from __future__ import annotations

from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.lists import Shortlist, ShortlistItem
from web.db.models import Event
from web.errors import WebError

LISTS: dict[str, frozenset[str]] = {
    "open": frozenset({"frozen", "archived"}),
    "frozen": frozenset({"open", "frozen", "decided", "archived"}),
    "decided": frozenset({"open", "archived"}),
    "archived": frozenset(),
}
"""From each state of a list the states that it may lead to. What is decided on a firm after a freeze opens the list
again: frozen means that the last version says all that the list says."""

ITEMS: dict[str, frozenset[str]] = {
    "": frozenset({"kept", "rejected"}),
    "off": frozenset({"kept", "rejected"}),
    "kept": frozenset({"rejected", "contacted", "sampled", "qualified", "approved", "off"}),
    "rejected": frozenset({"kept", "off"}),
    "contacted": frozenset({"kept", "rejected", "sampled", "qualified", "approved"}),
    "sampled": frozenset({"contacted", "rejected", "qualified", "approved"}),
    "qualified": frozenset({"sampled", "rejected", "approved"}),
    "approved": frozenset({"qualified", "rejected"}),
}
"""The same of a firm on a list: forward (steps may be left out), one step back (a slip), or rejected. "" is a firm on
which nothing was decided yet."""

HEARD = {"kept": "kept", "rejected": "rejected", "contacted": "contacted", "off": "withdrawn"}
"""What a move says to the log of outcomes (`web.jobs.feedback`); samples and qualifications say nothing there."""


def move_list(session: Session, row: Shortlist, to: str, actor: Actor, reason: str = "", digest: str = "") -> None:
    """Bring a list to another state, with its event. Raises WebError WE081 where its state does not lead there."""
    if to not in LISTS[row.state]:
        raise WebError(
            f"a list that is {row.state} cannot become {to}",
            code="WE081",
            hint="see the list's events",
            place=row.id,
        )
    _event(session, actor, row.organisation_id, "shortlist", row.id, row.state, to, reason, digest)
    row.state = to


def move_item(session: Session, item: ShortlistItem, to: str, actor: Actor, reason: str = "") -> None:
    """Bring a firm of a list to another state, with its event. Raises WebError WE081."""
    if to not in ITEMS.get(item.state, ()):
        ways = ", ".join(sorted(ITEMS.get(item.state, ()))) or "none"
        raise WebError(
            f"a firm that is {item.state or 'not on the list'} cannot become {to[:20]}",
            code="WE081",
            hint=f"from here: {ways}",
            place=item.firm_id,
        )
    _event(session, actor, item.organisation_id, "shortlist_item", item.id, item.state or None, to, reason, "")
    item.state = to


def _event(
    session: Session, actor: Actor, organisation: str | None, subject: str, ident: str, before: str | None, to: str,
    reason: str, digest: str,
) -> None:  # fmt: skip
    session.add(
        Event(
            organisation_id=organisation,
            actor=actor.user,
            subject=subject,
            subject_id=ident,
            from_state=before,
            to_state=to,
            reason=reason,
            digest=digest,
        )
    )
