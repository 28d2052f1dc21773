"""Rows of a projection as CSV files that the importer of Neo4j reads back as the same values.

Every file begins with its own header. A column has the type that the ontology declares; rows with a value of another
type (a page that is a number, a share that is no whole number) go to a file of their own, whose header says so. So do
rows with line breaks, since the importer reads files without them in parallel. Those files are small: at the border of
two of its buffers of 4 MiB the importer takes a line break inside a cell for a fault ("found CR outside a text cell").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from kg.ontology import Ontology, Property
from kg.projection.shape import LinkKind, Projection, Row
from kg.store import Counts

ARRAY_DELIMITER = "\x1f"
LINES = "-lines.csv"
"""How the name of a file ends whose cells may hold line breaks."""

_BUFFER = 1 << 20
_MOST_SIGNS = 1 << 20
"""Signs in a file whose cells hold line breaks, at most 3 bytes each in Chinese: less than the importer's buffer."""
_DECLARED = {"number": "long", "date": "date", "boolean": "boolean", "list": "string[]", "vector": "float[]"}
_USUAL = {"long": int, "boolean": bool, "string[]": list}
_GIVEN = {str: "string", bool: "boolean", int: "long", float: "double", list: "string[]", tuple: "string[]"}


_Types = tuple[tuple[str, str], ...]


class Sheets:
    """CSV files of one folder, by label or kind of link. A context manager; `part` tells writers of a folder apart."""

    def __init__(self, folder: Path, ontology: Ontology, part: str = "0") -> None:
        self.folder = folder
        self._labels: Counter[str] = Counter()
        self._links: Counter[str] = Counter()
        self._ontology = ontology
        self._part = part
        self._tables: dict[str | LinkKind, _Table] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for table in self._tables.values():
            table.close()

    @property
    def counts(self) -> Counts:
        """How many nodes and edges were written."""
        return Counts(dict(self._labels), dict(self._links))

    def write(self, projection: Projection) -> None:
        """Write all rows of a projection."""
        for label, rows in projection.nodes.items():
            self.nodes(label, rows)
        for kind, links in projection.links.items():
            self.links(kind, links)

    def nodes(self, label: str, rows: Iterable[Row]) -> None:
        """Write nodes; every row has the label's key."""
        table = self._tables.get(label)
        if table is None:
            declared = self._ontology.labels[label]
            table = _Table(self.folder / f"nodes-{label}-{self._part}", declared.properties, declared.properties)
            table.heads[declared.key] = f"{declared.key}:ID({label})"
            self._tables[label] = table
        self._labels[label] += table.write(rows)

    def links(self, kind: LinkKind, rows: Iterable[Row]) -> None:
        """Write edges; every row has `start` and `end`, key values of its two nodes."""
        table = self._tables.get(kind)
        if table is None:
            relation = self._ontology.relations[kind.type]
            stem = f"links-{kind.type}-{kind.start}-{kind.end}-{self._part}"
            names = ("start", "end", *relation.edge_properties)
            table = _Table(self.folder / stem, names, relation.properties)
            table.heads["start"] = f":START_ID({kind.start})"
            table.heads["end"] = f":END_ID({kind.end})"
            self._tables[kind] = table
        self._links[kind.type] += table.write(rows)


