"""Versions of a chain's template: the list, one of them beside another, and the draft that somebody works at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from matcher.chain.edit import Difference, difference
from matcher.chain.template import STAGES, Chain, Node
from matcher.errors import BadChainError
from nlp.foundation.scheme import scheme
from web.beijing import day_of
from web.errors import WebError
from web.jobs.chain_versions import Preview, held, preview, wrong
from web.jobs.chains import FIELDS, Template, loaded
from web.pages.chains.chains import named
from web.pages.chains.correction import SaidRow
from web.pages.evidence.citation import Named
from web.work.analysis import chain_version as work

if TYPE_CHECKING:
    from web.db.chains import ChainCorrection, ChainVersion
    from web.deps import Visit


class VersionRow(BaseModel):
    """A version or a draft in the list."""

    id: str
    state: str
    number: int | None = None
    day: str | None = None
    origin: str
    reason: str
    by_name: str
    begun: str
    decided_name: str
    decided: str | None = None
    decided_reason: str
    version: int
    holds: bool = Field(description="it is the template that holds now")
    own: bool = Field(description="the reader is one of its writers")


class VersionsPage(BaseModel):
    """The versions of a chain's template."""

    chain: str
    name: str
    held_day: str
    held_own: bool
    in_graph: bool
    recorded: bool = Field(description="what holds is one of the versions")
    rows: list[VersionRow]


class NodeLine(BaseModel):
    """A node of a template."""

    id: str
    name: str
    name_en: str
    stage: str
    products: list[str]
    without: list[str]
    ipc: list[str]
    field: str
    feeds: list[str]


class ChangedNode(BaseModel):
    """A node that says something else."""

    id: str
    name: str
    fields: list[tuple[str, str, str]]


class Changes(BaseModel):
    """What two templates do not share."""

    head: list[tuple[str, str, str]]
    added: list[NodeLine]
    removed: list[NodeLine]
    changed: list[ChangedNode]
    order: bool
    nothing: bool


class MoveLine(BaseModel):
    """A product that stands elsewhere."""

    product: str
    before: list[str]
    after: list[str]


class HungLine(BaseModel):
    """A gap at a node that would be no more, and what hangs on it."""

    id: str
    node: str
    kind: str
    region: str
    as_of: str
    needs: list[Named]


class PreviewPart(BaseModel):
    """What a draft would change in the graph."""

    moves: list[MoveLine]
    count: int
    names: int
    gaps: list[HungLine]
    words: list[SaidRow]


class VersionPage(BaseModel):
    """A version or a draft, beside another one."""

    chain: str
    name: str
    row: VersionRow
    text: str
    nodes: list[NodeLine]
    faults: list[str]
    against: VersionRow | None = Field(description="the version that it is compared with; None: what holds now")
    others: list[VersionRow]
    changes: Changes | None = None
    preview: PreviewPart | None = None
    node: NodeLine | None = Field(default=None, description="the node that the form shows")
    fresh: bool = Field(default=False, description="the form is of a new node")
    stages: list[str] = list(STAGES)
    fields: list[str] = []
    base_moved: bool = Field(default=False, description="another template holds than the draft was compared with")


def versions_page(visit: Visit, chain_id: str) -> VersionsPage:
    """All versions of a chain, and drafts for who may write them. Raises WE404."""
    now_held = held(visit.home, chain_id)
    with visit.home.database().session() as session:
        rows = [_row(visit, row, now_held) for row in work.of(session, visit.actor, chain_id)]
    return VersionsPage(
        chain=chain_id,
        name=named(now_held.chain, visit.lang),
        held_day=now_held.chain.version,
        held_own=now_held.own,
        in_graph=chain_id in loaded(visit.home),
        recorded=any(row.holds for row in rows),
        rows=rows,
    )


