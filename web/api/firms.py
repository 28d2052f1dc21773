"""Firms by name and condition as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from web.api.fresh import TAGGED, UNCHANGED
from web.api.paging import PARTS, PagingDep
from web.deps import VisitDep
from web.pages.firms.facet_routes import Kind, Own, Text
from web.pages.firms.search_facets import PAGE, FacetPage, facets_page

router = APIRouter(tags=["firms"])


@router.get("/firms", summary="Firms or products by name and conditions", responses={**PARTS, **UNCHANGED}, **TAGGED)
def firms(
    visit: VisitDep,
    given: Own,
    part: PagingDep,
    q: Text = "",
    kind: Kind = "firm",
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> FacetPage:
    """Those that pass, by parts of `limit`, with how many each further condition would leave; unknown does not pass."""
    page = part.start() // limit + 1
    found = facets_page(visit.home, visit.graph, q, kind, given, visit.lang, page, limit)
    if found.left > page * limit:
        part.next(page * limit)
    return found
