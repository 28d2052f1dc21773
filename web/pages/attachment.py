"""A file that a reader takes away: kept by no cache, named and typed by its name."""

from __future__ import annotations

from fastapi.responses import Response

from web.tables import MEDIA

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNKNOWN = "application/octet-stream"


def attachment(body: bytes | str, name: str, media: str | None = None) -> Response:
    """The file; `name` is of ASCII signs, and its ending says what it is, where `media` does not."""
    media = media or {**MEDIA, "docx": DOCX}.get(name.rpartition(".")[2], UNKNOWN)
    named = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media, headers=named)
