"""Which files a command means, and what is known of each beside its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kg.yml import read_yaml
from web.errors import WebError

REGISTER = "manifest.yml"
"""A file of this name in a folder may list its documents: `documents: [{file, title, kind, publisher, published, …}]`.
Then these alone are read from the folder. Those with a `source` are lists, loaded by the manifest of that source."""

_KNOWN = ("title", "kind", "publisher", "url", "published", "retrieved", "licence")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, with what its folder's register says of it.

    `meta` holds fields of `kg.records.Document`; `source` is the manifest that a list is loaded by, `organisation`
    whose private sheet it is, `expect` the code with which it will be refused.
    """

    path: Path
    meta: Mapping[str, str] = field(default_factory=dict)
    demo: bool = False
    source: str | None = None
    organisation: str | None = None
    expect: str | None = None


def documents_of(paths: Iterable[Path]) -> list[Found]:
    """All documents that the paths name: a file as it is, a folder by its register or with everything below it.

    Hidden files are left out of folders. A path that does not exist stays in the list: its reader refuses it by name.
    """
    found: dict[Path, Found] = {}
    for path in paths:
        if not path.is_dir():
            known = listed(path)
            found.setdefault(path, Found(path, known.meta, known.demo, expect=known.expect))
            continue
        listing = register(path)
        for item in listing.values() if listing else map(Found, _below(path)):
            if item.source is None:
                found.setdefault(item.path, item)
    return list(found.values())


def listed(path: Path) -> Found:
    """What the register of the file's folder, or of the folder above, says of a file."""
    for folder in (path.parent, path.absolute().parent.parent):
        known = register(folder).get(path.resolve())
        if known is not None:
            return known
    return Found(path)


def register(folder: Path) -> dict[Path, Found]:
    """What the register of a folder lists, by path; empty where there is none. Raises WebError WE011."""
    path = folder / REGISTER
    if not path.is_file():
        return {}
    try:
        tree = read_yaml(path.read_text("utf-8"))
        lines = [_found(folder, tree, line) for line in tree.get("documents", ())]
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, KeyError) as error:
        raise WebError(
            f"the folder's register cannot be read: {error}", code="WE011", hint="correct it", file=str(path)
        ) from error
    return {found.path.resolve(): found for found in lines}


def _found(folder: Path, tree: Mapping[str, Any], line: Mapping[str, Any]) -> Found:
    return Found(
        folder / str(line["file"]),
        {name: str(line[name]) for name in _KNOWN if line.get(name)},
        bool(line.get("demo", tree.get("demo", False))),
        line.get("source"),
        line.get("organisation"),
        line.get("expect"),
    )


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path
