"""Policies that are new, that changed or that end, as HTML and as a workbook; one beside the version before it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from web.beijing import today
from web.deps import VisitDep, requires
from web.jobs.policies import DAYS
from web.pages.attachment import attachment
from web.pages.criteria.policies import FIRMS, firms_page, policies_page, policy_page
from web.pages.criteria.policies_sheet import policies_file
from web.work.pool.pool import READ

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
Region = Annotated[str, Query(max_length=80, description="code or name of a place; without it everywhere")]
Days = Annotated[int, Query(ge=1, le=1095, description="so many days back and ahead")]
Count = Annotated[bool, Query(description="reckon the firms of a large place too")]
Ident = Annotated[str, Query(max_length=400)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Verdict = Literal["", "pass", "miss", "unknown"]


@router.get("/policies")
def several(visit: VisitDep, region: Region = "", days: Days = 90, count: Count = False) -> Response:
    """What is new, changed, was taken out or ends, with the firms that it touches for who may see them."""
    page = policies_page(visit, today(), days, region.strip(), count=count)
    return visit.reply("policies.html", page, choice=DAYS)


@router.get("/policies.xlsx")
def as_file(visit: VisitDep, region: Region = "", days: Days = 90, count: Count = False) -> Response:
    """The same view as a workbook: policies, what differs, firms."""
    return attachment(policies_file(visit, today(), days, region.strip(), count=count), "policies.xlsx")


@router.get("/policies/{policy_id}")
def one(visit: VisitDep, policy_id: str, region: Region = "", days: Days = 90, count: Count = False) -> Response:
    """A policy beside the version before it, indicator by indicator."""
    page = policy_page(visit, policy_id, today(), days, region.strip(), count=count)
    return visit.reply("policy.html", page)


@router.get("/policies/{policy_id}/firms", dependencies=[Depends(requires(READ))])
def firms(
    visit: VisitDep,
    policy_id: str,
    region: Region = "",
    days: Days = 90,
    indicator: Ident = "",
    verdict: Verdict = "",
    moved: bool = False,
    page: PageNumber = 1,
) -> Response:
    """Firms that stand so on it, or on one `indicator` of it; `moved`: that stood otherwise on the version before."""
    found = firms_page(
        visit, policy_id, today(), days, region.strip(), indicator, verdict, moved=moved, number=page
    )  # fmt: skip
    return visit.reply("policy_firms.html", found, pager=visit.pager(page, found.count, FIRMS))
