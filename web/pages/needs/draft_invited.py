"""A need to which the reader's own firm was invited: what the firm may read of it, and nothing of who else was."""

from __future__ import annotations

from pydantic import BaseModel

from matcher.conditions import parse_conditions
from matcher.wording import worded
from web.db.models import Need
from web.deps import Visit
from web.errors import WebError
from web.pages.firms.firm import present
from web.work.needs.needs import invited_to


class InvitedNeed(BaseModel):
    """What an invited firm reads."""

    id: str
    title: str
    shown_as: str
    products: list[str]
    text: str
    conditions: list[str]
    deadline: str | None
    first_use: bool
    published: str = ""


def invited_needs(visit: Visit, firm_id: str) -> list[InvitedNeed]:
    """The open needs to which a firm was invited, for its own people alone; none for anybody else."""
    own = visit.actor.enterprise
    if not own or present(visit.graph, own)[0] != firm_id:
        return []
    with visit.home.database().session() as session:
        return [_shown(need, visit.lang) for need in invited_to(session, {own, firm_id})]


def invited_need(visit: Visit, need_id: str) -> tuple[InvitedNeed, str]:
    """One of them, and the firm's id. Raises WebError WE401 for nobody, WE404 where that firm is not invited."""
    if not visit.actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="sign in as the firm that was invited")
    own = visit.actor.enterprise
    firm = present(visit.graph, own)[0] if own else ""
    found = [need for need in invited_needs(visit, firm) if need.id == need_id] if own else []
    if not found:
        raise WebError("no such page", code="WE404", hint="see the needs that fit your firm")
    return found[0], firm


def _shown(need: Need, lang: str) -> InvitedNeed:
    return InvitedNeed(
        id=need.id,
        title=need.title,
        shown_as=need.pseudonym if need.anonymous else need.buyer,
        products=need.products,
        text=need.text,
        conditions=[worded(part, lang) for part in parse_conditions(need.conditions).parts()],
        deadline=need.deadline,
        first_use=need.first_use,
        published=need.published.isoformat() if need.published else "",
    )
