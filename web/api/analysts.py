"""Questions without Cypher, pictures around nodes, saved queries and dated snapshots, as JSON.

All of it reads the analysts' copy; while that is being made the answer is 503 (WE048).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from web import tables
from web.api.lock import MAKES, STEP, KeyDep, Lock, LockDep, TagDep
from web.api.query import Answer
from web.api.shape import NOT_FOUND, OWN, Given, Ident
from web.db.models import now
from web.db.queries import SavedQuery
from web.deps import Visit, VisitDep, requires
from web.errors import WebError
from web.jobs.query import wanted_values
from web.jobs.saved_queries import again, snapshot
from web.pages.console.around import around_page
from web.pages.console.asked import given
from web.pages.console.question import QuestionsPage, question_file, questions_page
from web.pages.console.question import one as question_of
from web.pages.console.saved import one_page, saved_page, snapshot_file, snapshot_page
from web.problem import Problem
from web.work.analysis import saved_query as work

router = APIRouter(tags=["graph"])
READS = [Depends(requires(work.READ))]
SAVES = [Depends(requires(work.SAVE))]
Every = Annotated[Literal["", "day", "week", "month"], Field(description="a snapshot is made so often")]
TAKES: dict[int | str, dict[str, Any]] = {504: {"model": Problem, "description": "the query ran past its time (KG704)"}}
COPY = {**NOT_FOUND, **TAKES}


class Defined(Answer):
    """An answer with what its columns mean."""

    definitions: dict[str, str] = Field(default={})


class Relation(BaseModel):
    """A relation of the picture, and the page of the statement that says so."""

    type: str
    start: str
    end: str
    evidence: str | None


class Around(BaseModel):
    """A node of the copy with its neighbours; `left_off` relations are not among them."""

    label: str
    key: str
    name: str
    page: str | None
    nodes: list[dict[str, str]]
    relations: list[Relation]
    left_off: int
    stamp: str
    as_of: str | None


class SnapshotLine(Given):
    """A dated answer."""

    id: str
    saved_id: str
    title: str
    at: dt.datetime
    by_name: str
    scheduled: bool
    stamp: str
    as_of: str
    total: int
    digest: str


class QueryLine(Given):
    """A query that somebody keeps; `own`: the reader."""

    id: str
    title: str
    question: str = Field(description="name of the question that it comes from; empty: a text of one's own")
    query: str
    parameters: dict[str, Any]
    rows: int
    shared: bool
    every: str
    due: str | None
    failure: str = Field(description="code with which the last run by schedule ended")
    by_name: str
    own: bool = False


class Queries(BaseModel):
    """Own and shared queries, and the newest snapshots."""

    queries: list[QueryLine]
    snapshots: list[SnapshotLine]


class QueryDetail(QueryLine):
    """One of them with its snapshots."""

    snapshots: list[SnapshotLine]


class NewQuery(BaseModel):
    """A query to be kept: a `question` by name, or a text of one's own, with its parameters."""

    title: Annotated[str, Field(max_length=200)]
    question: Annotated[str, Field(max_length=64)] = ""
    query: Annotated[str, Field(max_length=20_000)] = ""
    parameters: dict[str, Annotated[str, Field(max_length=400)]] = Field(default={}, max_length=40)
    rows: Annotated[int, Field(ge=1, le=10_000)] = work.ROWS[0]
    shared: bool = False
    every: Every = ""


class QueryChange(BaseModel):
    """A kept query as it is to be; `ended` takes it away, its snapshots stay."""

    title: Annotated[str, Field(max_length=200)]
    shared: bool = False
    every: Every = ""
    ended: bool = False


class Snapshot(SnapshotLine):
    """A dated answer with its rows and definitions."""

    answer: Defined


class Compared(BaseModel):
    """Whether a snapshot's query gives the same today, and whether the graph is the one of then."""

    id: str
    same: bool
    same_graph: bool


@router.get("/questions", summary="Questions without Cypher")
def questions(visit: VisitDep, q: Annotated[str, Query(max_length=400)] = "") -> QuestionsPage:
    """By topic, or those that a text asks for."""
    return questions_page(q, visit.lang)


@router.get("/questions/{name}", summary="The answer to a question", responses=COPY)
def question(visit: VisitDep, name: Ident) -> Defined:
    """Its parameters stand in the address as `p:NAME`; at most 10,000 rows, columns in the reader's words."""
    found = question_file(visit.home, name, given(visit.request.query_params.items()), visit.lang)
    if found is None:
        raise _making()
    return Defined(**tables.as_json(*found))


def _making() -> WebError:
    return WebError("the copy is being made", code="WE048", hint="ask again in a while")


