"""Manifests: where a list comes from, under what licence, and how its columns become facts (see docs/manifests.md)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.mapping.cell import TYPES
from kg.mapping.refusal import SourceError
from kg.records import stable_hash
from kg.yml import read_yaml

FILE = "manifest.yml"
_DERIVATIONS = ("region", "trade", "former", "match", "choose", "text", "lookup", "first")


@dataclass(frozen=True, slots=True)
class Column:
    """A column under any of `heads` (JSON keys); `values` maps what stands in cells to what is stored.

    What stands in a private one is for the relational store alone: no fact may rest on it.
    """

    name: str
    heads: tuple[str, ...]
    type: str = "text"
    required: bool = False
    values: Mapping[str, str] | None = None
    unit: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Derivation:
    """A value made from others: `kind` is one of region, trade, former, match, choose, text, lookup, first."""

    name: str
    kind: str
    of: tuple[str, ...]
    argument: Any = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class MentionRule:
    """How one end of a fact is named; fields are names of columns, or literals that begin with `=`."""

    type: str
    name: str
    key: str | None = None
    local: str | None = None


@dataclass(frozen=True, slots=True)
class FactRule:
    """One fact a row, where its ends and all columns of `when` have a value, and `unless` has none.

    `when` may ask for a particular value of a column.

    `each` names a column of type list: one fact for each of its items (patents with several assignees).
    """

    relation: str
    source: MentionRule
    target: MentionRule | None
    properties: Mapping[str, str]
    level: str
    method: str
    valid_from: str | None
    valid_to: str | None
    when: tuple[tuple[str, str | None], ...]
    unless: str | None = None
    each: str | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Rows that state nothing: where `column` matches `pattern`, or equals the column `same_as`."""

    column: str
    reason: str
    pattern: re.Pattern[str] | None = None
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Rows of which nothing is kept or printed: where `column` matches `pattern`, or does not match `unless`.

    An empty cell matches no `unless`. Cells are compared in NFKC.
    """

    column: str
    pattern: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None

    def takes(self, text: str) -> bool:
        """Whether a row with this cell is left out."""
        text = unicodedata.normalize("NFKC", text).strip()
        if self.pattern is not None and self.pattern.search(text):
            return True
        return self.unless is not None and not self.unless.search(text)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Values by a key from another table of the file: `alike` chooses among several values of one key."""

    name: str
    part: str
    key: str
    value: str
    alike: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file: sheets, or members of an archive, whose name matches `part`."""

    part: str
    columns: Mapping[str, Column]
    derive: tuple[Derivation, ...]
    facts: tuple[FactRule, ...]
    refuse: tuple[Refuse, ...]
    leave: tuple[Leave, ...]
    agree: str | None
    least: int
    most: int | None
    private: bool

    @property
    def discreet(self) -> bool:
        """Whether a row has a part that the public may not see: then it sees the declared public columns alone."""
        return self.private or any(column.private for column in self.columns.values())


@dataclass(frozen=True)
class Manifest:
    """A source of lists. `id` is what Documents carry as `source`; dates are ISO 8601.

    `digest` is the hash of all entries, those of extended manifests included. Of a `private` source nothing becomes a
    fact: its rows are for the organisation that brings them. A source that `declares` holds what firms say of
    themselves: to say the same again in another file is a likely duplicate.
    """

    id: str
    digest: str
    folder: Path
    title: str
    publisher: str | None
    licence: str | None
    kind: str
    url: str | None
    published: str | None
    retrieved: str | None
    demo: bool
    private: bool
    declares: bool
    encoding: str | None
    tables: tuple[Table, ...]
    lookups: Mapping[str, Lookup]

    @property
    def leaves(self) -> bool:
        """Whether rows may be left out of which nothing is to be kept: then the file as it came is kept nowhere."""
        return any(table.leave for table in self.tables)

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read `folder/manifest.yml`; raises KG801 with the entry that is wrong."""
        tree = _tree(folder)
        place = f"{folder.name}/{FILE}"
        try:
            return _manifest(tree, folder)
        except (KeyError, TypeError, AttributeError, ValueError, re.error) as error:
            raise SourceError(f"wrong manifest: {type(error).__name__} {error}", file=place) from error


def manifests(folder: Path) -> dict[str, Path]:
    """Folders of all manifests of lists below a folder, by id; other files of that name are passed over."""
    found = {}
    for path in sorted(folder.rglob(FILE)):
        tree = read_yaml(path.read_text(encoding="utf-8"))
        if isinstance(tree, dict) and "id" in tree and ("tables" in tree or "extends" in tree):
            found[str(tree["id"])] = path.parent
    return found


