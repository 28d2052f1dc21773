"""Needs and bounties: read from JSON lines, published, and brought to the graph through the outbox."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kg.errors import BulianError
from kg.projection.words import grams, pinyin
from kg.records import stable_hash
from kg.store import Graph
from kg.values.date import parse_date
from kg.values.name import clean_name, name_key
from matcher.query import parse_query
from web.accounts.actor import AT_THE_MACHINE
from web.beijing import day_of
from web.db.bounties import Bounty
from web.db.models import Event, Need, Outbox, now
from web.errors import WebError
from web.home import Home
from web.jobs.bounties import bounty_fields, public_terms, shown_as
from web.jobs.gap_store import show_gaps
from web.jobs.lines import Refuse, read_lines
from web.work.needs.names import coarsened

# From each state of a need the states that it may lead to. One that can be seen goes to the graph, and stays there
# closed. Bounties are moved by their organisers: a file says how far they are.
TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"in_approval", "withdrawn"}),
    "in_approval": frozenset({"draft", "active", "withdrawn"}),
    "active": frozenset({"shortlisted", "inquiring", "closed", "expired", "withdrawn"}),
    "shortlisted": frozenset({"active", "inquiring", "closed", "expired", "withdrawn"}),
    "inquiring": frozenset({"closed", "expired", "withdrawn"}),
    "closed": frozenset(),
    "expired": frozenset(),
    "withdrawn": frozenset(),
}
OUTCOMES = ("awarded", "no_supplier", "cancelled")
"""How a need is closed."""

SHOWN = {"active": "active", "shortlisted": "active", "inquiring": "active", "closed": "closed"}
"""States in which a public need is seen, and as what: who is on a list or was asked is its buyer's business."""

PUBLISHED = ("active", "shortlisted", "inquiring")
"""States of a need that was published and is not over."""

WAITING = ("active", "shortlisted")
"""Those that the need's deadline ends; in an inquiry the inquiry's own deadline counts."""

_OPEN_STATES = ("draft", "in_approval", *PUBLISHED, "open", "notice")


