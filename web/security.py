"""What every answer carries against misuse in the browser, which names the server answers to, what it takes in."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
DOCS_POLICY = f"{POLICY}; img-src 'self' data:"
"""For the description of the API alone: the style sheet of swagger-ui draws its arrows from data addresses."""

UNKNOWN_HOST = "WE421"
FOREIGN_PAGE = "WE403"

MAX_BODY = 4_000_000
"""Bytes of a request's body: a form with the longest text that is read, percent-encoded, and its table."""
MAX_UPLOAD = 40_000_000
"""Bytes of a form with files."""
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
    return {**HEADERS, **secured, "Content-Security-Policy": policy}


class Guard:
    """ASGI middleware: refuses unknown host names (a page elsewhere could rebind its name to us), forms of pages
    elsewhere and bodies that are too large; adds the headers.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], docs_path: str) -> None:
        """`hosts` are names beside the local ones; `docs_path` is where the API's description is shown."""
        self.app = app
        self.hosts = LOCAL_HOSTS | {host.lower() for host in hosts}
        self.docs_path = docs_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = DOCS_POLICY if scope["path"] == self.docs_path else POLICY

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(headers_of(scope, policy))
                if "cache-control" not in headers:  # answers may be somebody's own: no cache between hands them on
                    headers["Cache-Control"] = "private, no-cache"
                    headers.add_vary_header("Cookie, Authorization")
            await send(message)

        if host_name(scope) not in self.hosts:
            refusal = PlainTextResponse(f"{UNKNOWN_HOST} unknown host name: see BULIAN_HOSTS\n", status_code=421)
            await refusal(scope, receive, guarded)
            return
        if scope["method"] not in _READING and is_foreign(Headers(scope=scope)):
            refusal = PlainTextResponse(f"{FOREIGN_PAGE} sent by a page of another site\n", status_code=403)
            await refusal(scope, receive, guarded)
            return
        files = Headers(scope=scope).get("content-type", "").startswith("multipart/form-data")
        await self.app(scope, _limited(receive, MAX_UPLOAD if files else MAX_BODY), guarded)


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
    """The body's pieces until they are `most` bytes together; then HTTPException 413, inside the application."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, f"more than {most} bytes")
        return message

    return receive_some


def host_name(scope: Scope) -> str:
    """The name in the Host header, without its port."""
    value: str = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    name, colon, port = value.lower().rpartition(":")
    return name if colon and port.isdigit() else value.lower()
