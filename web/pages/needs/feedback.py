"""What was said of a need's firms, as its page shows it to who may see it."""

from __future__ import annotations

from web.deps import Visit
from web.jobs.feedback import REASONS, rows, standing


def heard(visit: Visit, need_id: str) -> dict[str, object]:
    """What counts now of each firm of a need, and what the form needs; nothing for who may not say it."""
    if not visit.actor.may("feedback.write"):
        return UNHEARD
    newest = {firm: row for (_, firm), row in standing(rows(visit.home, need_id)).items()}
    return {"said": newest, "reasons": REASONS, "query": visit.request.url.query}


UNHEARD: dict[str, object] = {"said": None, "reasons": (), "query": ""}
"""For a list of which nothing is said: that of free text, of which nothing is kept."""