@dataclass(slots=True)
class NeedsRead:
    """What reading a file of needs or bounties did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def all(self) -> int:
        """Lines that are in the store now."""
        return self.new + self.changed + self.unchanged


def move(
    session: Session,
    need: Need,
    to: str,
    *,
    actor: str,
    reason: str = "",
    outcome: str = "",
    at: datetime | None = None,
) -> None:
    """Bring a need to another state: the event and, where it can be seen, the outbox row are of this transaction.

    Who approves is none of the need's `writers`; the operator at the machine may be, and the event says so then. An
    approved need becomes visible as its `reach` says, at the time `at`.

    Raises WebError WE013 where the state does not lead there, WE131 where the approver wrote it, WE132 where a need is
    closed without an outcome.
    """
    if to not in TRANSITIONS.get(need.state, ()) or need.kind != "need":
        raise WebError(
            f"a {need.kind} that is {need.state} cannot become {to}",
            code="WE013",
            hint=f"see the {need.kind}'s events",
            place=need.id,
        )
    if to == "closed" and outcome not in OUTCOMES:
        raise WebError(
            f"no outcome of a need: {outcome[:40] or 'none'}", code="WE132", hint=f"one of {', '.join(OUTCOMES)}"
        )
    if (need.state, to) == ("in_approval", "active"):
        if actor in need.writers:
            if actor != AT_THE_MACHINE.user:
                raise WebError(
                    "who wrote a need does not approve it",
                    code="WE131",
                    hint="ask another approver of your organisation",
                    place=need.id,
                )
            reason = "; ".join(filter(None, (reason, "written and approved by one person, at the machine")))
        need.published = need.published or at or now()
        need.visibility = need.reach
        if need.anonymous:
            need.conditions = coarsened(need.conditions)
    need.outcome = outcome if to == "closed" else need.outcome
    enter(session, need, to, actor=actor, reason=reason or outcome, at=at)


def enter(session: Session, need: Need, to: str, *, actor: str, reason: str = "", at: datetime | None = None) -> None:
    """Write a step that was found to be right, of a need or a bounty: its event and, where it is public, its row of the
    outbox, in this transaction.
    """
    event = Event(
        at=at or now(),
        actor=actor,
        organisation_id=need.organisation_id,
        subject=need.kind,
        subject_id=need.id,
        from_state=need.state,
        to_state=to,
        reason=reason,
    )
    need.state = to
    event.digest = digest_of(need)
    session.add(event)
    if need.visibility == "public":
        session.add(Outbox(organisation_id=need.organisation_id, subject=need.kind, subject_id=need.id))


def seen(need: Need, at: datetime | None = None) -> dict[str, Any]:
    """What everybody sees of a need or bounty: the row that goes to the graph, and the text and conditions of its page.

    With `at`, what would be seen if it were published then.
    """
    row, conditions = _public(need), need.conditions
    if at is not None:
        row |= {"state": "active", "published": day_of(need.published or at)}
        conditions = coarsened(conditions) if need.anonymous else conditions
    return {"row": row, "text": need.text, "conditions": conditions, "first_use": need.first_use}


def digest_of(need: Need, at: datetime | None = None) -> str:
    """The hash of what everybody sees of it, or would see."""
    return stable_hash(json.dumps(seen(need, at), ensure_ascii=False, sort_keys=True))


def expire(home: Home, at: datetime) -> list[str]:
    """End the published needs whose deadline is over at that time: the day after it has begun in Beijing.

    Returns their ids; those that were public leave the graph. Needs of the demo live in an invented time and stay.
    Raises WebError WE006 (another writer), where there is one to end.
    """
    with home.database().session() as session:
        if not session.scalars(_overdue(at).limit(1)).first():
            return []
    with home.writing("expire"):
        with home.database().session() as session:
            ended = expire_in(session, at)
        deliver(home)
    return ended


def _overdue(at: datetime) -> Select[Need]:
    wanted = select(Need).where(Need.kind == "need", ~Need.demo, Need.state.in_(WAITING), Need.deadline < day_of(at))
    return wanted.order_by(Need.deadline.nulls_first(), Need.id)


def expire_in(session: Session, at: datetime) -> list[str]:
    """The same, of this transaction, without the graph."""
    ended = list(session.scalars(_overdue(at)))
    for need in ended:
        move(session, need, "expired", actor="deadline", reason=f"deadline {need.deadline}")
    return [need.id for need in ended]


def read_needs(home: Home, path: Path, refuse: Refuse, *, demo: bool = False) -> NeedsRead:
    """Load needs from JSON lines and publish the new ones; a changed line of a known need is published again.

    A new line that likely repeats an open need is refused (WE045) unless its field `accept` gives a reason, which is
    kept with its first event.
    """
    return _read(home, path, refuse, Need, _fields, demo)


def read_bounties(home: Home, path: Path, refuse: Refuse, *, demo: bool = False) -> NeedsRead:
    """Load bounties from JSON lines, each in the state that its line says; what may be seen of it is published.

    A line that cannot be used is refused by its id (MA001 what is sought, WE018 a field of the bounty, WE019 an id
    that a need has already), and the others are loaded.
    """
    return _read(home, path, refuse, Bounty, bounty_fields, demo)


def _read(
    home: Home,
    path: Path,
    refuse: Refuse,
    kind: type[Need],
    fields_of: Callable[[Mapping[str, Any]], dict[str, Any]],
    demo: bool,
) -> NeedsRead:
    result = NeedsRead()
    reason = f"read from {path.name}"
    with home.database().session() as session:
        open_ones = _Open(session, kind)
        for line in read_lines(path, {"id": str, "title": str}, refuse):
            try:
                parse_query(line)
                fields = fields_of(line)
                need = _known(session, line["id"], kind)
            except BulianError as error:
                error.file, error.place = path.name, line["id"]
                refuse(error)
                continue
            state = fields.pop("state", None)
            fields["published"] = _published(line) or (need.published if need else now())
            if need is None:
                need = kind(id=line["id"], demo=demo, visibility="public", **fields)
                accepted = str(line.get("accept") or "")
                if not accepted and (other := open_ones.like(need)) is not None:
                    refuse(_repeats(need, other, path.name))
                    continue
                session.add(need)
                session.flush()  # the kind of a row is known from then on, also to a later line with the same id
                first = Event(actor="operator", subject=need.kind, subject_id=need.id, to_state="draft")
                first.reason = accepted
                session.add(first)
                enter(session, need, state or "active", actor="operator", reason=reason)
                open_ones.add(need)
                result.new += 1
                continue
            differs = {name: value for name, value in fields.items() if getattr(need, name) != value}
            for name, value in differs.items():
                setattr(need, name, value)
            if state not in (None, need.state):
                enter(session, need, str(state), actor="operator", reason=reason)
            elif differs:
                session.add(Outbox(subject=need.kind, subject_id=need.id))
            else:
                result.unchanged += 1
                continue
            open_ones.add(need)
            result.changed += 1
    return result


class _Open:
    """The open needs of one kind, by what a likely repetition of them says; kept up as a file's lines change them."""

    def __init__(self, session: Session, kind: type[Need]) -> None:
        self._by: dict[tuple[object, ...], list[Need]] = defaultdict(list)
        for need in session.scalars(select(kind).where(Need.state.in_(_OPEN_STATES)).order_by(Need.created, Need.id)):
            if type(need) is kind:  # asked for needs, the store gives bounties too
                self.add(need)

    def add(self, need: Need) -> None:
        """From now on lines are compared with this one as well, or with what it says now."""
        for said in _said(need):
            self._by[said].append(need)

    def like(self, need: Need) -> Need | None:
        """The oldest of the same buyer that has the same title, or asks for the same products."""
        found = [
            other
            for said in _said(need)
            for other in self._by.get(said, ())
            if other.state in _OPEN_STATES and said in _said(other)
        ]
        return min(found, key=lambda other: (other.created, other.id), default=None)


