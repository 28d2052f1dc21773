"""Documents on firms to be edited and handed on: the due-diligence report of one, the booklet of a set."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from web.deps import VisitDep
from web.pages.attachment import attachment
from web.pages.brain.statistics_routes import SetDep
from web.pages.firms.booklet import booklet
from web.pages.firms.report import report_file

router = APIRouter(include_in_schema=False)


@router.get("/firms/{firm_id}/report.docx")
def firm_report(visit: VisitDep, firm_id: str) -> Response:
    """The due-diligence report of a firm."""
    stamp = visit.graph.stamp()
    demo = bool(stamp) and visit.site.is_demo(stamp.stamp if stamp else "")
    return attachment(report_file(visit.home, visit.graph, firm_id, visit.lang, demo), "report.docx")


@router.get("/booklet.docx")
def firm_booklet(visit: VisitDep, ask: SetDep) -> Response:
    """A page for each firm of a set, in the reader's language."""
    return attachment(booklet(visit.home, visit.graph, visit.actor, ask, visit.lang), "booklet.docx")
