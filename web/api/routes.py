"""The same contexts as the pages, as JSON under /api/v1; errors have one shape."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from web.api.accounts import router as accounts_router
from web.api.agreements import router as agreements_router
from web.api.analysts import router as analysts_router
from web.api.applications import router as applications_router
from web.api.bounties import router as bounties_router
from web.api.bounty_steps import router as bounty_steps_router
from web.api.bounty_work import router as bounty_work_router
from web.api.brain import router as brain_router
from web.api.catalogue import router as catalogue_router
from web.api.chains import router as chains_router
from web.api.desk import router as desk_router
from web.api.figures import router as figures_router
from web.api.firms import router as firms_router
from web.api.fit import router as fit_router
from web.api.fresh import TAGGED, UNCHANGED
from web.api.inquiries import router as inquiries_router
from web.api.lists import router as lists_router
from web.api.meetings import router as meetings_router
from web.api.metrics import router as metrics_router
from web.api.offers import router as offers_router
from web.api.organisation import router as organisation_router
from web.api.own import router as own_router
from web.api.paging import PARTS, PagingDep
from web.api.policies import router as policies_router
from web.api.pool import router as pool_router
from web.api.pool_inspections import router as pool_inspections_router
from web.api.query import router as query_router
from web.api.reconcile import router as reconcile_router
from web.api.requirement import router as requirement_router
from web.api.shape import FAILURES, NOT_FOUND
from web.api.statistics import router as statistics_router
from web.api.team import router as team_router
from web.deps import VisitDep
from web.pages.asof import AsOfDep
from web.pages.evidence.document import DocumentPage, document_page
from web.pages.evidence.evidence import EvidencePage, evidence_page
from web.pages.evidence.sources import DOCUMENTS, SourcesPage, documents_of, sources_page
from web.pages.firms.firm import FirmPage, Statement, firm_page, present, relation_rows
from web.pages.firms.product import MAKERS, ProductPage, product_page
from web.pages.firms.search import LIMIT, SearchPage, search_page
from web.pages.needs.needs import NEEDS, Kind, NeedsPage, needs_page
from web.pages.needs.routes import Form
from web.pages.needs.shortlist import ShortlistPage, match_page, need_page

DESCRIPTION = (
    "与页面相同的内容和权限：企业、产品、需求、证据，以及登录后本单位的事务。\n\n"
    "What the pages show, by the same rights: firms, products, needs and evidence, and what an organisation works at. "
    "A step names in If-Match the ETag of what was looked at. Every error is an object of problem details (RFC 9457) "
    "with a stable code and a hint. Programs send `Authorization: Bearer KEY`; answers to a key say what is left "
    "of its quota (RateLimit-Remaining). Long lists name their next part in the Link header."
)

router = APIRouter(prefix="/api/v1", responses=FAILURES)
router.include_router(accounts_router)
router.include_router(requirement_router)
router.include_router(fit_router)
router.include_router(team_router)
router.include_router(chains_router)
router.include_router(offers_router)
router.include_router(policies_router)
router.include_router(metrics_router)
router.include_router(statistics_router)
router.include_router(bounties_router)
router.include_router(firms_router)
router.include_router(query_router)
router.include_router(organisation_router)  # before those with an id in the same place
router.include_router(agreements_router)
router.include_router(analysts_router)
router.include_router(applications_router)
router.include_router(bounty_steps_router)
router.include_router(bounty_work_router)
router.include_router(brain_router)
router.include_router(catalogue_router)
router.include_router(desk_router)
router.include_router(figures_router)
router.include_router(inquiries_router)
router.include_router(lists_router)
router.include_router(meetings_router)
router.include_router(own_router)
router.include_router(pool_inspections_router)  # before those with an id in the same place
router.include_router(pool_router)
router.include_router(reconcile_router)

Text = Annotated[str, Query(max_length=400)]
Key = Annotated[str, Path(min_length=1, max_length=400)]
Skip = Annotated[int, Query(ge=0, le=10_000_000)]
Number = Annotated[int, Query(ge=1, le=1_000_000)]
THERE = {**NOT_FOUND, **UNCHANGED}
ROWS = {**THERE, **PARTS}


class State(BaseModel):
    """What the graph holds."""

    stamp: str | None = None
    written: str | None = None
    demo: bool = False


@router.get("/state", tags=["graph"], summary="Which projection the graph holds")
def state(visit: VisitDep) -> State:
    """Stamp and time of the projection, and whether its data is invented."""
    stamp = visit.graph.stamp()
    if stamp is None:
        return State()
    return State(stamp=stamp.stamp, written=stamp.written, demo=visit.site.is_demo(stamp.stamp))


@router.get(
    "/search",
    tags=["search"],
    summary="Firms, products and needs by a part of their names",
    responses=UNCHANGED,
    **TAGGED,
)
def search(
    visit: VisitDep,
    at: AsOfDep,
    q: Text,
    kind: Literal["firm", "product", "need"] | None = None,
    how: Literal["code", "phrase", "pinyin", "all", "any"] = "any",
    limit: Annotated[int, Query(ge=1, le=200)] = LIMIT,
) -> SearchPage:
    """At most `limit` of each kind, the surest first; `how` is the widest way of finding that is wanted."""
    return search_page(visit.graph, q, kind, how, limit, at)


@router.get("/firms/{firm_id}", tags=["firms"], summary="A firm", responses=THERE, **TAGGED)
def firm(visit: VisitDep, firm_id: Key, at: AsOfDep) -> FirmPage:
    """The public record of a firm, by its id or that of any of its records; what held on `as_of`."""
    return firm_page(visit.graph, firm_id, at)


@router.get("/firms/{firm_id}/{relation}", tags=["firms"], summary="Rows of one relation", responses=ROWS, **TAGGED)
def firm_relation(
    visit: VisitDep,
    firm_id: Key,
    relation: Annotated[str, Path(pattern=r"^[A-Z_]{1,40}$")],
    at: AsOfDep,
    part: PagingDep,
    skip: Skip = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[Statement]:
    """Statements of a firm, such as PRODUCES or WON_CONTRACT."""
    key, _ = present(visit.graph, firm_id)
    start = part.start(skip)
    rows = relation_rows(visit.graph, key, relation, start, limit + 1, at)
    if len(rows) > limit:
        part.next(start + limit)
    return rows[:limit]


@router.get("/products/{key:path}", tags=["products"], summary="A product and its makers", responses=ROWS, **TAGGED)
def product(visit: VisitDep, key: Key, at: AsOfDep, part: PagingDep, skip: Skip = 0) -> ProductPage:
    """A product by its key (its normalised name); makers from `skip` on."""
    start = part.start(skip)
    found = product_page(visit.graph, key, start, at)
    if found.count > start + MAKERS:
        part.next(start + MAKERS)
    return found


@router.get(
    "/evidence/{fact_id}",
    tags=["evidence"],
    summary="A statement with its sentence",
    responses={**NOT_FOUND, **UNCHANGED},
    **TAGGED,
)
def evidence(visit: VisitDep, fact_id: Key) -> EvidencePage:
    """The sentence inside the page of its document, or the row of its sheet."""
    return evidence_page(visit.graph, visit.home.documents, fact_id)


@router.get(
    "/documents/{document_id}",
    tags=["evidence"],
    summary="A page of a document",
    responses={**NOT_FOUND, **UNCHANGED},
    **TAGGED,
)
def document(visit: VisitDep, document_id: Key, page: Number = 1) -> DocumentPage:
    """Its text in pieces, those marked from which a statement was read."""
    return document_page(visit.graph, visit.home.documents, document_id, page)


@router.get("/sources", tags=["graph"], summary="What the graph stands on", responses=PARTS)
def sources(
    visit: VisitDep, part: PagingDep, publisher: Text | None = None, kind: Text = "", skip: Skip = 0
) -> SourcesPage:
    """Documents by publisher and kind; with `publisher` and `kind` the documents themselves."""
    if publisher is None:
        return sources_page(visit.home, visit.graph)
    start = part.start(skip)
    found = documents_of(visit.graph, publisher, kind, start)
    if len(found.documents) == DOCUMENTS:
        part.next(start + DOCUMENTS)
    return found


@router.get(
    "/needs", tags=["needs"], summary="Published needs and bounties", responses={**PARTS, **UNCHANGED}, **TAGGED
)
def needs(visit: VisitDep, part: PagingDep, kind: Kind | None = None, page: Number = 1) -> NeedsPage:
    """Open ones first, by deadline; both kinds or one."""
    number = part.start((page - 1) * NEEDS) // NEEDS + 1
    found = needs_page(visit.graph, number, kind)
    if found.more:
        part.next(number * NEEDS)
    return found


@router.get("/needs/{need_id}", tags=["needs"], summary="A need or bounty with its shortlist", responses=NOT_FOUND)
def need(visit: VisitDep, need_id: Key, want: Form) -> ShortlistPage:
    """Ranked firms with points that add up to their scores, conditions with their cost, near misses.

    A bounty also with its targets, terms and award; who posted it is never ranked.
    """
    return need_page(visit.home, visit.graph, need_id, want, visit.lang)


@router.get("/match", tags=["needs"], summary="Firms ranked for a need in one's own words")
def match(visit: VisitDep, want: Form, text: Annotated[str, Query(min_length=1, max_length=2000)]) -> ShortlistPage:
    """As for a published need; nothing of the text is kept."""
    return match_page(visit.home, visit.graph, text, want, visit.lang)
