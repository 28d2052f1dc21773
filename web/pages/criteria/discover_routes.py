"""Discovery as HTML and as a workbook of the same view."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from matcher.discovery.find import Ask
from web.deps import VisitDep
from web.pages.attachment import attachment
from web.pages.criteria.discover import by_district, discover_page
from web.pages.criteria.discover_sheet import notes, workbook

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

TierName = Literal["innovative", "specialised", "little_giant", "champion"]
Words = Annotated[str, Query(max_length=80)]


def asked(
    tier: TierName = "little_giant",
    region: Annotated[Words, Query(description="code of a division (GB/T 2260) or its name")] = "",
    field: Annotated[Words, Query(description="part of a product, an industry or a foundation field")] = "",
    node: Annotated[Words, Query(description="part of a chain node")] = "",
    top: Annotated[int, Query(ge=1, le=200, description="firms to list")] = 20,
) -> Ask:
    """What is asked for, as the address says it."""
    return Ask(tier, region.strip(), field.strip(), node.strip(), top)


AskDep = Annotated[Ask, Depends(asked)]


@router.get("/discover")
def discover(visit: VisitDep, ask: AskDep) -> Response:
    """Firms that hold no tier and look like those that do."""
    page = discover_page(visit.home, visit.graph, ask, visit.lang) if visit.graph.stamp() else None
    return visit.reply("discover.html", page, ask=ask, address=urlencode(asdict(ask)))


@router.get("/discover/visits")
def visits(visit: VisitDep, ask: AskDep) -> Response:
    """The same firms as a list of visits to be printed: by district, with what is known and what to ask there."""
    page = discover_page(visit.home, visit.graph, ask, visit.lang)
    districts = [(place, [(one, notes(one, visit.lang)) for one in rows]) for place, rows in by_district(page)]
    return visit.reply("discover_visits.html", page, districts=districts, address=urlencode(asdict(ask)))


@router.get("/discover.xlsx")
def discover_file(visit: VisitDep, ask: AskDep) -> Response:
    """The same view as a workbook, with a list of visits by district."""
    page = discover_page(visit.home, visit.graph, ask, visit.lang)
    body = workbook(page, visit.lang, visit.site.is_demo(page.graph))
    return attachment(body, "discover.xlsx")
