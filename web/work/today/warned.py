"""What is kept of early warnings about watched things, as a part of what the daily look compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.fields import region_prefix
from matcher.warning.words import says
from web.db.warnings import KeptWarning
from web.db.watches import Watch
from web.work.today.warnings import last_run

ABOUT = ("firm", "product", "node", "region")
"""Kinds of watches that are told of warnings."""


def warned(session: Session, watches: Sequence[Watch], found: Mapping[str, dict[str, Any]]) -> None:
    """Put the present warnings, by digest, into what is there now of each watch; before the first look of the rules
    nothing, so that what they find then is no change.
    """
    about = [watch for watch in watches if watch.kind in ABOUT and watch.id in found]
    if not about or last_run(session) is None:
        return
    rows = session.scalars(select(KeptWarning).where(KeptWarning.gone.is_(None)).order_by(KeptWarning.id)).all()
    for watch in about:
        state = found[watch.id]
        state["warnings"] = {row.digest: _said(row) for row in rows if _concerns(row, watch, state)}


def _concerns(row: KeptWarning, watch: Watch, state: Mapping[str, Any]) -> bool:
    if row.user_id:  # made by a watch: its person's alone, and told by that watch
        mine = (row.user_id, row.organisation_id) == (watch.user_id, watch.organisation_id)
        return mine and row.told.get("watched_kind") == watch.kind and row.told.get("watched") == watch.name
    if watch.kind == "region":
        return row.region.startswith(region_prefix(watch.subject_id))
    return row.subject == watch.kind and row.subject_id in (watch.subject_id, state.get("id"))


def _said(row: KeptWarning) -> dict[str, Any]:
    told = {"name": row.name, "zh": says(row.kind, row.told, "zh"), "en": says(row.kind, row.told, "en")}
    chain, _, node = row.subject_id.partition(":")
    region = f"?region={row.region}" if row.region else ""
    address = f"/firms/{row.subject_id}" if row.subject == "firm" else f"/chains/{chain}/nodes/{node}{region}"
    said = {"rule": row.rule, "rule_zh": row.rule_zh, "rule_en": row.rule_en, "told": told, "address": address}
    return said | {"fact": row.facts[0] if row.facts else None}
