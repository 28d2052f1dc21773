"""ETags: what has not changed since a program last asked is not made again.

A tag is made of the graph's stamp, the day, the version of the program, who asks and what is asked: it is weak, since
it says that nothing has changed of which an answer could be made, not that two answers are equal byte for byte. It
stands on routes that read the graph alone; what organisations do changes without the graph.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import Depends, Response

from kg.records import stable_hash
from web.beijing import today
from web.deps import VisitDep


class NotModifiedError(Exception):
    """What the program has is still so; `tag` is that of the answer."""

    def __init__(self, tag: str) -> None:
        self.tag = tag


def tagged(visit: VisitDep, response: Response) -> None:
    """Give the answer its tag. Raises NotModifiedError where the request names it in If-None-Match."""
    stamp = visit.graph.stamp()
    if stamp is None:
        return
    request, actor = visit.request, visit.actor
    tag = f'W/"{_tag(stamp.stamp, stamp.written, visit.lang, actor.user, actor.organisation, str(request.url))}"'
    response.headers["ETag"] = tag
    asked = request.headers.get("if-none-match", "")
    if asked.strip() == "*" or tag.removeprefix("W/") in {one.strip().removeprefix("W/") for one in asked.split(",")}:
        raise NotModifiedError(tag)


def unchanged(tag: str) -> Response:
    """The answer without a body."""
    return Response(status_code=304, headers={"ETag": tag})


def _tag(*parts: str | None) -> str:
    return stable_hash("etag", version("bulian"), today().isoformat(), *parts)[:32]


TAGGED: dict[str, Any] = {"dependencies": [Depends(tagged)]}
"""What a route with a tag is declared with."""
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "what If-None-Match names is still so"}}
