"""Files of offers: YAML, or CSV, XLS and XLSX with one offer a row. What is wrong is named by file and row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from kg.mapping.sheet import SheetError, grids
from kg.yml import read_yaml
from matcher.assess.condition import ConditionError, condition
from matcher.assess.offer import Offer
from matcher.errors import BadOfferError

FORM = "see seeds/offers/README.md"
MOST = 5000
"""Offers of one file."""
SHEETS = (".csv", ".xls", ".xlsx")
TEXTS = (".yml", ".yaml")

HEADS = {
    "id": ("编号", "id"), "kind": ("类别", "kind"), "zh": ("名称", "title"), "en": ("英文名称", "title in English"),
    "provider": ("提供方", "provider"), "amount": ("额度", "amount"), "rate": ("利率或费率", "rate"),
    "fee": ("费用", "fee"), "since": ("开始日期", "from"), "until": ("截止日期", "until"),
    "regions": ("地区代码", "regions"), "industries": ("行业代码", "industries"), "sizes": ("规模", "sizes"),
    "growth_at_least": ("增长率不低于", "growth at least"), "growth_below": ("增长率低于", "growth below"),
    "conditions": ("条件", "conditions"), "source": ("来源", "source"), "source_date": ("来源日期", "source date"),
    "source_url": ("来源网址", "source address"), "note": ("备注", "note"), "demo": ("虚构示例", "invented"),
}  # fmt: skip
"""Heads of a sheet in both languages; either counts, so does the field's own name."""
NEEDED = ("id", "kind", "zh", "provider", "since", "source", "source_date")
_WORDS = {
    "kind": {
        "政策": "policy", "补贴": "subsidy", "奖补": "subsidy", "贷款": "loan", "保险": "insurance",
        "知识产权": "ip", "培训": "training", "出口": "export", "展会": "fair",
    },
    "sizes": {"大型": "large", "中型": "medium", "小型": "small", "微型": "micro"},
    "demo": {"是": "true", "yes": "true", "1": "true", "否": "false", "": "false"},
}  # fmt: skip
_PARTS = re.compile(r"[;；\n]")
Refuse = Callable[[BadOfferError], None]


def read_offers(path: Path, refuse: Refuse) -> list[Offer]:
    """The offers of a file. A row that cannot be used goes to `refuse` with its place, the others are read.

    Raises BadOfferError (MA042) where the file itself cannot be read.
    """
    found: dict[str, Offer] = {}
    for place, row in _rows(path):
        try:
            offer = _offer(row)
        except (ValidationError, ConditionError, ValueError, TypeError, AttributeError) as error:
            refuse(BadOfferError(_why(error), file=path.name, place=place, hint=FORM))
            continue
        if offer.id in found:
            refuse(BadOfferError(f"{offer.id} stands here twice", file=path.name, place=place, hint="give each its id"))
            continue
        found[offer.id] = offer
    return list(found.values())


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        said = error.errors()[0]
        where = ".".join(str(part) for part in said["loc"])
        return f"{where}: {said['msg']}" if where else str(said["msg"])
    return getattr(error, "reason", "") or str(error)


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    kind = path.suffix.lower()
    try:
        if kind in TEXTS:
            yield from _entries(read_yaml(path.read_text(encoding="utf-8")), path)
        elif kind == ".csv":
            yield from _sheet("1", list(csv.reader(io.StringIO(_decoded(path.read_bytes()), newline=""))), path)
        elif kind in SHEETS:
            for name, grid in grids(path):
                yield from _sheet(name, grid, path)
        else:
            raise BadOfferError("no file of offers", file=path.name, hint="YAML, CSV, XLS or XLSX")
    except (OSError, UnicodeError, yaml.YAMLError, csv.Error, SheetError) as error:
        said = " ".join(str(part) for part in error.args)[:200]
        raise BadOfferError(f"it cannot be read: {said}", file=path.name, hint="save it again") from error


def _decoded(data: bytes) -> str:
    for name in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise UnicodeError("neither UTF-8 nor GB18030")


def _entries(tree: Any, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = tree.get("offers") if isinstance(tree, dict) else None
    if not isinstance(rows, list):
        raise BadOfferError("no list `offers`", file=path.name, hint=FORM)
    if len(rows) > MOST:
        raise BadOfferError(f"more than {MOST} offers", file=path.name, hint="part it into several files")
    for number, row in enumerate(rows, start=1):
        yield f"offers[{number}]", row


def _sheet(name: str, grid: Sequence[Sequence[Any]], path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a sheet under its head: the first row that has the columns that are needed."""
    head = next((n for n, row in enumerate(grid[:30]) if not set(NEEDED) - set(_columns(row))), None)
    if head is None:
        lack = "、".join(HEADS[name][0] for name in NEEDED)
        raise BadOfferError(f"no head with {lack}", file=path.name, place=name, hint=FORM)
    if len(grid) - head > MOST:
        raise BadOfferError(f"more than {MOST} offers", file=path.name, place=name, hint="part it into several files")
    columns = _columns(grid[head])
    for number, row in enumerate(grid[head + 1 :], start=head + 2):
        cells = {field: _cell(row[at]) if at < len(row) else "" for field, at in columns.items()}
        if any(cells.values()):
            yield f"{name}:{number}", _of_cells(cells)


def _columns(row: Sequence[Any]) -> dict[str, int]:
    by_head = {head: field for field, heads in HEADS.items() for head in (*heads, field)}
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        field = by_head.get(str(cell or "").strip().lower())
        if field is not None:
            found.setdefault(field, at)
    return found


def _cell(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _of_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """A row of a sheet as an entry of YAML has it."""
    worded = {name: _WORDS.get(name, {}).get(text, text) for name, text in cells.items()}
    several = {name: [part.strip() for part in _PARTS.split(worded.get(name, "")) if part.strip()] for name in
               ("regions", "industries", "sizes", "conditions")}  # fmt: skip
    several["sizes"] = [_WORDS["sizes"].get(one, one) for one in several["sizes"]]
    growth = {name: worded[name] for name in ("growth_at_least", "growth_below") if worded.get(name)}
    row: dict[str, Any] = {
        name: worded[name]
        for name in ("id", "kind", "zh", "en", "provider", "amount", "rate", "fee", "since", "until", "note", "demo")
        if worded.get(name)
    }
    row["scope"] = {name: several[name] for name in ("regions", "industries", "sizes")} | growth
    row["conditions"] = several["conditions"]
    row["source"] = {"name": worded.get("source", ""), "date": worded.get("source_date", "")}
    if worded.get("source_url"):
        row["source"]["url"] = worded["source_url"]
    return row


def _offer(row: Mapping[str, Any]) -> Offer:
    if not isinstance(row, Mapping):
        raise ValueError("no entry of an offer")
    asked = [
        condition(one, number) if isinstance(one, str) else one
        for number, one in enumerate(row.get("conditions") or [], start=1)
    ]
    return Offer.model_validate(dict(row) | {"conditions": asked})
