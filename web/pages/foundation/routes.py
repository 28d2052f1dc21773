"""The map of the industrial foundation as HTML and as workbooks, and people's word on a class."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.deps import VisitDep, requires
from web.forms import FormDep, first
from web.jobs.corrections import PROPOSE
from web.jobs.field_words import correct_field, place_of
from web.pages.attachment import attachment
from web.pages.chains.correction import said_in
from web.pages.foundation.fields import PRODUCTS, WHOLE, field_page, fields_page
from web.pages.foundation.sheet import field_workbook, fields_workbook

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

RegionDep = Annotated[str, Query(max_length=80, description="code of a division (GB/T 2260) or its name")]
Words = Annotated[str, Query(max_length=80)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/fields")
def fields(visit: VisitDep, region: RegionDep = "", scheme: Words = "") -> Response:
    """All classes by scheme."""
    ready = visit.graph.stamp()
    return visit.reply("fields.html", fields_page(visit, region.strip() or None, scheme) if ready else None)


@router.get("/fields.xlsx")
def fields_file(visit: VisitDep, region: RegionDep = "", scheme: Words = "") -> Response:
    """The same view as a workbook."""
    page = fields_page(visit, region.strip() or None, scheme)
    return attachment(fields_workbook(page, visit.lang, visit.site.is_demo(page.graph)), "fields.xlsx")


@router.get("/fields/{scheme}/{name}.xlsx")
def field_file(visit: VisitDep, scheme: str, name: str, region: RegionDep = "", q: Words = "") -> Response:
    """A class as a workbook, with all its rows."""
    page = field_page(visit, scheme, name, region.strip() or None, q.strip(), limit=WHOLE)
    return attachment(field_workbook(page, visit.lang, visit.site.is_demo(page.graph)), "field.xlsx")


@router.get("/fields/{scheme}/{name}")
def field(
    visit: VisitDep, scheme: str, name: str, region: RegionDep = "", q: Words = "", page: PageNumber = 1
) -> Response:
    """A class: its products with what puts them there, firms, patents, gaps, and what people said."""
    found = field_page(visit, scheme, name, region.strip() or None, q.strip(), (page - 1) * PRODUCTS)
    return visit.reply("field.html", found, pager=visit.pager(page, found.count, PRODUCTS))


@router.post("/fields/{scheme}/{name}/correct", dependencies=[Depends(requires(PROPOSE))])
def corrected(visit: VisitDep, scheme: str, name: str, form: FormDep) -> Response:
    """Say that a product (`product`) is in the class or not (`act`), with a `reason`; or propose it."""
    correct_field(visit.home, said_in(visit, form, place_of(scheme, name)))
    region = first(form, "region")
    after = f"?{urlencode({'region': region})}" if region else ""
    return RedirectResponse(f"/fields/{quote(scheme)}/{quote(name, safe='')}{after}#said", status_code=303)
