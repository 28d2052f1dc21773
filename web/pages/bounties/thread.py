"""The page of the whole thread: node, gap, bounty, award, agreement, acceptance, and the node before and after."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.errors import BulianError
from matcher.chain.firms import why
from web.db.bounties import Bounty
from web.db.chains import ChainGap
from web.deps import Visit
from web.errors import WebError
from web.jobs.bounties import shown_as
from web.jobs.gaps import kept_gap, run_of
from web.jobs.needs import shown_gap
from web.jobs.states import chain_of, observer
from web.pages.bounties.bounty import bounty_of
from web.pages.chains.chains import KEYS, named
from web.pages.chains.node import node_of
from web.work.bounties.bounty import seen, sides
from web.work.bounties.thread import Thread, thread


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node in a region on a day of the data: states by the names of pages, firms, the rules that they follow from."""

    kinds: list[str]
    local: int
    everywhere: int
    as_of: str
    rules: str


@dataclass(frozen=True, slots=True)
class Maker:
    """One of the solvers, and the statement by which it makes something at the node; None: it does not, by what was
    read.
    """

    name: str
    id: str | None
    fact: str | None
    product: str


@dataclass(slots=True)
class NodeThread:
    """The node of a bounty's gap. `gap` is the gap's id where it may be shown; `failed` the code of why the present
    state cannot be said.
    """

    chain: str
    chain_name: str
    node: str
    node_name: str
    region: str
    gap: ChainGap
    stated_by: str
    before: NodeState
    after: NodeState | None = None
    makers: list[Maker] = field(default_factory=list)
    failed: str = ""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """The thread of a bounty as the reader may see it."""

    row: Bounty
    state: str
    poster: str
    thread: Thread
    node: NodeThread | None


def thread_page(visit: Visit, bounty_id: str) -> ThreadPage:
    """The page of a bounty's thread. Raises WebError WE404 for whom the bounty is not there."""
    with visit.home.database().session() as session:
        row = seen(session, visit.actor, bounty_id)
        found = thread(session, visit.actor, row)
    side = sides(visit.actor, row)
    gap = row.gap if side else shown_gap(row)
    return ThreadPage(
        row=row,
        state=row.state if side else (shown_as(row) or row.state),
        poster=row.pseudonym if row.anonymous and not side else row.buyer,
        thread=found,
        node=_node(visit, row, gap, bool(found.team)) if gap else None,
    )


def _node(visit: Visit, row: Bounty, gap_id: str, awarded: bool) -> NodeThread | None:
    """The node with its states; None where the gap or the node is gone from store and templates."""
    try:
        gap = kept_gap(visit.home, gap_id)
        chain = chain_of(visit.home, gap.chain)
        node = node_of(chain, gap.node.partition(":")[2])
    except WebError:
        return None
    found = NodeThread(
        chain=chain.id,
        chain_name=named(chain, visit.lang),
        node=node.id,
        node_name=named(node, visit.lang),
        region=gap.region,
        gap=gap,
        stated_by=gap.firm_name,
        before=_before(visit, gap),
    )
    try:
        _look(visit, row, found, awarded)
    except BulianError as error:  # what was is on record all the same
        found.failed = error.code
    return found


def _before(visit: Visit, gap: ChainGap) -> NodeState:
    run = run_of(visit.home, gap)
    kinds = run.nodes.get(gap.node, {}).get("kinds") if run is not None else None
    return NodeState(
        kinds=[KEYS[kind] for kind in KEYS if kind in (kinds or [gap.kind])],
        local=gap.firms_local,
        everywhere=gap.firms_all,
        as_of=gap.as_of,
        rules=run.rules if run is not None else "",
    )


def _look(visit: Visit, row: Bounty, found: NodeThread, awarded: bool) -> None:
    """Add the present state, and which of the solvers make something at the node by now."""
    looking = observer(visit.home, found.region or None)
    net, ident = looking.network, found.gap.node
    state = looking.state(ident)
    found.after = NodeState(
        kinds=[KEYS[kind] for kind in state.kinds],
        local=state.local.firms,
        everywhere=state.country.firms,
        as_of=net.corpus.as_of.isoformat(),
        rules=looking.rules.name,
    )
    shown = bounty_of(visit.home, visit.graph, row.id) if awarded else None
    for solver in shown.team if shown is not None else ():
        at = net.corpus.row(solver.id) if solver.id is not None else None
        grounds = why(net.placement, at, ident) if at is not None else ()
        made = next((one for one in grounds if one.kind == "product"), None)
        found.makers.append(
            Maker(solver.name, solver.id, made.fact if made else None, made.name if made is not None else "")
        )
