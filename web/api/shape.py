"""Shapes that all of the API shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from web.problem import Problem

NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "nothing there (WE404)"}}
SENT: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "sent by a page of another site (WE403)"},
    408: {"model": Problem, "description": "the body did not come in time (WE408)"},
    413: {"model": Problem, "description": "too large (WE413)"},
}
FAILURES: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "a request that cannot be used"},
    401: {"model": Problem, "description": "a key that cannot be used (WE076)"},
    422: {"model": Problem, "description": "a value that cannot be used (WE422)"},
    429: {"model": Problem, "description": "more requests than the key or the address may make (WE429)"},
    503: {"model": Problem, "description": "no graph answers (KG701)"},
}
SIGNED_IN: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "nobody is signed in (WE401), or the key cannot be used (WE076)"},
    403: {"model": Problem, "description": "no role, or no scope of the key, gives this right (WE032)"},
}
OWN: dict[int | str, dict[str, Any]] = {
    **SIGNED_IN,
    404: {"model": Problem, "description": "nothing there, or another organisation's (WE404)"},
}
"""What a call answers that gives what an organisation keeps for itself."""

Ident = Annotated[str, Path(min_length=1, max_length=80)]
"""The id of a thing in an address."""


class Given(BaseModel):
    """What a call gives of a row of the store or of a page's context: the fields that are named, and no others."""

    model_config = ConfigDict(from_attributes=True)


def one_of(words: Iterable[str], **said: Any) -> Any:
    """A field whose text is one of these words, as the description says it."""
    return Field(pattern=f"^({'|'.join(words)})$", **said)
