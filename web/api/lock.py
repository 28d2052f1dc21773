"""Steps that programs take: `If-Match` names what was looked at, `Idempotency-Key` makes a second sending the first.

The tag of an answer that can be acted on is strong. It is made of the versions of all rows that the answer shows, so
that a step is refused as soon as anything of it has changed; the step itself is the function that the page's button
calls. A new thing is made once for each key of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from kg.records import stable_hash
from web.api.shape import OWN, SENT
from web.db.store import Database
from web.deps import actor
from web.errors import WebError
from web.problem import Problem
from web.work.step import Taken, one_step

STEP: dict[int | str, dict[str, Any]] = {
    **OWN,
    403: {"model": Problem, "description": "no right to do this, or sent by a page of another site (WE032, WE403)"},
    408: SENT[408],
    409: {"model": Problem, "description": "it cannot be done in this state"},
    412: {"model": Problem, "description": "it has changed since it was looked at (WE412)"},
    413: SENT[413],
    428: {"model": Problem, "description": "If-Match is missing (WE428)"},
}
"""What a step on a thing answers."""
MAKES = {status: said for status, said in STEP.items() if status not in (412, 428)}
"""What a call answers that makes a new thing."""


@dataclass(slots=True)
class Lock:
    """The tag that a request names, and the answer that carries the one which holds."""

    _asked: str
    _response: Response

    def tag(self, *seen: object) -> None:
        """Let the answer carry the tag of what it shows: rows of the store, or what else tells its state."""
        self._response.headers["ETag"] = tag_of(*seen)

    def check(self, *seen: object) -> None:
        """Raise WebError WE428 where a step names no tag, WE412 where it is not that of what stands there now."""
        asked = [one.strip() for one in self._asked.split(",") if one.strip()]
        if not asked:
            raise WebError("a step needs If-Match", code="WE428", hint="send the ETag of what you looked at")
        if "*" not in asked and tag_of(*seen) not in asked:
            raise _changed()

    def step(self, database: Database) -> Taken:
        """One transaction; where somebody else was quicker by a moment, WebError WE412."""
        return one_step(database, _changed())


def tag_of(*seen: object) -> str:
    """The strong tag of rows, by id and version, and of plain values."""
    return f'"{stable_hash("tag", *(_said(one) for one in seen))[:32]}"'


def _said(one: object) -> str:
    ident, version = getattr(one, "id", None), getattr(one, "version", None)
    return f"{ident}:{version}" if version is not None else str(one)


def _changed() -> WebError:
    return WebError("it has changed since it was looked at", code="WE412", hint="ask for it again, then decide")


def _lock(
    response: Response,
    if_match: Annotated[
        str, Header(max_length=400, description="the ETag of what was looked at; a step needs it")
    ] = "",
) -> Lock:
    return Lock(if_match, response)


def _key(
    idempotency_key: Annotated[
        str, Header(max_length=200, description="sent again with the same key, the answer is the thing made first")
    ] = "",
) -> str:
    return stable_hash("key", idempotency_key)[:24] if idempotency_key else ""


def _tag(response: Response) -> Lock:
    return Lock("", response)


TagDep = Annotated[Lock, Depends(_tag)]
LockDep = Annotated[Lock, Depends(_lock)]
KeyDep = Annotated[str, Depends(_key)]


@dataclass(frozen=True)
class RequiresAny:
    """A dependency that lets only who holds one of the rights pass. Raises as `Actor.need` for the first of them."""

    rights: tuple[str, ...]

    def __call__(self, request: Request) -> None:
        """Look at one request."""
        who = actor(request)
        if not any(who.may(right) for right in self.rights):
            who.need(self.rights[0])


def requires_any(*rights: str) -> RequiresAny:
    """The dependency of several rights, of which one is enough; what it then may see, its function looks at."""
    return RequiresAny(rights)
