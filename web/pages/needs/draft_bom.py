"""A bill of materials as a page: each line as it is known here, and the drafts that were made of lines."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from kg.errors import BulianError
from web.accounts.actor import Actor
from web.db.imports import PrivateRow
from web.jobs.lists import import_list
from web.pages.evidence.citation import Named
from web.pages.needs.draft import own_query
from web.work.needs.lines import LINES, SOURCE, bill, bills, drafts_of, file_name, holder, lines
from web.work.needs.products import Found, look_up, makers

if TYPE_CHECKING:
    from kg.store import Graph
    from web.db.models import Need
    from web.forms import File
    from web.home import Home


class BillRow(BaseModel):
    """A bill that was uploaded."""

    id: str
    file: str
    at: str
    rows: int
    refused: int


class BomLine(BaseModel):
    """A line: how the corpus knows its product (exact, like, unknown), and the draft that was made of it."""

    id: str
    place: str
    product: str
    specification: str = ""
    quantity: str = ""
    verdict: str
    exact: str | None = None
    like: list[tuple[str, int]] = []
    draft: str | None = None
    title: str = ""
    listed: int | None = Field(default=None, description="firms that list the product by name")
    first: list[Named] = []


class Refused(BaseModel):
    """A row that could not be read."""

    place: str
    code: str
    reason: str
    hint: str = ""


class BomPage(BaseModel):
    """A bill with its lines, or the form to upload one."""

    bill: BillRow | None = None
    bills: list[BillRow] = []
    lines: list[BomLine] = []
    left: int = Field(default=0, description="lines that the page has no room for")
    refused: list[Refused] = []
    wrong: Refused | None = Field(default=None, description="why the file could not be read")
    as_of: str = ""


def load_bill(home: Home, actor: Actor, file: File) -> str:
    """Read a bill into the organisation's private part; the same file a second time is the same bill.

    Raises KgError KG801 to KG804 (not a sheet, no column of products, too few rows), WebError WE006 (another writer).
    """
    with TemporaryDirectory(prefix="bulian-bom-") as folder:
        path = Path(folder) / (Path(file.name).name or "bom.xlsx")
        path.write_bytes(file.content)
        batch = import_list(home, SOURCE, path, lambda _error: None, organisation=holder(actor), later=True)
    assert batch.id is not None
    return batch.id


def upload_page(home: Home, actor: Actor, error: BulianError | None = None) -> BomPage:
    """The form, with the bills that there are."""
    with home.database().session() as session:
        found = [
            BillRow(
                id=one.id,
                file=file_name(session, one),
                at=one.created.isoformat(),
                rows=one.rows,
                refused=len(one.refusals),
            )
            for one in bills(session, actor)
        ]
    wrong = None
    if error is not None:
        wrong = Refused(place=error.place or "", code=error.code, reason=error.reason, hint=error.hint)
    return BomPage(bills=found, wrong=wrong)


def bom_page(home: Home, graph: Graph, actor: Actor, batch_id: str) -> BomPage:
    """A bill with its lines. Raises WebError WE404, WE401, WE032."""
    with home.database().session() as session:
        batch = bill(session, actor, batch_id)
        rows = lines(session, batch)
        file = file_name(session, batch)
        made = drafts_of(session, batch, rows[:LINES], actor)
    ranker = home.ranker()
    shown = rows[:LINES]
    found = look_up(ranker, home.embedder(), [str(row.values.get("product") or "") for row in shown])
    stamp = graph.stamp()
    return BomPage(
        bill=BillRow(
            id=batch.id,
            file=file,
            at=batch.created.isoformat(),
            rows=len(rows) + len(batch.refusals),
            refused=len(batch.refusals),
        ),
        lines=[_line(home, graph, row, one, made.get(row.id)) for row, one in zip(shown, found, strict=True)],
        left=len(rows) - len(shown),
        refused=[
            Refused(
                place=str(one.get("place") or ""),
                code=str(one.get("code") or ""),
                reason=str(one.get("reason") or ""),
                hint=str(one.get("hint") or ""),
            )
            for one in batch.refusals
        ],
        as_of=stamp.written if stamp else "",
    )


def _line(home: Home, graph: Graph, row: PrivateRow, found: Found, need: Need | None) -> BomLine:
    many = row.values.get("quantity")
    line = BomLine(
        id=row.id,
        place=row.place,
        product=found.name,
        specification=str(row.values.get("specification") or ""),
        quantity=f"{many:g} {row.values.get('unit') or ''}".strip() if isinstance(many, int | float) else "",
        verdict=found.verdict,
        exact=found.exact,
        like=list(found.like),
    )
    if need is not None:
        line.draft, line.title = need.id, need.title
        known = makers(home.ranker(), own_query(graph, need))
        line.listed, line.first = known.listed, [Named(id=firm, name=name) for firm, name in known.first]
    return line
