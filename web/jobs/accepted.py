"""Doubtful rows of lists that somebody took all the same: who, why, and that they stay taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.mapping import Doubt, Manifest, Row
from kg.records import Fact, stable_hash
from web.db.imports import AcceptedRow
from web.db.models import Document, Event, ImportBatch
from web.errors import Usage
from web.home import Home

ALL = "all"
_NUMBER = ("序号", "编号", "no.", "no")


def is_number(head: str) -> bool:
    """Whether a column only numbers the rows: it changes from issue to issue, and says nothing."""
    return head.lower() in _NUMBER


def row_hash(cells: dict[str, str]) -> str:
    """Hash of what a row says, whatever its number: it is the same row when its list is issued anew."""
    return stable_hash(*(f"{head}: {text}" for head, text in cells.items() if text and not is_number(head)))


class Acceptance:
    """Which doubtful rows of one file go in: those accepted before, and those that `places` name now, `because`."""

    def __init__(self, home: Home, source: str, places: Collection[str], because: str) -> None:
        if places and not because.strip():
            raise Usage("a doubtful row is taken for a reason", hint="--accept SHEET:ROW --because TEXT")
        self._places, self._because, self._source = set(places), because.strip(), source
        self._taken: dict[str, tuple[Row, Sequence[Doubt]]] = {}
        with home.database().session() as session:
            known = select(AcceptedRow.row).where(AcceptedRow.source == source)
            self._known = set(session.scalars(known))

    def take(self, row: Row, doubts: Sequence[Doubt]) -> bool:
        """Whether a doubtful row goes in."""
        key = row_hash(row.cells)
        if key in self._known:
            return True
        if row.page not in self._places and ALL not in self._places:
            return False
        self._taken[key] = (row, doubts)
        return True

    def checked(self, facts: Iterator[Fact]) -> Iterator[Fact]:
        """The facts; raises Usage at their end where an accepted row is not doubtful or not there."""
        yield from facts
        idle = self._places - {ALL} - {row.page for row, _ in self._taken.values()}
        if idle:
            raise Usage(
                f"no doubt about {', '.join(sorted(idle))}, or accepted before",
                hint="a dry run names the doubtful rows: sheet:row, as in 1:12",
            )

    def save(self, session: Session, batch_id: str, file: str) -> None:
        """Log what was taken, of this transaction; the events can never be changed."""
        for key, (row, doubts) in self._taken.items():
            codes = [doubt.code for doubt in doubts]
            session.add(
                AcceptedRow(source=self._source, row=key, file=file, place=row.page, doubts=codes, reason=self._because)
            )
            session.add(
                Event(
                    actor="operator",
                    subject="import_batch",
                    subject_id=batch_id,
                    to_state="row_accepted",
                    reason=f"{file}:{row.page} {' '.join(codes)}: {self._because}",
                    digest=key,
                )
            )


def repeated(home: Home, manifest: Manifest, own: Collection[str]) -> Callable[[str], str | None]:
    """Where a row's text stands in another loaded file of a source that declares; `own` are documents to leave out."""
    if not manifest.declares:
        return lambda text: None
    said: dict[str, str] = {}
    with home.database().session() as session:
        loaded = session.execute(
            select(Document.sha256, Document.name)
            .join(ImportBatch, Document.batch_id == ImportBatch.id)
            .where(ImportBatch.source == manifest.id, Document.state.in_(("read", "loaded")))
            .order_by(Document.created)
        ).all()
    for sha, name in loaded:
        if sha not in own:
            for row in printed_rows(home, sha):
                said.setdefault(row, name)
    return said.get


def printed_rows(home: Home, document_id: str) -> list[str]:
    """The rows of a loaded list as its evidence shows them, without their places."""
    text, starts = home.documents.text(document_id), home.documents.pages(document_id)
    return [
        text[start:end].partition("\n")[2].rstrip("\n")
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
