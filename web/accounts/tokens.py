"""Secrets that a person or a program holds: made here, kept as hashes alone."""

from __future__ import annotations

import hashlib
import re
import secrets

KEY_MARK = "bulian_"
"""What a key for programs begins with, so that a scanner of texts finds one that was left lying about."""


def new_token() -> str:
    """A random token of 256 bits, as it stands in a cookie or an address."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """A random key for programs."""
    return KEY_MARK + new_token()


_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Signs of codes that people type: none of them looks like another."""
_CODE = 20


def new_code() -> str:
    """A random code of a letter or link, without the lines between its parts: 98 bits."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_CODE))


def written(code: str) -> str:
    """A code as it is printed: ABCDE-FGHJK-…"""
    return "-".join(code[place : place + 5] for place in range(0, len(code), 5))


def typed(code: str) -> str:
    """A code as it was made, from how somebody typed it."""
    return re.sub(r"[\s-]", "", code[:80]).upper()


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256. A token is random and long, so that a slow hash would win nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
