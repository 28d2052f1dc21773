"""Feeds as the page of sources shows them: age, last look, what changed, warnings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from kg.errors import BulianError
from web.db.models import now
from web.jobs.feeds import feeds
from web.jobs.lists import manifest_of
from web.jobs.refresh import Looks

if TYPE_CHECKING:
    from web.home import Home
    from web.jobs.feeds import Feed


class Change(BaseModel):
    """A row that is new, gone or changed, as its evidence prints it."""

    what: str
    row: str
    before: str | None = None


class FeedLine(BaseModel):
    """A feed: when it was last looked at, when that last went well, and what was different."""

    name: str
    title: str
    hours: float = Field(description="time between two looks")
    keep: bool = Field(description="whether files add up, or the newest takes the former one's place")
    stale: bool = Field(description="whether its last look failed or is overdue")
    looked: datetime | None = None
    good: datetime | None = Field(default=None, description="the last look that went well")
    changed_at: datetime | None = Field(default=None, description="the last look that loaded something")
    state: str | None = None
    file: str | None = None
    rows: int = 0
    new: int = 0
    gone: int = 0
    changed: int = 0
    refused: int = 0
    code: str | None = None
    reason: str | None = None
    changes: list[Change] = []


def feed_lines(home: Home) -> list[FeedLine]:
    """All feeds; a file of feeds that is wrong is one line that says so."""
    try:
        return [_line(home, feed) for feed in feeds(home).values()]
    except BulianError as error:
        wrong = FeedLine(name="feeds.yml", title="feeds.yml", hours=0, keep=False, stale=True)
        wrong.state, wrong.code, wrong.reason = "failed", error.code, error.reason
        return [wrong]


def _line(home: Home, feed: Feed) -> FeedLine:
    looks = Looks.at(home, feed)
    line = FeedLine(
        name=feed.name,
        title=_title(feed),
        hours=feed.every.total_seconds() / 3600,
        keep=feed.keep,
        stale=looks.stale(now()),
    )
    if (last := looks.last) is not None:
        line.looked, line.state = last.created, last.state
        line.code, line.reason = last.error.get("code"), last.error.get("reason")
    if looks.good is not None:
        line.good = looks.good.created
    if (loaded := looks.loaded) is not None:
        line.changed_at, line.file = loaded.created, loaded.file
        line.rows, line.new, line.gone = loaded.rows, loaded.new, loaded.gone
        line.changed, line.refused = loaded.changed, loaded.refused
        line.changes = [Change(**example) for example in loaded.examples]
    return line


def _title(feed: Feed) -> str:
    try:
        return manifest_of(feed.source).title
    except BulianError:
        return feed.name
