"""Contract announcements against a table of contracts: buyer, supplier, their pair, amount, project, contract, title.

Records of a document are paired one to one by their best agreement; members of a consortium are no records of their
own. Names agree when equal or nearly so with the same numerals, a bracketed part aside; titles when one holds the
other or they are much alike; amounts within half a percent. Where the table leaves a field empty a printed value
counts neither way: it leaves out buyers that stand in the text. `title` is whichever of the two titles there is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from kg.records import Fact
from kg.values.name import name_key
from nlp.evaluate.filings import filings, need
from nlp.evaluate.gold import Half, half
from nlp.evaluate.report import Outcome, Report

ARCHIVE, TABLE = "contracts.tar.gz", "contracts.dev.tsv"
_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_NUMERAL = re.compile(r"[0-9一二三四五六七八九十百]+")
_SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Record:
    """One contract, as the table or the extractor has it."""

    supplier: str = ""
    buyer: str = ""
    project: str = ""
    contract: str = ""
    amount: float | None = None

    @property
    def title(self) -> str:
        """The project, else the title of the contract."""
        return self.project or self.contract


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract every announcement of the archive and compare it with the table."""
    source = filings(data)
    gold = read_table(need(data / "filings" / TABLE))
    names = {name: gold.get(Path(name).stem, []) for name in source.names(ARCHIVE) if only in (None, half(name))}
    found = source.facts(names)
    outcomes = [one for name in names for one in compare(name, names[name], records(found[name]))]
    return Report.of("contracts", sorted(outcomes, key=lambda one: list(FIELDS).index(one.field)))


def read_table(path: Path) -> dict[str, list[Record]]:
    """Records by document: buyer, supplier, project, contract, amount; the column of consortium members is not read."""
    table: dict[str, list[Record]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            document, buyer, supplier, project, contract, amount = [*row, *[""] * 6][:6]
            table.setdefault(document, []).append(Record(supplier, buyer, project, contract, _number(amount)))
    return table


def records(facts: Iterable[Fact]) -> list[Record]:
    """The contracts among facts."""
    made = [one for one in facts if one.relation == "WON_CONTRACT" and one.properties.get("role") != "member"]
    return [_record(one.source.name, one.properties) for one in made]


def _record(supplier: str, said: Mapping[str, Any]) -> Record:
    buyer, project, contract = (said.get(key) or "" for key in ("buyer", "project", "contract"))
    return Record(supplier, buyer, project, contract, said.get("amount_max"))


def compare(document: str, wanted: Sequence[Record], found: Sequence[Record]) -> Iterator[Outcome]:
    """The outcomes of one document, field by field."""
    pairs = _aligned(wanted, found)
    free = [other for other in range(len(found)) if other not in set(pairs.values())]
    for name, field in FIELDS.items():
        for place, record in enumerate(wanted):
            if field.value(record):
                made = found[pairs[place]] if place in pairs else None
                text = field.value(made) if made else None
                right = made is not None and bool(text) and field.agrees(record, made)
                yield Outcome(document, name, field.value(record), text, right, place)
        if any(field.value(record) for record in wanted):
            for other in free:
                if text := field.value(found[other]):
                    yield Outcome(document, name, None, text, at=len(wanted) + other)


@dataclass(frozen=True, slots=True)
class _Field:
    value: Callable[[Record], str | None]
    agrees: Callable[[Record, Record], bool]


def _same_name(one: str, other: str) -> bool:
    return any(_near(a, b) for a in _forms(one) for b in _forms(other))


def _forms(name: str) -> set[str]:
    return {form for form in (_signs(name), _signs(_BRACKETS.sub("", name))) if form}


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    same_numerals = sorted(_NUMERAL.findall(one)) == sorted(_NUMERAL.findall(other))
    return same_numerals and min(len(one), len(other)) >= 4 and SequenceMatcher(None, one, other).ratio() >= 0.9


def _same_title(one: str, other: str) -> bool:
    one, other = _signs(one), _signs(other)
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    held = short in long and len(short) >= 6 and len(short) * 3 >= len(long)
    return one == other or held or SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.7


def _same_amount(one: Record, other: Record) -> bool:
    if one.amount is None or other.amount is None:
        return False
    return abs(one.amount - other.amount) <= 0.005 * max(1.0, abs(one.amount))


def _both(record: Record) -> str | None:
    return f"{record.buyer} ← {record.supplier}" if record.buyer and record.supplier else None


FIELDS: Mapping[str, _Field] = {
    "pair": _Field(_both, lambda a, b: _same_name(a.supplier, b.supplier) and _same_name(a.buyer, b.buyer)),
    "supplier": _Field(lambda one: one.supplier or None, lambda a, b: _same_name(a.supplier, b.supplier)),
    "buyer": _Field(lambda one: one.buyer or None, lambda a, b: _same_name(a.buyer, b.buyer)),
    "amount": _Field(lambda one: None if one.amount is None else f"{one.amount:.2f}", _same_amount),
    "project": _Field(lambda one: one.project or None, lambda a, b: _same_title(a.project, b.project)),
    "contract": _Field(lambda one: one.contract or None, lambda a, b: _same_title(a.contract, b.contract)),
    "title": _Field(
        lambda one: one.title or None,
        lambda a, b: any(_same_title(x, y) for x in (a.project, a.contract) for y in (b.project, b.contract)),
    ),
}
_WEIGHTS = {"supplier": 3, "buyer": 3, "title": 2, "amount": 2}


def _aligned(wanted: Sequence[Record], found: Sequence[Record]) -> dict[int, int]:
    if not wanted or not found:
        return {}
    worth = np.array(
        [[sum(w * FIELDS[name].agrees(a, b) for name, w in _WEIGHTS.items()) for b in found] for a in wanted]
    )
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if worth[row, column]}


def _signs(text: str) -> str:
    return _SIGNS.sub("", name_key(text).lower())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
