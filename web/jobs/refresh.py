"""A look at a feed: its file fetched, the difference told, loaded, and what came of it kept for the pages."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from sqlalchemy import select

from kg.errors import BulianError
from kg.mapping import Manifest, rows
from kg.values.name import name_key
from web.db.imports import Refresh
from web.db.models import Document, ImportBatch
from web.errors import WebError
from web.home import Home
from web.jobs.accepted import is_number, printed_rows
from web.jobs.clock import Clock
from web.jobs.feeds import Feed, feeds
from web.jobs.fetched import fetch
from web.jobs.lists import import_list, manifest_of

EXAMPLES = 30
_RETRY = timedelta(hours=1)
_GOOD = ("loaded", "unchanged")
_log = structlog.get_logger()


@dataclass(slots=True)
class Difference:
    """Rows of a new issue against those of the former: new, gone, changed (the same firm says something else)."""

    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)

    def examples(self) -> list[dict[str, Any]]:
        """Some of each, for the page."""
        third = EXAMPLES // 3
        return [
            *({"what": "new", "row": row} for row in self.new[:third]),
            *({"what": "gone", "row": row} for row in self.gone[:third]),
            *({"what": "changed", "row": row, "before": before} for before, row in self.changed[:third]),
        ]


def difference(before: Iterable[str], after: Iterable[str], heads: frozenset[str]) -> Difference:
    """Rows as evidence prints them, compared without their numbers; `heads` are the columns that name the firm."""
    old, new = Counter(map(_unnumbered, before)), Counter(map(_unnumbered, after))
    left, came = list((old - new).elements()), list((new - old).elements())
    by_firm: dict[str, list[str]] = defaultdict(list)
    for row in left:
        by_firm[_firm(row, heads)].append(row)
    found = Difference()
    for row in came:
        firm = _firm(row, heads)
        if firm and by_firm[firm]:
            found.changed.append((by_firm[firm].pop(0), row))
        else:
            found.new.append(row)
    found.gone = [row for rest in by_firm.values() for row in rest]
    return found


def _unnumbered(row: str) -> str:
    return "\n".join(line for line in row.split("\n") if not is_number(line.partition(":")[0]))


def _firm(row: str, heads: frozenset[str]) -> str:
    for line in row.split("\n"):
        head, _, value = line.partition(": ")
        if head in heads:
            return name_key(value)
    return ""


def refresh(home: Home, feed: Feed, refuse: Callable[[BulianError], None], *, force: bool = False) -> Refresh:
    """Look at a feed now, load what is new, and keep what came of it. A failed look is kept and returned, not raised.

    An issue that lacks more than half of the former rows is not loaded unless `force` asks for it (WE044): more often
    the page is broken than half of a list gone. Raises WebError WE006 (another writer), for a later try.
    """
    look = Refresh(feed=feed.name, source=feed.source, state="failed")
    try:
        with TemporaryDirectory(prefix="bulian-feed-") as folder:
            manifest = manifest_of(feed.source)
            for path in _files(home, feed, manifest, Path(folder)):
                _load(home, feed, manifest, path, look, refuse, force)
    except (BulianError, OSError) as error:
        if isinstance(error, BulianError) and error.code == "WE006":
            raise
        known = error if isinstance(error, BulianError) else WebError(str(error), code="WE016", file=feed.where)
        look.state, look.error = "failed", dict(known.as_row())
        _log.warning("a feed could not be refreshed", feed=feed.name, error=str(known))
    with home.database().session() as session:
        session.add(look)
    _log.info("looked at a feed", feed=feed.name, state=look.state, new=look.new, gone=look.gone, changed=look.changed)
    return look


def _files(home: Home, feed: Feed, manifest: Manifest, folder: Path) -> Iterator[Path]:
    """Files to load: the one at the address; the newest in the folder, or with `keep` all that were never loaded."""
    if feed.address is not None:
        yield fetch(feed.address, folder)
        return
    assert feed.watch is not None
    if not feed.watch.is_dir():
        raise WebError("the watched folder is not there", code="WE043", hint="make it", file=str(feed.watch))
    found = sorted(
        (path for path in feed.watch.iterdir()
         if path.is_file() and not path.name.startswith(".") and fnmatch(path.name, feed.pattern)),
        key=lambda path: (path.stat().st_mtime, path.name),
    )  # fmt: skip
    if not found:
        raise WebError(f"no file {feed.pattern} in the folder", code="WE043", hint="put it there", file=str(feed.watch))
    yield from found if feed.keep else found[-1:]


def _load(
    home: Home,
    feed: Feed,
    manifest: Manifest,
    path: Path,
    look: Refresh,
    refuse: Callable[[BulianError], None],
    force: bool,
) -> None:
    former = None if feed.keep else _former(home, feed.name)
    with path.open("rb") as file:
        sha = hashlib.file_digest(file, "sha256").hexdigest()
    change = Difference()
    batch_before, last = _batch(home, manifest.id, sha), newest(home, feed.name, *_GOOD)
    undone = batch_before is not None and batch_before.state == "rolled_back"
    if undone and not force and (feed.keep or (last is not None and last.sha256 == sha)):
        # somebody took it back: it comes again when its file has changed, or when it is asked for
        look.state, look.file, look.sha256 = look.state if look.state == "loaded" else "unchanged", path.name, sha
        return
    if not (feed.keep and batch_before is not None):
        heads = frozenset(h for t in manifest.tables for c in t.columns.values() if c.type == "firm" for h in c.heads)
        present = [row.text for row in rows(manifest, path)]
        before = printed_rows(home, former[1]) if former else []
        change = difference(before, present, heads)
        if before and len(change.gone) * 2 > len(before) and not force:
            raise WebError(
                f"{len(change.gone)} of {len(before)} rows are gone",
                code="WE044",
                hint=f"look at the file; if it is right: bulian refresh {feed.name} --force",
                file=path.name,
            )
    today = datetime.now(UTC).date().isoformat()
    batch = import_list(home, feed.source, path, refuse, replaces=former[0] if former else None, retrieved=today)
    look.file, look.sha256, look.batch_id = path.name, sha, batch.id
    if batch.state == "already":
        look.state = "unchanged" if look.state != "loaded" else look.state
        look.rows = look.rows or batch.rows
        return
    look.state, look.rows, look.refused = "loaded", batch.rows, look.refused + batch.refused
    look.new, look.gone = look.new + len(change.new), look.gone + len(change.gone)
    look.changed += len(change.changed)
    look.examples = [*look.examples, *change.examples()][:EXAMPLES]


def _former(home: Home, feed: str) -> tuple[str, str] | None:
    """Batch and public document of the feed's present issue."""
    with home.database().session() as session:
        looks = select(Refresh.batch_id).where(Refresh.feed == feed, Refresh.batch_id.is_not(None))
        batch = session.scalar(looks.order_by(Refresh.created.desc()).limit(1))
        sha = session.scalar(
            select(Document.sha256).where(Document.batch_id == batch, Document.state.in_(("read", "loaded")))
        )
        return (batch, sha) if batch and sha else None


