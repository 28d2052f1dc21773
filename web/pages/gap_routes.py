"""What is made of gaps: the form beside each gap of a node's page."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from web.deps import VisitDep
from web.errors import WebError
from web.jobs.gaps import draft, kept_gap
from web.security import is_local


def operator_only(request: Request) -> None:
    """Raises WebError WE032 for who does not sit at this machine."""
    if not is_local(request.scope):
        raise WebError(
            "drafts are made on the machine that serves the pages",
            code="WE032",
            hint="open the page by 127.0.0.1 on that machine, or use `bulian gaps need`",
        )


router = APIRouter(include_in_schema=False, dependencies=[Depends(operator_only)])


@router.post("/gaps/{gap_id}/need")
def need(visit: VisitDep, gap_id: str) -> Response:
    """Make a draft need of a gap, and go back to its node, where the draft stands beside it."""
    gap = kept_gap(visit.home, gap_id)
    draft(visit.home, gap_id)
    chain, _, node = gap.node.partition(":")
    region = f"?region={gap.region}" if gap.region else ""
    return RedirectResponse(f"/chains/{chain}/nodes/{node}{region}#gaps", status_code=303)
