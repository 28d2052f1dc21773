"""Own gold: passages drawn by a committed seed and labelled by reading, as offsets without a word of their text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

Half = Literal["tune", "hold"]


def half(document: str) -> Half:
    """The half that a document belongs to. Errors of `tune` may be looked at; `hold` shows whether tuning paid."""
    return "hold" if hashlib.sha256(document.encode()).digest()[-1] % 2 else "tune"


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled span; `start` and `end` count code points of the document, `values` hold numbers and enums."""

    label: str
    start: int
    end: int
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """One drawn passage of a document with all its labels; one without a label says that nothing is to be found."""

    document: str
    start: int
    end: int
    labels: tuple[Label, ...] = ()

    @property
    def half(self) -> Half:
        """The half of its document."""
        return half(self.document)


def load(name: str, only: Half | None = None) -> list[Passage]:
    """The passages of a set in the order of their drawing; raises FileNotFoundError for a set that is not there."""
    lines = files(__package__).joinpath("gold", f"{name}.jsonl").read_text("utf-8").splitlines()
    found = [_passage(json.loads(line)) for line in lines if line]
    return [one for one in found if only in (None, one.half)]


def save(path: Path, passages: Iterable[Passage]) -> None:
    """Write passages in the form that `load` reads, one a line."""
    path.write_text("".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in passages), encoding="utf-8")


def by_document(passages: Iterable[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    """Passages grouped by document, so that each document is read once."""
    groups: dict[str, list[Passage]] = {}
    for one in passages:
        groups.setdefault(one.document, []).append(one)
    yield from sorted(groups.items())


def _passage(row: Mapping[str, Any]) -> Passage:
    labels = tuple(
        Label(one["label"], one["start"], one["end"], {k: v for k, v in one.items() if k not in _SPAN})
        for one in row["labels"]
    )
    return Passage(row["document"], row["start"], row["end"], labels)


def _row(one: Passage) -> dict[str, Any]:
    labels = [{"label": each.label, "start": each.start, "end": each.end, **each.values} for each in one.labels]
    return {"document": one.document, "start": one.start, "end": one.end, "labels": labels}


_SPAN = {"label", "start", "end"}
