"""From rows to facts: values of columns, derived values, and one fact for each rule that a row has the values for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.mapping.cell import TYPES, former_name, printed
from kg.mapping.doubt import Doubt, Doubter
from kg.mapping.manifest import Derivation, FactRule, Lookup, Manifest, MentionRule, Table
from kg.mapping.refusal import BAD_CELL, CONTRADICTION, COUNT, MISSING, NO_STATEMENT, Refusal, SourceError
from kg.mapping.table import Part, Row, parts
from kg.records import Document, Fact, Mention
from kg.values.name import trade_product
from kg.values.region import Regions

Values = dict[str, Any]
_WRONG = {
    "organisations": "names no organisation",
    "ratio": "is no share",
    "percent": "is no percentage",
    "credit_code": "is no credit code",
    "stock_code": "is no stock code",
    "statistics_code": "is no code of 统计用产品分类目录",
    "hs_code": "is no HS code",
    "period_start": "is no period",
    "period_end": "is no period",
    "money": "is no sum of money",
    "patent": "is no patent number",
}
_HINTS = {
    "credit_code": "18 signs with a right check sign (GB 32100)",
    "statistics_code": "2, 4, 6, 8 or 10 digits, kept as text so that a zero before them stays",
    "hs_code": "2, 4, 6, 8 or 10 digits of a chapter from 01 to 97, kept as text so that a zero before them stays",
    "date": "a date like 2026-03-01 or 2026年3月1日",
    "ratio": "a number from 0 to 1",
    "percent": "a number from 0 to 100",
    "organisations": "persons are left out",
    "patent": "a number with its check digit, like ZL201610611945.6",
}


def rows(manifest: Manifest, path: Path) -> Iterator[Row]:
    """All rows of a file that hold data, good or not, each with its place and text."""
    for part in parts(manifest, path):
        yield from part.rows


def _taken(row: Row, doubts: Sequence[Doubt]) -> bool:
    return False


def facts(
    manifest: Manifest,
    path: Path,
    document: Document,
    *,
    take: Callable[[Row, Sequence[Doubt]], bool] = _taken,
    repeats: Callable[[str], str | None] = lambda text: None,
    keep: Callable[[Row, Values], None] = lambda row, values: None,
) -> tuple[Iterator[Fact], list[Refusal]]:
    """The facts of a file and what was refused.

    A doubtful row (`kg.mapping.doubt`) is refused unless `take` says of it and its doubts that it goes in. `repeats`
    says where a row's text stands in another file of the source already. `keep` is given each row that goes in, with
    its values, private ones included.

    The facts are made as they are asked for, and the list of refusals fills meanwhile. Raises SourceError at once where
    the file cannot be read, and at the end of a table that has too few or too many good rows (KG804): write the facts
    only when all have come (`kg.journal` does so). The same file gives the same facts.
    """
    refusals: list[Refusal] = []
    lookups = {name: _lookup(manifest, lookup, path) for name, lookup in manifest.lookups.items()}
    found = parts(manifest, path)
    first = next(found, None)

    def reader(part: Part) -> _Reader:
        return _Reader(part, document, lookups, refusals, Doubter(part.table, repeats), keep)

    def every() -> Iterator[Fact]:
        part = first
        while part is not None:
            yield from _table(part, reader(part), document, take)
            part = next(found, None)

    return every(), refusals


def _table(
    part: Part, reader: _Reader, document: Document, take: Callable[[Row, Sequence[Doubt]], bool]
) -> Iterator[Fact]:
    table = part.table
    makers = [(rule.each, _maker(rule, table, part.heads, document)) for rule in table.facts]
    good = 0
    for row in part.rows:
        values = reader.values(row)
        if values is None:
            continue
        made = [
            fact
            for each, maker in makers
            for case in (_cases(values, each) if each else (values,))
            if (fact := maker(row, case)) is not None
        ]
        good += 1  # a doubtful one too: the file is of its source
        doubts = reader.doubter.doubts(row, values, made)
        if doubts and not take(row, doubts):
            reader.hold(row, doubts)
            continue
        reader.keep(row, values)
        yield from made
    reader.refusals += part.refusals
    if good < table.least or (table.most is not None and good > table.most):
        raise SourceError(
            f"{good} good rows where {table.least} to {table.most or 'any number'} are expected",
            code=COUNT,
            hint="look at the refused rows; correct the file, or the counts in the manifest",
            file=document.name,
            place=part.name,
        )


def _cases(values: Values, each: str) -> Iterator[Values]:
    for number, item in enumerate(values.get(each) or ()):
        yield {**values, each: item, "@first": number == 0}


class _Reader:
    """Values of a row by the manifest, or None with a refusal."""

    def __init__(
        self,
        part: Part,
        document: Document,
        lookups: Mapping[str, Mapping[str, str | None]],
        refusals: list[Refusal],
        doubter: Doubter,
        keep: Callable[[Row, Values], None],
    ) -> None:
        self.doubter = doubter
        self.keep = keep
        self.file = document.name
        self.table = part.table
        self.heads = part.heads
        self.refusals = refusals
        self.lookups = lookups
        self.about = {"@title": document.title, "@name": document.name, "@above": part.above}
        self.about["@published"] = document.published or ""
        self.columns = [
            (c.name, part.heads[c.name], None if c.type == "text" else TYPES[c.type], c.values, c.required,
             part.units.get(c.name, c.unit), c.type, c.private or part.table.private)
            for c in part.table.columns.values()
            if c.name in part.heads
        ]  # fmt: skip
        self.agree = _agreement(part.table)
        self.derive = [(item.name, _derive(item, lookups)) for item in part.table.derive]

    def values(self, row: Row) -> Values | None:
        values: Values = dict(self.about)
        cells = row.cells
        for name, head, convert, allowed, required, unit, kind, private in self.columns:
            text = cells.get(head, "")
            value: Any = text or None
            if text:
                if allowed is not None:
                    value = allowed.get(text)
                elif convert is not None:
                    value = convert(text, unit)
                if value is None:
                    hint = f"one of {', '.join(allowed)}" if allowed else _HINTS.get(kind, "")
                    what = "the cell" if private else repr(text)
                    wrong = _WRONG.get(kind, f"is no {kind}") if allowed is None else "is not a known value"
                    reason = f"{what} {wrong}"
                    self.refuse(row, BAD_CELL, reason, hint, head, kept=not required)
            if value is None and required:
                if not text:
                    self.refuse(row, MISSING, f"no {name}", "fill it in, or leave the row out", head)
                return None
            values[name] = value
        for name, derive in self.derive:
            values[name] = derive(values)
        return values if self._states(row, values) else None

    def _states(self, row: Row, values: Values) -> bool:
        for item in self.table.refuse:
            value = values.get(item.column)
            same = item.same_as is not None and value == values.get(item.same_as)
            if value is not None and (same or (item.pattern is not None and item.pattern.search(value))):
                self.refuse(row, NO_STATEMENT, f"{item.reason}: {value}", "", item.column)
                return False
        if self.agree is not None:
            lookup, by, of = self.agree
            right = self.lookups[lookup].get(values[by])
            if values[of] != right:
                reason = f"{values[of]} contradicts other rows of {values[by]}" + (f": {right}" if right else "")
                self.refuse(row, CONTRADICTION, reason, "the row is left out", of)
                return False
        return True

    def hold(self, row: Row, doubts: Sequence[Doubt]) -> None:
        """A row waits for somebody to accept it: one refusal, of all its doubts."""
        head = self.heads.get(doubts[0].column, doubts[0].column)
        reason = "; ".join(doubt.reason for doubt in doubts)
        hint = f"{doubts[0].hint}, or accept the row with a reason"
        self.refuse(row, doubts[0].code, reason, hint, head)

    def refuse(self, row: Row, code: str, reason: str, hint: str, column: str, kept: bool = False) -> None:
        self.refusals.append(Refusal(self.file, f"{row.page}:{column}", code, reason, hint, kept))


def _agreement(table: Table) -> tuple[str, str, str] | None:
    if table.agree is None:
        return None
    rule = next(item for item in table.derive if item.kind == "lookup" and item.argument == table.agree)
    return table.agree, rule.of[0], rule.otherwise or rule.of[0]


def _derive(item: Derivation, lookups: Mapping[str, Mapping[str, str | None]]) -> Callable[[Values], Any]:
    of = item.of

    def first(values: Values) -> str:
        return next((str(values[name]) for name in of if values.get(name)), "")

    if item.kind == "region":
        return lambda values: _region(tuple(str(values[name]) for name in of if values.get(name)))
    if item.kind == "first":
        return lambda values: next((values[name] for name in of if values.get(name) is not None), None)
    if item.kind == "trade":
        return lambda values: trade_product(first(values)) if first(values) else None
    if item.kind == "former":
        return lambda values: [name] if (name := former_name(first(values))) else None
    if item.kind == "match":
        return lambda values: _match(item.argument, [str(values[name]) for name in of if values.get(name)])
    if item.kind == "choose":
        return lambda values: next(
            (chosen for pattern, chosen in item.argument for name in of if pattern.search(str(values.get(name) or ""))),
            None,
        )
    if item.kind == "text":
        return lambda values: _filled(item.argument, values, of)
    table = lookups[item.argument]
    return lambda values: table.get(values[of[0]]) or (values.get(item.otherwise) if item.otherwise else None)


def _filled(template: str, values: Values, names: tuple[str, ...]) -> str | None:
    parts = {name: printed(values[name]) for name in names if values.get(name) is not None}
    return template.format(**parts) if len(parts) == len(set(names)) else None


def _region(names: tuple[str, ...]) -> str | None:
    region = Regions.load().find("".join(names)) if names else None
    return region.code if region else None


def _match(pattern: re.Pattern[str], texts: list[str]) -> str | None:
    for text in texts:
        hit = pattern.search(text)
        if hit:
            return hit[1] if pattern.groups else hit[0]
    return None


def _maker(
    rule: FactRule, table: Table, heads: Mapping[str, str], document: Document
) -> Callable[[Row, Values], Fact | None]:
    """A function that makes the rule's fact of a row; None where the row lacks an end or a value of `when`."""
    source, target = _mention(rule.source, rule.each), _mention(rule.target, rule.each) if rule.target else None
    properties = [(name, _value(expression)) for name, expression in rule.properties.items()]
    since, until = _value(rule.valid_from), _value(rule.valid_to)
    used = frozenset(heads[name] for name in _used(rule, table) if name in heads)
    relation, method, level, name, id_ = rule.relation, rule.method, rule.level, document.name, document.id
    when, unless = rule.when, rule.unless

    def make(row: Row, values: Values) -> Fact | None:
        for column, wanted in when:
            value = values.get(column)
            if value is None or (wanted is not None and value != wanted):
                return None
        if unless and values.get(unless) is not None:
            return None
        subject = source(values)
        object_ = target(values) if target else None
        if subject is None or (target and object_ is None):
            return None
        said = {key: value for key, find in properties if (value := find(values)) is not None}
        text = row.text
        start, end = row.span(used)
        return Fact(
            name, id_, relation, subject, object_, said, row.page, start, end, text[start:end], method, level,
            since(values), until(values),
        )  # fmt: skip

    return make


