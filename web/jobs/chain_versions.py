"""Versions of chains' templates over the graph: what a draft would change, and how an approved one comes to hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import select

from kg.files import write_whole
from matcher.chain.edit import Difference, Move, difference, ids, moves
from matcher.chain.placement import Correction
from matcher.chain.template import Chain
from matcher.errors import BadChainError
from web.accounts.actor import Actor
from web.beijing import day_of
from web.db.chains import ChainCorrection, ChainGap, ChainVersion
from web.db.models import Need
from web.errors import WebError
from web.home import Home
from web.jobs.chains import Template, faults, folder, templates
from web.jobs.corrections import corrections
from web.work.analysis import chain_version as work

SHOWN = 200
"""Products that move which a preview names."""

_DAY = re.compile(r"^version:.*$", re.MULTILINE)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Hung:
    """A gap at a node that would be no more, with the needs and bounties that were made of it: it stays."""

    gap: ChainGap
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would change: in the template, for products of the graph, for gaps and people's corrections."""

    difference: Difference
    moves: tuple[Move, ...]
    count: int
    names: int
    gaps: tuple[Hung, ...]
    words: tuple[ChainCorrection, ...]


def held(home: Home, chain: str) -> Template:
    """The template that holds. Raises WebError WE404."""
    for one in templates(home):
        if one.chain.id == chain:
            return one
    raise WebError(f"no chain {chain[:80]}", code="WE404", hint="see the list of chains")


def read(chain: str, text: str) -> Chain:
    """The template that a text is. Raises BadChainError (MA007) where it is none, or of another chain."""
    found = Chain.parse(text)
    if found.id != chain:
        raise BadChainError(f"it is of the chain {found.id[:80]}", hint=f"the id of this chain is {chain}")
    return found


def wrong(chain: str, text: str) -> list[str]:
    """What is to be mended before a draft may go to review, in the words of the check of templates."""
    try:
        found = read(chain, text)
    except BadChainError as error:
        return [error.reason]
    return [f"{node}: {reason}" for node, reason in faults(replace(found, version="2000-01-01"))]


def preview(home: Home, before: Chain, after: Chain) -> Preview:
    """What would change. Raises WE015 (nothing loaded)."""
    names: Sequence[str] = home.corpus().product_names
    said = corrections(home)
    words = [Correction(row.product, row.node, row.act == "stands", row.reason) for row in said]
    found = moves(before, after, list(names), words)
    gone = sorted(ids(before) - ids(after))
    return Preview(
        difference=difference(before, after),
        moves=tuple(found[:SHOWN]),
        count=len(found),
        names=len(names),
        gaps=tuple(_hung(home, gone)),
        words=tuple(row for row in said if row.node in gone),
    )


def _hung(home: Home, nodes: Sequence[str]) -> list[Hung]:
    """Gaps at these nodes on which a need or a bounty hangs."""
    with home.database().session() as session:
        gaps = session.scalars(select(ChainGap).where(ChainGap.node.in_(nodes)).order_by(ChainGap.id)).all()
        made = session.scalars(select(Need).where(Need.gap.in_([gap.id for gap in gaps])).order_by(Need.created)).all()
    found = [Hung(gap, tuple(need for need in made if need.gap == gap.id)) for gap in gaps]
    return [one for one in found if one.needs]


def submit(home: Home, actor: Actor, chain: str, ident: str, version: int, at: datetime) -> None:
    """Hand a draft in. Raises as `work.submit`, and BadChainError (MA007) while something is wrong with it."""
    with work.step(home.database(), ident) as session:
        row = work.one(session, actor, chain, ident)
        _faultless(row)
        work.submit(session, actor, row, version, at)


def approve(home: Home, actor: Actor, chain: str, ident: str, version: int, at: datetime) -> ChainVersion:
    """Make a draft the version that holds: from now on for pages, in the graph with the next load of chains.

    What held before is kept as a version too. Raises as `work.approve`, BadChainError (MA007), WE006 (another writer).
    """
    now_held = held(home, chain)
    with home.writing("chains approve"), work.step(home.database(), ident) as session:
        row = work.one(session, actor, chain, ident)
        _faultless(row)
        before = now_held.data.decode("utf-8")
        work.record(session, chain, before, now_held.chain.version, "loaded" if now_held.own else "shipped", at)
        day = day_of(at)
        text = dated(row.text, day)
        work.approve(session, actor, row, text, day, now_held.sha256, version, at)
        session.flush()
        write_whole(folder(home) / f"{chain}.yml", text.encode())  # last: what the store refuses is not written
    _log.info("template approved", chain=chain, number=row.number)
    return row


def dated(text: str, day: str) -> str:
    """The text of a template with this day as its version."""
    found, count = _DAY.subn(f"version: {day}", text)
    if count == 1:
        return found
    return replace(Chain.parse(text), version=day).text()


def _faultless(row: ChainVersion) -> None:
    found = wrong(row.chain, row.text)
    if found:
        raise BadChainError("; ".join(found), place=row.id, hint="correct the draft")
