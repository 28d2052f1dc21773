"""Who asks, and what they may do: the roles of one person in one organisation, read from `rights.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import EllipsisType
from typing import Any

from kg.yml import read_yaml
from web.errors import WebError


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `user` is the id of an account, "operator" for who sits at the machine, "" for anybody.

    `organisation` is the one in which the roles are held (None: the operator of the data folder, or nobody's).
    `kind` is that of the organisation, `enterprise` the firm of the graph that it has proved to be. `scopes` are what
    a key for programs is limited to: rights, or "read" for all of them that only read; None where it is a person.
    `session` is the sign-in by which the person came, "" without one. `off` are subjects of rights that nobody holds
    here, since their part of the program is switched off.
    """

    user: str = ""
    name: str = ""
    organisation: str | None = None
    kind: str = ""
    enterprise: str | None = None
    roles: frozenset[str] = frozenset()
    organisation_name: str = ""
    scopes: frozenset[str] | None = None
    session: str = ""
    off: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether this is somebody, not anybody."""
        return bool(self.user)

    def may(self, right: str) -> bool:
        """Whether a role holds the right, and the key where it is one. Raises KeyError for a right of no role."""
        if self.roles.isdisjoint(_holders()[right]) or right.partition(".")[0] in self.off:
            return False
        return self.scopes is None or right in self.scopes or (READ in self.scopes and right.endswith(".read"))

    def owns(self, organisation_id: str | None) -> bool:
        """Whether a row of that organisation is theirs; rows without one are the operator's."""
        return self.known and self.organisation == organisation_id

    def need(self, right: str, organisation_id: str | EllipsisType | None = ...) -> None:
        """Raise WebError WE401 for who has not signed in, WE032 for who lacks the right, and WE404 for a row of another
        organisation, which is not said to exist.
        """
        if not self.known:
            raise WebError("this is for who has signed in", code="WE401", hint="sign in, or ask the operator")
        if not self.may(right):
            raise WebError(
                "your roles do not allow this", code="WE032", hint=f"who may: {', '.join(sorted(_holders()[right]))}"
            )
        if organisation_id is not ... and not self.owns(organisation_id):
            raise WebError("no such page", code="WE404", hint="look it up by the search")


READ = "read"
"""The scope of a key that may only read."""

ANYBODY = Actor()
AT_THE_MACHINE = Actor(user="operator", name="operator", kind="operator", roles=frozenset({"operator"}))
"""Who sits at the machine that serves the pages, as long as the operator has no account."""


@cache
def rights() -> dict[str, Any]:
    """The packaged table: roles with their rights, and what two people must do."""
    found: dict[str, Any] = read_yaml((resources.files(__package__) / "rights.yml").read_text("utf-8"))
    return found


def rights_of(roles: frozenset[str]) -> list[str]:
    """All rights that these roles hold, in order."""
    return sorted(right for right, holders in _holders().items() if not roles.isdisjoint(holders))


def roles_for(kind: str) -> tuple[str, ...]:
    """The roles that may be held in an organisation of this kind; none for an unknown kind."""
    return tuple(rights()["kinds"].get(kind, ()))


@cache
def _holders() -> dict[str, frozenset[str]]:
    """The roles of each right."""
    holders: dict[str, set[str]] = {}
    for role, held in rights()["roles"].items():
        for right in held:
            holders.setdefault(right, set()).add(role)
    return {right: frozenset(roles) for right, roles in holders.items()}
