"""Shapes that all of the API shares."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """Every error."""

    code: str = Field(description="stable code, documented in docs/errors.md", examples=["WE404"])
    reason: str = Field(description="what is wrong with which input")
    hint: str = Field(description="what to do")


NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "nothing there (WE404)"}}
SENT: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "sent by a page of another site (WE403)"},
    413: {"model": Problem, "description": "too large (WE413)"},
}
FAILURES: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "a request that cannot be used"},
    401: {"model": Problem, "description": "a key that cannot be used (WE076)"},
    422: {"model": Problem, "description": "a value that cannot be used (WE422)"},
    503: {"model": Problem, "description": "no graph answers (KG701)"},
}
