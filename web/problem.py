"""A failure as programs read it: problem details (RFC 9457) with the code of docs/errors.md."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from kg.errors import BulianError

MEDIA = "application/problem+json"


class Problem(BaseModel):
    """Every error (RFC 9457, with `code` and `hint` beside its own members)."""

    type: str = Field(description="the kind of problem, named by its code", examples=["urn:bulian:error:WE404"])
    title: str = Field(description="the status in words")
    status: int
    detail: str = Field(description="what is wrong with which input")
    code: str = Field(description="stable code, documented in docs/errors.md", examples=["WE404"])
    hint: str = Field(description="what to do")


def problem(status: int, error: BulianError) -> Response:
    """The answer of the API to a request that failed."""
    body = Problem(
        type=f"urn:bulian:error:{error.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=error.reason,
        code=error.code,
        hint=error.hint,
    )
    return JSONResponse(body.model_dump(), status_code=status, media_type=MEDIA)
