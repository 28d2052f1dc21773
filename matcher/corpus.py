"""What is ranked: firms and their products as an immutable snapshot, in memory or mapped from a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.arrays import RELATIONS, Ints, Relation, find, made, replaced
from matcher.columns import Codes, Columns, Held, dumped
from matcher.errors import BadCorpusError
from matcher.fields import FIELDS
from matcher.firm import Firm, Item, Product, firm_from_json, listed
from matcher.lexical import flat_places
from matcher.strings import Strings, opened

__all__ = ["Corpus", "Firm", "Item", "Product", "Relation", "find", "firm_from_json"]

FORMAT = 2
"""Version of the folder's form; a folder of another version is made again."""


class Corpus:
    """Firms, their distinct product names and how they hang together, as arrays; never changed after it is made.

    Firms are sorted by id and product names by code point, so equal content has equal arrays and an equal stamp,
    whatever the order it came in. Rows: `firm_start[f]:firm_start[f+1]` are the slots of firm f in `slot_product`
    and `slot_level` (0 disclosed, 1 strongly inferred, 2 inferred); `industry_start` and `slot_industry` alike. The
    other way, `maker_start[p]:maker_start[p+1]` are the firms in `maker` that make product p.
    """

    def __init__(
        self, firms: Sequence[Firm], arrays: Mapping[str, Any], stamp: str, as_of: date, folder: Path | None
    ) -> None:
        """Use `build`, `from_jsonl` or `open`."""
        # by the stamp of the corpus that this one was changed from: each product name's row there, -1 for a new one
        self.came_from: dict[str, Ints] = {}
        self.firms_from: dict[str, Ints] = {}  # each firm's row there alike
        self.firms = firms
        self.stamp = stamp
        self.as_of = as_of
        self.folder = folder
        self._columns: dict[str, Codes] = {}
        self._reckoned: dict[str, tuple[NDArray[np.float64], NDArray[np.bool_]]] = {}
        self._lines: Strings = arrays["lines"]
        self._fields: Columns = arrays["fields"]
        self.ids: Strings = arrays["ids"]
        self.product_names: Strings = arrays["products"]
        self.industry_names: Strings = arrays["industries"]
        self.terms: Strings = arrays["terms"]
        self.firm_start: NDArray[np.int64] = arrays["firm_start"]
        self.slot_product: Ints = arrays["slot_product"]
        self.slot_level: NDArray[np.int8] = arrays["slot_level"]
        self.industry_start: NDArray[np.int64] = arrays["industry_start"]
        self.slot_industry: Ints = arrays["slot_industry"]
        self.maker_start: NDArray[np.int64] = arrays["maker_start"]
        self.maker: Ints = arrays["maker"]
        self.relations: Ints = arrays["relations"]

    @classmethod
    def build(cls, firms: Iterable[Firm], chain: Iterable[Relation] = (), as_of: date | None = None) -> Corpus:
        """Make a corpus of firms (in any order) and product relations.

        `as_of` is the day of the data (ages are counted to it), by default today. Raises BadCorpusError (MA002)
        for two firms of one id.
        """
        ordered = _ordered(firms)
        relations = sorted(set(chain))
        as_of = as_of or date.today()
        arrays = made(ordered, relations)
        arrays["lines"] = Strings.of(map(_line, ordered))
        arrays["fields"] = Columns.of(ordered, as_of)
        return cls(ordered, arrays, _stamp(arrays["lines"], relations, as_of), as_of, None)

    def changed(self, firms: Iterable[Firm], gone: Iterable[str] = ()) -> Corpus:
        """This corpus with some firms put in or put in place of those of their ids, and others left out.

        Equal to what `build` makes of all the firms; only what changed is read. Relations and the day stay. Raises
        BadCorpusError (MA002) for two firms of one id.
        """
        fresh = _ordered(firms)
        arrays, rows, came_from = replaced(self, fresh, gone)
        arrays["lines"] = self._lines.spliced(rows, Strings.of(map(_line, fresh)))
        arrays["fields"] = self._fields.changed(rows, Columns.of(fresh, self.as_of))
        relations = (
            (self.terms[start], RELATIONS[kind], self.terms[end]) for start, kind, end in self.relations.tolist()
        )
        stamp = _stamp(arrays["lines"], relations, self.as_of)
        corpus = Corpus(StoredFirms(arrays["lines"]), arrays, stamp, self.as_of, None)
        corpus.came_from, corpus.firms_from = {self.stamp: came_from}, {self.stamp: rows}
        return corpus

    def __len__(self) -> int:
        return len(self.firm_start) - 1

    def reckoned(
        self, name: str, rows: Ints, reckon: Callable[[NDArray[np.int64]], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """A number of each of these firms that rests on its record alone, by the name of what is reckoned.

        `reckon` gives it for rows; it is asked once for each firm, however many needs compare that one.
        """
        if name not in self._reckoned:
            self._reckoned[name] = (np.full(len(self), np.nan), np.zeros(len(self), np.bool_))
        numbers, known = self._reckoned[name]
        fresh = np.asarray(rows[~known[rows]], np.int64)
        if len(fresh):
            numbers[fresh] = reckon(fresh)  # two at once write the same; known only once it is written
            known[fresh] = True
        return numbers[rows]

    @cached_property
    def id_list(self) -> list[str]:
        """All ids, for those who need many."""
        return list(self.ids)

    def row(self, firm_id: str) -> int | None:
        """Row of a firm, None where the corpus has no such id."""
        return find(self.ids, firm_id)

    def slots(self, row: int) -> range:
        """The slots of a firm's products: slot `firm_start[row] + i` is product i of the firm."""
        return range(int(self.firm_start[row]), int(self.firm_start[row + 1]))

    def product_at(self, row: int, slot: int) -> Product:
        """The product of a slot of that firm."""
        return self.firms[row].products[slot - int(self.firm_start[row])]

    def values(self, row: int, name: str) -> tuple[Any, ...]:
        """The values of a firm's field, as conditions see them."""
        return self.firms[row].values(name, self.as_of)

    def knows(self, name: str) -> bool:
        """Whether a condition may ask for the field: a declared one, or one that some firm has."""
        return name in FIELDS or name in self.holders

    @property
    def holders(self) -> Mapping[str, Mapping[int, tuple[Item, ...]]]:
        """For each field the firms that have values in it, with their values."""
        return self._fields.held

    def held(self, name: str) -> Held | None:
        """The same of one field, with its stored form; None where no firm has it."""
        return self._fields.held.get(name)

    def column(self, name: str) -> Codes:
        """The values of a field: for each firm a place in the list of distinct values. Kept for the next need."""
        if name not in self._columns:
            self._columns[name] = self._fields.column(name) or self._gathered(name)
        return self._columns[name]

    def _gathered(self, name: str) -> Codes:
        """The column of what is no field: names and products, looked up firm by firm; of an unknown one, nothing."""
        if name not in WHOLE:
            return np.zeros(len(self), np.int32), [()]
        distinct: dict[str, int] = {}
        values: list[tuple[Any, ...]] = []
        codes = np.zeros(len(self), np.int32)
        for row, firm in enumerate(self.firms):
            held = firm.values(name, self.as_of)
            codes[row] = distinct.setdefault(repr(held), len(values))
            if codes[row] == len(values):
                values.append(held)
        return codes, values

    def makers(self, products: NDArray[Any]) -> Ints:
        """Rows of the firms that make one of the products (rows), ascending."""
        return np.unique(self.maker[flat_places(self.maker_start, products)])

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Product relations by name: (how the neighbour stands to it, the neighbour's name).

        `kind` is a narrower name of it, `broader` the other way, `input` goes into it, `output` is made of it.
        """
        return Neighbours(self.terms, self.relations)

    def save(self, folder: Path) -> Corpus:
        """Write the corpus as a folder (whole or not at all; an older one is replaced) and open it from there."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name in ("ids", "product_names", "industry_names", "terms"):
                getattr(self, name).save(aside, name)
            self._lines.save(aside, "firms")
            for name in _NUMBERS:
                np.save(aside / f"{name}.npy", getattr(self, name))
            meta = {"format": FORMAT, "stamp": self.stamp, "as_of": self.as_of.isoformat(), "firms": len(self)}
            meta["fields"] = self._fields.save(aside)
            (aside / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        corpus = Corpus.open(folder)
        corpus.came_from, corpus.firms_from = self.came_from, self.firms_from
        return corpus

    @classmethod
    def from_jsonl(cls, path: Path, chain_zip: Path | None = None, gaps: Iterable[str] = ()) -> Corpus:
        """Make a corpus of a file of firms and, optionally, the archive of ChainKnowledgeGraph.

        `gaps` are names of products that must not be learnt from the archive: what this run is to find. Raises
        BadCorpusError (MA002) with file and line.
        """
        from matcher.files import read_firms

        firms, refused = read_firms(path)
        if refused:
            raise refused[0]
        return cls.of_firms(firms, chain_zip, gaps)

    @classmethod
    def of_firms(cls, firms: Iterable[Firm], chain_zip: Path | None = None, gaps: Iterable[str] = ()) -> Corpus:
        """Make a corpus of firms and, optionally, the archive of ChainKnowledgeGraph; see `from_jsonl`."""
        from matcher.files import read_chain

        if chain_zip is None:
            return cls.build(firms)
        chain = read_chain(chain_zip)
        return cls.build(chain.add_products(firms, set(gaps)), chain.relations)

    @classmethod
    def open(cls, folder: Path) -> Corpus:
        """Map a saved corpus into memory; raises BadCorpusError (MA002) for a folder that is none."""
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                raise BadCorpusError(f"the corpus has format {meta['format']}, not {FORMAT}", file=str(folder))
            arrays: dict[str, Any] = {name: opened(folder / f"{name}.npy") for name in _NUMBERS}
            arrays["ids"] = Strings.open(folder, "ids")
            arrays["terms"] = Strings.open(folder, "terms")
            arrays["products"] = Strings.open(folder, "product_names")
            arrays["industries"] = Strings.open(folder, "industry_names")
            arrays["lines"] = Strings.open(folder, "firms")
            arrays["fields"] = Columns.open(folder, meta["fields"], len(arrays["firm_start"]) - 1)
            return cls(StoredFirms(arrays["lines"]), arrays, meta["stamp"], date.fromisoformat(meta["as_of"]), folder)
        except (OSError, ValueError, KeyError) as error:
            raise BadCorpusError(
                f"not a corpus: {error}", file=str(folder), hint="make it again from the graph or the files"
            ) from error


_NUMBERS = (
    *("firm_start", "slot_product", "slot_level", "industry_start", "slot_industry"),
    *("maker_start", "maker", "relations"),
)

WHOLE = frozenset({"name", "firm", "products", "industries"})
"""What conditions may ask for that is no field of its own: it is read from the firm as a whole."""

KEPT = 4096
"""Firms of a folder that are kept once they were read."""


class StoredFirms(Sequence[Firm]):
    """The firms of a folder, read when they are asked for."""

    def __init__(self, lines: Strings) -> None:
        self._lines = lines
        self._firm = lru_cache(maxsize=KEPT)(self._read)

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Firm]:
        return map(self._read, range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self._firm(range(len(self))[index])

    def _read(self, row: int) -> Firm:
        return firm_from_json(json.loads(self._lines[row]))


class Neighbours(Mapping[str, tuple[tuple[str, str], ...]]):
    """Product relations by name, looked up when they are asked for."""

    def __init__(self, terms: Strings, relations: Ints) -> None:
        self._terms = terms
        self._relations = relations

    @cached_property
    def _from(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        order = np.argsort(self._relations[:, 0], kind="stable")
        return order, np.asarray(self._relations[order, 0])

    @cached_property
    def _to(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        order = np.argsort(self._relations[:, 2], kind="stable")
        return order, np.asarray(self._relations[order, 2])

    def __getitem__(self, name: str) -> tuple[tuple[str, str], ...]:
        term = find(self._terms, name)
        if term is None:
            raise KeyError(name)
        found = []
        for (order, ends), other, names in (
            (self._to, 0, {"kind_of": "kind", "input_of": "input"}),
            (self._from, 2, {"kind_of": "broader", "input_of": "output"}),
        ):
            first, last = np.searchsorted(ends, [term, term + 1])
            for place in order[first:last].tolist():
                row = self._relations[place]
                found.append((names[RELATIONS[int(row[1])]], self._terms[int(row[other])]))
        return tuple(sorted(found))

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)


def _ordered(firms: Iterable[Firm]) -> list[Firm]:
    ordered = sorted(map(_canonical, firms), key=lambda firm: firm.id)
    for one, other in pairwise(ordered):
        if one.id == other.id:
            raise BadCorpusError(f"two firms have the id {one.id!r}", hint="ids are unique")
    return ordered


def _canonical(firm: Firm) -> Firm:
    """The firm with its lists in one order and each product once, so that equal firms are equal lines."""
    return replace(
        firm,
        products=tuple(sorted(listed(firm.products), key=lambda product: product.name)),
        industries=tuple(sorted(firm.industries)),
        fields={
            name: tuple(sorted(items, key=lambda item: (str(item.value), item.fact or "")))
            for name, items in sorted(firm.fields.items())
        },
    )


def _line(firm: Firm) -> str:
    return dumped(firm.to_json())


def _stamp(lines: Iterable[str], relations: Iterable[Iterable[str]], as_of: date) -> str:
    digest = hashlib.sha256(as_of.isoformat().encode())
    for line in lines:
        digest.update(line.encode() + b"\n")
    for relation in relations:
        digest.update("\x1f".join(relation).encode() + b"\n")
    return digest.hexdigest()
