"""Who asks, as JSON: what a program may do with its key."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from web.accounts.actor import rights_of
from web.deps import ActorDep
from web.errors import WebError
from web.problem import Problem

router = APIRouter()

UNKNOWN: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "nobody is signed in (WE401), or the key cannot be used (WE076)"}
}


class Me(BaseModel):
    """The account by which this was asked, and what it may do here and now."""

    name: str
    organisation: str | None = Field(description="id of the organisation in which the roles are held")
    organisation_name: str
    kind: str
    roles: list[str]
    scopes: list[str] | None = Field(description="to what the key is limited; null without a key")
    rights: list[str]


@router.get("/me", tags=["account"], summary="Who asks", responses=UNKNOWN)
def me(actor: ActorDep) -> Me:
    """The person or program that asks, by session or by `Authorization: Bearer KEY`."""
    if not actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="send Authorization: Bearer KEY")
    return Me(
        name=actor.name,
        organisation=actor.organisation,
        organisation_name=actor.organisation_name,
        kind=actor.kind,
        roles=sorted(actor.roles),
        scopes=None if actor.scopes is None else sorted(actor.scopes),
        rights=[right for right in rights_of(actor.roles) if actor.may(right)],
    )
