"""One door to all readers: bytes and a name in, a `Text` out, or a `RefusedFile` that says why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlp.errors import RefusedFile
from nlp.readers.apart import read_pdf_apart
from nlp.readers.html import read_html
from nlp.readers.media import media_of
from nlp.readers.ocr import read_image
from nlp.readers.text import read_text
from nlp.text import Text


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much for one document: bytes of the file, pages, characters of its text."""

    file_bytes: int = 200_000_000
    pages: int = 5_000
    characters: int = 30_000_000


LIMITS = Limits()


def read(data: bytes, name: str, limits: Limits = LIMITS) -> Text:
    """Read one document. Raises RefusedFile with the codes NL002 to NL009 (`docs/errors.md`)."""
    if len(data) > limits.file_bytes:
        raise _too_large(name, f"{len(data):,} bytes, more than {limits.file_bytes:,}")
    media = media_of(data, name)
    if media == "pdf":
        text = read_pdf_apart(data, name, limits.pages, limits.characters)
    elif media == "html":
        text = read_html(data, name)
    elif media == "docx":
        from nlp.readers.docx import read_docx  # half of the time that the reader of PDFs needs to start

        text = read_docx(data, name, limits.characters)
    elif media == "image":
        text = read_image(data, name, limits.pages)
    else:
        text = read_text(data, name)
    if len(text.text) > limits.characters:
        raise _too_large(name, f"{len(text.text):,} characters of text, more than {limits.characters:,}")
    if not text.text.strip():
        raise RefusedFile(
            "the file holds no text",
            code="NL008",
            hint="send one that holds text",
            file=name,
        )
    return text


def read_file(path: Path, limits: Limits = LIMITS) -> tuple[bytes, Text]:
    """The bytes and the text of the file at `path`. Raises RefusedFile, NL001 where it cannot be opened."""
    try:
        if path.stat().st_size > limits.file_bytes:
            raise _too_large(path.name, f"{path.stat().st_size:,} bytes, more than {limits.file_bytes:,}")
        data = path.read_bytes()
    except OSError as error:
        raise RefusedFile(
            f"the file cannot be opened: {error.strerror}", hint="check the path and its rights", file=path.name
        ) from error
    return data, read(data, path.name, limits)


def _too_large(name: str, what: str) -> RefusedFile:
    return RefusedFile(f"the file is too large: {what}", code="NL003", hint="split it", file=name)
