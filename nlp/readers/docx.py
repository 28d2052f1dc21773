"""DOCX by python-docx: paragraphs and tables in the order of the document; it has one page."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from nlp.errors import RefusedFile
from nlp.readers.text import plain
from nlp.text import Text

_MOST_COLUMNS = 1000
"""A row that says it has more is read cell by cell: each column of it would be an object."""
_MAX_RATIO = 200  # a real document's XML is compressed five- to thirtyfold


def read_docx(data: bytes, name: str, max_characters: int) -> Text:
    """Read a Word document. Raises RefusedFile: NL003 where it would unpack to too much, NL006 where it is broken,
    NL007 where it is encrypted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise RefusedFile(
                    "the Word document is encrypted", code="NL007", hint="save it without a password", file=name
                )
        if size > max_characters * 20 or size > max(50_000_000, len(data) * _MAX_RATIO):
            raise RefusedFile(f"the document unpacks to {size:,} bytes", code="NL003", hint="split it", file=name)
        document = docx.Document(io.BytesIO(data))
        lines = list(_lines(document))
        title = document.core_properties.title or ""
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        KeyError,
        ValueError,
        SyntaxError,
        AttributeError,
        OSError,
        EOFError,
        NotImplementedError,
        zlib.error,
    ) as error:
        raise RefusedFile(
            "the Word document is broken and cannot be opened",
            code="NL006",
            hint="open it in a word processor and save it again",
            file=name,
        ) from error
    text = plain("\n".join(lines))
    if not title:
        title = next((line.strip() for line in lines if line.strip()), "")
    return Text(text, media="docx", title=plain(title)[:120])


def _lines(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            yield from _rows(block)


def _rows(table: Table) -> Iterator[str]:
    """Each row as one line of cells divided by tabs; a merged cell stands once."""
    for row in table.rows:
        seen: list[Any] = []
        cells: list[str] = []
        if sum(cell.grid_span for cell in row._tr.tc_lst) > _MOST_COLUMNS:
            yield "\t".join(_plain_text(cell) for cell in row._tr.tc_lst)
            continue
        for cell in row.cells:
            if cell._tc in seen:
                continue
            seen.append(cell._tc)
            cells.append(" ".join(cell.text.split()))
        yield "\t".join(cells)


def _plain_text(cell: Any) -> str:
    """The text of a cell's runs; paragraphs and runs have a text of their own in this library, which says it again."""
    lines = ("".join(part.text or "" for part in paragraph.iter(qn("w:t"))) for paragraph in cell.iter(qn("w:p")))
    return " ".join(" ".join(lines).split())
