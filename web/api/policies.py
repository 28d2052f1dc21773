"""Policies that are new, that changed or that end, with the firms that they touch, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from web.api.shape import NOT_FOUND, SIGNED_IN
from web.beijing import today
from web.deps import VisitDep, requires
from web.pages.criteria.policies import FirmsPage, PoliciesPage, PolicyPage, firms_page, policies_page, policy_page
from web.pages.criteria.policy_routes import Count, Days, Ident, PageNumber, Region, Verdict
from web.work.pool.pool import READ

router = APIRouter(tags=["offers"])
Policy = Annotated[str, Path(min_length=1, max_length=80, description="rules-ID or offer-ID")]


@router.get("/policies", summary="Policies that are new, changed or end")
def several(visit: VisitDep, region: Region = "", days: Days = 90, count: Count = False) -> PoliciesPage:
    """Rule sets and offers within so many days; firms counted for who holds pool.read."""
    return policies_page(visit, today(), days, region.strip(), count=count)


@router.get("/policies/{policy_id}", summary="A policy beside the version before it", responses=NOT_FOUND)
def one(visit: VisitDep, policy_id: Policy, region: Region = "", days: Days = 90, count: Count = False) -> PolicyPage:
    """Indicator by indicator, with how firms stand on each for who holds pool.read."""
    return policy_page(visit, policy_id, today(), days, region.strip(), count=count)


@router.get(
    "/policies/{policy_id}/firms",
    summary="Firms that a policy touches",
    dependencies=[Depends(requires(READ))],
    responses={**SIGNED_IN, **NOT_FOUND},
)
def firms(
    visit: VisitDep,
    policy_id: Policy,
    region: Region = "",
    days: Days = 90,
    indicator: Ident = "",
    verdict: Verdict = "",
    moved: bool = False,
    page: PageNumber = 1,
) -> FirmsPage:
    """That stand so on it, or on one indicator; `moved`: that stood otherwise on the version before."""
    return firms_page(visit, policy_id, today(), days, region.strip(), indicator, verdict, moved=moved, number=page)
