"""What the pages of accounts show, and where one goes on after signing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from web.accounts.demo import DemoLogin, demo_logins
from web.accounts.keys import DAYS, keys_of, scopes_of
from web.accounts.passwords import BadPasswordError
from web.accounts.people import has_people
from web.accounts.sessions import Came, Open, Place, places_of_person, sessions_of
from web.db.accounts import ApiKey
from web.deps import SESSION, Visit
from web.errors import WebError

if TYPE_CHECKING:
    from web.home import Home

LONGEST_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a form was refused for: the code, the field, the rules of passwords that were broken, in whole words."""

    code: str
    field: str = ""
    faults: tuple[str, ...] = ()
    reason: str = ""

    @classmethod
    def of(cls, error: WebError) -> Wrong:
        """The refusal as a form shows it."""
        faults = tuple(error.faults) if isinstance(error, BadPasswordError) else ()
        return cls(error.code, error.place or "", faults, error.reason)


FORM_CODES = frozenset({"WE071", "WE072", "WE073", "WE074"})
"""Codes that a form shows beside its fields; any other is a page of its own."""


class LoginPage(BaseModel):
    """The form, with what was typed but the password; what else leads in."""

    login: str = ""
    next: str = "/"
    wrong: Wrong | None = None
    provider: bool = False
    demo: list[DemoLogin] = []
    password: str = ""
    empty: bool = False
    minutes: int = 0


class AccountPage(BaseModel):
    """Who one is, where one is signed in, what programs may do."""

    model_config = ConfigDict(arbitrary_types_allowed=True)  # rows of the store, shown as they are

    places: list[Place]
    sessions: list[Open]
    keys: list[ApiKey]
    scopes: list[str]
    days: tuple[int, ...] = DAYS
    key: str = ""
    done: str = ""
    wrong: Wrong | None = None
    length: int = 0
    typed: dict[str, str] = {}


def account_page(visit: Visit) -> AccountPage:
    """The page of who is signed in with an account."""
    database, actor = visit.home.database(), visit.actor
    return AccountPage(
        places=places_of_person(database, actor.user),
        sessions=sessions_of(database, visit.home.settings, actor.user),
        keys=keys_of(database, actor),
        scopes=scopes_of(actor),
        length=visit.home.settings.password_length,
    )


def login_page(home: Home, next: str, login: str = "", wrong: Wrong | None = None) -> LoginPage:
    """The form of signing in."""
    demo = demo_logins(home)
    return LoginPage(
        login=login,
        next=own_address(next),
        wrong=wrong,
        provider=bool(home.settings.oidc_issuer),
        demo=demo.logins if demo else [],
        password=demo.password if demo else "",
        empty=not has_people(home.database()),
        minutes=home.settings.lockout_minutes,
    )


def own_address(text: str) -> str:
    """Where to go on: a path of our own with its query, else the first page. No other site can be named."""
    if len(text) > LONGEST_ADDRESS or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return "/"
    # Browsers leave out tabs and line ends, so that "/\t/x" would be "//x".
    if any(sign <= " " or sign == "\x7f" for sign in text):
        return "/"
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or parts.path in ("/login", "/logout"):
        return "/"
    return text


def came(request: Request) -> Came:
    """From where a request comes."""
    return Came((request.client.host if request.client else "")[:64], request.headers.get("user-agent", "")[:200])


def entered(request: Request, token: str, next: str) -> Response:
    """On to a page of our own with a session's cookie."""
    answer = RedirectResponse(own_address(next), status_code=303)
    keep(request, answer, token)
    return answer


def keep(request: Request, answer: Response, token: str) -> None:
    """Give the browser a session's token: scripts cannot read it, other sites' forms do not send it."""
    answer.set_cookie(SESSION, token, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https")


def secret(answer: Response, status: int = 200) -> Response:
    """A page that shows a secret this once, or that is the answer to a form: kept by no browser."""
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
