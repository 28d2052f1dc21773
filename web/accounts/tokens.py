"""Secrets that a person or a program holds: made here, kept as hashes alone."""

from __future__ import annotations

import hashlib
import secrets

KEY_MARK = "bulian_"
"""What a key for programs begins with, so that a scanner of texts finds one that was left lying about."""


def new_token() -> str:
    """A random token of 256 bits, as it stands in a cookie or an address."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """A random key for programs."""
    return KEY_MARK + new_token()


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256. A token is random and long, so that a slow hash would win nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
