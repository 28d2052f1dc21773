"""Contract announcements against a table of contracts: buyer, supplier, their pair, amount, project, contract, title.

Records of a document are paired one to one by their best agreement; members of a consortium are no records of their
own. Names agree when equal or nearly so with the same numerals, a bracketed part and a leading place aside; titles
when one holds the other or they are much alike and name no different lots; amounts within half a percent, or where
the table has lost the unit. Where the table leaves a field empty a printed value counts neither way: it leaves out
buyers that stand in the text. `title` is whichever of the two titles there is.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from kg.learned.weights import read_card
from kg.records import DocumentId, Fact
from nlp.contracts.reader import WEIGHTS
from nlp.evaluate.filings import filings, need
from nlp.evaluate.gold import Half, half
from nlp.evaluate.report import Outcome, Report, Score
from nlp.names import aliases, names
from nlp.reading import read_for_rules
from nlp.relations.contract import contract_facts
from nlp.text import Text

ARCHIVE, TABLE = "contracts.tar.gz", "contracts.dev.tsv"
_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_NUMERAL = re.compile(r"[0-9一二三四五六七八九十百]")
_SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]")
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,10}(?:省|市|县|区|州|旗|盟)")
_LOT = re.compile(r"第?([0-9一二三四五六七八九十a-z]+)(?:标段|合同段|标包|标|包|期)")


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
    """The rules on every announcement of the archive, and the learned reader by its cross validation.

    The weights that are shipped have seen these very documents, so a plain run of them would flatter: their scores,
    in the rows `learned …`, are those of the card, where every document was read by models that had not seen it (all
    documents, whichever half is asked for). The list of errors is the rules'.
    """
    source = filings(data)
    gold = read_table(need(data / "filings" / TABLE))
    outcomes: list[Outcome] = []
    for name in source.names(ARCHIVE):
        if only in (None, half(name)):
            outcomes += compare(name, gold.get(Path(name).stem, []), records(_by_rules(source.text(name), name)))
    report = Report.of("contracts", sorted(outcomes, key=lambda one: list(FIELDS).index(one.field)))
    figures = read_card(WEIGHTS)["figures"]
    learned = {f"learned {name}": _score(figures[name]) for name in FIELDS}
    return replace(report, scores={**report.scores, **learned})


def _by_rules(text: Text, name: str) -> list[Fact]:
    reading = read_for_rules(text)
    found = names(reading.text, offices=True)
    return contract_facts(reading, found, aliases(reading.text, found), name, DocumentId("0" * 64))


def _score(figures: Mapping[str, Any]) -> Score:
    return Score(*(figures[key] for key in ("wanted", "found", "hit", "low", "high")))


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


def same_name(one: str, other: str) -> bool:
    """Whether two organisations' names say the same, a bracketed part and a leading place aside."""
    return any(_near(a, b) for a in forms(one) for b in forms(other))


def same_title(one: str, other: str) -> bool:
    """Whether two titles say the same: equal, one holds the other, or much alike with a lot in common."""
    return any(_like(a, b) for a in forms(one) for b in forms(other))


def same_sum(wanted: float | None, found: float | None) -> bool:
    """Whether a sum agrees with the table's, which has lost a unit here and there (2063 for 20,630,000)."""
    if wanted is None or found is None:
        return False
    units = (1.0, 1e4, 1e6, 1e8) if wanted < 1e5 else (1.0,)
    return any(abs(wanted * unit - found) <= 0.005 * max(1.0, abs(wanted * unit)) for unit in units)


def forms(name: str) -> tuple[str, ...]:
    """What is compared of a name: its letters, figures and Chinese signs, with and without bracketed parts."""
    return tuple(dict.fromkeys(form for form in (_signs(name), _signs(_BRACKETS.sub("", name))) if form))


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < 4:
        return False
    if long.endswith(short) and _PLACE.fullmatch(long[: -len(short)]):
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if not _at_least(matcher, 0.9):
        return False
    changed = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    return not any(_NUMERAL.search(one[a:b]) or _NUMERAL.search(other[c:d]) for _, a, b, c, d in changed)


def _at_least(matcher: SequenceMatcher[str], ratio: float) -> bool:
    """Whether two texts are so much alike; the bounds that are quickly had come first."""
    return matcher.real_quick_ratio() >= ratio and matcher.quick_ratio() >= ratio and matcher.ratio() >= ratio


def _like(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if one == other or (short in long and len(short) >= 6 and len(short) * 3 >= len(long)):
        return True
    if not _at_least(SequenceMatcher(None, one, other, autojunk=False), 0.7):
        return False
    lots, others = set(_LOT.findall(one)), set(_LOT.findall(other))
    return not lots or not others or bool(lots & others)


def _both(record: Record) -> str | None:
    return f"{record.buyer} ← {record.supplier}" if record.buyer and record.supplier else None


FIELDS: Mapping[str, _Field] = {
    "pair": _Field(_both, lambda a, b: same_name(a.supplier, b.supplier) and same_name(a.buyer, b.buyer)),
    "supplier": _Field(lambda one: one.supplier or None, lambda a, b: same_name(a.supplier, b.supplier)),
    "buyer": _Field(lambda one: one.buyer or None, lambda a, b: same_name(a.buyer, b.buyer)),
    "amount": _Field(
        lambda one: None if one.amount is None else f"{one.amount:.2f}", lambda a, b: same_sum(a.amount, b.amount)
    ),
    "project": _Field(lambda one: one.project or None, lambda a, b: same_title(a.project, b.project)),
    "contract": _Field(lambda one: one.contract or None, lambda a, b: same_title(a.contract, b.contract)),
    "title": _Field(
        lambda one: one.title or None,
        lambda a, b: any(same_title(x, y) for x in (a.project, a.contract) for y in (b.project, b.contract)),
    ),
}
_WEIGHTS = {"supplier": 3, "buyer": 3, "title": 2, "amount": 2}


def agreement(wanted: Record, found: Record) -> int:
    """How much of a record of the table a found one says, by which the two are paired."""
    return sum(weight * FIELDS[name].agrees(wanted, found) for name, weight in _WEIGHTS.items())


def _aligned(wanted: Sequence[Record], found: Sequence[Record]) -> dict[int, int]:
    if not wanted or not found:
        return {}
    worth = np.array([[agreement(a, b) for b in found] for a in wanted])
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if worth[row, column]}


def _signs(text: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).lower())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
