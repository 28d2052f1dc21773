"""The organisation's own supplier sheet: its rows with the firms that they mean, what is to be asked, a new sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from web.accounts.actor import Actor
from web.jobs.supplier_sheet import resolve
from web.work.lists import suppliers

if TYPE_CHECKING:
    from web.deps import Visit
    from web.home import Home


class SupplierRow(BaseModel):
    """A row of the sheet."""

    id: str
    place: str
    name: str
    code: str | None
    status: str
    said: dict[str, str] = Field(description="category, last, note, as the sheet has them")
    found: str = Field(description="sure, chosen, asked, none")
    firm: str | None
    candidates: list[dict[str, Any]]


class SuppliersPage(BaseModel):
    """The sheet; rows that ask something come first."""

    rows: list[SupplierRow]
    counts: dict[str, int]


def suppliers_page(home: Home, actor: Actor) -> SuppliersPage:
    """The sheet of the reader's organisation. Raises WebError WE401, WE032."""
    resolve(home, actor)
    with home.database().session() as session:
        known = suppliers.suppliers(session, actor)
        rows = [
            SupplierRow(
                id=row.id,
                place=row.place,
                name=one.name,
                code=one.code,
                status=one.status,
                said=suppliers.described(row),
                found=one.found,
                firm=one.firm_id,
                candidates=one.candidates,
            )
            for row in suppliers.rows(session, actor)
            if (one := known.get(row.id)) is not None
        ]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.found] = counts.get(row.found, 0) + 1
    return SuppliersPage(rows=sorted(rows, key=lambda row: row.found != "asked"), counts=counts)


def marks_of(home: Home, actor: Actor) -> dict[str, suppliers.Mark] | None:
    """How the firms of the sheet stand, by id; None for who has none or may not see it."""
    if not suppliers.may_see(actor):
        return None
    with home.database().session() as session:
        return suppliers.marks(session, actor)


def laid_over(visit: Visit, entries: list[Any] | None = None) -> dict[str, Any]:
    """What a list of firms needs to have the sheet laid over it, for the organisation's members alone.

    With `new=1` in the address the entries that the sheet has are taken out of the list. An entry is a firm of a
    need's page (`id`) or of a shortlist (`firm`).
    """
    marks = marks_of(visit.home, visit.actor)
    on = marks is not None and visit.request.query_params.get("new") == "1"
    if on and marks and entries is not None:
        entries[:] = [one for one in entries if _ident(one) not in marks]
    query = visit.request.url.query
    only_new = {"on": on, "address": visit.address(new=None if on else "1")}
    return {"marks": marks, "only_new": only_new, "keep_query": query, "comparing": True}


def _ident(entry: Any) -> str:
    return str(entry["firm"] if isinstance(entry, dict) else entry.id)
