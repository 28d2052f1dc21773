"""Webhooks as HTML: an address is made, ended, and what was sent to it looked at."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.db.models import now
from web.deps import VisitDep, requires
from web.errors import UnusableError, WebError, http_status
from web.forms import FormDep, first
from web.pages.accounts.account import secret
from web.pages.accounts.webhook import webhooks_page
from web.work.today import webhook as work

router = APIRouter(
    default_response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(requires(work.RIGHT))]
)


@router.get("/webhooks")
def webhooks(visit: VisitDep, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The organisation's addresses, with what was sent."""
    page = webhooks_page(visit)
    page.done = done
    return visit.reply("webhooks.html", page)


@router.post("/webhooks")
def changed(visit: VisitDep, form: FormDep) -> Response:
    """The pressed button: add, end:ID, retry:ID. A new secret is shown this once."""
    what, _, ident = first(form, "do").partition(":")
    try:
        with visit.home.database().session() as session:
            match what:
                case "add":
                    _, made = work.add(session, visit.actor, first(form, "address"), form.get("kind", []), now())
                case "end":
                    work.end(session, visit.actor, ident, now())
                case "retry":
                    work.retry(session, visit.actor, ident, now())
                case _:
                    raise WebError(f"nothing to do: {what[:40]}", code="WE422", hint="use the page's form")
    except WebError as error:
        if error.code not in ("WE230", "WE231"):
            raise
        page = webhooks_page(visit)
        page.code, page.wrong = error.code, error.wrong if isinstance(error, UnusableError) else {}
        page.typed = {"address": [first(form, "address")], "kind": form.get("kind", [])}
        return secret(visit.reply("webhooks.html", page), http_status(error))
    if what != "add":
        return RedirectResponse(f"/webhooks?done={what}", status_code=303)
    page = webhooks_page(visit)
    page.secret = made
    return secret(visit.reply("webhooks.html", page))
