"""Shortlists of the reader's organisation: the list of them, one with its decisions, and its frozen versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from web.accounts.actor import Actor
from web.jobs.list_content import present
from web.work.lists import shortlists
from web.work.lists.frozen import Difference, difference
from web.work.lists.states import ITEMS, LIST

if TYPE_CHECKING:
    from web.home import Home


class VersionLine(BaseModel):
    """A frozen version."""

    number: int
    at: datetime
    by: str
    digest: str


class ListCard(BaseModel):
    """A line of the organisation's lists."""

    id: str
    title: str
    need_id: str
    state: str
    created: datetime
    counts: dict[str, int] = Field(default={}, description="firms by state")
    versions: int = 0
    frozen: datetime | None = None


class ListsPage(BaseModel):
    """All lists of the organisation, newest first."""

    lists: list[ListCard]


class ListPage(BaseModel):
    """One list as it is now. `content` is what a version of it would keep, without the slice of the corpus."""

    id: str
    title: str
    need_id: str
    asked: str
    state: str
    made_by: str
    content: dict[str, Any]
    item_versions: dict[str, int] = Field(description="optimistic locks of the items, by firm")
    moves: dict[str, list[str]] = Field(description="where each firm may go from its state")
    versions: list[VersionLine]
    may_freeze: bool
    next_states: list[str]


class VersionPage(BaseModel):
    """A frozen version."""

    id: str
    title: str
    version: VersionLine
    content: dict[str, Any]


class DiffPage(BaseModel):
    """What two versions, or a version and the list as it is now (`after` 0), do not share."""

    model_config = {"arbitrary_types_allowed": True}

    id: str
    title: str
    before: int
    after: int
    found: Difference
    evidence: dict[str, dict[str, Any]]


def lists_page(home: Home, actor: Actor) -> ListsPage:
    """The lists of the reader's organisation. Raises WebError WE401, WE032."""
    cards = []
    with home.database().session() as session:
        for row in shortlists.own(session, actor):
            counts: dict[str, int] = {}
            for item in shortlists.items(session, row).values():
                counts[item.state] = counts.get(item.state, 0) + 1
            versions = shortlists.versions(session, row)
            cards.append(
                ListCard(
                    id=row.id,
                    title=row.title,
                    need_id=row.need_id,
                    state=row.state,
                    created=row.created,
                    counts=counts,
                    versions=len(versions),
                    frozen=versions[0].at if versions else None,
                )
            )
    return ListsPage(lists=cards)


def list_page(home: Home, actor: Actor, list_id: str) -> ListPage:
    """One list. Raises as `web.jobs.list_content.present`."""
    row, content = present(home, actor, list_id)
    with home.database().session() as session:
        decided = shortlists.items(session, row)
        versions = shortlists.versions(session, row)
    states = {firm: item.state for firm, item in decided.items()}
    return ListPage(
        id=row.id,
        title=row.title,
        need_id=row.need_id,
        asked=row.asked,
        state=row.state,
        made_by=row.made_by,
        content=content,
        item_versions={firm: item.version for firm, item in decided.items()},
        moves={
            item["firm"]: [to for to in _ORDER if to in ITEMS[states.get(item["firm"], "")]]
            for item in content["items"]
        },
        versions=[_line(one) for one in versions],
        may_freeze=shortlists.may_freeze(actor, row),
        next_states=sorted(LIST.ways[row.state] & {"decided", "archived"}, reverse=True),
    )


_ORDER = ("kept", "contacted", "sampled", "qualified", "approved", "rejected", "off")


def version_page(home: Home, actor: Actor, list_id: str, number: int) -> VersionPage:
    """A frozen version. Raises WebError WE404, WE401, WE032."""
    with home.database().session() as session:
        row = shortlists.one(session, actor, list_id)
        version, content = shortlists.frozen(session, row, number)
    return VersionPage(id=row.id, title=row.title, version=_line(version), content=content)


def diff_page(home: Home, actor: Actor, list_id: str, before: int, after: int = 0) -> DiffPage:
    """What a version and a later one, or the list as it is now, do not share. Raises WebError WE404, WE401, WE032."""
    with home.database().session() as session:
        row = shortlists.one(session, actor, list_id)
        _, old = shortlists.frozen(session, row, before)
        new = shortlists.frozen(session, row, after)[1] if after else None
    if new is None:
        new = present(home, actor, list_id)[1]
    return DiffPage(
        id=row.id,
        title=row.title,
        before=before,
        after=after,
        found=difference(old, new),
        evidence={**old["evidence"], **new["evidence"]},
    )


def _line(version: Any) -> VersionLine:
    return VersionLine(number=version.number, at=version.at, by=version.made_by, digest=version.digest)


def keeping(home: Home, actor: Actor, need_id: str) -> dict[str, Any]:
    """What a need's page needs for its buttons: the organisation's list of it; nothing for who may not keep one."""
    if not (actor.known and actor.may(shortlists.RIGHT)):
        return {}
    with home.database().session() as session:
        row = shortlists.current(session, actor, need_id)
        states = {} if row is None else shortlists.items(session, row)
    return {"keeping": True, "own_list": row.id if row else None, "kept": states}
