"""Requests to addresses that somebody typed in: public hosts by https alone, and never into a network of our own.

The name is looked up here and the connection goes to the address that was looked at: a name that means another address
a moment later leads nowhere.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit, urlunsplit

from web.errors import WebError

SECONDS = 10.0
_NAT64 = IPv6Network("64:ff9b::/96")


class RefusedAddressError(WebError):
    """The address is not one that may be asked (WE232)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, code="WE232", hint="a public host by https, or one of BULIAN_WEBHOOK_HOSTS")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the open net, those of version 4 inside one of version 6 too."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inside = IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
    return address.is_global and not address.is_multicast and not address.is_reserved


def pinned(address: str, allowed: Collection[str]) -> tuple[str, str]:
    """The address with the host replaced by the number to connect to, and the host's name.

    `allowed` are hosts that may be private, and asked without TLS. Raises RefusedAddressError (WE232).
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    free = host in allowed
    if parts.scheme != "https" and not (free and parts.scheme == "http"):
        raise RefusedAddressError("not by https")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = [row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise RefusedAddressError("no such host") from error
    numbers = [ip_address(str(one).partition("%")[0]) for one in found]
    if not numbers or (not free and not all(map(is_public, numbers))):
        raise RefusedAddressError("the host is in a private network")
    number = f"[{numbers[0]}]" if numbers[0].version == 6 else str(numbers[0])
    return urlunsplit((parts.scheme, f"{number}:{port}", parts.path or "/", parts.query, "")), host


def post(address: str, allowed: Collection[str], body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body; returns the status of the answer, of which nothing else is read. No redirect is followed.

    Raises RefusedAddressError (WE232), httpx.HTTPError where nobody answers in time.
    """
    import httpx

    url, host = pinned(address, allowed)
    named = urlsplit(address).netloc.rpartition("@")[2]
    with (
        httpx.Client(trust_env=False, follow_redirects=False, timeout=SECONDS) as client,
        client.stream(
            "POST",
            url,
            content=body,
            headers={**headers, "Host": named},
            extensions={"sni_hostname": host},
        ) as answer,
    ):
        return answer.status_code
