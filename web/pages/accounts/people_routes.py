"""The people of an organisation, and the link of an invitation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from web.accounts import invitations, people
from web.accounts.actor import Actor, roles_for
from web.accounts.invitations import Invitation
from web.accounts.people import Member
from web.accounts.sessions import OPERATOR
from web.db.accounts import Organisation
from web.deps import Visit, VisitDep
from web.errors import WebError, http_status
from web.forms import Form, FormDep, first
from web.pages.accounts.account import FORM_CODES, Wrong, came, entered, secret

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
Where = Annotated[str, Query(max_length=64)]


class PeoplePage(BaseModel):
    """The people of one organisation with its open invitations; for who manages all, the other organisations."""

    model_config = ConfigDict(arbitrary_types_allowed=True)  # rows of the store, shown as they are

    id: str | None
    name: str
    kind: str
    roles: tuple[str, ...]
    members: list[Member]
    invitations: list[Invitation]
    organisations: list[Organisation]
    kinds: list[str]
    manages: bool
    days: int
    link: str = ""
    wrong: Wrong | None = None
    typed: dict[str, str] = {}


@router.get("/people")
def members(visit: VisitDep, organisation: Where = "") -> Response:
    """People and invitations of one's own organisation, or of the one that is named."""
    return visit.reply("people.html", _page(visit, _where(visit.actor, organisation)))


@router.post("/people")
def changed(visit: VisitDep, form: FormDep, organisation: Where = "") -> Response:
    """The pressed button: invite, give:USER, end:ROLE:USER, withdraw:ID, organisation, lock:USER, unlock:USER."""
    place = _where(visit.actor, organisation)
    what, _, which = first(form, "do").partition(":")
    try:
        if what == "invite":
            return _invite(visit, form, place)
        place = _change(visit, form, place, what, which)
    except WebError as error:
        if error.code not in FORM_CODES:
            raise
        page = _page(visit, place)
        page.wrong = Wrong.of(error)
        page.typed = {name: first(form, name) for name in ("email", "name", "kind")}
        page.typed["roles"] = " ".join(form.get("role", []))
        return secret(visit.reply("people.html", page), http_status(error))
    return RedirectResponse(f"/people?organisation={place}" if place else "/people", status_code=303)


def _invite(visit: Visit, form: Form, place: str | None) -> Response:
    home = visit.home
    roles, email = form.get("role", []), first(form, "email")
    token = invitations.invite(home.database(), home.settings, visit.actor, place, roles, email)
    page = _page(visit, place)
    page.link = str(visit.request.url.replace(path=f"/invitation/{token}", query=""))
    return secret(visit.reply("people.html", page))


def _change(visit: Visit, form: Form, place: str | None, what: str, which: str) -> str | None:
    """Do what a button says; returns the organisation that is shown next."""
    database, actor = visit.home.database(), visit.actor
    if what == "give":
        people.change_role(database, actor, which, first(form, f"role-{which}"), place, "given")
    elif what == "end":
        role, _, user = which.partition(":")
        people.change_role(database, actor, user, role, place, "ended")
    elif what == "withdraw":
        invitations.withdraw(database, actor, place, which)
    elif what in ("lock", "unlock"):
        people.change_state(database, actor, which, what)
    elif what == "organisation":
        actor.need("people.manage")
        made = people.add_organisation(database, first(form, "name"), first(form, "kind"), by=actor.user)
        return made.id
    else:
        raise WebError(f"no such button: {what[:20]}", code="WE422", hint="use the page's buttons")
    return place


def _where(actor: Actor, organisation: str) -> str | None:
    """The organisation that is meant; another one than one's own is for who manages all, else it is not there."""
    place = organisation or actor.organisation
    people.manages(actor, place)
    return place


def _page(visit: Visit, place: str | None) -> PeoplePage:
    database, actor = visit.home.database(), visit.actor
    here = people.organisation(database, place) if place else None
    kind = here.kind if here else OPERATOR
    manages = actor.may("people.manage")
    return PeoplePage(
        id=place,
        name=here.name if here else "",
        kind=kind,
        roles=roles_for(kind),
        members=[one for one, _ in people.members(database, place)],
        invitations=invitations.open_invitations(database, place),
        organisations=people.organisations(database) if manages else [],
        kinds=people.kinds() if manages else [],
        manages=manages,
        days=visit.home.settings.invitation_days,
    )


class InvitationPage(BaseModel):
    """What a link opens, with what was typed but the password."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    token: str
    invitation: Invitation
    length: int
    wrong: Wrong | None = None
    login: str = ""
    name: str = ""


@router.get("/invitation/{token}")
def invited(visit: VisitDep, token: str) -> Response:
    """Where the link leads: a new account, or one's own when signed in."""
    return secret(visit.reply("invitation.html", _invitation(visit, token)))


@router.post("/invitation/{token}")
def joined(visit: VisitDep, token: str, form: FormDep) -> Response:
    """Join with a new account (`do=new`), which is signed in at once, or with one's own (`do=own`)."""
    home = visit.home
    if first(form, "do") == "own":
        invitations.join(home.database(), token, visit.actor)
        return RedirectResponse("/account?done=joined", status_code=303)
    login, name, password = (first(form, field) for field in ("login", "name", "password"))
    try:
        session = invitations.join_new(
            home.database(), home.settings, token, login, name, password[:1024], came(visit.request)
        )
    except WebError as error:
        if error.code not in FORM_CODES:
            raise
        page = _invitation(visit, token)
        page.wrong, page.login, page.name = Wrong.of(error), login[:64], name[:120]
        return secret(visit.reply("invitation.html", page), http_status(error))
    return entered(visit.request, session, "/account")


def _invitation(visit: Visit, token: str) -> InvitationPage:
    opened = invitations.invitation(visit.home.database(), token)
    return InvitationPage(token=token, invitation=opened, length=visit.home.settings.password_length)
