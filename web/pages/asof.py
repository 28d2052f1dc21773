"""The day that a page is looked at from: `?as_of=2024-06-30`; without it, now."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from kg.validity import AsOf
from kg.values.date import parse_date
from web.errors import WebError


def as_of_day(
    request: Request,
    as_of: Annotated[str, Query(max_length=10, description="show what held on this day (2024-06-30)")] = "",
) -> AsOf:
    """The day of the address; an empty field of a form means now. Raises WE422 for anything but a whole day."""
    day = as_of.strip() or None
    if day is not None and (len(day) != 10 or parse_date(day) != day):
        raise WebError(f"{day} is no day", code="WE422", hint="as_of is a day like 2024-06-30")
    return AsOf.of(request.app.state.site.home.ontology, day)


AsOfDep = Annotated[AsOf, Depends(as_of_day)]