def _said(need: Need) -> list[tuple[object, ...]]:
    """What a likely repetition would say too: buyer and title; buyer and products, where there are any."""
    buyer, products = name_key(need.buyer), frozenset(map(name_key, need.products))
    return [(buyer, name_key(need.title)), *([(buyer, products)] if products else [])]


def _repeats(need: Need, other: Need, file: str) -> WebError:
    return WebError(
        f"likely the same as {other.id}: {other.title}",
        code="WE045",
        hint='change that one; or give the reason in its line: "accept": "…"',
        file=file,
        place=need.id,
    )


def _known(session: Session, key: str, kind: type[Need]) -> Need | None:
    """The need or bounty of that id. Raises WebError WE019 where it is of the other kind."""
    need = session.get(Need, key)
    if need is not None and type(need) is not kind:
        raise WebError(f"the id is that of a {need.kind} already", code="WE019", hint="give it an id of its own")
    return need


def _fields(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": line["title"],
        "products": [clean_name(str(name)) for name in line.get("products") or []],
        "text": str(line.get("text") or ""),
        "conditions": line.get("conditions") or {},
        "buyer": str(line.get("buyer") or ""),
        "deadline": line.get("deadline") or None,
    }


def _published(line: Mapping[str, Any]) -> datetime | None:
    """The day on which the line says that it was published."""
    said = parse_date(str(line.get("published") or ""))
    return datetime.fromisoformat(f"{said}T00:00:00+08:00") if said and len(said) == 10 else None


def shown_gap(need: Need) -> str | None:
    """The gap that everybody sees it is from: of a post without its poster's name none that a firm states, which is the
    poster.
    """
    if not need.anonymous or need.gap is None:
        return need.gap
    from matcher.chain.gap import DEPENDS  # here alone: it brings the whole matcher along

    return None if need.gap.startswith(f"{DEPENDS}:") else need.gap


def _public(need: Need) -> dict[str, Any]:
    """What the graph shows of a need or bounty; without a state where it shows nothing."""
    row = {
        "id": need.id,
        "title": need.title,
        "grams": grams(need.title),
        "state": SHOWN.get(need.state),
        "published": day_of(need.published) if need.published else None,
        "deadline": need.deadline,
        "buyer": "" if need.anonymous else name_key(need.buyer),
        "poster": need.pseudonym if need.anonymous else None,
        "gap": shown_gap(need),
        "products": [
            {"key": name_key(name), "name": name, "grams": grams(name), "pinyin": pinyin(name)}
            for name in need.products
        ],
    }
    if isinstance(need, Bounty):
        row |= {"state": shown_as(need), **public_terms(need)}
    return row


def deliver(home: Home, fresh: Graph | None = None, *, again: bool = False) -> int:
    """Bring what the outbox holds to the live graph, or every public need and bounty to a `fresh` one.

    `again` brings every one to the live graph: what was loaded since may say who the poster is. Gaps go before them in
    both. Returns how many went.
    Sending twice changes nothing, so a row is marked only once the graph has it.
    """
    # The outbox is read before the needs, and the rows that were read are marked, no others: what another process
    # commits meanwhile waits for the next time, whatever its number is.
    with home.database().session() as session:
        waiting = session.execute(select(Outbox.number, Outbox.subject_id).where(Outbox.done.is_(None))).all()
    with home.database().session() as session:
        wanted = select(Need).where(Need.visibility == "public")
        if fresh is None and not again:
            subjects = {row.subject_id for row in waiting}
            needs = [need for key in sorted(subjects) if (need := session.get(Need, key)) is not None]
            rows = [(need.kind, _public(need)) for need in needs if need.visibility == "public"]
        else:
            rows = [(need.kind, _public(need)) for need in session.scalars(wanted)]
    if fresh is not None or again:
        show_gaps(home, fresh or home.graph())
    if rows:
        _show(fresh or home.graph(), rows)
    with home.database().session() as session:
        for number, _ in waiting:
            session.get_one(Outbox, number).done = now()
    return len(rows)


def show_all(home: Home, graph: Graph) -> None:
    """Bring gaps, every public need and bounty to another graph than the live one; the outbox stays as it is."""
    show_gaps(home, graph)
    with home.database().session() as session:
        wanted = select(Need).where(Need.visibility == "public")
        _show(graph, [(need.kind, _public(need)) for need in session.scalars(wanted)])


def _show(graph: Graph, rows: list[tuple[str, dict[str, Any]]]) -> None:
    shown = [(kind, row) for kind, row in rows if row["state"]]
    graph.run_write("publish_needs", rows=[row for kind, row in shown if kind == "need"])
    graph.run_write("publish_bounties", rows=[row for kind, row in shown if kind == "bounty"])
    graph.run_write("link_needs", rows=[row for _, row in shown])
    graph.run_write("withdraw_needs", ids=[row["id"] for _, row in rows if not row["state"]])
