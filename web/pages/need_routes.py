"""Needs as HTML: the list, a need with its shortlist, a need in one's own words."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import Visit, VisitDep
from web.pages.conditions import Wanted, wanted
from web.pages.feedback import UNHEARD, heard
from web.pages.needs import NEEDS, Kind, needs_page
from web.pages.shortlist import match_page, need_page

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
FreeText = Annotated[str, Query(max_length=2000)]


States = Annotated[
    list[str], Query(max_length=100, description="state of a published condition by its number: 0:hard, 0:wish, 0:off")
]
PlaceCode = Annotated[str, Query(pattern=r"^(\d{6})?$", description="code of a division (GB/T 2260)")]
TierNames = Annotated[list[Literal["innovative", "specialised", "little_giant", "champion"]], Query(max_length=4)]
OnlyDisclosed = Annotated[bool, Query(description="only firms whose best product is disclosed")]
Strict = Annotated[bool, Query(description="firms whose place is unknown fail the condition on the place")]
Top = Annotated[int, Query(ge=1, le=200, description="firms to list")]


def form(
    c: States = [],  # noqa: B006 (FastAPI copies defaults)
    place: PlaceCode = "",
    tier: TierNames = [],  # noqa: B006
    disclosed: OnlyDisclosed = False,
    strict: Strict = False,
    top: Top = 20,
) -> Wanted:
    """The form of conditions."""
    return wanted(c, place, tier, disclosed, strict, top)


Form = Annotated[Wanted, Depends(form)]


def asking(visit: Visit, **more: str) -> dict[str, Any]:
    """What a list is asked for, as its page hands it on to the page of one firm: pairs for a form, a query for links.

    `more` is what the list's address says in its path.
    """
    given = visit.request.query_params.multi_items()
    pairs = [*more.items(), *((name, value) for name, value in given if value and name not in ("lang", "firm", "need"))]
    return {"asking": pairs, "asking_query": urlencode(pairs)}


@router.get("/needs")
def needs(visit: VisitDep, kind: Kind | None = None, page: PageNumber = 1) -> Response:
    """Published needs and bounties, or one kind of them, open ones first."""
    return visit.reply("needs.html", needs_page(visit.graph, page, kind), number=page, size=NEEDS)


@router.get("/needs/{need_id}")
def need(visit: VisitDep, need_id: str, want: Form) -> Response:
    """A need with its shortlist under the conditions of the form."""
    page = need_page(visit.home, visit.graph, need_id, want, visit.lang)
    address = f"/needs/{page.need.id if page.need else ''}"
    return visit.reply(
        "need.html", page, block="shortlist", address=address, **heard(visit, need_id), **asking(visit, need=need_id)
    )


@router.get("/match")
def match(visit: VisitDep, want: Form, text: FreeText = "") -> Response:
    """A need in the reader's own words."""
    if not text.strip():
        return visit.reply("match.html")
    page = match_page(visit.home, visit.graph, text, want, visit.lang)
    return visit.reply("need.html", page, block="shortlist", address="/match", **UNHEARD, **asking(visit))