class _Table:
    """Files of one kind of rows: one for each set of types that its cells have."""

    def __init__(self, stem: Path, columns: Iterable[str], declared: Mapping[str, Property]) -> None:
        self.heads: dict[str, str] = {}
        self._stem = stem
        self._columns = tuple(columns)
        types = {name: _type(name, declared.get(name)) for name in self._columns}
        self._texts = tuple(name for name, kind in types.items() if kind in _TEXTS)
        self._others = tuple((name, _USUAL.get(kind)) for name, kind in types.items() if kind not in _TEXTS)
        self._types = {name: types[name] for name in (*self._texts, *dict(self._others))}
        self._files: dict[tuple[_Types, bool], IO[str]] = {}
        self._full = 0
        self._signs: Counter[_Types] = Counter()

    def write(self, rows: Iterable[Row]) -> int:
        """Write rows; returns how many."""
        given = rows if isinstance(rows, list) else list(rows)
        if not (given and self._columns == _ENDS and self._write_ends(given)):
            plain: list[str] = []
            for row in given:
                line, other = self._line(row)
                if "\n" in line or "\r" in line:
                    self._lines_file(other, len(line)).write(f"{line}\n")
                elif other:
                    self._file(other, lines=False).write(f"{line}\n")
                else:
                    plain.append(line)
            if plain:
                self._file((), lines=False).write("\n".join([*plain, ""]))
        return len(given)

    def _write_ends(self, rows: list[Row]) -> bool:
        """Edges without properties, most of all rows, at once; False where a key holds a sign to look at closely."""
        text = "\n".join([f'"{row["start"]}","{row["end"]}"' for row in rows])
        if text.count('"') != 4 * len(rows) or text.count("\n") != len(rows) - 1 or "\r" in text:
            return False
        self._file((), lines=False).write(f"{text}\n")
        return True

    def _line(self, row: Row) -> tuple[str, _Types]:
        """A row as a line, and the columns in which it has a value of another type than is usual."""
        get, texts, others = row.get, self._texts, self._others
        unusual: _Types = ()
        try:
            cells = ["" if (value := get(name)) is None else '"' + value + '"' for name in texts]
        except TypeError:
            cells = [_cell(get(name)) for name in texts]  # a number where a text is usual
            unusual = self._unusual(row, texts)
        line = ",".join(cells)
        if line.count('"') != 2 * (len(texts) - cells.count("")):
            line = ",".join([_cell(get(name)) for name in texts])
        for name, usual in others:
            value = get(name)
            line = f"{line},{_cell(value)}"
            if value is not None and value.__class__ is not usual:
                unusual += self._unusual(row, (name,))
        return line, unusual

    def _unusual(self, row: Row, names: Iterable[str]) -> _Types:
        """The columns of a row whose values have another type than is usual there."""
        found = []
        for name in names:
            value = row.get(name)
            if value is not None:
                given, usual = _GIVEN[value.__class__], self._types[name]
                if given != usual and not (given == "string" and usual == "date"):
                    found.append((name, given))
        return tuple(found)

    def _lines_file(self, other: _Types, signs: int) -> IO[str]:
        """The file for a row with line breaks that is so long; a full one is closed."""
        self._signs[other] += signs
        if self._signs[other] > _MOST_SIGNS and (other, True) in self._files:
            self._files.pop((other, True)).close()
            self._full, self._signs[other] = self._full + 1, signs
        return self._file(other, lines=True)

    def _file(self, other: _Types, *, lines: bool) -> IO[str]:
        file = self._files.get((other, lines))
        if file is None:
            types = {**self._types, **dict(other)}
            path = self._stem.with_name(
                f"{self._stem.name}-{len(self._files) + self._full}{LINES if lines else '.csv'}"
            )
            file = path.open("w", buffering=_BUFFER, encoding="utf-8", newline="")
            file.write(",".join(self.heads.get(name, f"{name}:{types[name]}") for name in types) + "\n")
            self._files[other, lines] = file
        return file

    def close(self) -> None:
        for file in self._files.values():
            file.close()


_ENDS = ("start", "end")
_TEXTS = ("string", "date")
_DAYS = frozenset({"valid_from", "valid_to", "as_of"})


def _type(name: str, declared: Property | None) -> str:
    if declared is not None:
        return _DECLARED.get(declared.type, "string")
    return "date" if name in _DAYS else "long" if name == "facts" else "string"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    kind = value.__class__
    if kind is bool:
        return "true" if value else "false"
    if kind is str or kind is list or kind is tuple:
        text = value if kind is str else ARRAY_DELIMITER.join(map(str, value))
        return '"' + text.replace('"', '""') + '"'
    return repr(value)
