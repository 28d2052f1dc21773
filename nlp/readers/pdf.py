"""PDF by pypdfium2: the text layer page by page, with the offset at which each page begins."""

from __future__ import annotations

import pypdfium2

from nlp.errors import RefusedFile
from nlp.readers.pdf_page import page_text
from nlp.readers.text import plain
from nlp.text import Text


def read_pdf(data: bytes, name: str, max_pages: int, max_characters: int) -> Text:
    """Read the text layer. Pages are joined by a line feed.

    Raises RefusedFile: NL003 too many pages or characters, NL006 broken, NL007 encrypted, NL008 no text on any page.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise RefusedFile(
                "the PDF is encrypted", code="NL007", hint="remove its password and send it again", file=name
            ) from error
        raise RefusedFile(
            "the PDF is broken and cannot be opened",
            code="NL006",
            hint="open it in a PDF program and save it again, or ask the sender for it once more",
            file=name,
        ) from error
    try:
        count = len(document)
        if count > max_pages:
            raise RefusedFile(
                f"the PDF has {count:,} pages, more than {max_pages:,}", code="NL003", hint="split it", file=name
            )
        pages, warnings = _pages(document, count, name, max_characters)
        title = str(document.get_metadata_dict(skip_empty=True).get("Title", ""))
    finally:
        document.close()
    starts: list[int] = []
    at = 0
    for page in pages:
        starts.append(at)
        at += len(page) + 1
    if not any(page.strip() for page in pages):
        raise RefusedFile(
            f"none of the {count} pages of the PDF holds text",
            code="NL008",
            hint="it is a scan or empty: run text recognition on it first",
            file=name,
        )
    return Text("\n".join(pages), tuple(starts) or (0,), "pdf", plain(title).strip()[:120], warnings)


def _pages(
    document: pypdfium2.PdfDocument, count: int, name: str, max_characters: int
) -> tuple[list[str], tuple[str, ...]]:
    pages: list[str] = []
    broken: list[int] = []
    total = 0
    for number in range(count):
        try:
            page = document[number]
            text = plain(page_text(page))
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number + 1)
            text = ""
        total += len(text)
        if total > max_characters:
            raise RefusedFile(
                f"the PDF holds more than {max_characters:,} characters", code="NL003", hint="split it", file=name
            )
        pages.append(text)
    if not broken:
        return pages, ()
    listed = ", ".join(map(str, broken[:10])) + (" …" if len(broken) > 10 else "")
    return pages, (f"pages that could not be read: {listed}",)
