"""The pages as HTML: each route makes its context, the template of the same name shows it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from kg.records import BY_STRENGTH
from web.deps import VisitDep
from web.errors import WebError
from web.pages.accounts.audit_routes import router as account_audit_router
from web.pages.accounts.oidc_routes import router as account_oidc_router
from web.pages.accounts.people_routes import router as account_people_router
from web.pages.accounts.routes import router as account_router
from web.pages.accounts.webhook_routes import router as webhook_router
from web.pages.asof import AsOfDep
from web.pages.bounties.agreement_routes import router as agreement_router
from web.pages.bounties.application_routes import router as application_router
from web.pages.bounties.expert_routes import router as expert_router
from web.pages.bounties.objection_routes import router as objection_router
from web.pages.bounties.portal_routes import router as bounty_portal_router
from web.pages.bounties.routes import router as bounty_router
from web.pages.brain.routes import router as brain_router
from web.pages.brain.statistics_routes import router as statistics_router
from web.pages.brain.warning_routes import router as warning_router
from web.pages.chains.cluster_routes import router as cluster_router
from web.pages.chains.gap_routes import router as gap_router
from web.pages.chains.routes import router as chain_router
from web.pages.chains.version_routes import router as chain_version_router
from web.pages.console.question_routes import router as question_router
from web.pages.console.routes import router as console_router
from web.pages.console.saved_routes import router as saved_router
from web.pages.criteria.discover_routes import router as discover_router
from web.pages.criteria.offers_routes import router as offers_router
from web.pages.criteria.policy_routes import router as policy_router
from web.pages.criteria.routes import router as criteria_router
from web.pages.criteria.thresholds_routes import router as thresholds_router
from web.pages.evidence.citation import Named
from web.pages.evidence.document import document_page, source_of
from web.pages.evidence.evidence import evidence_page
from web.pages.evidence.review_routes import router as review_router
from web.pages.evidence.sources import DOCUMENTS, GROUPS, documents_of, sources_page
from web.pages.firms.claim import owner_of
from web.pages.firms.claim_routes import router as claim_router
from web.pages.firms.facet_routes import router as facet_router
from web.pages.firms.firm import Statements, columns, firm_page, present, relation_counts, relation_rows
from web.pages.firms.fit_routes import router as fit_router
from web.pages.firms.my_routes import files_router, is_own, noted
from web.pages.firms.my_routes import router as my_router
from web.pages.firms.product import MAKERS, product_page
from web.pages.firms.report_routes import router as firm_report_router
from web.pages.firms.search import search_page
from web.pages.foundation.routes import router as field_router
from web.pages.inquiries.file_routes import router as inquiry_file_router
from web.pages.inquiries.record_routes import router as inquiry_record_router
from web.pages.inquiries.routes import router as inquiry_router
from web.pages.lists.routes import router as list_router
from web.pages.lists.supplier_routes import router as supplier_router
from web.pages.meetings.routes import router as meeting_router
from web.pages.meetings.team_routes import router as team_router
from web.pages.method import method_page
from web.pages.needs.draft_import_routes import router as draft_import_router
from web.pages.needs.draft_routes import router as draft_router
from web.pages.needs.feedback_routes import router as feedback_router
from web.pages.needs.requirement_routes import router as requirement_router
from web.pages.needs.routes import router as need_router
from web.pages.ontology import ontology_page
from web.pages.pool.below_routes import router as pool_below_router
from web.pages.pool.calendar_routes import router as pool_calendar_router
from web.pages.pool.difficulty_routes import router as pool_difficulty_router
from web.pages.pool.inspection_routes import router as pool_inspection_router
from web.pages.pool.routes import router as pool_router
from web.pages.start import start_page
from web.pages.supply.routes import router as supply_router
from web.pages.supply.supposed import supposed_page
from web.pages.today.routes import router as desk_router
from web.pages.today.watch_routes import router as watch_router

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
router.include_router(account_router)
router.include_router(account_people_router)
router.include_router(account_oidc_router)
router.include_router(account_audit_router)
router.include_router(need_router)
router.include_router(draft_import_router)  # before those with an id in the same place
router.include_router(draft_router)
router.include_router(team_router)
router.include_router(fit_router)
router.include_router(discover_router)
router.include_router(statistics_router)
router.include_router(field_router)
router.include_router(chain_version_router)
router.include_router(cluster_router)
router.include_router(chain_router)
router.include_router(brain_router)
router.include_router(supply_router)
router.include_router(criteria_router)
router.include_router(offers_router)
router.include_router(policy_router)
router.include_router(thresholds_router)
router.include_router(firm_report_router)
router.include_router(gap_router)
router.include_router(feedback_router)
router.include_router(claim_router)
router.include_router(my_router)
router.include_router(files_router)
router.include_router(requirement_router)
router.include_router(console_router)
router.include_router(question_router)
router.include_router(saved_router)
router.include_router(review_router)
router.include_router(list_router)
router.include_router(inquiry_file_router)
router.include_router(inquiry_record_router)
router.include_router(inquiry_router)
router.include_router(meeting_router)
router.include_router(facet_router)
router.include_router(supplier_router)
router.include_router(desk_router)
router.include_router(watch_router)
router.include_router(webhook_router)
router.include_router(warning_router)
router.include_router(application_router)
router.include_router(agreement_router)
router.include_router(bounty_portal_router)  # before those with an id in the same place
router.include_router(bounty_router)
router.include_router(objection_router)
router.include_router(expert_router)
router.include_router(pool_below_router)  # before those with an id in the same place
router.include_router(pool_calendar_router)
router.include_router(pool_inspection_router)
router.include_router(pool_difficulty_router)
router.include_router(pool_router)

Text = Annotated[str, Query(max_length=400)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
RELATION_ROWS = 100


@router.get("/")
def start(visit: VisitDep) -> Response:
    """What to do here, with what is open now."""
    return visit.reply("start.html", start_page(visit.graph))


@router.get("/search")
def search(
    visit: VisitDep,
    at: AsOfDep,
    q: Text = "",
    kind: Literal["", "firm", "product", "need"] = "",
    how: Literal["code", "phrase", "pinyin", "all", "any"] = "any",
) -> Response:
    """One box for firms, products and needs."""
    page = search_page(visit.graph, q, kind or None, how, at=at)
    return visit.reply("search.html", page, block="results", as_of=at.day)


@router.get("/firms/{firm_id}")
def firm(visit: VisitDep, firm_id: str, at: AsOfDep) -> Response:
    """A firm as the public record shows it; an id that leads to another firm now leads to its page."""
    page = firm_page(visit.graph, firm_id, at)
    if page.id != firm_id:
        return RedirectResponse(f"/firms/{page.id}{f'?as_of={at.day}' if at.day else ''}", status_code=307)
    answer = visit.reply(
        "firm.html", page, columns=partial(columns, visit.home.ontology), as_of=at.day, owner=owner_of(visit, page.id)
    )
    return noted(visit, page.id, answer)


@router.get("/firms/{firm_id}/supposed")
def supposed(visit: VisitDep, firm_id: str) -> Response:
    """Customers and suppliers that a firm may have, reckoned from the known contracts."""
    return visit.reply("supposed.html", supposed_page(visit.home, visit.graph, firm_id))


@router.get("/firms/{firm_id}/{relation}")
def firm_relation(visit: VisitDep, firm_id: str, relation: str, at: AsOfDep, page: PageNumber = 1) -> Response:
    """All rows of one relation of a firm."""
    key, name = present(visit.graph, firm_id)
    counts = dict(relation_counts(visit.graph, key, at))
    rows = relation_rows(visit.graph, key, relation, (page - 1) * RELATION_ROWS, RELATION_ROWS, at)
    if not rows:
        raise WebError(f"no such rows of the firm: {relation[:40]}", code="WE404", hint="go back to the firm's page")
    return visit.reply(
        "firm_relation.html",
        Statements(relation=relation, count=counts[relation], rows=rows),
        firm=Named(id=key, name=name),
        columns=partial(columns, visit.home.ontology),
        as_of=at.day,
        pager=visit.pager(page, counts[relation], RELATION_ROWS),
    )


@router.get("/products/{key:path}")
def product(visit: VisitDep, key: str, at: AsOfDep, page: PageNumber = 1) -> Response:
    """A product and who makes it."""
    found = product_page(visit.graph, key, (page - 1) * MAKERS, at)
    return visit.reply("product.html", found, as_of=at.day, pager=visit.pager(page, found.count, MAKERS))


@router.get("/evidence/{fact_id}")
def evidence(visit: VisitDep, fact_id: str) -> Response:
    """A statement's sentence inside its page."""
    page = evidence_page(visit.graph, visit.home.documents, fact_id)
    return visit.reply("evidence.html", page, mine=is_own(visit, page.subject.id))


