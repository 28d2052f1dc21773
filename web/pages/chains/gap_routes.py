"""What is made of gaps: the form beside each gap of a node's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from web.deps import Visit, VisitDep, requires
from web.jobs.gaps import draft, kept_gap, publish

if TYPE_CHECKING:
    from web.db.chains import ChainGap

router = APIRouter(include_in_schema=False, dependencies=[Depends(requires("gap.write"))])


@router.post("/gaps/{gap_id}/need")
def need(visit: VisitDep, gap_id: str) -> Response:
    """Make a draft need of a gap, and go back to its node, where the draft stands beside it."""
    return _drafted(visit, gap_id, "need")


@router.post("/gaps/{gap_id}/bounty")
def bounty(visit: VisitDep, gap_id: str) -> Response:
    """The same with a bounty."""
    return _drafted(visit, gap_id, "bounty")


@router.post("/gaps/{gap_id}/publish/{need_id}")
def published(visit: VisitDep, gap_id: str, need_id: str) -> Response:
    """Publish a draft that was made of the gap: everybody sees it from then on."""
    gap = kept_gap(visit.home, gap_id)
    publish(visit.home, need_id, gap_id, visit.actor.user)
    return _back(gap)


def _drafted(visit: Visit, gap_id: str, kind: Literal["need", "bounty"]) -> Response:
    gap = kept_gap(visit.home, gap_id)
    draft(visit.home, gap_id, kind, visit.actor.user)
    return _back(gap)


def _back(gap: ChainGap) -> Response:
    chain, _, node = gap.node.partition(":")
    region = f"?region={gap.region}" if gap.region else ""
    return RedirectResponse(f"/chains/{chain}/nodes/{node}{region}#gaps", status_code=303)
