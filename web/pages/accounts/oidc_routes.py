"""The way to an OpenID provider and back."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.accounts.oidc import Provider, sign_in_as
from web.deps import VisitDep
from web.errors import WebError
from web.pages.accounts.account import came, entered, own_address

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
WAY = "/login/oidc"
COOKIE = "bulian_oidc"
"""What the browser keeps between going and coming back: state, nonce, verifier, where to go on."""
MINUTES = 10
Text = Annotated[str, Query(max_length=4000)]


@router.get(WAY)
def leaves(visit: VisitDep, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """To the provider."""
    begun = Provider(visit.home.settings, _back(visit.request)).begin()
    answer = RedirectResponse(begun.address, status_code=303)
    kept = "|".join((begun.state, begun.nonce, begun.verifier, quote(own_address(next), safe="")))
    answer.set_cookie(
        COOKIE,
        kept,
        max_age=60 * MINUTES,
        path=WAY,
        httponly=True,
        samesite="lax",
        secure=visit.request.url.scheme == "https",
    )
    return answer


@router.get(WAY + "/callback")
def returns(visit: VisitDep, state: Text = "", code: Text = "", error: Text = "") -> Response:
    """Back from the provider, with a code for who has signed in there."""
    kept = visit.request.cookies.get(COOKIE, "").split("|")
    if len(kept) != 4 or not state or not secrets.compare_digest(kept[0].encode(), state.encode()):
        raise WebError("this sign-in was not begun in this browser", code="WE077", hint="begin again at /login")
    if error or not code:
        raise WebError("the provider has not signed you in", code="WE077", hint="begin again at /login")
    identity = Provider(visit.home.settings, _back(visit.request)).finish(code, kept[1], kept[2])
    token = sign_in_as(visit.home.database(), identity, came(visit.request))
    answer = entered(visit.request, token, unquote(kept[3]))
    answer.delete_cookie(COOKIE, path=WAY, httponly=True, samesite="lax")
    return answer


def _back(request: Request) -> str:
    """The address to which the provider sends the browser back; it stands in the provider's list of them."""
    return str(request.url.replace(path=WAY + "/callback", query="", fragment=""))
