"""Places in chains as people correct them: an append-only log; the newest word on a product and node counts."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy import func, select

from kg.values.name import name_key
from matcher.chain.placement import Placer, plain
from web.db.chains import ChainCorrection
from web.errors import Usage, WebError
from web.home import Home

ACTS = ("stands", "not", "withdrawn")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Corrected:
    """Somebody's word: `act` is one of ACTS, `node` is `chain:node`; `withdrawn` takes the word before back."""

    product: str
    node: str
    act: str
    reason: str = ""
    by_role: str = "operator"
    who: str = "operator"


def log(home: Home) -> list[ChainCorrection]:
    """All that was said, newest first."""
    with home.database().session() as session:
        return list(session.scalars(select(ChainCorrection).order_by(ChainCorrection.number.desc())))


def newest(home: Home) -> int:
    """Number of the newest row; 0 where nothing was said."""
    with home.database().session() as session:
        return session.scalar(select(func.max(ChainCorrection.number))) or 0


def corrections(home: Home) -> list[ChainCorrection]:
    """What counts now: the newest word on each product and node, unless it was withdrawn."""
    said: dict[tuple[str, str], ChainCorrection] = {}
    for row in log(home):
        said.setdefault((plain(row.product), row.node), row)
    return [row for row in said.values() if row.act != "withdrawn"]


def say(home: Home, said: Corrected, placer: Placer) -> ChainCorrection:
    """Write one row; `placer` has the nodes there are. The graph follows at the next load of chains.

    Raises Usage (no reason, no such act), WebError WE005 (no such node, product, or word to take back), WE013 (said
    already).
    """
    reason = said.reason.strip()
    if said.act not in ACTS:
        raise Usage(f"no such act {said.act!r}", hint=", ".join(ACTS))
    if said.act != "withdrawn" and not reason:
        raise Usage("a correction needs a reason", hint="--reason TEXT; it is shown beside the place")
    pair = (plain(said.product), said.node)
    standing = next((row for row in corrections(home) if (plain(row.product), row.node) == pair), None)
    if said.act == "withdrawn":
        if standing is None:
            raise WebError(
                f"nobody corrected {said.product[:80]} at {said.node[:80]}",
                code="WE005",
                hint="`bulian chains corrections` lists what was said",
            )
    else:
        _check(home, said, placer)
        if standing is not None and standing.act == said.act:
            raise WebError("this was said already", code="WE013", hint="take it back first, to say it otherwise")
    row = ChainCorrection(
        product=said.product.strip(),
        node=said.node,
        act=said.act,
        reason=reason,
        by_role=said.by_role,
        who=said.who,
    )
    with home.database().session() as session:
        session.add(row)
    _log.info("place corrected", product=row.product, node=row.node, act=row.act)
    return row


def _check(home: Home, said: Corrected, placer: Placer) -> None:
    if said.node not in placer.nodes:
        raise WebError(
            f"no node {said.node[:80]}", code="WE005", hint="chain:node, as `bulian chains nodes CHAIN` lists them"
        )
    if not home.graph().read("product", key=name_key(said.product), day=None, states=[], periods=[]):
        raise WebError(f"no product {said.product[:80]} in the graph", code="WE005", hint="name it as its page does")
