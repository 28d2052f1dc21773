"""What a form of the pages sends: its fields as text, with the line ends that the pages use."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request

from web.errors import WebError

MAX_FIELDS = 10_000

Form = dict[str, list[str]]
"""The values of each field, in their order."""


async def form(request: Request) -> Form:
    """The fields of a form sent by POST; browsers send line ends as CR LF, here they are LF.

    Raises WebError WE415 for another encoding than application/x-www-form-urlencoded, WE413 for too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise WebError(f"a form cannot be sent as {kind[:80] or 'nothing'}", code="WE415", hint="use the page's form")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise WebError(f"more than {MAX_FIELDS} fields", code="WE413", hint="send a part of it") from None
    return {name: [value.replace("\r\n", "\n") for value in values] for name, values in fields.items()}


FormDep = Annotated[Form, Depends(form)]
