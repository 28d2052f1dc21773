"""Rows of lists that were not taken, as the tables keep them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from web.db.models import ImportBatch

if TYPE_CHECKING:
    from web.home import Home


def newest_refusals(home: Home, limit: int) -> list[Mapping[str, Any]]:
    """Refused rows (file, place, code, reason, hint) of lists that anybody may see, newest import first."""
    batches = (
        select(ImportBatch)
        .where(ImportBatch.organisation_id.is_(None), ImportBatch.state == "loaded")
        .order_by(ImportBatch.created.desc())
        .limit(50)
    )
    with home.database().session() as session:
        rows: list[Mapping[str, Any]] = [refusal for batch in session.scalars(batches) for refusal in batch.refusals]
    return rows[:limit]
