"""What every answer carries against misuse in the browser, which names the server answers to, what it takes in."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import WebError, http_status
from web.limits import Counted, Left, TooManyError, Window, network
from web.problem import problem

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
DOCS_POLICY = f"{POLICY}; img-src 'self' data:"
"""For the description of the API alone: the style sheet of swagger-ui draws its arrows from data addresses."""

SHARED = "/api/v1/reconcile"
"""What pages of other sites may read, and ask by POST: OpenRefine's boxes ask from the reader's browser. It gives
public firms alone, asks for no right and keeps nothing."""
SHARED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Never with credentials: who asks from elsewhere is nobody."""

UNKNOWN_HOST = "WE421"
FOREIGN_PAGE = "WE403"

MAX_BODY = 4_000_000
"""Bytes of a request's body: a form with the longest text that is read, percent-encoded, and its table."""
MAX_UPLOAD = 40_000_000
"""Bytes of a form with files."""
MAX_WAIT = 30.0
"""Seconds for the next piece of a body, and at least MIN_RATE bytes a second over the whole of it."""
MIN_RATE = 10_000
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_HANDED_ON = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"})
"""Headers of proxies: who sits behind one is not at this machine."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

_STAY = "max-age=31536000"
"""A year over https alone. Other names below ours may be somebody else's: nothing is said of them."""


def headers_of(scope: Scope, policy: str = POLICY) -> dict[str, str]:
    """What every answer to a request carries. Over https a browser is told to come by https from now on."""
    secured = {"Strict-Transport-Security": _STAY} if scope["scheme"] == "https" else {}
    shared = SHARED_HEADERS if is_shared(scope) else {}
    return {**HEADERS, **secured, "Content-Security-Policy": policy, **shared}


def is_shared(scope: Scope) -> bool:
    """Whether pages of other sites may read the answer."""
    path: str = scope["path"]
    return path == SHARED or path.startswith(f"{SHARED}/")


class Guard:
    """ASGI middleware: refuses unknown host names (a page elsewhere could rebind its name to us), forms of pages
    elsewhere, more requests of one address than `addresses` lets through, bodies that are too large or too slow; adds
    the headers.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], docs_path: str, addresses: Counted | None = None) -> None:
        """`hosts` are names beside the local ones; `docs_path` is where the API's description is shown."""
        self.app = app
        self.addresses = addresses or Window(0, 1)
        self.hosts = LOCAL_HOSTS | {host.lower() for host in hosts}
        self.docs_path = docs_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        policy = DOCS_POLICY if scope["path"] == self.docs_path else POLICY

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(headers_of(scope, policy))
                quota: Left | None = scope["state"].get("quota")
                if quota is not None:
                    headers.update(quota.headers())
                if "cache-control" not in headers:  # answers may be somebody's own: no cache between hands them on
                    headers["Cache-Control"] = "private, no-cache"
                    headers.add_vary_header("Cookie, Authorization")
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, guarded)
            return
        files = Headers(scope=scope).get("content-type", "").startswith("multipart/form-data")
        await self.app(scope, _limited(receive, MAX_UPLOAD if files else MAX_BODY), guarded)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to what does not reach the application."""
        if host_name(scope) not in self.hosts:
            return _refusal(scope, WebError("unknown host name", code=UNKNOWN_HOST, hint="see BULIAN_HOSTS"))
        if not is_local(scope) and not scope["path"].startswith("/static/"):
            left = self.addresses.take(network((scope.get("client") or ("", 0))[0]))
            if left is not None and not left.passed:
                answer = _refusal(scope, TooManyError(left, "address"))
                answer.headers.update(left.retry())
                return answer
        if is_shared(scope):  # a browser asks first whether it may
            return Response(status_code=204) if scope["method"] == "OPTIONS" else None
        if scope["method"] not in _READING and is_foreign(Headers(scope=scope)):
            return _refusal(scope, WebError("sent by a page of another site", code=FOREIGN_PAGE, hint="use our pages"))
        return None


def _refusal(scope: Scope, error: WebError) -> Response:
    status = http_status(error)
    if scope["path"].startswith("/api/"):
        return problem(status, error)
    return PlainTextResponse(f"{error.code} {error.reason}: {error.hint}\n", status_code=status)


def is_foreign(headers: Headers) -> bool:
    """Whether a page of another site sent this: the browser says so in Sec-Fetch-Site, or by an Origin that is not us.

    Programs send neither header and pass: they bring no cookies of a reader.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


def is_local(scope: Scope) -> bool:
    """Whether who asks sits at this machine: the connection comes from it, asks for it by its own name, and no proxy
    says that it hands on what another machine asks.
    """
    if any(name in _HANDED_ON for name, _ in scope["headers"]):
        return False
    host = (scope.get("client") or ("", 0))[0]
    try:
        near = ip_address(host).is_loopback
    except ValueError:  # no address, as behind a socket: that says nothing of who asks
        near = False
    return near and host_name(scope) in LOCAL_HOSTS


def _limited(receive: Receive, most: int) -> Receive:
    """The body's pieces, as long as they come in time, until they are `most` bytes together; then HTTPException 408
    or 413, inside the application.
    """
    taken, whole, began = 0, False, 0.0

    async def receive_some() -> Message:
        nonlocal taken, whole, began
        if whole:  # from here on the application waits for the reader to go away
            return await receive()
        clock = asyncio.get_running_loop().time
        began = began or clock()
        wait = min(MAX_WAIT, began + MAX_WAIT + taken / MIN_RATE - clock())
        try:
            message = await asyncio.wait_for(receive(), max(0.0, wait))
        except TimeoutError:
            raise HTTPException(408, "the body did not come in time") from None
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if taken > most:
            raise HTTPException(413, f"more than {most} bytes")
        return message

    return receive_some


def host_name(scope: Scope) -> str:
    """The name in the Host header, without its port."""
    value: str = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    name, colon, port = value.lower().rpartition(":")
    return name if colon and port.isdigit() else value.lower()
