"""How a shortlist and what is decided on its firms may move: one table of each."""

from __future__ import annotations

from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.db.lists import ShortlistItem
from web.errors import WebError
from web.work.step import States, note

LIST = States(
    "shortlist",
    "a list that is",
    "WE081",
    {
        "open": frozenset({"frozen", "archived"}),
        "frozen": frozenset({"open", "frozen", "decided", "archived"}),
        "decided": frozenset({"open", "archived"}),
        "archived": frozenset(),
    },
)
"""The states of a list. What is decided on a firm after a freeze opens the list
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
    note(session, item, "shortlist_item", item.state or None, to, actor.user, reason=reason)
    item.state = to