@router.get("/around/{label}/{key:path}", summary="A node of the copy with its neighbours", responses=COPY)
def around(visit: VisitDep, label: Ident, key: Annotated[str, Path(min_length=1, max_length=400)]) -> Around:
    """At most 60 nodes, the surest and newest relations first, each at its evidence."""
    page = around_page(visit.home, label, key, "", [])
    if page.making or page.picture is None:
        raise _making()
    return Around(
        **page.model_dump(include={"label", "key", "name", "page", "left_off", "stamp", "as_of"}),
        nodes=[{"label": one.label, "name": one.name} for one in page.picture.spots],
        relations=[
            Relation(type=one.type, start=one.start, end=one.end, evidence=one.href) for one in page.picture.ties
        ],
    )


# --- saved queries and snapshots --------------------------------------------------------------------------------------


@router.get("/queries", summary="Saved queries", dependencies=READS, responses=OWN)
def saved(visit: VisitDep) -> Queries:
    """Those that the reader keeps and those that the organisation shares, with the newest snapshots."""
    page = saved_page(visit)
    return Queries(
        queries=[_line(visit, row) for row in page.rows],
        snapshots=[SnapshotLine.model_validate(one) for one in page.snapshots],
    )


def _line(visit: Visit, row: SavedQuery) -> QueryLine:
    own = row.made_by == visit.actor.user and row.ended is None
    return QueryLine.model_validate(row).model_copy(update={"own": own})


@router.post("/queries", summary="Keep a query", status_code=201, dependencies=SAVES, responses=MAKES)
def kept(visit: VisitDep, said: NewQuery, key: KeyDep, lock: TagDep) -> QueryDetail:
    """A text that the gate refuses is not kept."""
    query = question_of(said.question).cypher if said.question else said.query
    if not said.question:
        wanted_values(query, said.parameters)
    wanted = work.Wanted(said.title, query, said.parameters, said.question, said.rows, said.shared, said.every)
    with lock.step(visit.home.database()) as session:
        row = work.save(session, visit.actor, wanted, now(), key)
    return _detail(visit, row.id, lock)


@router.get("/queries/{query_id}", summary="A saved query", dependencies=READS, responses=OWN)
def one(visit: VisitDep, query_id: Ident, lock: TagDep) -> QueryDetail:
    """With its snapshots."""
    return _detail(visit, query_id, lock)


def _detail(visit: Visit, query_id: str, lock: Lock) -> QueryDetail:
    page = one_page(visit, query_id)
    lock.tag(page.row)
    snapshots = [SnapshotLine.model_validate(one) for one in page.snapshots]
    return QueryDetail(**_line(visit, page.row).model_dump(), snapshots=snapshots)


@router.put("/queries/{query_id}", summary="Change a saved query", dependencies=SAVES, responses=STEP)
def changed(visit: VisitDep, query_id: Ident, said: QueryChange, lock: LockDep) -> QueryLine:
    """Of one's own: title, whether it is shared, its schedule; or take it away."""
    with lock.step(visit.home.database()) as session:
        row = work.one(session, visit.actor, query_id)
        lock.check(row)
        if said.ended:
            work.end(session, visit.actor, row, now())
        else:
            wanted = work.Wanted(said.title, row.query, {}, row.question, row.rows, said.shared, said.every)
            work.change(session, visit.actor, row, wanted, row.version, now())
        session.flush()
        lock.tag(row)
        return _line(visit, row)


@router.post(
    "/queries/{query_id}/snapshots",
    summary="Ask it now and keep the answer",
    status_code=201,
    dependencies=SAVES,
    responses={**MAKES, **TAKES},
)
def taken(visit: VisitDep, query_id: Ident) -> SnapshotLine:
    """With text, parameters, version of the graph and digest; asked twice, two are kept."""
    with visit.home.database().session() as session:
        row = work.one(session, visit.actor, query_id)
    made = snapshot(visit.home, visit.actor, row, now())
    if made is None:
        raise _making()
    return SnapshotLine.model_validate(made)


@router.get("/snapshots/{snapshot_id}", summary="A dated answer", dependencies=READS, responses=OWN)
def kept_answer(visit: VisitDep, snapshot_id: Ident) -> Snapshot:
    """As it was on its day, with its definitions."""
    with visit.home.database().session() as session:
        row = SnapshotLine.model_validate(work.one_snapshot(session, visit.actor, snapshot_id))
    return Snapshot(**row.model_dump(), answer=Defined(**tables.as_json(*snapshot_file(visit, snapshot_id))))


@router.post(
    "/snapshots/{snapshot_id}",
    summary="Ask a snapshot's query again",
    dependencies=READS,
    responses={**MAKES, **TAKES},
)
def asked_again(visit: VisitDep, snapshot_id: Ident) -> Compared:
    """Whether its answer is the same; nothing is kept."""
    page = snapshot_page(visit, snapshot_id, "table")
    found = again(visit.home, page.row)
    if found is None:
        raise _making()
    _, same, graph = found
    return Compared(id=page.row.id, same=same, same_graph=graph)
