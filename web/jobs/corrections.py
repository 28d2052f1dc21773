"""Where products belong as people correct it, nodes of chains and fields of schemes alike: an append-only log.

The newest word on a product and a place counts. Who may only propose writes a word that waits: it counts once somebody
who may decide says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import func, select

from kg.values.name import name_key
from matcher.chain.placement import Placer, plain
from web.accounts.actor import Actor
from web.db.chains import ChainCorrection
from web.errors import Usage, WebError
from web.home import Home

ACTS = ("stands", "not", "withdrawn")
ASKS = {"stands": "ask_stands", "not": "ask_not", "withdrawn": "ask_withdrawn"}
"""What a word is that waits for who may decide."""

DECLINED = "declined"
"""That a word which waits is not taken."""

FIELD = "field/"
"""How the place begins in the log where it is a class of a scheme (`field/scheme:class`): no chain is called so."""

PROPOSE, DECIDE = "chain.draft", "chain.correct"
"""Who may propose a correction, and who may make it."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Corrected:
    """Somebody's word: `act` is one of ACTS, or one of ASKS or DECLINED, `node` is `chain:node` or a FIELD place;
    `withdrawn` takes the word before back."""

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
    """Number of the newest row that places of nodes follow from; 0 where nothing was said."""
    with home.database().session() as session:
        counts = (ChainCorrection.act.in_(ACTS), ~ChainCorrection.node.startswith(FIELD, autoescape=True))
        return session.scalar(select(func.max(ChainCorrection.number)).where(*counts)) or 0


def corrections(home: Home) -> list[ChainCorrection]:
    """What counts now: the newest word on each product and place, unless it was withdrawn."""
    said: dict[tuple[str, str], ChainCorrection] = {}
    for row in log(home):
        if row.act in ACTS:
            said.setdefault(_pair(row), row)
    return [row for row in said.values() if row.act != "withdrawn"]


def waiting(home: Home) -> list[ChainCorrection]:
    """What was proposed and not answered: the newest row of its product and place, newest first."""
    said: dict[tuple[str, str], ChainCorrection] = {}
    for row in log(home):
        said.setdefault(_pair(row), row)
    return [row for row in said.values() if row.act in ASKS.values()]


def word_of(actor: Actor, act: str) -> str:
    """The act as this person may say it: at once, or as a proposal. Raises as `Actor.need`."""
    if actor.may(DECIDE):
        return act
    actor.need(PROPOSE)
    if act == DECLINED:
        actor.need(DECIDE)
    return ASKS.get(act, act)


def role_of(actor: Actor) -> str:
    """The role by which a person says it."""
    held = [role for role in ("operator", "analyst") if role in actor.roles]
    return held[0] if held else ""


def say(home: Home, said: Corrected, check: Callable[[], None]) -> ChainCorrection:
    """Write one row; `check` raises where product or place are not there. The graph is brought along by the caller.

    Raises Usage (no reason, no such act), WebError WE005 (no such place, product, or word to take back or to decline),
    WE013 (said already).
    """
    reason = said.reason.strip()
    if said.act not in (*ACTS, *ASKS.values(), DECLINED):
        raise Usage(f"no such act {said.act[:20]!r}", hint=", ".join(ACTS))
    if said.act != "withdrawn" and not reason:
        raise Usage("a correction needs a reason", hint="--reason TEXT; it is shown beside the place")
    pair = _pair(said)
    if said.act == DECLINED:
        if pair not in map(_pair, waiting(home)):
            raise WebError(f"nobody proposes {said.product[:80]} at {said.node[:80]}", code="WE005", hint="look again")
    else:
        standing = next((row for row in corrections(home) if _pair(row) == pair), None)
        if said.act in ("withdrawn", ASKS["withdrawn"]):
            if standing is None:
                raise WebError(
                    f"nobody corrected {said.product[:80]} at {said.node[:80]}",
                    code="WE005",
                    hint="`bulian chains corrections` lists what was said",
                )
        else:
            check()
            if standing is not None and said.act in (standing.act, ASKS[standing.act]):
                raise WebError("this was said already", code="WE013", hint="take it back first, to say it otherwise")
    row = ChainCorrection(
        product=said.product.strip(),
        node=said.node,
        act=said.act,
        reason=reason,
        by_role=said.by_role,
        who=said.who[:64],
    )
    with home.database().session() as session:
        session.add(row)
    _log.info("place corrected", product=row.product, node=row.node, act=row.act)
    return row


def at_node(home: Home, placer: Placer, said: Corrected) -> Callable[[], None]:
    """What raises WE005 where the node or the product of a word is not there."""

    def check() -> None:
        if said.node not in placer.nodes:
            raise WebError(
                f"no node {said.node[:80]}", code="WE005", hint="chain:node, as `bulian chains nodes CHAIN` lists them"
            )
        known_product(home, said.product)

    return check


def known_product(home: Home, product: str) -> None:
    """Raise WebError WE005 where the graph has no product of this name."""
    if not home.graph().read("product", key=name_key(product), day=None, states=[], periods=[]):
        raise WebError(f"no product {product[:80]} in the graph", code="WE005", hint="name it as its page does")


def _pair(said: ChainCorrection | Corrected) -> tuple[str, str]:
    named = name_key if said.node.startswith(FIELD) else plain
    return named(said.product), said.node