def version_page(visit: Visit, chain_id: str, ident: str, other: str = "", node: str = "") -> VersionPage:
    """One of them beside `other` (another version; a draft without it beside what holds). Raises WE404."""
    now_held = held(visit.home, chain_id)
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, chain_id, ident)
        every = [one for one in work.of(session, visit.actor, chain_id) if one.id != row.id and one.number]
        beside = work.one(session, visit.actor, chain_id, other) if other else _before(row, every)
        text, beside_text = row.text, beside.text if beside else now_held.data.decode("utf-8")
        shown, against = _row(visit, row, now_held), _row(visit, beside, now_held) if beside else None
        others, base = [_row(visit, one, now_held) for one in every], row.base
    after, before = _chain(text), _chain(beside_text)
    working = shown.state in ("draft", "in_review")
    would = preview(visit.home, before, after) if working and after and before and visit.graph.stamp() else None
    line = next((_line(one) for one in after.nodes if one.id == node), None) if after else None
    fresh = node == "+" and after is not None
    return VersionPage(
        chain=chain_id,
        name=named(now_held.chain, visit.lang),
        row=shown,
        text=text,
        nodes=[_line(one) for one in after.nodes] if after else [],
        faults=wrong(chain_id, text) if working else [],
        against=against,
        others=others,
        changes=_changes(difference(before, after)) if before and after else None,
        preview=_preview(would) if would else None,
        node=_line(Node("", "", "", STAGES[0], ())) if fresh else line,
        fresh=fresh,
        fields=[one.name for one in scheme(FIELDS).classes],
        base_moved=working and base != now_held.sha256,
    )


def yaml_of(visit: Visit, chain_id: str, ident: str) -> str:
    """The text of a version. Raises WE404."""
    with visit.home.database().session() as session:
        return work.one(session, visit.actor, chain_id, ident).text


def _before(row: ChainVersion, every: Sequence[ChainVersion]) -> ChainVersion | None:
    """The version before an approved one; a draft is compared with what holds."""
    if row.number is None:
        return None
    return next((one for one in every if one.number is not None and one.number < (row.number or 0)), None)


def _chain(text: str) -> Chain | None:
    try:
        return Chain.parse(text)
    except BadChainError:
        return None


def _row(visit: Visit, row: ChainVersion, now_held: Template) -> VersionRow:
    named_too = visit.actor.may(work.WRITE)
    return VersionRow(
        id=row.id,
        state=row.state,
        number=row.number,
        day=row.day,
        origin=row.origin,
        reason=row.reason,
        by_name=row.by_name if named_too else "",
        begun=day_of(row.created),
        decided_name=row.decided_name if named_too else "",
        decided=day_of(row.decided_at) if row.decided_at else None,
        decided_reason=row.decided_reason,
        version=row.version,
        holds=row.state == "approved" and work.digest(row.text) == now_held.sha256,
        own=visit.actor.user in row.writers,
    )


def _line(node: Node) -> NodeLine:
    return NodeLine(
        id=node.id,
        name=node.name,
        name_en=node.name_en,
        stage=node.stage,
        products=list(node.products),
        without=list(node.without),
        ipc=list(node.ipc),
        field=node.field or "",
        feeds=list(node.feeds),
    )


def _changes(found: Difference) -> Changes:
    return Changes(
        head=list(found.head),
        added=[_line(node) for node in found.added],
        removed=[_line(node) for node in found.removed],
        changed=[ChangedNode(id=one.id, name=one.name, fields=list(one.fields)) for one in found.changed],
        order=found.moved_up,
        nothing=found.nothing,
    )


def _preview(found: Preview) -> PreviewPart:
    return PreviewPart(
        moves=[MoveLine(product=one.product, before=list(one.before), after=list(one.after)) for one in found.moves],
        count=found.count,
        names=found.names,
        gaps=[
            HungLine(
                id=one.gap.id,
                node=one.gap.node,
                kind=one.gap.kind,
                region=one.gap.region,
                as_of=one.gap.as_of,
                needs=[Named(id=need.id, name=need.title) for need in one.needs],
            )
            for one in found.gaps
        ],
        words=[_said(row) for row in found.words],
    )


def _said(row: ChainCorrection) -> SaidRow:
    return SaidRow(
        product=row.product,
        key=row.node,
        act=row.act,
        reason=row.reason,
        by_role=row.by_role,
        who="",
        day=day_of(row.at),
        counts=True,
        waits=False,
    )


def node_in(form: dict[str, list[str]], ident: str) -> Node:
    """The node that a form says: products, words and classes one a line. Raises WebError WE243 (no id)."""

    def said(name: str) -> str:
        return (form.get(name) or [""])[0].strip()

    def lines(name: str) -> tuple[str, ...]:
        parts = said(name).replace("、", "\n").replace("，", "\n").split("\n")
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    if not ident:
        raise WebError("a node needs an id", code="WE243", hint="small letters, digits and hyphens", place="node")
    feeds = tuple(form.get("feeds") or ())
    return Node(
        ident, said("name"), said("name_en"), said("stage"), lines("products"), lines("without"), lines("ipc"),
        said("field") or None, feeds,
    )  # fmt: skip
