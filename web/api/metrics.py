"""Figures of the running process, for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from web.api.shape import SIGNED_IN
from web.deps import requires
from web.metrics import Metrics

router = APIRouter()


@router.get(
    "/metrics",
    tags=["operation"],
    summary="Figures of the running process in Prometheus's text format",
    response_class=Response,
    dependencies=[Depends(requires("metrics.read"))],
    responses=SIGNED_IN,
)
def metrics(request: Request) -> Response:
    """Requests by route and status, seconds of answers, outbox, corpus, jobs, memory. For the operator or its key."""
    found: Metrics = request.app.state.metrics
    return Response(found.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
