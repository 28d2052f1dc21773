"""One file fetched from an address that the operator configured: http or https, within limits, no wandering."""

from __future__ import annotations

import re
import time
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from web.errors import WebError

MOST_BYTES = 256 << 20
SECONDS = 60.0
"""For each answer of the server, and ten times that for the whole file."""
_SUFFIXES = {
    "text/csv": ".csv", "application/vnd.ms-excel": ".xls", "application/json": ".jsonl", "text/html": ".html",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx", "application/zip": ".zip",
}  # fmt: skip


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect to the same host alone: an address of the operator's does not lead into its own network."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        downgraded = old.scheme == "https" and new.scheme != "https"
        if new.scheme not in ("http", "https") or new.hostname != old.hostname or downgraded:
            raise URLError(f"it leads to another place: {newurl[:200]}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(address: str, folder: Path, *, most: int = MOST_BYTES, seconds: float = SECONDS) -> Path:
    """The file at an address, in a folder, under its own name. Raises WebError WE043 that says why it did not come."""
    request = Request(address, headers={"User-Agent": "bulian", "Accept": "*/*"})  # noqa: S310 (checked by feeds)
    try:
        with _opener().open(request, timeout=seconds) as answer:
            path = folder / _name(answer.url, answer.headers.get_content_type())
            _save(answer, path, most, time.monotonic() + 10 * seconds)
            length = answer.headers.get("Content-Length")
            if length is not None and length.isdigit() and int(length) != path.stat().st_size:
                raise URLError(f"{path.stat().st_size} of {length} bytes came")
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise WebError(
            f"the feed cannot be fetched: {reason}", code="WE043", hint="what was loaded before stays", file=address
        ) from error
    return path


def _opener() -> OpenerDirector:
    return build_opener(_SameHost())


def _save(answer: IO[bytes], path: Path, most: int, until: float) -> None:
    size = 0
    with path.open("wb") as file:
        while block := answer.read(1 << 16):
            size += len(block)
            if size > most:
                raise URLError(f"it is larger than {most >> 20} MiB")
            if time.monotonic() > until:
                raise URLError("it took too long")
            file.write(block)


def _name(address: str, media: str) -> str:
    name = re.sub(r"[^\w.-]+", "_", unquote(urlsplit(address).path.rpartition("/")[2]))[-80:].lstrip(".") or "list"
    return name if "." in name else name + _SUFFIXES.get(media, ".csv")
