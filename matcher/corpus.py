"""What is ranked: firms and their products as an immutable snapshot, in memory or mapped from a folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.records import LEVELS
from matcher.errors import BadCorpusError
from matcher.fields import FIELDS
from matcher.firm import Firm, Item, Product, firm_from_json
from matcher.strings import Strings, opened

__all__ = ["Corpus", "Firm", "Item", "Product", "Relation", "find", "firm_from_json"]

FORMAT = 1
"""Version of the folder's form; a folder of another version is made again."""

Ints = NDArray[np.int32]


class Relation(NamedTuple):
    """A product relation: `kind_of` (narrower → broader name) or `input_of` (material → what is made of it)."""

    start: str
    kind: Literal["kind_of", "input_of"]
    end: str


RELATIONS = ("kind_of", "input_of")


class Corpus:
    """Firms, their distinct product names and how they hang together, as arrays; never changed after it is made.

    Firms are sorted by id and product names by code point, so equal content has equal arrays and an equal stamp,
    whatever the order it came in. Rows: `firm_start[f]:firm_start[f+1]` are the slots of firm f in `slot_product`
    and `slot_level` (0 disclosed, 1 strongly inferred, 2 inferred); `industry_start` and `slot_industry` alike.
    """

    def __init__(
        self, firms: Sequence[Firm], arrays: Mapping[str, Any], stamp: str, as_of: date, folder: Path | None
    ) -> None:
        """Use `build`, `from_jsonl` or `open`."""
        self.firms = firms
        self.stamp = stamp
        self.as_of = as_of
        self.folder = folder
        self._columns: dict[str, tuple[Ints, list[tuple[Any, ...]]]] = {}
        self.ids: Strings = arrays["ids"]
        self.product_names: Strings = arrays["products"]
        self.industry_names: Strings = arrays["industries"]
        self.terms: Strings = arrays["terms"]
        self.firm_start: NDArray[np.int64] = arrays["firm_start"]
        self.slot_product: Ints = arrays["slot_product"]
        self.slot_level: NDArray[np.int8] = arrays["slot_level"]
        self.industry_start: NDArray[np.int64] = arrays["industry_start"]
        self.slot_industry: Ints = arrays["slot_industry"]
        self.relations: Ints = arrays["relations"]

    @classmethod
    def build(cls, firms: Iterable[Firm], chain: Iterable[Relation] = (), as_of: date | None = None) -> Corpus:
        """Make a corpus of firms (in any order) and product relations.

        `as_of` is the day of the data (ages are counted to it), by default today. Raises BadCorpusError (MA002)
        for two firms of one id.
        """
        ordered = sorted(map(_canonical, firms), key=lambda firm: firm.id)
        for one, other in pairwise(ordered):
            if one.id == other.id:
                raise BadCorpusError(f"two firms have the id {one.id!r}", hint="ids are unique")
        relations = sorted(set(chain))
        as_of = as_of or date.today()
        return cls(ordered, _arrays(ordered, relations), _stamp(ordered, relations, as_of), as_of, None)

    def __len__(self) -> int:
        return len(self.firm_start) - 1

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

    @cached_property
    def holders(self) -> Mapping[str, Mapping[int, tuple[Item, ...]]]:
        """For each field the firms that have values in it, with their values."""
        found: dict[str, dict[int, tuple[Item, ...]]] = {}
        for row, firm in enumerate(self.firms):
            for name, items in firm.fields.items():
                found.setdefault(name, {})[row] = items
        return found

    def column(self, name: str) -> tuple[Ints, list[tuple[Any, ...]]]:
        """The values of a field: for each firm a place in the list of distinct values. Kept for the next need."""
        if name not in self._columns:
            distinct: dict[str, int] = {}
            values: list[tuple[Any, ...]] = []
            codes = np.zeros(len(self), np.int32)
            for row, firm in enumerate(self.firms):
                held = firm.values(name, self.as_of)
                codes[row] = distinct.setdefault(repr(held), len(values))
                if codes[row] == len(values):
                    values.append(held)
            self._columns[name] = codes, values
        return self._columns[name]

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Product relations by name: (how the neighbour stands to it, the neighbour's name).

        `kind` is a narrower name of it, `broader` the other way, `input` goes into it, `output` is made of it.
        """
        found: dict[str, list[tuple[str, str]]] = {}
        for start, kind, end in self.relations.tolist():
            one, other = self.terms[start], self.terms[end]
            names = ("kind", "broader") if RELATIONS[kind] == "kind_of" else ("input", "output")
            found.setdefault(other, []).append((names[0], one))
            found.setdefault(one, []).append((names[1], other))
        return {name: tuple(sorted(pairs)) for name, pairs in found.items()}

    def save(self, folder: Path) -> Corpus:
        """Write the corpus as a folder (whole or not at all; an older one is replaced) and open it from there."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name in ("ids", "product_names", "industry_names", "terms"):
                getattr(self, name).save(aside, name)
            Strings.of(_line(firm) for firm in self.firms).save(aside, "firms")
            for name in _NUMBERS:
                np.save(aside / f"{name}.npy", getattr(self, name))
            meta = {"format": FORMAT, "stamp": self.stamp, "as_of": self.as_of.isoformat(), "firms": len(self)}
            (aside / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return Corpus.open(folder)

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
            firms = StoredFirms(Strings.open(folder, "firms"))
            return cls(firms, arrays, meta["stamp"], date.fromisoformat(meta["as_of"]), folder)
        except (OSError, ValueError, KeyError) as error:
            raise BadCorpusError(
                f"not a corpus: {error}", file=str(folder), hint="make it again from the graph or the files"
            ) from error


_NUMBERS = ("firm_start", "slot_product", "slot_level", "industry_start", "slot_industry", "relations")


class StoredFirms(Sequence[Firm]):
    """The firms of a folder, read when they are asked for."""

    def __init__(self, lines: Strings) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return firm_from_json(json.loads(self._lines[index]))


def _canonical(firm: Firm) -> Firm:
    """The firm with its lists in one order, so that equal firms are equal lines."""
    return replace(
        firm,
        products=tuple(sorted(firm.products, key=lambda product: product.name)),
        industries=tuple(sorted(firm.industries)),
        fields={
            name: tuple(sorted(items, key=lambda item: (str(item.value), item.fact or "")))
            for name, items in sorted(firm.fields.items())
        },
    )


def _line(firm: Firm) -> str:
    return json.dumps(firm.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _stamp(firms: Sequence[Firm], relations: Sequence[Relation], as_of: date) -> str:
    digest = hashlib.sha256(as_of.isoformat().encode())
    for firm in firms:
        digest.update(_line(firm).encode() + b"\n")
    for relation in relations:
        digest.update("\x1f".join(relation).encode() + b"\n")
    return digest.hexdigest()


def _arrays(firms: Sequence[Firm], relations: Sequence[Relation]) -> dict[str, Any]:
    products = sorted({product.name for firm in firms for product in firm.products})
    industries = sorted({name for firm in firms for name in firm.industries})
    terms = sorted({name for start, _, end in relations for name in (start, end)})
    product_row, industry_row, term_row = (
        {name: row for row, name in enumerate(names)} for names in (products, industries, terms)
    )
    return {
        "ids": Strings.of(firm.id for firm in firms),
        "products": Strings.of(products),
        "industries": Strings.of(industries),
        "terms": Strings.of(terms),
        "firm_start": _starts(len(firm.products) for firm in firms),
        "slot_product": np.array([product_row[p.name] for firm in firms for p in firm.products], np.int32),
        "slot_level": np.array([LEVELS.index(p.level) for firm in firms for p in firm.products], np.int8),
        "industry_start": _starts(len(firm.industries) for firm in firms),
        "slot_industry": np.array([industry_row[name] for firm in firms for name in firm.industries], np.int32),
        "relations": np.array(
            [(term_row[one], RELATIONS.index(kind), term_row[other]) for one, kind, other in relations], np.int32
        ).reshape(-1, 3),
    }


def _starts(sizes: Iterable[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.fromiter(sizes, np.int64))]).astype(np.int64)


def find(names: Sequence[str], name: str) -> int | None:
    """Row of a name in a sorted list, None where it is not in it."""
    row = bisect_left(names, name)
    return row if row < len(names) and names[row] == name else None
