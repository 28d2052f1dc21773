"""Long lists in parts: an answer names the address of the next part in its Link header (RFC 8288).

The cursor `after` in that address holds where the list goes on and a digest of what is asked and of the graph's stamp:
it opens one list at one state of the graph, so that no row comes twice or is passed over because something was loaded
between two parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from kg.records import stable_hash
from web.deps import VisitDep
from web.errors import WebError
from web.problem import Problem

_CURSOR = re.compile(r"(\d{1,8})-([0-9a-f]{16})")
_ASIDE = ("after", "skip", "page", "lang")
"""What does not say which list it is."""

PARTS: dict[int | str, dict[str, Any]] = {
    410: {"model": Problem, "description": "the graph has changed since this cursor was given (WE022)"}
}


@dataclass(slots=True)
class Paging:
    """Where a list goes on, and how its answer says where it goes on after that."""

    skip: int | None
    _response: Response
    _address: str
    _check: str

    def start(self, skip: int = 0) -> int:
        """Rows to pass over: by the cursor, else as the request says."""
        return skip if self.skip is None else self.skip

    def next(self, skip: int) -> None:
        """There are more rows from `skip` on."""
        joined = "&" if "?" in self._address else "?"
        self._response.headers["Link"] = f'<{self._address}{joined}after={skip}-{self._check}>; rel="next"'


def paging(
    visit: VisitDep,
    response: Response,
    after: Annotated[str, Query(max_length=40, description="the cursor of the `next` link of the answer before")] = "",
) -> Paging:
    """The cursor of a request. Raises WebError WE422 (no cursor), WE022 (of another list, or of an earlier graph)."""
    url, stamp = visit.request.url.remove_query_params(_ASIDE), visit.graph.stamp()
    address = f"{url.path}?{url.query}" if url.query else url.path
    check = stable_hash("cursor", stamp.stamp if stamp else "", address)[:16]
    if not after:
        return Paging(None, response, address, check)
    read = _CURSOR.fullmatch(after)
    if read is None:
        raise WebError("no cursor", code="WE422", hint="follow the `next` link of the answer before")
    if read[2] != check:
        raise WebError(
            "the graph has changed since this cursor was given, or it is of another list",
            code="WE022",
            hint="begin the list again",
        )
    return Paging(int(read[1]), response, address, check)


PagingDep = Annotated[Paging, Depends(paging)]
