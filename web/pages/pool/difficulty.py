"""A firm's own entries in pools, and difficulties, as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from web.db.pool import PoolDifficulty, PoolEntry, PoolReply, PoolStep
from web.pages.firms.claim import ids_of
from web.work.firms.declaration import own_firm
from web.work.pool import difficulty
from web.work.pool import pool as work
from web.work.pool.inspection import Inspection, inspections
from web.work.pool.told import RAISE, bureau_name

if TYPE_CHECKING:
    from web.deps import Visit


class OwnEntry(BaseModel):
    """An entry as its firm sees it: with the steps since it was invited, and what inspections found."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: PoolEntry
    bureau: str
    steps: list[PoolStep]
    inspections: list[Inspection]


class OwnPage(BaseModel):
    """The firm's entries and difficulties, with the form of a new one."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    entries: list[OwnEntry]
    rows: list[PoolDifficulty]
    typed: dict[str, str]
    wrong: dict[str, str] = {}
    kinds: tuple[str, ...] = difficulty.KINDS


class DifficultiesPage(BaseModel):
    """Difficulties of a bureau."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rows: list[PoolDifficulty]
    state: str


class DifficultyPage(BaseModel):
    """A difficulty with all that was said, as one side sees it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    row: PoolDifficulty
    side: str
    bureau: str
    replies: list[PoolReply]
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    code: str = ""


def own_entries(visit: Visit) -> Sequence[PoolEntry]:
    """Entries that the reader's firm sees. Raises WE401, WE032, WE116 (no verified claim)."""
    visit.actor.need(RAISE)
    firm = own_firm(visit.actor)
    ids = {firm, *ids_of(visit.graph, firm)}
    with visit.home.database().session() as session:
        return work.own(session, sorted(ids))


def own_page(visit: Visit, typed: dict[str, str]) -> OwnPage:
    """What the firm sees. Raises as `own_entries`."""
    rows = own_entries(visit)
    with visit.home.database().session() as session:
        entries, looked = [], inspections(session, [row.id for row in rows])
        for row in rows:
            steps = list(work.history(session, row))
            begun = max((one.number for one in steps if one.state == "candidate"), default=0)
            entries.append(
                OwnEntry(
                    row=row,
                    bureau=bureau_name(session, row.organisation_id),
                    steps=[one for one in steps if one.number > begun],
                    inspections=looked.get(row.id, []),
                )
            )
        asked = list(difficulty.raised_by(session, visit.actor))
    return OwnPage(entries=entries, rows=asked, typed=typed)


def difficulty_page(visit: Visit, difficulty_id: str) -> DifficultyPage:
    """A difficulty. Raises as `one_difficulty`."""
    with visit.home.database().session() as session:
        row, side = difficulty.one_difficulty(session, visit.actor, difficulty_id)
        return DifficultyPage(
            row=row,
            side=side,
            bureau=bureau_name(session, row.organisation_id),
            replies=list(difficulty.replies(session, row)),
            typed={"department": row.department, "deadline": row.deadline or ""},
        )


def authorities(visit: Visit) -> list[str]:
    """Names of authorities here, for a bureau alone: a difficulty given to one of them reaches its people."""
    if not visit.actor.may(work.WRITE):
        return []
    with visit.home.database().session() as session:
        return difficulty.authority_names(session)
