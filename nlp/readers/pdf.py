"""PDF by pypdfium2: the text layer page by page, with the offset at which each page begins."""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from nlp.errors import RefusedFile
from nlp.readers.ocr import INSTALL, available, recognise_pages, remarks, short
from nlp.readers.pdf_page import Page, over_the_break, read_page
from nlp.readers.text import plain
from nlp.text import Text


def read_pdf(data: bytes, name: str, max_pages: int, max_characters: int) -> Text:
    """Read the text layer, and pages that hold pictures alone with the extra `ocr`. Pages are joined by a line feed.

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
        pages, broken, pictures = _pages(document, count, name, max_characters)
        recognised = recognise_pages(document, pictures) if available() else {}
        title = str(document.get_metadata_dict(skip_empty=True).get("Title", ""))
    finally:
        document.close()
    for number, found in recognised.items():
        pages[number - 1] = found.text
    if not any(page.strip() for page in pages):
        raise RefusedFile(
            f"none of the {count} pages of the PDF holds text",
            code="NL008",
            hint=INSTALL if pictures and not available() else "it is empty: ask the sender for it once more",
            file=name,
        )
    starts: list[int] = []
    at = 0
    for page in pages:
        starts.append(at)
        at += len(page) + 1
    read = tuple(number for number, found in recognised.items() if found.text)
    warnings = _warnings(broken, [n for n in pictures if n not in read])
    if read:
        warnings += remarks(read, [recognised[number].score for number in read])
    return Text("\n".join(pages), tuple(starts) or (0,), "pdf", plain(title).strip()[:120], warnings, read)


def _pages(
    document: pypdfium2.PdfDocument, count: int, name: str, max_characters: int
) -> tuple[list[str], list[int], list[int]]:
    """The text of each page; the numbers of those that could not be read, and of those that hold pictures alone."""
    pages: list[str] = []
    broken: list[int] = []
    pictures: list[int] = []
    before = Page("")
    total = 0
    for number in range(count):
        after = Page("")
        try:
            page = document[number]
            after = read_page(page)
            if not after.plain.strip() and any(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3)):
                pictures.append(number + 1)
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number + 1)
        total += len(after.plain)
        if total > max_characters:
            raise RefusedFile(
                f"the PDF holds more than {max_characters:,} characters", code="NL003", hint="split it", file=name
            )
        before, after = over_the_break(before, after)
        if number:
            pages.append(plain(before.text))
        before = after
    return [*pages, plain(before.text)], broken, pictures


def _warnings(broken: Sequence[int], pictures: Sequence[int]) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    if broken:
        found += (f"pages that could not be read: {short(broken)}",)
    if pictures:
        found += (f"pages without text: {short(pictures)}" + ("" if available() else f" ({INSTALL})"),)
    return found
