"""What was said of a need's firms, as its page shows it to who may see it."""

from __future__ import annotations

from fastapi import Request

from web.deps import Visit
from web.errors import WebError
from web.jobs.feedback import REASONS, rows, standing
from web.security import is_local


def heard(visit: Visit, need_id: str) -> dict[str, object]:
    """What counts now of each firm of a need, and what the form needs; nothing for who sits elsewhere."""
    if not is_local(visit.request.scope):
        return UNHEARD
    newest = {firm: row for (_, firm), row in standing(rows(visit.home, need_id)).items()}
    return {"said": newest, "reasons": REASONS, "query": visit.request.url.query}


UNHEARD: dict[str, object] = {"said": None, "reasons": (), "query": ""}
"""For a list of which nothing is said: that of free text, of which nothing is kept."""


def operator_only(request: Request) -> None:
    """Raises WebError WE032 for who does not sit at this machine."""
    if not is_local(request.scope):
        raise WebError(
            "what came of a list is said and seen on the machine that serves the pages",
            code="WE032",
            hint="open the page by 127.0.0.1 on that machine, or use `bulian feedback`",
        )
