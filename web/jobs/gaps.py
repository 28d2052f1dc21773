"""Gaps of chains over the graph: found from states and firms' own sentences, kept, and made into drafts of needs and
bounties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kg.values.region import Regions
from matcher.chain.gap import DEPENDS, Gap, gaps
from matcher.chain.placement import node_id
from matcher.chain.template import Chain
from web.accounts.actor import AT_THE_MACHINE
from web.accounts.sessions import has_operator
from web.db.bounties import Bounty
from web.db.chains import ChainGap, GapRun
from web.db.models import Event, Need, now
from web.errors import WebError
from web.home import Home
from web.jobs.chains import load, loaded, templates
from web.jobs.gap_store import show_gaps
from web.jobs.graph import settle
from web.jobs.needs import digest_of, move
from web.jobs.states import ChainStates, chain_of, observer, states_of
from web.work.bounties.states import BEFORE_NOTICE, enter_stage, next_stage

WORDS = {"建": "建链", "补": "补链", "延": "延链", "强": "强链"}

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Found:
    """The gaps of a chain in a region (code; "": the country), by node; `kept` are older ones that a need is from."""

    chain: str
    region: str
    rules: str
    gaps: tuple[Gap, ...]
    kept: int


def find(home: Home, chain: str | None = None, region: str | None = None) -> list[Found]:
    """Find the gaps of a chain, or of all, in a region (code or name; None: the country), and bring them to the graph.

    Of each chain and region the latest gaps are kept, and those of which a need was made, these with the counts that
    they were found with. Again changes nothing.

    Raises WE404 (no such chain), MA001 (no place), WE015 (nothing loaded), WE006 (another writer).
    """
    chains = [chain_of(home, chain)] if chain else [one.chain for one in templates(home)]
    seen = observer(home, region)
    there = set(loaded(home))
    if any(one.id not in there for one in chains):
        load(home)
        seen = observer(home, region)
    with home.writing("gaps"):
        done = []
        with home.database().session() as session:
            for one in chains:
                found = states_of(seen, one)
                done.append(
                    _keep(session, found, list(gaps(seen, found.states)), seen.network.corpus.as_of.isoformat())
                )
        show_gaps(home, home.graph())
    _log.info("gaps found", chains=len(done), gaps=sum(len(one.gaps) for one in done))
    return done


def _keep(session: Session, found: ChainStates, of: Sequence[Gap], as_of: str) -> Found:
    chain, region, rules = found.chain.id, found.region or "", found.rules.name
    mine = (ChainGap.chain == chain, ChainGap.region == region)
    hung = set(session.scalars(select(Need.gap).where(Need.gap.is_not(None))))
    now_there = {gap.id for gap in of}
    older = set(session.scalars(select(ChainGap.id).where(*mine))) - now_there
    session.execute(delete(ChainGap).where(*mine, ChainGap.id.in_(sorted(older - hung))))
    for gap in of:
        if gap.id in hung:  # what stands before a need or a bounty is how it was found, not what came of it
            continue
        row = session.get(ChainGap, gap.id) or ChainGap(
            id=gap.id, chain=chain, region=region, node=gap.node, kind=gap.kind, rule=gap.rule, as_of=gap.as_of,
            firms_local=0, firms_all=0, firm=gap.firm,
        )  # fmt: skip
        row.firms_local, row.firms_all, row.firm_name, row.fact = (
            gap.firms_local,
            gap.firms_all,
            gap.firm_name,
            gap.fact,
        )
        session.add(row)
    counts = dict(Counter(gap.rule if gap.rule == DEPENDS else gap.kind for gap in of))
    nodes = {
        state.node: {"kinds": list(state.kinds), "firms_local": state.local.firms, "firms_all": state.country.firms}
        for state in found.states
    }
    last = session.scalar(
        select(GapRun).where(GapRun.chain == chain, GapRun.region == region).order_by(GapRun.number.desc()).limit(1)
    )
    if last is None or (last.rules, last.as_of, last.counts, last.nodes) != (rules, as_of, counts, nodes):
        session.add(GapRun(chain=chain, region=region, rules=rules, as_of=as_of, counts=counts, nodes=nodes))
    return Found(chain, region, rules, tuple(of), len(older & hung))


def history(home: Home, chain: str, region: str = "") -> list[GapRun]:
    """The counts of the runs of a chain in a region (code; "": the country), oldest first."""
    with home.database().session() as session:
        rows = select(GapRun).where(GapRun.chain == chain, GapRun.region == region).order_by(GapRun.number)
        return list(session.scalars(rows))


def run_of(home: Home, gap: ChainGap) -> GapRun | None:
    """The search that found a gap, where its counts were kept."""
    with home.database().session() as session:
        rows = select(GapRun).where(GapRun.chain == gap.chain, GapRun.region == gap.region, GapRun.as_of == gap.as_of)
        return session.scalar(rows.order_by(GapRun.number).limit(1))


def gaps_at(home: Home, node: str, region: str = "") -> list[tuple[ChainGap, list[Need]]]:
    """The kept gaps of a node (`chain:node`) in a region, newest first, each with the needs that were made of it."""
    with home.database().session() as session:
        kept = select(ChainGap).where(ChainGap.node == node, ChainGap.region == region)
        rows = list(session.scalars(kept.order_by(ChainGap.as_of.desc(), ChainGap.id)))
        made = list(session.scalars(select(Need).where(Need.gap.in_([row.id for row in rows])).order_by(Need.created)))
    return [(row, [need for need in made if need.gap == row.id]) for row in rows]


def gaps_of(home: Home, chain: str, region: str = "") -> list[ChainGap]:
    """The kept gaps of a chain in a region (code; "": the country), by node."""
    wanted = select(ChainGap).where(ChainGap.chain == chain, ChainGap.region == region)
    with home.database().session() as session:
        return list(session.scalars(wanted.order_by(ChainGap.node, ChainGap.kind, ChainGap.id)))


def kept_gap(home: Home, gap_id: str) -> ChainGap:
    """A kept gap. Raises WebError WE005 where there is none of that id."""
    with home.database().session() as session:
        found = session.get(ChainGap, gap_id)
    if found is None:
        raise WebError(f"no gap {gap_id[:120]}", code="WE005", hint="`bulian gaps` finds the present ones")
    return found


def draft(home: Home, gap_id: str, kind: Literal["need", "bounty"] = "need", actor: str = AT_THE_MACHINE.user) -> Need:
    """Make a draft need or bounty of a gap: the node's names, its region as a wish, its firm as the buyer where one
    states it.

    A second time gives the draft of that kind that there is. Nobody sees it until `publish`. Raises WebError WE005 (no
    such gap).
    """
    gap = kept_gap(home, gap_id)
    with home.database().session() as session:
        made = session.scalar(select(Need).where(Need.gap == gap.id, Need.kind == kind, Need.state == "draft").limit(1))
        if made is not None:
            return made
        chain = chain_of(home, gap.chain)
        node = next((one for one in chain.nodes if node_id(chain, one) == gap.node), None)
        if node is None:
            raise WebError(f"{gap.node} is no node any more", code="WE005", hint="`bulian gaps` finds the present gaps")
        place = Regions.load().by_code(gap.region)
        need = (Bounty if kind == "bounty" else Need)(
            title=f"{node.name}（{WORDS[gap.kind]}{f'，{place.name}' if place else ''}）",
            products=list(node.products),
            text=_text(gap, chain),
            conditions=_wish(gap.region, place.name) if place else {},
            buyer=gap.firm_name,
            gap=gap.id,
            reach="public",
            writers=[actor],
            source=f"gap {gap.id}",
        )
        session.add(need)
        session.flush()
        session.add(
            Event(
                actor=actor,
                subject=kind,
                subject_id=need.id,
                to_state="draft",
                reason=f"from gap {gap.id}",
                digest=digest_of(need),
            )
        )
    return need


def _text(gap: ChainGap, chain: Chain) -> str:
    where = "本地" if gap.region else "全国"
    counts = f"截至{gap.as_of}，{where}读到企业{gap.firms_local}家，全国{gap.firms_all}家"
    stated = f"{gap.firm_name}自述依赖；" if gap.rule == DEPENDS else ""
    return f"{chain.name}链缺口：{stated}{counts}（规则 {gap.rule}）。"


def _wish(code: str, name: str) -> dict[str, object]:
    wish = {"field": "region", "op": "within", "value": code, "hard": False, "reason": f"缺口在{name}"}
    return {"all": [wish], "any": []}


def publish(home: Home, need_id: str, gap_id: str | None = None, actor: str = AT_THE_MACHINE.user) -> Need:
    """Publish a draft that was made of a gap: it goes to the graph with its edge to the gap.

    A need passes its approval, by who sits at the machine; where the operator has an account it only goes to approval,
    and another person publishes it on its page. A bounty comes to its notice (公示); published again once that is over,
    it is opened.

    Raises WebError WE005 (no such draft), WE013 (it is none any more), WE153 (the notice is not over), WE006 (another
    writer).
    """
    with home.writing("gaps publish"):
        with home.database().session() as session:
            need = session.get(Need, need_id)
            if need is None or need.gap is None or gap_id not in (None, need.gap):
                raise WebError(
                    f"no draft of a gap {need_id[:64]}", code="WE005", hint="`bulian gaps need GAP` makes one"
                )
            reason = f"from gap {need.gap}"
            if isinstance(need, Bounty):
                _notice_or_open(session, need, actor, reason)
            else:
                alone = not has_operator(home.database())
                if need.state == "draft" or not alone:
                    move(session, need, "in_approval", actor=actor, reason=reason)
                if alone:
                    move(session, need, "active", actor=AT_THE_MACHINE.user, reason=reason)
        settle(home)
    return need


def _notice_or_open(session: Session, bounty: Bounty, actor: str, reason: str) -> None:
    """Bring a draft bounty to its notice, by the stages before it in one person's hand, as the log says; one whose
    notice is over is opened. Raises as `publish`.
    """
    if bounty.state == "notice":
        enter_stage(session, bounty, "open", actor=actor, at=now(), reason=reason)
        return
    if bounty.state != "draft":
        raise WebError(
            f"a bounty that is {bounty.state} is no draft", code="WE013", hint="see its events", place=bounty.id
        )
    reason = f"{reason}; all stages before the notice by one person of the operator"
    enter_stage(session, bounty, "submitted", actor=actor, at=now(), reason=reason)
    while bounty.state in BEFORE_NOTICE:
        enter_stage(session, bounty, next_stage(bounty), actor=actor, at=now(), reason=reason)
