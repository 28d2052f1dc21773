"""Passwords: which ones are taken, how they are kept (argon2id) and compared.

The rules are this system's own defaults, in view of the demand of 等保 2.0 (GB/T 22239-2019) for complexity (复杂度) of
what identifies a user. The numbers are ours, and settings where an operator may want others.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kg.yml import read_yaml
from web.errors import WebError

if TYPE_CHECKING:
    from web.settings import Settings


class BadPasswordError(WebError):
    """A password that breaks rules; `faults` are their names: long, kinds, own, weak."""

    code = "WE073"

    def __init__(self, faults: list[str], reason: str) -> None:
        super().__init__(reason, hint="choose a longer one")
        self.faults = faults


LONGEST = 256
"""Signs that a password may have: more would only cost time."""
_LONG = 16
"""From this length on signs of any kind will do."""
_KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^\sA-Za-z0-9]")
_OWN_PART = 4
"""Letters that a name or login needs for a password to be refused for holding it; of Chinese signs two."""


class Passwords:
    """Keeps and compares passwords by the settings' parameters of argon2id."""

    def __init__(self, settings: Settings) -> None:
        self.length = settings.password_length
        self._hasher = PasswordHasher(time_cost=settings.argon2_passes, memory_cost=settings.argon2_memory)

    def kept(self, password: str) -> str:
        """What is stored of a password: parameters, salt and hash in one text."""
        return self._hasher.hash(_plain(password))

    def same(self, stored: str, password: str) -> bool:
        """Whether it is the password; takes as long where nothing is stored, as for a login that nobody has."""
        try:
            return self._hasher.verify(stored or self._nobodys, _plain(password)) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Whether it was kept with other parameters than those of today."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("the password of nobody")

    def check(self, password: str, *own: str) -> None:
        """Raise BadPasswordError (WE073) with each rule that it breaks; `own` are login and names of its owner."""
        wrong = self.faults(password, *own)
        if wrong:
            said = "; ".join(_REASONS[one].format(length=self.length) for one in wrong)
            raise BadPasswordError(wrong, f"the password cannot be used: {said}")

    def faults(self, password: str, *own: str) -> list[str]:
        """Which rules the password does not keep: long, kinds, own, weak."""
        text = _plain(password)
        wrong = []
        if not self.length <= len(text) <= LONGEST:
            wrong.append("long")
        if len(text) < _LONG and sum(bool(re.search(kind, text)) for kind in _KINDS) < 3:
            wrong.append("kinds")
        folded = text.casefold()
        if any(len(part) >= (_OWN_PART if part.isascii() else 2) and part in folded for part in _parts(own)):
            wrong.append("own")
        if _is_weak(folded):
            wrong.append("weak")
        return wrong


_REASONS = {
    "long": "it needs at least {length} signs, at most 256",
    "kinds": "it needs three of: small letters, large letters, digits, other signs; or 16 signs",
    "own": "it holds the login, the name or the organisation",
    "weak": "it is one of those that are tried first",
}


def _plain(password: str) -> str:
    """The same signs however a keyboard composed them."""
    return unicodedata.normalize("NFC", password)


def _parts(own: tuple[str, ...]) -> set[str]:
    found = {text.casefold().strip() for text in own}
    return found | {text.partition("@")[0] for text in found}


@cache
def _weak() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml((resources.files(__package__) / "weak.yml").read_text("utf-8"))
    return found


def _is_weak(text: str) -> bool:
    """One of the known ones with digits or signs put to it, one sign over and over, or a run of the keyboard."""
    words = {str(word).casefold() for word in _weak()["words"]}
    bare = text.strip("0123456789!@#$%^&*()_+-=.,?~ ")
    if text in words or bare in words or len(set(text)) <= 3:
        return True
    # A run counts together with what is put to it: four signs of one's own do not save "1234567890".
    runs = [run for line in _weak()["runs"] for run in (line, line[::-1])]
    longest = max((_common(text, run) for run in runs), default=0)
    return longest >= 4 and len(text) - longest < 4


def _common(text: str, run: str) -> int:
    """The length of the longest piece that both hold."""
    best = 0
    for start in range(len(text)):
        while start + best < len(text) and text[start : start + best + 1] in run:
            best += 1
    return best