def _used(rule: FactRule, table: Table) -> set[str]:
    """Columns that a fact rests on: those of its ends and properties, and what derived ones are made from."""
    mentions = [mention for mention in (rule.source, rule.target) if mention is not None]
    names = {name for mention in mentions for name in (mention.name, mention.key, mention.local) if name}
    names |= {
        *rule.properties.values(),
        *(name for name, _ in rule.when),
        *(name for name in (rule.valid_from, rule.valid_to) if name),
    }
    for item in reversed(table.derive):
        if item.name in names:
            names |= {*item.of, *([item.otherwise] if item.otherwise else [])}
    return names


def _value(expression: str | None) -> Callable[[Values], Any]:
    if expression is None:
        return lambda values: None
    if expression.startswith("="):
        literal = expression[1:]
        return lambda values: literal
    if expression.startswith("@"):
        return lambda values: values.get(expression) or None
    return lambda values: values.get(expression)


def _mention(rule: MentionRule, each: str | None) -> Callable[[Values], Mention | None]:
    name, key, local = _value(rule.name), _value(rule.key), _value(rule.local)
    kind, keyless, several = rule.type, rule.key is None, rule.type == "Enterprise" and rule.name == each

    def mention(values: Values) -> Mention | None:
        named = name(values)
        if keyless:
            return Mention(kind, named, None, local(values)) if named else None
        keyed = key(values)
        if several and not values["@first"]:
            keyed = None  # a row has one code: of several firms in a cell it is the first one's
        if kind == "Region" and keyed:
            region = Regions.load().by_code(keyed)
            named = region.name if region else named
        return Mention(kind, str(named or keyed), keyed, local(values)) if named or keyed else None

    return mention


def _lookup(manifest: Manifest, lookup: Lookup, path: Path) -> dict[str, str | None]:
    """Values by key; where a key has several, the first that holds all signs of `alike` in order, else None."""
    wanted = next(table for table in manifest.tables if table.part == lookup.part)
    convert = TYPES[wanted.columns[lookup.key].type]
    found: dict[str, list[tuple[str, str]]] = {}
    for part in parts(manifest, path):
        if part.table is wanted:
            key_head, value_head, alike_head = (part.heads[name] for name in (lookup.key, lookup.value, lookup.alike))
            for row in part.rows:
                key, value = convert(row.cells.get(key_head, ""), ""), row.cells.get(value_head)
                if key and value:
                    found.setdefault(key, []).append((value, row.cells.get(alike_head, "")))
            break
    return {key: _best(values) for key, values in found.items()}


def _best(values: list[tuple[str, str]]) -> str | None:
    if len({value for value, _ in values}) == 1:
        return values[0][0]
    return next((value for value, alike in values if _holds(value, alike)), None)


def _holds(text: str, signs: str) -> bool:
    rest = iter(text)
    return bool(signs) and all(sign in rest for sign in signs)
