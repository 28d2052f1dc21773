"""Feeds: sources that are looked at on a schedule, in a watched folder or at an address of the operator's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from kg.yml import read_yaml
from web.errors import WebError
from web.home import Home

FILE = "feeds.yml"
_ENTRIES = {"source", "watch", "pattern", "address", "every", "keep"}
_SPANS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LEAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. `source` names a manifest or its folder; either `watch` (with `pattern`) or `address` is set.

    With `keep` each file adds to those before it (notices, year by year); else the newest takes the former one's place.
    """

    name: str
    source: str
    every: timedelta
    watch: Path | None = None
    pattern: str = "*"
    address: str | None = None
    keep: bool = False

    @property
    def where(self) -> str:
        """The folder or the address."""
        return self.address or f"{self.watch}/{self.pattern}"


def feeds(home: Home) -> dict[str, Feed]:
    """The feeds that `feeds.yml` in the data folder names; none where there is no such file. Raises WebError WE042."""
    path = home.folder / FILE
    if not path.is_file():
        return {}
    try:
        tree = read_yaml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(path, None, f"it cannot be read: {error}") from error
    entries = tree.get("feeds") if isinstance(tree, dict) else None
    if not isinstance(entries, dict):
        raise _wrong(path, None, "it holds no mapping `feeds`")
    return {str(name): _feed(str(name), entry, path) for name, entry in entries.items()}


def _wrong(path: Path, name: str | None, reason: str) -> WebError:
    return WebError(
        f"wrong feeds: {reason}", code="WE042", hint="docs/operations.md, Feeds", file=str(path), place=name
    )


def _feed(name: str, entry: object, path: Path) -> Feed:
    if not re.fullmatch(r"[\w.-]{1,64}", name):
        raise _wrong(path, name, "a feed's name has letters, digits, `_`, `.`, `-`")
    if not isinstance(entry, Mapping) or set(entry) - _ENTRIES:
        raise _wrong(path, name, f"a feed has {', '.join(sorted(_ENTRIES))}")
    if not isinstance(entry.get("source"), str) or ("watch" in entry) == ("address" in entry):
        raise _wrong(path, name, "it needs a source, and either watch or address")
    address = entry.get("address")
    if address is not None:
        parts = urlsplit(str(address))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise _wrong(path, name, f"{address} is no address of http or https")
        if parts.username or parts.password:
            raise _wrong(path, name, "an address with a password would stand in logs and pages")
    return Feed(
        name,
        _source(entry["source"], path.parent),
        _every(entry.get("every", "1d"), name, path),
        path.parent / str(entry["watch"]) if "watch" in entry else None,
        str(entry.get("pattern", "*")),
        str(address) if address is not None else None,
        _truth(entry.get("keep", False), name, path),
    )


def _source(source: str, folder: Path) -> str:
    """A folder beside the file is found from wherever the command runs."""
    beside = folder / source
    return str(beside) if (beside / "manifest.yml").is_file() else source


def _every(value: Any, name: str, path: Path) -> timedelta:
    hit = re.fullmatch(r"(\d{1,4})([mhdw])", str(value))
    span = timedelta(**{_SPANS[hit[2]]: int(hit[1])}) if hit else timedelta()
    if span < LEAST:
        raise _wrong(path, name, f"{value} is no span of time like 30m, 6h, 1d, 1w")
    return span


def _truth(value: object, name: str, path: Path) -> bool:
    if not isinstance(value, bool):
        raise _wrong(path, name, "keep is true or false")
    return value