@router.get("/documents/{document_id}")
def document(visit: VisitDep, document_id: str, page: PageNumber = 1) -> Response:
    """A page of a document with all that was read from it."""
    return visit.reply("document.html", document_page(visit.graph, visit.home.documents, document_id, page))


@router.get("/documents/{document_id}/original")
def original(visit: VisitDep, document_id: str) -> Response:
    """The file as it was received, to be kept, never shown in place: it is not ours."""
    source, _ = source_of(visit.graph, document_id)
    path = visit.home.documents.original(document_id)
    return FileResponse(
        path,
        filename=source.name or document_id,
        media_type="application/octet-stream",
        content_disposition_type="attachment",
    )


@router.get("/sources")
def sources(visit: VisitDep, publisher: Text | None = None, kind: Text = "", page: PageNumber = 1) -> Response:
    """What the graph stands on."""
    if publisher is None:
        here = sources_page(visit.home, visit.graph, (page - 1) * GROUPS, GROUPS)
        return visit.reply("sources.html", here, pager=visit.pager(page, here.count, GROUPS))
    found = documents_of(visit.graph, publisher, kind, (page - 1) * DOCUMENTS)
    more = len(found.documents) == DOCUMENTS
    return visit.reply("documents.html", found, number=page, more=more)


@router.get("/ontology")
def ontology(visit: VisitDep) -> Response:
    """What may be said in the graph."""
    return visit.reply("ontology.html", ontology_page(visit.home.ontology))


@router.get("/method")
def method(visit: VisitDep) -> Response:
    """How lists are ranked, on one page."""
    return visit.reply("method.html", method_page(visit.lang))


@router.get("/styleguide")
def styleguide(visit: VisitDep) -> Response:
    """Every part of the design system."""
    return visit.reply("styleguide.html", levels=BY_STRENGTH)


@router.get("/api/docs")
def api_docs(visit: VisitDep) -> Response:
    """The description of the API, drawn by swagger-ui from our own files."""
    return visit.reply("api.html", parts=visit.site.htmx is not None)
