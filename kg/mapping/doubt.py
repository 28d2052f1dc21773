"""Doubts about a row that can be read: a person should look at it before it is taken.

An implausible name (KG810), a place against the address or the credit code (KG811), two firms in one cell (KG812), a
likely duplicate (KG813). Only columns of type `firm` are doubted; archives whose names are text are taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kg.mapping.manifest import Table
from kg.mapping.refusal import IMPLAUSIBLE, PLACE, REPEATED, TWO_FIRMS
from kg.mapping.table import Row
from kg.records import Fact
from kg.values import credit_code
from kg.values.name import name_key
from kg.values.region import Regions

_ORGANISATION = re.compile(
    r"公司|集团|厂|店|社|局|所|院|校|大学|中心|协会|学会|合伙|企业|银行|基地|工作室|经营部|门市部|[A-Za-z]{3,}"
)
_STRANGE = re.compile(
    r"[。！？!?<>{}=＝#@\\|]|https?:|www\.|\d{7,}|某[某公企厂]|[xX×*]{2,}"
    r"|^(?:测试.*|示例公司|无|暂无|同上|合计|小计|总计|其他|备注.*|附件.*|注[:：].*)$"
)
_LEGAL = r"(?:有限责任公司|有限公司|股份公司|集团公司|合伙企业(?:[(（][^()（）]*[)）])?|总厂|研究院|研究所)"
_SEVERAL = re.compile(
    rf"{_LEGAL}\s*(?:[、,，;；/／|\n]|和|与|及|以及)\s*[\u4e00-\u9fffA-Za-z(（][^、,，;；/／|\n]*(?:公司|厂|院|所|大学|中心|合伙企业)"
    r"|(?:有限责任公司|有限公司)(?!.{0,12}(?:分公司|分厂|支公司|办事处))[\u4e00-\u9fff(（）)]{4,}(?:有限责任公司|有限公司)$"
)


_UNTOLD = {
    IMPLAUSIBLE: "no plausible name of a firm",
    PLACE: "the place is against the address or the credit code",
    TWO_FIRMS: "two firms in one cell",
    REPEATED: "repeats or contradicts another row",
}
"""What is said of a doubt where the cells are private: a reason goes into reports and onto pages."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt about a row: its code, the column, why, and what to do."""

    code: str
    column: str
    reason: str
    hint: str


@dataclass(slots=True)
class Doubter:
    """What is doubtful in the rows of one table, one after another: it remembers those before.

    `repeats` says of a row's text where the same was said before in another file of the source, if it was.
    """

    table: Table
    repeats: Callable[[str], str | None] = lambda text: None
    _said: dict[tuple[object, ...], str] = field(default_factory=dict)
    _named: dict[str, tuple[str, str]] = field(default_factory=dict)
    _coded: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def doubts(self, row: Row, values: dict[str, object], facts: Sequence[Fact]) -> list[Doubt]:
        """All doubts about a row with its values and facts; empty where it may be taken as it is."""
        firm = next((c for c in self.table.columns.values() if c.type == "firm" and values.get(c.name)), None)
        if firm is None:
            return []
        name = str(values[firm.name])
        found = [*name_doubts(firm.name, name), *self._places(values)]
        found = found or [*self._duplicates(firm.name, name, row, values, facts)]
        if firm.private or self.table.private:
            found = [replace(doubt, reason=_UNTOLD[doubt.code]) for doubt in found]
        return found

    def _places(self, values: dict[str, object]) -> Iterator[Doubt]:
        columns = self.table.columns
        told = [c for c in columns.values() if values.get(c.name) and not c.private]  # a reason cites what it compares
        addresses = [c.name for c in told if c.type == "address"]
        codes = [c.name for c in told if c.type == "credit_code"]
        for item in self.table.derive:
            if item.kind != "region":
                continue
            named = [n for n in item.of if values.get(n) and not (n in columns and columns[n].type == "address")]
            place = Regions.load().find("".join(str(values[n]) for n in named)) if named else None
            if place is None:
                continue
            for address in addresses:
                other = Regions.load().find(str(values[address]))
                if other is not None and not _meet(place.code, other.code):
                    reason = f"{place.name} ({place.code}) against the address {values[address]}"
                    yield Doubt(PLACE, address, reason, "correct one of them")
            for code in codes:
                where = credit_code.region(str(values[code]))
                city = Regions.load().by_code(where[:4] + "00")
                if city is not None and city.last_seen is None and not _meet(place.code[:4] + "00", city.code):
                    reason = f"{place.name} ({place.code}) against the credit code, of {where}"
                    yield Doubt(PLACE, named[-1], reason, "a firm that has moved keeps its code; else correct one")

    def _duplicates(
        self, column: str, name: str, row: Row, values: dict[str, object], facts: Sequence[Fact]
    ) -> Iterator[Doubt]:
        code = next((str(values[c.name]) for c in self.table.columns.values()
                     if c.type == "credit_code" and values.get(c.name) and not c.private), "")  # fmt: skip
        spot = next((str(values[item.name]) for item in self.table.derive
                     if item.kind == "region" and values.get(item.name)), "")  # fmt: skip
        if code:
            other, where = self._named.setdefault(code, (name, row.page))
            if name_key(other) != name_key(name):
                yield Doubt(REPEATED, column, f"{code} is that of {other} in row {where}", "one of the two is wrong")
            known, where = self._coded.setdefault((name_key(name), spot), (code, row.page))
            if known != code:
                yield Doubt(REPEATED, column, f"{name} has the credit code {known} in row {where}", "one is wrong")
        said = tuple(_statement(fact) for fact in facts) or tuple(sorted(row.cells.items()))
        if (before := self._said.setdefault(said, row.page)) != row.page:
            yield Doubt(REPEATED, column, f"says what row {before} says", "leave it out")
        elif (earlier := self.repeats(row.text)) is not None:
            yield Doubt(REPEATED, column, f"the same was declared before, in {earlier}", "leave it out")


def name_doubts(column: str, name: str) -> Iterator[Doubt]:
    """What is doubtful in a firm's name itself."""
    if _SEVERAL.search(name):
        yield Doubt(TWO_FIRMS, column, f"two firms in one cell: {name}", "give each a row")
    elif _STRANGE.search(name) or not 4 <= len(name) <= 60 or not _ORGANISATION.search(name):
        yield Doubt(IMPLAUSIBLE, column, f"no plausible name of a firm: {name}", "write its full legal name")


def _meet(one: str, other: str) -> bool:
    """Whether one division may hold the other: equal as far as the wider one says."""
    for at in (0, 2, 4):
        here, there = one[at : at + 2], other[at : at + 2]
        if "00" in (here, there):
            return True
        if here != there:
            return False
    return True


def _statement(fact: Fact) -> tuple[object, ...]:
    target = (fact.target.type, name_key(fact.target.name), fact.target.key, fact.target.local) if fact.target else ()
    properties = tuple(sorted((name, str(value)) for name, value in fact.properties.items()))
    source = (fact.source.local_key, fact.source.key)
    return fact.relation, source, target, properties, fact.valid_from, fact.valid_to
