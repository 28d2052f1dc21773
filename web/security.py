"""What every answer carries against misuse in the browser, and which names the server answers to."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
DOCS_POLICY = f"{POLICY}; img-src 'self' data:"
"""For the description of the API alone: the style sheet of swagger-ui draws its arrows from data addresses."""

UNKNOWN_HOST = "WE421"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware: refuses unknown host names (a page elsewhere could rebind its name to us), adds the headers."""

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
                headers.update(HEADERS)
                headers["Content-Security-Policy"] = policy
            await send(message)

        if host_name(scope) not in self.hosts:
            refusal = PlainTextResponse(f"{UNKNOWN_HOST} unknown host name: see BULIAN_HOSTS\n", status_code=421)
            await refusal(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)


def host_name(scope: Scope) -> str:
    """The name in the Host header, without its port."""
    value: str = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    name, colon, port = value.lower().rpartition(":")
    return name if colon and port.isdigit() else value.lower()
