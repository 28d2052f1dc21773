"""Firms of the pool drawn at random for inspection, so that anybody can draw them again.

Each firm that could be drawn has a number: the SHA-256 of the seed, a line feed and the id of its entry, in UTF-8. The
firms with the lowest numbers are drawn. No generator of a programming language is in it: a list, the seed and any tool
that computes SHA-256 give the same firms. Without the seed each set of firms is as likely as any other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.pool import PoolDraw, PoolEntry
from web.errors import UnusableError, WebError
from web.work.lists.frozen import digest_of
from web.work.pool.pool import PROPOSE, WRITE, Asked, entries
from web.work.step import add_once, note

EACH = ("", "district")
"""So many of all, or of each district."""
TITLE, SEED = 120, 64
"""Signs of a title and of a seed."""


def number_of(seed: str, entry: str) -> str:
    """The number of an entry under a seed, in hexadecimal."""
    return sha256(f"{seed}\n{entry}".encode()).hexdigest()


def drawn(frame: Iterable[Mapping[str, Any]], seed: str, size: int, each: str = "") -> list[str]:
    """The entries with the lowest numbers, in the order of these: `size` of all, or of each district of the frame."""
    ordered = sorted(frame, key=lambda one: number_of(seed, str(one["entry"])))
    if not each:
        return [str(one["entry"]) for one in ordered[:size]]
    taken: dict[str, int] = {}
    found = []
    for one in ordered:
        district = str(one["district"])
        if taken.get(district, 0) < size:
            taken[district] = taken.get(district, 0) + 1
            found.append(str(one["entry"]))
    return found


def draw(
    session: Session,
    actor: Actor,
    asked: Asked,
    title: str,
    size: int,
    each: str,
    seed: str,
    at: datetime,
    key: str = "",
) -> PoolDraw:
    """Draw firms among those that the filters leave, and keep what is needed to draw them again. An empty seed is made
    here; the same form sent twice draws once. Raises WebError WE401, WE032, UnusableError WE190.
    """
    actor.need(WRITE)
    own_key = f"{actor.user}:{key}"[:64] if key else None
    sent = select(PoolDraw).where(PoolDraw.key == own_key)
    if own_key and (made := session.scalar(sent)) is not None:
        return made
    title, seed = " ".join(title.split()), seed.strip()
    rows = [
        {"entry": one.id, "firm": one.firm_id, "name": one.firm_name, "district": one.district}
        for one in entries(session, actor, asked)
    ]
    wrong = {}
    if not title or len(title) > TITLE:
        wrong["title"] = "long" if title else "empty"
    if len(seed) > SEED or not seed.isprintable():
        wrong["seed"] = "unknown"
    if each not in EACH:
        wrong["each"] = "unknown"
    if not rows:
        wrong["size"] = "nobody"
    elif size < 1 or (not each and size > len(rows)):
        wrong["size"] = "many" if size > 0 else "unknown"
    if wrong:
        raise UnusableError(wrong, "WE190")
    seed = seed or str(secrets.randbelow(10**9))
    rows.sort(key=lambda one: str(one["entry"]))
    found = drawn(rows, seed, size, each)
    row = PoolDraw(
        organisation_id=actor.organisation,
        title=title,
        day=day_of(at),
        seed=seed,
        size=size,
        each=each,
        asked=asdict(asked),
        frame=rows,
        drawn=found,
        digest=digest_of({"seed": seed, "size": size, "each": each, "frame": rows, "drawn": found}),
        made_by=actor.user,
        by_name=actor.name,
        key=own_key,
    )
    kept = add_once(session, row, sent)
    if kept is row:
        note(session, row, "pool_draw", None, "drawn", actor.user, at, f"seed {seed}", row.digest)
    return kept


def draws(session: Session, actor: Actor) -> Sequence[PoolDraw]:
    """The organisation's draws, the newest first. Raises WebError WE401, WE032."""
    actor.need(PROPOSE)
    return draws_in(session, actor.organisation)


def draws_in(session: Session, organisation_id: str | None) -> Sequence[PoolDraw]:
    """The draws of an organisation, the newest first, for who may see its pool."""
    wanted = select(PoolDraw).where(PoolDraw.organisation_id == organisation_id)
    return session.scalars(wanted.order_by(PoolDraw.created.desc(), PoolDraw.id)).all()


def draws_of(session: Session, row: PoolEntry) -> Sequence[PoolDraw]:
    """The draws that chose an entry, the newest first, for who may see it."""
    return [one for one in draws_in(session, row.organisation_id) if row.id in one.drawn]


def one_draw(session: Session, actor: Actor, draw_id: str) -> PoolDraw:
    """One of them. Raises WebError WE404 for another organisation's, WE401, WE032."""
    actor.need(PROPOSE)
    row = session.get(PoolDraw, draw_id)
    if row is None:
        raise WebError("no such page", code="WE404", hint="see the draws")
    actor.need(PROPOSE, row.organisation_id)
    return row


def drawn_again(row: PoolDraw) -> bool:
    """Whether seed and frame give the firms that were drawn."""
    return drawn(row.frame, row.seed, row.size, row.each) == row.drawn
