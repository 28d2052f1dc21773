"""Files of the matcher: firms and needs as JSON lines, the archive of ChainKnowledgeGraph, runs and judgements."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from kg.errors import BulianError
from kg.values.name import name_key, trade_product
from matcher.corpus import Relation
from matcher.errors import BadCorpusError, BadQueryError, BadRunError
from matcher.firm import Firm, Product, firm_from_json
from matcher.query import Query, parse_query

FORMS = {"产品小类": "kind_of", "上游材料": "input_of", "下游产品": "input_of"}
"""The archive's relations. X 产品小类 Y: Y is a kind of X. X 上游材料 Y: Y goes into X. X 下游产品 Y: X goes into Y."""


E = TypeVar("E", bound=BulianError)
T = TypeVar("T")


def _read_each(path: Path, error: type[E], read: Callable[[Mapping[str, Any]], T]) -> tuple[list[T], list[E]]:
    """What `read` makes of each line of a file of JSON lines, and the lines that were refused, with their places.

    Raises `error` where the file itself cannot be read.
    """
    found, refused = [], []
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                try:
                    found.append(read(_object(line, error)))
                except error as problem:
                    problem.file, problem.place = str(path), f"line {number}"
                    refused.append(problem)
    except (OSError, UnicodeError) as problem:
        raise error(f"the file cannot be read: {problem}", file=str(path), hint="UTF-8, one object a line") from problem
    return found, refused


def _object(line: str, error: type[E]) -> Mapping[str, Any]:
    hint = "one JSON object a line"
    try:
        value = json.loads(line)
        if "\\ud" in line.lower():  # half of a surrogate pair is no text
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as problem:
        raise error(f"the line is no JSON: {problem}", hint=hint) from problem
    if not isinstance(value, dict):
        raise error("the line is no object", hint=hint)
    return value


def read_firms(path: Path) -> tuple[list[Firm], list[BadCorpusError]]:
    """The firms of E.jsonl, and the lines that were refused; raises BadCorpusError (MA002) for no readable file.

    A firm without products has the one that its name tells of, if it tells of any.
    """
    seen: set[str] = set()

    def read(line: Mapping[str, Any]) -> Firm:
        firm = with_trade(firm_from_json(line))
        if firm.id in seen:
            raise BadCorpusError(f"the id {firm.id!r} is there twice", hint="ids are unique")
        seen.add(firm.id)
        return firm

    return _read_each(path, BadCorpusError, read)


def with_trade(firm: Firm) -> Firm:
    """The firm; where it lists nothing, with the product that its name tells of (inferred), as lists are imported."""
    product = None if firm.products or not firm.name else trade_product(firm.name)
    return replace(firm, products=(Product(product, "inferred"),)) if product else firm


def read_queries(path: Path) -> tuple[list[Query], list[BadQueryError]]:
    """The needs of G.jsonl, and the lines that were refused; raises BadQueryError (MA001) for no readable file."""
    seen: set[str] = set()

    def read(line: Mapping[str, Any]) -> Query:
        query = parse_query(line)
        if query.id in seen or any(blank in query.id for blank in " \t\n\r"):
            raise BadQueryError(f"the id {query.id!r} is there twice or has a blank in it", hint="give it another")
        seen.add(query.id)
        return query

    return _read_each(path, BadQueryError, read)


@dataclass(frozen=True)
class Chain:
    """What the archive says: product relations, and products by stock code (600373.SH is 600373SH here)."""

    relations: tuple[Relation, ...]
    products: Mapping[str, tuple[str, ...]]

    def add_products(self, firms: Iterable[Firm], gaps: set[str]) -> list[Firm]:
        """The firms with what the archive knows of their products, without those that a run is to find."""
        hidden = {name_key(gap) for gap in gaps}
        richer = []
        for firm in firms:
            listed = {product.name for product in firm.products}
            new = [
                Product(name)
                for name in self.products.get(firm.id.replace(".", ""), ())
                if name not in listed and name_key(name) not in hidden
            ]
            richer.append(replace(firm, products=(*firm.products, *new)) if new else firm)
        return richer


def read_chain(path: Path) -> Chain:
    """Read the archive; raises BadCorpusError (MA002) for a file that is none."""
    relations, products = set(), dict[str, dict[str, None]]()
    for line in _member(path, "product_product.json", ("from_entity", "to_entity", "rel")):
        start, end, form = line["from_entity"], line["to_entity"], line["rel"]
        kind = FORMS.get(form)
        if kind == "kind_of":
            relations.add(Relation(end, "kind_of", start))
        elif kind:
            relations.add(Relation(*((end, "input_of", start) if form == "上游材料" else (start, "input_of", end))))
    for line in _member(path, "company_product.json", ("company_code", "product_name")):
        products.setdefault(line["company_code"].replace(".", ""), {})[line["product_name"]] = None
    return Chain(tuple(sorted(relations)), {code: tuple(names) for code, names in products.items()})


def _member(path: Path, name: str, fields: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = next((one for one in archive.namelist() if one.rsplit("/", 1)[-1] == name), name)
            with archive.open(inside) as stream:
                for number, raw in enumerate(stream, 1):
                    if not raw.strip():
                        continue
                    line = json.loads(raw)
                    if not all(isinstance(line.get(field), str) for field in fields):
                        reason = f"{name} has a line without {', '.join(fields)}"
                        raise BadCorpusError(reason, file=str(path), place=f"{name} line {number}")
                    yield line
    except (OSError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise BadCorpusError(
            f"not the archive of ChainKnowledgeGraph: {error}", file=str(path), hint="a zip with its JSON lines"
        ) from error


@dataclass(frozen=True, slots=True)
class RunLine:
    """A line of a TREC run: the firm, its rank and its score."""

    firm: str
    rank: int
    score: float


def read_run(path: Path) -> dict[str, list[RunLine]]:
    """A TREC run by need, in the order of score, then rank, then firm; raises BadRunError (MA005)."""
    run: dict[str, list[RunLine]] = {}
    for number, parts in _columns(path, 5):
        try:
            run.setdefault(parts[0], []).append(RunLine(parts[2], int(parts[3]), float(parts[4])))
        except ValueError as error:
            raise BadRunError(f"rank or score is no number: {error}", file=str(path), place=f"line {number}") from error
    return {need: sorted(lines, key=lambda line: (-line.score, line.rank, line.firm)) for need, lines in run.items()}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Judgements by need: firm → grade; raises BadRunError (MA005)."""
    grades: dict[str, dict[str, int]] = {}
    for number, parts in _columns(path, 4):
        try:
            grades.setdefault(parts[0], {})[parts[2]] = int(parts[3])
        except ValueError as error:
            raise BadRunError(f"the grade is no number: {error}", file=str(path), place=f"line {number}") from error
    return grades


def _columns(path: Path, least: int) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, 1):
                parts = line.split()
                if parts and len(parts) < least:
                    raise BadRunError(
                        f"{len(parts)} columns, not {least}", file=str(path), place=f"line {number}", hint="TREC format"
                    )
                if parts:
                    yield number, parts
    except (OSError, UnicodeError) as error:
        raise BadRunError(f"the file cannot be read: {error}", file=str(path)) from error
