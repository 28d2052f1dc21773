"""Needs as HTML: the list, a need with its shortlist, a need in one's own words."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.deps import Visit, VisitDep
from web.jobs.match import query_of
from web.pages.lists.lists import keeping
from web.pages.lists.suppliers import laid_over
from web.pages.needs.conditions import Wanted, asked, published_states
from web.pages.needs.draft_first_use import first_use, welcomes
from web.pages.needs.feedback import UNHEARD, heard
from web.pages.needs.needs import NEEDS, Kind, needs_page
from web.pages.needs.own import short_list, states_of
from web.pages.needs.shortlist import match_page, need_page

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
FreeText = Annotated[str, Query(max_length=2000)]


States = Annotated[
    list[str], Query(max_length=100, description="state of a published condition by its number: 0:hard, 0:wish, 0:off")
]
PlaceCode = Annotated[str, Query(pattern=r"^(\d{6})?$", description="code of a division (GB/T 2260)")]
TierNames = Annotated[list[Literal["innovative", "specialised", "little_giant", "champion"]], Query(max_length=4)]
OnlyDisclosed = Annotated[bool, Query(description="only firms whose best product is disclosed")]
Strict = Annotated[bool, Query(description="firms of which nothing decides one of the reader's own conditions fail it")]
Top = Annotated[int, Query(ge=1, le=200, description="firms to list")]
Number = Annotated[str, Query(pattern=r"^(\d{1,9}(\.\d{1,3})?)?$")]
Word = Annotated[str, Query(max_length=100)]
Reason = Annotated[str, Query(max_length=300, description="why the place is asked for; it stands on the list")]
Names = Annotated[
    str, Query(max_length=20_000, description="firms not to list: names, ids or credit codes, one a line")
]
Hows = Annotated[
    list[str], Query(max_length=20, description="state of an own condition by its name: age:hard, age:wish, age:any")
]


def own(
    place: PlaceCode = "",
    tier: TierNames = [],  # noqa: B006 (FastAPI copies defaults)
    certificate: Word = "",
    size: Annotated[str, Query(pattern="^(micro|small|medium)?$", description="at most this size")] = "",
    age: Number = "",
    revenue: Annotated[Number, Query(description="at least, in 万元")] = "",
    patents: Number = "",
    domestic: Annotated[str, Query(pattern="^1?$", description="made in China")] = "",
    domestic_share: Annotated[Number, Query(description="at least, percent")] = "",
    capacity: Annotated[Word, Query(description="at least, as 10000件/年")] = "",
    delivery: Annotated[Number, Query(description="at most, days")] = "",
    exclude: Names = "",
) -> dict[str, str]:
    """What the reader's own conditions ask for, as it was written."""
    given = {"place": place, "tier": " ".join(tier), "certificate": certificate, "size": size, "age": age}
    given |= {"revenue": revenue, "patents": patents, "domestic": domestic, "domestic_share": domestic_share}
    given |= {"capacity": capacity, "delivery": delivery, "exclude": exclude}
    return {name: text for name, text in given.items() if text.strip()}


def form(
    given: Annotated[dict[str, str], Depends(own)],
    c: States = [],  # noqa: B006
    s: Hows = [],  # noqa: B006
    why: Reason = "",
    disclosed: OnlyDisclosed = False,
    strict: Strict = False,
    top: Top = 20,
) -> Wanted:
    """The form of conditions."""
    return Wanted(published_states(c), given, states_of(s), why.strip(), disclosed, strict, top)


Form = Annotated[Wanted, Depends(form)]


def asking(visit: Visit, **more: str) -> dict[str, Any]:
    """What a list is asked for, as its page hands it on to the page of one firm: pairs for a form, a query for links.

    `more` is what the list's address says in its path. The page has one such link for each firm, so a long list of
    firms not to list stands there by their ids.
    """
    given = visit.request.query_params.multi_items()
    pairs = [*more.items(), *((name, value) for name, value in given if value and name not in ("lang", "firm", "need"))]
    pairs = [(name, short_list(value, visit.home.corpus()) if name == "exclude" else value) for name, value in pairs]
    pairs = [pair for pair in pairs if pair[1]]
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
    more: dict[str, Any] = {}
    if welcomes(visit.home, need_id):
        query, _ = asked(query_of(visit.home, need_id), want, visit.lang)
        more["first_use"] = first_use(visit.home, visit.graph, query)
    return visit.reply(
        "need.html",
        page,
        block="shortlist",
        address=address,
        **heard(visit, need_id),
        **keeping(visit.home, visit.actor, need_id),
        **laid_over(visit, page.entries),
        **asking(visit, need=need_id),
        **more,
    )


@router.get("/match")
def match(visit: VisitDep, want: Form, text: FreeText = "") -> Response:
    """A need in the reader's own words."""
    if not text.strip():
        return visit.reply("match.html")
    page = match_page(visit.home, visit.graph, text, want, visit.lang)
    return visit.reply(
        "need.html",
        page,
        block="shortlist",
        address="/match",
        **UNHEARD,
        **laid_over(visit, page.entries),
        **asking(visit),
    )
