"""What one step of the projection leaves for the next, on disk: plain values, dealt by a key to shards."""

from __future__ import annotations

import marshal
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zlib import crc32

from kg.projection.shape import End
from kg.projection.statement import Statement
from kg.records import Document, DocumentId

_BATCH = 256
_LENGTH = 8


def shard_of(key: str, shards: int) -> int:
    """The shard of a key, the same in every process."""
    return crc32(key.encode("utf-8", "surrogatepass")) % shards


class Spill:
    """Writes items of several kinds to shards; `part` tells writers of one folder apart. A context manager."""

    def __init__(self, folder: Path, shards: int, part: int) -> None:
        self.shards = shards
        self._folder = folder
        self._part = part
        self._waiting: dict[tuple[str, int], list[Any]] = defaultdict(list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for place in self._waiting:
            self._write(place)

    def add(self, kind: str, key: str, item: Any) -> None:
        """Leave an item (of strings, numbers, lists, dictionaries) for the shard of a key."""
        self.put(kind, shard_of(key, self.shards), item)

    def put(self, kind: str, shard: int, item: Any) -> None:
        """Leave an item for a shard."""
        waiting = self._waiting[kind, shard]
        waiting.append(item)
        if len(waiting) >= _BATCH:
            self._write((kind, shard))

    def _write(self, place: tuple[str, int]) -> None:
        if self._waiting[place]:
            kind, shard = place
            frame = marshal.dumps(self._waiting[place])
            # Not kept open: there may be more shards than a process may have files.
            with (self._folder / f"{kind}-{shard}-{self._part}").open("ab") as file:
                file.write(len(frame).to_bytes(_LENGTH) + frame)
            self._waiting[place].clear()


def spilled(folder: Path, kind: str, shard: int) -> Iterator[Any]:
    """All items that were left for a shard; their files are whole, this program alone writes and reads them."""
    for path in sorted(folder.glob(f"{kind}-{shard}-*")):
        with path.open("rb") as file:
            while length := file.read(_LENGTH):
                yield from marshal.loads(file.read(int.from_bytes(length)))  # noqa: S302 (our own file of this run)


def packed(item: Statement) -> tuple[Any, ...]:
    """A statement as plain values."""
    object_, buyer = item.object, item.buyer
    return (
        item.row,
        tuple(item.subject),
        tuple(object_) if object_ else None,
        tuple(buyer) if buyer else None,
        dict(item.properties),
        item.rank[:-1],
    )


def unpacked(values: tuple[Any, ...], documents: dict[DocumentId, Document]) -> Statement:
    """A packed statement again."""
    row, subject, object_, buyer, properties, rank = values
    key = row["id"]
    return Statement(
        key,
        row["relation"],
        End(*subject),
        End(*object_) if object_ else None,
        End(*buyer) if buyer else None,
        properties,
        row,
        documents[row["document"]],
        (*rank, key),
    )
