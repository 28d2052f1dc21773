"""What is made of gaps: the form beside each gap of a node's page."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from web.deps import VisitDep, requires
from web.jobs.gaps import draft, kept_gap

router = APIRouter(include_in_schema=False, dependencies=[Depends(requires("gap.write"))])


@router.post("/gaps/{gap_id}/need")
def need(visit: VisitDep, gap_id: str) -> Response:
    """Make a draft need of a gap, and go back to its node, where the draft stands beside it."""
    gap = kept_gap(visit.home, gap_id)
    draft(visit.home, gap_id)
    chain, _, node = gap.node.partition(":")
    region = f"?region={gap.region}" if gap.region else ""
    return RedirectResponse(f"/chains/{chain}/nodes/{node}{region}#gaps", status_code=303)