def _batch(home: Home, source: str, sha256: str) -> ImportBatch | None:
    with home.database().session() as session:
        batches = select(ImportBatch).where(ImportBatch.sha256 == sha256, ImportBatch.source == source)
        return session.scalar(batches.order_by(ImportBatch.created.desc()).limit(1))


def newest(home: Home, feed: str, *states: str) -> Refresh | None:
    """The newest look at a feed, of some states or of any."""
    query = select(Refresh).where(Refresh.feed == feed)
    if states:
        query = query.where(Refresh.state.in_(states))
    with home.database().session() as session:
        return session.scalar(query.order_by(Refresh.created.desc()).limit(1))


def due(home: Home, feed: Feed, at: datetime) -> bool:
    """Whether it is time to look: its span after the last look; after a failed one an hour, or its span if shorter."""
    last = newest(home, feed.name)
    if last is None:
        return True
    return last.created + (min(feed.every, _RETRY) if last.state == "failed" else feed.every) <= at


@dataclass(frozen=True, slots=True)
class Looks:
    """The newest looks at a feed: the last of all, the last that went well, the last that loaded something."""

    feed: Feed
    last: Refresh | None
    good: Refresh | None
    loaded: Refresh | None

    @classmethod
    def at(cls, home: Home, feed: Feed) -> Looks:
        """Those of one feed."""
        last, loaded = newest(home, feed.name), newest(home, feed.name, "loaded")
        good = last if last is not None and last.state in _GOOD else newest(home, feed.name, *_GOOD)
        return cls(feed, last, good, loaded)

    def stale(self, at: datetime) -> bool:
        """Whether a warning is due: the last look failed, or two spans went by without one that went well."""
        if self.last is None:
            return False
        return self.last.state == "failed" or self.good is None or self.good.created + 2 * self.feed.every < at


class FeedWatch(Clock):
    """The running process looks at each feed when it is due."""

    def __init__(self, home: Home, *, pause: float = 30.0) -> None:
        super().__init__(home, "feeds", pause, self.look)

    def look(self, home: Home, at: datetime) -> int:
        """Look at what is due. Returns how many feeds."""
        looked = 0
        for feed in feeds(home).values():
            if not self.stopping and due(home, feed, at):
                refresh(home, feed, lambda error: _log.info("refused of a feed", row=str(error)))
                looked += 1
        return looked
