"""What if, tiers of suppliers and single sources, as HTML and as workbooks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from kg.errors import BulianError
from web.deps import VisitDep
from web.errors import http_status
from web.pages.attachment import attachment
from web.pages.supply.sheet import sourcing_workbook, tiers_workbook, what_if_workbook
from web.pages.supply.sourcing import SHOWN, WHOLE, SourcingPage, sourcing_page, tiers_page
from web.pages.supply.whatif import Asked, choices, what_if_page

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

Words = Annotated[str, Query(max_length=200)]
Every = Annotated[bool, Query(alias="all", description="also what comes from several sources")]


def asked(
    firm: Annotated[Words, Query(description="this firm is gone: id or whole name")] = "",
    region: Annotated[Words, Query(description="this place is cut off: code or name")] = "",
    imported: Annotated[
        Words, Query(alias="import", description="the import of it stops: a product or chain:node")
    ] = "",
    chain: Annotated[Words, Query(description="nodes of this chain alone")] = "",
    seen: Annotated[Words, Query(description="region from which states are seen: code or name")] = "",
) -> Asked:
    """What the address says."""
    return Asked(firm.strip(), region.strip(), imported.strip(), chain.strip(), seen.strip())


def sought(
    visit: VisitDep,
    buyer: Annotated[Words, Query(description="id or whole name")] = "",
    node: Annotated[Words, Query(description="a chain, or chain:node")] = "",
    region: Annotated[Words, Query(description="where the buyer is: code or name")] = "",
    every: Every = False,
) -> SourcingPage | None:
    """The view that the address asks for; None where nothing is loaded."""
    if visit.graph.stamp() is None:
        return None
    whole = visit.request.url.path.endswith(".xlsx")
    return sourcing_page(
        visit.home,
        visit.graph,
        buyer.strip(),
        node.strip(),
        region.strip(),
        single=not every,
        lang=visit.lang,
        most=WHOLE if whole else SHOWN,
    )


AskedDep = Annotated[Asked, Depends(asked)]
SoughtDep = Annotated[SourcingPage | None, Depends(sought)]


@router.get("/what-if")
def what_if(visit: VisitDep, ask: AskedDep) -> Response:
    """What is hit where a firm is gone, a place is cut off or an import stops; the form alone where nothing is asked.

    What cannot be answered is said beside the form, which keeps what was typed.
    """
    if visit.graph.stamp() is None:
        return visit.reply("whatif.html", None, ask=ask, choices=None, wrong=None, address="")
    page, wrong = None, None
    try:
        page = what_if_page(visit.home, visit.graph, ask, visit.lang) if not ask.empty else None
    except BulianError as error:
        if error.code not in ("MA001", "WE404"):
            raise
        wrong = error
    answer = visit.reply(
        "whatif.html", page, ask=ask, choices=choices(visit.home, visit.lang), wrong=wrong, address=_address(ask)
    )
    if wrong is not None:
        answer.status_code = http_status(wrong)
    return answer


@router.get("/what-if.xlsx")
def what_if_file(visit: VisitDep, ask: AskedDep) -> Response:
    """The same as a workbook."""
    page = what_if_page(visit.home, visit.graph, ask, visit.lang)
    return attachment(what_if_workbook(page, visit.lang, visit.site.is_demo(page.graph)), "what-if.xlsx")


@router.get("/firms/{firm_id}/tiers")
def tiers(visit: VisitDep, firm_id: str) -> Response:
    """The suppliers of a firm, tier by tier."""
    return visit.reply("tiers.html", tiers_page(visit.home, visit.graph, firm_id, visit.lang))


@router.get("/firms/{firm_id}/tiers.xlsx")
def tiers_file(visit: VisitDep, firm_id: str) -> Response:
    """The same as a workbook."""
    page = tiers_page(visit.home, visit.graph, firm_id, visit.lang, WHOLE)
    return attachment(tiers_workbook(page, visit.lang, visit.site.is_demo(page.graph)), "tiers.xlsx")


@router.get("/single-sources")
def single_sources(visit: VisitDep, page: SoughtDep) -> Response:
    """What buyers have from one source or nearly so, by buyer and node."""
    return visit.reply("single_sources.html", page, query=visit.request.url.query)


@router.get("/single-sources.xlsx")
def single_sources_file(visit: VisitDep, page: SoughtDep) -> Response:
    """The same as a workbook."""
    if page is None:
        return visit.reply("single_sources.html", page, query="")
    return attachment(sourcing_workbook(page, visit.lang, visit.site.is_demo(page.graph)), "single-sources.xlsx")


def _address(ask: Asked) -> str:
    said = {"import" if name == "imported" else name: value for name, value in asdict(ask).items() if value}
    return urlencode(said)