def _tree(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        tree = read_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise SourceError(f"the manifest cannot be read: {error}", file=str(path)) from error
    if not isinstance(tree, dict):
        raise SourceError("the manifest is no mapping", file=str(path))
    if "extends" in tree:
        tree = {**_tree(folder / str(tree.pop("extends"))), **tree}
    return tree


def _manifest(tree: Mapping[str, Any], folder: Path) -> Manifest:
    known = {
        "id", "title", "publisher", "licence", "kind", "url", "published", "retrieved", "demo", "encoding", "tables",
        "lookups", "about", "private", "declares", "documents",
    }  # fmt: skip
    if set(tree) - known:
        raise ValueError(f"unknown entries {sorted(set(tree) - known)}")
    private = bool(tree.get("private", False))
    lookups = {name: Lookup(name=name, **entry) for name, entry in (tree.get("lookups") or {}).items()}
    return Manifest(
        id=tree["id"],
        digest=stable_hash(json.dumps(tree, ensure_ascii=False, sort_keys=True, default=str)),
        folder=folder,
        title=tree["title"],
        publisher=tree.get("publisher"),
        licence=tree.get("licence"),
        kind=tree.get("kind", "list"),
        url=tree.get("url"),
        published=_day(tree.get("published")),
        retrieved=_day(tree.get("retrieved")),
        demo=bool(tree.get("demo", False)),
        private=private,
        declares=bool(tree.get("declares", False)),
        encoding=tree.get("encoding"),
        tables=tuple(_table(entry, lookups, private) for entry in tree["tables"]),
        lookups=lookups,
    )


def _day(value: object) -> str | None:
    return None if value is None else str(value)


def _table(entry: Mapping[str, Any], lookups: Mapping[str, Lookup], private: bool) -> Table:
    columns = {name: _column(name, value) for name, value in entry["columns"].items()}
    derive = tuple(_derivation(name, value) for name, value in (entry.get("derive") or {}).items())
    expect = entry.get("expect") or {}
    table = Table(
        part=entry.get("part", "*"),
        columns=columns,
        derive=derive,
        facts=tuple(_fact(item) for item in (() if private else entry["facts"])),
        refuse=tuple(_refuse(item) for item in entry.get("refuse") or ()),
        leave=tuple(_leave(item) for item in entry.get("leave") or ()),
        agree=entry.get("agree"),
        least=int(expect.get("min", 1)),
        most=expect.get("max"),
        private=private,
    )
    _check(table, lookups)
    return table


def _column(name: str, entry: Any) -> Column:
    if isinstance(entry, str | list):
        entry = {"heads": entry}
    heads = entry.get("heads", name)
    column = Column(
        name,
        tuple([heads] if isinstance(heads, str) else heads),
        entry.get("type", "text"),
        bool(entry.get("required", False)),
        entry.get("values"),
        entry.get("unit", ""),
        bool(entry.get("private", False)),
    )
    if column.type not in TYPES:
        raise ValueError(f"column {name} has an unknown type {column.type}")
    return column


def _derivation(name: str, entry: Mapping[str, Any]) -> Derivation:
    (kind,) = set(entry) & set(_DERIVATIONS)
    value = entry[kind]
    of: Any = entry.get("of", value)
    argument: Any = None
    if kind == "match":
        argument = re.compile(entry["pattern"])
    elif kind == "choose":
        argument, of = [(re.compile(pattern), chosen) for pattern, chosen in entry["choose"].items()], entry["of"]
    elif kind == "text":
        argument, of = value, re.findall(r"\{(\w+)\}", value)
    elif kind == "lookup":
        argument, of = value, entry["by"]
    return Derivation(name, kind, tuple([of] if isinstance(of, str) else of), argument, entry.get("else"))


def _fact(entry: Mapping[str, Any]) -> FactRule:
    when = entry.get("when") or ()
    when = (when,) if isinstance(when, str) else when
    return FactRule(
        relation=entry["relation"],
        source=MentionRule(**entry["source"]),
        target=MentionRule(**entry["target"]) if entry.get("target") else None,
        properties=entry.get("properties") or {},
        level=entry.get("level", "disclosed"),
        method=entry.get("method", "list.row"),
        valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"),
        when=tuple(when.items() if isinstance(when, dict) else ((name, None) for name in when)),
        unless=entry.get("unless"),
        each=entry.get("each"),
    )


def _refuse(entry: Mapping[str, Any]) -> Refuse:
    pattern = entry.get("pattern")
    return Refuse(entry["column"], entry["reason"], re.compile(pattern) if pattern else None, entry.get("same_as"))


def _leave(entry: Mapping[str, Any]) -> Leave:
    unknown = set(entry) - {"column", "pattern", "unless"}
    if unknown or len(entry) < 2:
        raise ValueError(f"leave needs a column with pattern or unless: {dict(entry)}")
    return Leave(entry["column"], *(re.compile(entry[how]) if how in entry else None for how in ("pattern", "unless")))


def _names(table: Table) -> Iterator[str]:
    yield from _told(table)
    for derivation in table.derive:
        yield from derivation.of
        if derivation.otherwise:
            yield derivation.otherwise
    for refuse in table.refuse:
        yield from (name for name in (refuse.column, refuse.same_as) if name)


def _told(table: Table) -> Iterator[str]:
    """Names that the facts rest on."""
    for rule in table.facts:
        yield from rule.properties.values()
        yield from (name for name, _ in rule.when)
        yield from (name for name in (rule.each, rule.unless) if name)
        for mention in (rule.source, rule.target):
            if mention is not None:
                yield from (name for name in (mention.name, mention.key, mention.local) if name)
        yield from (name for name in (rule.valid_from, rule.valid_to) if name)


def _check(table: Table, lookups: Mapping[str, Lookup]) -> None:
    known = {*table.columns, *(item.name for item in table.derive)}
    for name in _names(table):
        if not name.startswith(("=", "@")) and name not in known:
            raise ValueError(f"{name} is neither a column nor derived")
    secret = {column.name for column in table.columns.values() if column.private}
    for item in table.derive:
        if secret & {*item.of, item.otherwise}:
            secret.add(item.name)
    for name in _told(table):
        if name in secret:
            raise ValueError(f"a fact rests on {name}, which is private")
    for entry in table.leave:  # before anything is derived
        if entry.column not in table.columns:
            raise ValueError(f"leave names {entry.column}, which is no column")
    if table.leave and not table.discreet:
        raise ValueError("a table that leaves rows out needs a private column: else the file as it came is public")
    used = {str(item.argument) for item in table.derive if item.kind == "lookup"}
    if table.agree is not None and table.agree not in used:
        raise ValueError(f"agree names {table.agree}, from which nothing is derived")
    if used - set(lookups):
        raise ValueError(f"no lookup {sorted(used - set(lookups))}")
