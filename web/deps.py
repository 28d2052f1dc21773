"""What a request brings and what an answer needs: the data folder, the graph, the language, the page's frame."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from kg.errors import KgError
from web import i18n
from web.accounts.actor import ANYBODY, AT_THE_MACHINE, Actor
from web.accounts.attempts import Attempts
from web.accounts.keys import actor_of_key
from web.accounts.sessions import actor_of, has_operator
from web.accounts.tokens import hashed
from web.limits import Counted, TooManyError
from web.render import Renderer
from web.security import is_local
from web.switches import refuse, subjects

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

YEAR = 365 * 24 * 3600


class Frame(BaseModel):
    """What stands around every page: where we are, whether the data is invented, what the graph holds."""

    path: str
    address: str
    here: str
    other_language: str
    htmx: str | None = None
    demo: bool = False
    stamp: str | None = None
    written: str | None = None


@dataclass
class Site:
    """What all requests share."""

    home: Home
    renderer: Renderer
    htmx: str | None
    attempts: Attempts
    quota: Counted
    _demo: dict[str, bool] = field(default_factory=dict)

    def frame(self, request: Request, lang: str) -> Frame:
        """The frame of a page; where no graph answers, without what the graph says."""
        other = next(known for known in i18n.LANGS if known != lang)
        frame = Frame(
            path=request.url.path,
            address=str(request.url),
            here=_relative(request, lang=None) if request.method == "GET" else "/",
            other_language=_relative(request, lang=other),
            htmx=self.htmx,
        )
        # Without a graph the page itself says so where it needs one; an error page must come even then.
        with suppress(KgError):
            stamp = self.home.graph().stamp()
            if stamp is not None:
                frame.stamp, frame.written = stamp.stamp, stamp.written
                frame.demo = self.is_demo(stamp.stamp)
        return frame

    def is_demo(self, stamp: str) -> bool:
        """Whether the projection holds invented data; asked once for each projection."""
        if stamp not in self._demo:
            self._demo = {stamp: bool(self.home.graph().read("holds_demo"))}
        return self._demo[stamp]


@dataclass
class Visit:
    """One request, with the language that its reader chose and who asks."""

    request: Request
    site: Site
    lang: str
    actor: Actor = ANYBODY

    @property
    def home(self) -> Home:
        """The data folder."""
        return self.site.home

    @property
    def host(self) -> str:
        """The address from which the reader comes; empty where it is not known."""
        return self.request.client.host if self.request.client else ""

    @property
    def graph(self) -> Graph:
        """The live graph."""
        return self.site.home.graph()

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a part of a page; a step back in the browser's history is the whole page."""
        headers = self.request.headers
        return "hx-request" in headers and "hx-history-restore-request" not in headers

    def reply(
        self, template: str, page: BaseModel | None = None, block: str | None = None, **more: Any
    ) -> HTMLResponse:
        """The page as HTML. Where htmx asks for it, only its block `block`: the same template, the same context."""
        off = self.home.settings.switched_off
        context: dict[str, Any] = {"page": page, "frame": None, "actor": self.actor, "off": off, **more}
        if block and self.partial:
            html = self.site.renderer.block(template, block, self.lang, context)
        else:
            context["frame"] = self.site.frame(self.request, self.lang)
            html = self.site.renderer.page(template, self.lang, context)
        answer = HTMLResponse(html, headers={"Vary": "HX-Request, Cookie", "Cache-Control": "private, no-cache"})
        if i18n.known(self.request.query_params.get("lang")):
            answer.set_cookie(i18n.COOKIE, self.lang, max_age=YEAR, samesite="lax", httponly=True)
        return answer

    def pager(self, page: int, count: int, size: int) -> dict[str, str | int | None]:
        """Addresses of the page before and after, with what is shown of how many."""
        last = max(1, -(-count // size))
        return {
            "page": page,
            "pages": last,
            "before": self.address(page=page - 1) if page > 1 else None,
            "after": self.address(page=page + 1) if page < last else None,
        }

    def address(self, **changes: str | int | None) -> str:
        """This page's address with other values of its query; None leaves a value out."""
        return _relative(self.request, **changes)


def _relative(request: Request, **changes: str | int | None) -> str:
    dropped = [name for name, value in changes.items() if value is None]
    url = request.url.include_query_params(**{name: value for name, value in changes.items() if value is not None})
    url = url.remove_query_params(dropped)
    return f"{url.path}?{url.query}" if url.query else url.path


def language(request: Request) -> str:
    """The language asked for in the address, else the one chosen before, else the operator's."""
    site: Site = request.app.state.site
    asked = i18n.known(request.query_params.get("lang")) or i18n.known(request.cookies.get(i18n.COOKIE))
    return asked or site.home.settings.lang


def visit(request: Request) -> Visit:
    """The request as pages see it."""
    return Visit(request, request.app.state.site, language(request), actor(request))


VisitDep = Annotated[Visit, Depends(visit)]


SESSION = "bulian_session"
"""The cookie that holds a session's token."""


def actor(request: Request) -> Actor:
    """Who asks, found once a request: a person by the session's cookie, a program by its key (under /api alone).

    Without these, who sits at the machine is its operator as long as no account is; anybody else is nobody. Raises
    WebError WE076 for a key that cannot be used: a program is not to go on as nobody.
    """
    found = getattr(request.state, "actor", None)
    if found is None:
        off = subjects(request.app.state.site.home.settings.switched_off)
        found = request.state.actor = replace(_who(request), off=off) if off else _who(request)
    return found


def _who(request: Request) -> Actor:
    home = request.app.state.site.home
    key = _key(request)
    if key is not None:
        return actor_of_key(home.database(), key)
    token = request.cookies.get(SESSION)
    signed_in = actor_of(home.database(), home.settings, token) if token else None
    if signed_in is not None:
        return signed_in
    local = home.settings.local_operator and is_local(request.scope)
    return AT_THE_MACHINE if local and not has_operator(home.database()) else ANYBODY


def _key(request: Request) -> str | None:
    """The key with which a program comes, under /api alone."""
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" and request.url.path.startswith("/api/") else None


def within_quota(request: Request) -> None:
    """Count a request against its key; the answer says what is left. Raises WebError WE429, WE076."""
    key = _key(request)
    if key is None:
        return
    actor(request)  # only a key that lets in is counted; a wrong one counts for its address alone
    site: Site = request.app.state.site
    left = request.state.quota = site.quota.take(hashed(key))
    if left is not None and not left.passed:
        raise TooManyError(left, "key")


def switched_on(request: Request) -> None:
    """Raise WebError WE020 for an address of a part that is switched off."""
    refuse(request.app.state.site.home.settings.switched_off, request.url.path)


ActorDep = Annotated[Actor, Depends(actor)]


@dataclass(frozen=True)
class Requires:
    """A dependency that lets only who holds the right pass. Raises as `Actor.need`."""

    right: str

    def __call__(self, request: Request) -> None:
        """Look at one request."""
        actor(request).need(self.right)


def requires(right: str) -> Requires:
    """The dependency of a right; it can be read off a route, as the table of rights in the tests does."""
    return Requires(right)
