"""Other names of a thing: abbreviations and synonyms that neither characters nor vectors bring together.

A table of pairs, each with its source: the packaged one (general knowledge) and, after it, the operator's own file.
They are looked up when a need is asked: a change of the table shows at the next need, and no index is made again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from io import StringIO
from pathlib import Path

from kg.values.name import name_key
from matcher.errors import BadAliasError
from matcher.naming import ends_with
from matcher.query import Query

COLUMNS = ("name", "alias", "source")
"""Columns of a table; a fourth, `use`, may be `no`: then the pair is none, also where an earlier table has it."""

MOST = 8
"""Names that a need gains at most."""

SHORTEST = 3
"""Signs of a name of which a longer one may be made: two letters at the end of a longer name mean anything."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that a need was also asked by: what the need says, the other name, and who says they are one."""

    said: str
    name: str
    source: str


class Aliases:
    """Pairs of names, in both directions."""

    def __init__(self, rows: Iterable[tuple[str, str, str, bool]]) -> None:
        """`rows` are name, alias, source, and whether the pair is one; later rows count."""
        pairs: dict[tuple[str, str], tuple[str, str] | None] = {}
        for name, alias, source, use in rows:
            for one, other in ((name, alias), (alias, name)):
                pairs[name_key(one), name_key(other)] = (other, source) if use else None
        self._of: dict[str, list[tuple[str, str]]] = {}
        for (key, _), found in pairs.items():
            if found is not None:
                self._of.setdefault(key, []).append(found)

    @classmethod
    def load(cls, own: Path | None = None) -> Aliases:
        """The packaged table and, if the file is there, the operator's own. Raises BadAliasError (MA006) with line."""
        return _loaded(own, own.stat().st_mtime_ns if own is not None and own.is_file() else 0)

    def __len__(self) -> int:
        return sum(map(len, self._of.values())) // 2

    def of(self, name: str) -> list[Alias]:
        """Other names of a thing: of the name itself, else of the longest that it ends with (车载FPC → 车载柔性电路板).

        Also what those are also called: all names of one thing in the table.
        """
        whole = name_key(name)
        ends = (whole[first:] for first in range(len(whole) - SHORTEST + 1))
        key = whole if whole in self._of else next((e for e in ends if e in self._of and ends_with(whole, e)), None)
        if key is None:
            return []
        return [Alias(name, whole[: -len(key)] + other, source) for other, source in self._group(key)]

    def _group(self, key: str) -> list[tuple[str, str]]:
        """All names that hang together with one, nearest first."""
        found: dict[str, tuple[str, str]] = {}
        waiting = [key]
        for one in waiting:
            for other, source in self._of[one]:
                if name_key(other) not in found and name_key(other) != key:
                    found[name_key(other)] = other, source
                    waiting.append(name_key(other))
        return list(found.values())

    def expand(self, query: Query) -> tuple[Query, tuple[Alias, ...]]:
        """The need under its other names as well, and which they are. One without a name stays as it is."""
        if not (query.products or query.title):
            return query, ()
        known = {name_key(term) for term in query.terms}
        found: dict[str, Alias] = {}
        for term in query.terms:
            for alias in self.of(term):
                if name_key(alias.name) not in known:
                    found.setdefault(name_key(alias.name), alias)
        chosen = tuple(list(found.values())[:MOST])
        if not chosen:
            return query, ()
        return replace(query, products=(*query.terms, *(alias.name for alias in chosen))), chosen


@lru_cache(maxsize=4)
def _loaded(own: Path | None, changed: int) -> Aliases:
    rows = _rows(files("matcher").joinpath("aliases.csv").read_text(encoding="utf-8"), "aliases.csv")
    if own is not None and changed:
        try:
            text = own.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadAliasError(f"the table of aliases cannot be read: {error}", file=str(own)) from error
        rows += _rows(text, str(own))
    return Aliases(rows)


def _rows(text: str, file: str) -> list[tuple[str, str, str, bool]]:
    reader = csv.DictReader(StringIO(text))
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise BadAliasError(f"no column {', '.join(missing)}", file=file, place="line 1", hint=",".join(COLUMNS))
        return [
            _row(line, file, reader.line_num) for line in reader if any((value or "").strip() for value in _texts(line))
        ]
    except csv.Error as error:
        raise BadAliasError(f"no table: {error}", file=file, place=f"line {reader.line_num}") from error


def _texts(line: Mapping[str, str | None]) -> list[str | None]:
    return [line.get(column) for column in COLUMNS]


def _row(line: Mapping[str, str | None], file: str, number: int) -> tuple[str, str, str, bool]:
    name, alias, source = ((text or "").strip() for text in _texts(line))
    if not name_key(name) or not name_key(alias) or not source:
        raise BadAliasError(
            "a row has a name, an alias and a source",
            file=file,
            place=f"line {number}",
            hint="柔性电路板,FPC,who says so",
        )
    return name, alias, source, (line.get("use") or "yes").strip().lower() != "no"
