"""Signing in and out, and the page of one's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.accounts import keys, people, sessions
from web.accounts.passwords import BadPasswordError
from web.deps import SESSION, Visit, VisitDep
from web.errors import WebError, http_status
from web.forms import Form, FormDep, first, number
from web.pages.accounts.account import (
    FORM_CODES,
    AccountPage,
    Wrong,
    account_page,
    came,
    entered,
    keep,
    login_page,
    secret,
)

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
Next = Annotated[str, Query(max_length=2000)]


@router.get("/login")
def login(visit: VisitDep, next: Next = "/") -> Response:
    """The form of signing in."""
    return secret(visit.reply("login.html", login_page(visit.home, next)))


@router.post("/login")
def signed_in(visit: VisitDep, form: FormDep) -> Response:
    """Begin a session and go on where one was; what was typed stays but for the password."""
    home, request = visit.home, visit.request
    who, next = first(form, "login")[:64], first(form, "next") or "/"
    try:
        token = sessions.sign_in(
            home.database(),
            home.settings,
            visit.site.attempts,
            who,
            first(form, "password")[:1024],
            came(request),
        )
    except WebError as error:
        if error.code not in FORM_CODES:
            raise
        page = login_page(home, next, who, Wrong.of(error))
        return secret(visit.reply("login.html", page), http_status(error))
    if visit.actor.session:  # the browser's former session does not stay open behind the new one
        sessions.end(home.database(), visit.actor, [visit.actor.session], "signed_out")
    return entered(request, token, next)


@router.post("/logout")
def signed_out(visit: VisitDep) -> Response:
    """End this session."""
    if visit.actor.session:
        sessions.end(visit.home.database(), visit.actor, [visit.actor.session], "signed_out")
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(SESSION, path="/", httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/account")
def account(visit: VisitDep, done: Annotated[str, Query(max_length=16)] = "") -> Response:
    """One's own account: organisations, sessions, password, keys."""
    _known(visit)
    if not visit.actor.session:
        return visit.reply("account.html", None)
    page = account_page(visit)
    page.done = done
    return visit.reply("account.html", page)


@router.post("/account")
def changed(visit: VisitDep, form: FormDep) -> Response:
    """The pressed button: switch:ID, end:ID, end-others, password, key, end-key:ID."""
    _known(visit)
    if not visit.actor.session:
        raise WebError("who sits at the machine has no account", code="WE404", hint="bulian user add")
    what, _, which = first(form, "do").partition(":")
    if what not in _ACTS:
        raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    try:
        return _ACTS[what](visit, which, form)
    except WebError as error:
        if error.code not in FORM_CODES:
            raise
        page = account_page(visit)
        page.wrong = Wrong.of(error)
        page.typed = {name: first(form, name) for name in ("name", "days")}
        page.typed["scopes"] = " ".join(form.get("scope", []))
        return secret(visit.reply("account.html", page), http_status(error))


def _switch(visit: Visit, which: str, form: Form) -> Response:
    token = sessions.switch(visit.home.database(), visit.actor, which or None)
    answer = _done("switched")
    keep(visit.request, answer, token)
    return answer


def _end(visit: Visit, which: str, form: Form) -> Response:
    sessions.end(visit.home.database(), visit.actor, [which])
    return _done("ended")


def _end_others(visit: Visit, which: str, form: Form) -> Response:
    home, actor = visit.home, visit.actor
    others = [one.id for one in sessions.sessions_of(home.database(), home.settings, actor.user)]
    sessions.end(home.database(), actor, [one for one in others if one != actor.session])
    return _done("ended")


def _password(visit: Visit, which: str, form: Form) -> Response:
    """The present password is asked again; all other sessions end."""
    new = first(form, "new")
    if new != first(form, "again"):
        raise BadPasswordError(["again"], "the new password was written in two ways")
    people.change_password(visit.home.database(), visit.home.settings, visit.actor, first(form, "present")[:1024], new)
    return _done("password")


def _key(visit: Visit, which: str, form: Form) -> Response:
    key = keys.make_key(
        visit.home.database(),
        visit.actor,
        first(form, "name"),
        form.get("scope", []),
        number(form, "days", 4) or 0,
    )
    page: AccountPage = account_page(visit)
    page.key = key
    return secret(visit.reply("account.html", page))


def _end_key(visit: Visit, which: str, form: Form) -> Response:
    keys.end_key(visit.home.database(), visit.actor, which)
    return _done("key-ended")


_ACTS = {
    "switch": _switch,
    "end": _end,
    "end-others": _end_others,
    "password": _password,
    "key": _key,
    "end-key": _end_key,
}


def _done(what: str) -> Response:
    return RedirectResponse(f"/account?done={what}", status_code=303)


def _known(visit: Visit) -> None:
    if not visit.actor.known:
        raise WebError("this is for who has signed in", code="WE401", hint="sign in")


def sign_in_instead(request: Request) -> Response:
    """Where who has not signed in is led from a page: to the form, and back to the page after it."""
    from urllib.parse import quote

    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = f"/login?next={quote(here, safe='')}"
    if "hx-request" in request.headers:  # a part of a page was asked for: the whole page goes
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
