"""What a file is, by its first bytes; never by its name alone."""

from __future__ import annotations

import io
import re
import zipfile

from nlp.errors import RefusedFile

_SUFFIX = {
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".xlsx": "sheet",
    ".xls": "sheet",
    ".csv": "sheet",
    ".jsonl": "sheet",
    ".doc": "doc",
    ".zip": "archive",
}
_NAMES = {
    "pdf": "a PDF file",
    "html": "an HTML page",
    "docx": "a Word document (docx)",
    "txt": "plain text",
    "image": "a picture",
    "sheet": "a spreadsheet or list",
    "doc": "an old Word document (doc) or an encrypted Office file",
    "archive": "a zip archive",
}
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|div|table|p|meta|title)\b", re.I)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def suffix_media(name: str) -> str | None:
    """The format that a file's name claims, None where the suffix says nothing."""
    dot = name.rfind(".")
    return _SUFFIX.get(name[dot:].lower()) if dot >= 0 else None


def sniff(data: bytes) -> str:
    """The format of the bytes: pdf, html, docx, txt, image, sheet, doc, archive or binary."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_IMAGES):
        return "image"
    if head.startswith(_OLE):
        return "doc"
    if head.startswith(b"PK\x03\x04"):
        return _zip_media(data)
    if head.startswith(_UTF16):
        text = head.decode("utf-16", errors="ignore").encode()
        return "html" if _HTML.search(text[:2048]) else "txt"
    if _HTML.search(head[:2048]):
        return "html"
    return "binary" if head.count(0) > len(head) // 50 else "txt"


def _zip_media(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "archive"
    if "word/document.xml" in names:
        return "docx"
    return "sheet" if "xl/workbook.xml" in names else "archive"


def media_of(data: bytes, name: str) -> str:
    """The format to read: the bytes decide, and a name that claims another format is refused.

    Raises RefusedFile: NL002 empty, NL004 not a document, NL005 misnamed, NL006 broken, NL007 encrypted.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\x0c"):
        raise RefusedFile("the file is empty", code="NL002", hint="send the file again", file=name)
    found, claimed = sniff(data), suffix_media(name)
    if found in ("pdf", "html", "docx", "txt", "image") and claimed in (None, found):
        return found
    if claimed == "html" and found == "txt":
        return "html"
    if claimed == "docx" and found == "doc":
        raise RefusedFile(
            "the Word document is encrypted or in the old format",
            code="NL007",
            hint="save it without a password as .docx",
            file=name,
        )
    if claimed in ("pdf", "docx") and found in ("txt", "binary", "archive"):
        raise RefusedFile(
            f"the file is named as {_NAMES[claimed]} and cannot be opened as one",
            code="NL006",
            hint="open it in its own program and save it again, or ask the sender for it once more",
            file=name,
        )
    if found in ("sheet",) or claimed == "sheet":
        raise RefusedFile(
            "the file is a list or sheet, not a document",
            code="NL004",
            hint="load it with: bulian import SOURCE FILE",
            file=name,
        )
    if claimed and found in _NAMES and claimed != found:
        raise RefusedFile(
            f"the file is named as {_NAMES[claimed]} but is {_NAMES[found]}",
            code="NL005",
            hint="rename it by what it is",
            file=name,
        )
    raise RefusedFile(
        f"the file is {_NAMES.get(found, 'of a format that is not known')}",
        code="NL004",
        hint="PDF, HTML, DOCX and TXT are read",
        file=name,
    )
