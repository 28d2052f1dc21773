"""A technical requirement as a form: the text, the targets read from it and edited since, products and their classes.

Everything of a row is kept as it was typed; what cannot be used is named beside its cell, with a code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field

from kg.errors import KgError
from kg.values.unit import find_unit
from matcher.embed import OnnxEmbedder
from nlp.foundation.classify import Classified, Classifier
from nlp.requirement.quantity import ABOUT, AT_LEAST, AT_MOST, EQUAL, LESS, MORE, RANGE
from nlp.requirement.read import Target
from nlp.requirement.requirement import read_requirement
from web.forms import Form, first

if TYPE_CHECKING:
    from web.home import Home

MAX_SIGNS = 200_000
"""Signs of a text that is read at once."""
MAX_ROWS = 400
"""Targets that the form holds; the API and the command give all."""
MAX_CELL = 500
MAX_PRODUCTS = 50
MATCH_SIGNS = 2000
"""What `/match` takes."""

OPERATORS = (AT_LEAST, AT_MOST, MORE, LESS, EQUAL, RANGE, ABOUT)
TYPED = ("name", "operator", "value", "value_max", "unit", "method")
PLACED = ("quote", "start", "end")

TOO_LONG, NO_TEXT, BAD_CELL = "WE024", "WE025", "WE026"


class Row(BaseModel):
    """A target as it stands in the form; `wrong` says by cell what cannot be used."""

    number: int = Field(default=0, description="from one, in the order of the form")
    name: str = ""
    operator: str = EQUAL
    value: str = ""
    value_max: str = ""
    unit: str = ""
    method: str = ""
    quote: str = ""
    start: str = ""
    end: str = ""
    wrong: dict[str, str] = {}
    strange_unit: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing was typed: such a row is left out of every result."""
        return not any(getattr(self, name).strip() for name in TYPED if name != "operator")

    @property
    def span(self) -> tuple[int, int] | None:
        """Where the row was read from; None for a row that was added by hand."""
        return (int(self.start), int(self.end)) if self.start else None


class ProductClass(BaseModel):
    """A product that is asked for, with its class of the industrial foundation."""

    product: str
    category: str | None
    score: float | None
    reason: str


class Piece(BaseModel):
    """A piece of the text."""

    text: str
    row: int | None = Field(default=None, description="number of the target that was read from it")


class RequirementPage(BaseModel):
    """The form, and what stands beside it."""

    title: str = ""
    text: str = ""
    rows: list[Row] = []
    products: str = ""
    classes: list[ProductClass] = []
    pieces: list[Piece] = []
    wrong: str | None = Field(default=None, description="what is wrong with the text, as a code")
    read: bool = Field(default=False, description="whether a text was read")
    left_off: int = Field(default=0, description="targets of the text that the form has no room for")

    @property
    def usable(self) -> bool:
        """Whether every cell can be used."""
        return self.wrong is None and not any(row.wrong for row in self.rows)


_CLASSIFIERS: WeakKeyDictionary[Home, Classifier] = WeakKeyDictionary()


def classifier(home: Home) -> Classifier:
    """With vectors where the model is there, else by words and characters. The model is loaded once.

    It has no cache of vectors on disk: nothing of a requirement is kept.
    """
    if home not in _CLASSIFIERS:
        try:
            _CLASSIFIERS[home] = Classifier(embed=OnnxEmbedder(home.parts.model()).embed)
        except KgError:
            return Classifier()
    return _CLASSIFIERS[home]


def read_page(home: Home, title: str, text: str) -> RequirementPage:
    """The form filled with what a text says. Without a text, or with one that is too long: the form with a code."""
    page = RequirementPage(title=title[:MAX_CELL], text=text)
    if not text.strip():
        page.wrong = NO_TEXT
    elif len(text) > MAX_SIGNS:
        page.wrong = TOO_LONG
    if page.wrong:
        return page
    found = read_requirement(title, text, classifier(home))
    page.read = True
    page.rows = [_row(target) for target in found.targets[:MAX_ROWS]]
    page.left_off = max(0, len(found.targets) - MAX_ROWS)
    page.products = "\n".join(found.products)
    return _finished(home, page)


def typed_page(home: Home, form: Form) -> RequirementPage:
    """The form as it was sent, checked. What is wrong is named; nothing that was typed is lost."""
    columns = {name: form.get(name, []) for name in (*TYPED, *PLACED)}
    count = min(max(map(len, columns.values())), MAX_ROWS)
    text = first(form, "text")
    rows = [
        Row.model_validate({name: values[place] for name, values in columns.items() if place < len(values)})
        for place in range(count)
    ]
    page = RequirementPage(
        title=first(form, "title")[:MAX_CELL], text=text, rows=rows, products=first(form, "products"), read=True
    )
    if len(text) > MAX_SIGNS:
        page.wrong = TOO_LONG
    for row in rows:
        _place(row, text)
        _check(row)
    return _finished(home, page)


def line_of(page: RequirementPage) -> dict[str, Any]:
    """The form as a line of `bulian requirement`; rows added by hand have no place in the text."""
    return {
        "id": page.title or None,
        "targets": [_target_line(row) for row in page.rows if not row.blank],
        "products": [one.product for one in page.classes],
        "fields": list(dict.fromkeys(one.category for one in page.classes if one.category)),
    }


def match_text(page: RequirementPage) -> str:
    """Products and targets in words, as many as `/match` takes."""
    parts = ["、".join(one.product for one in page.classes) or page.title]
    for row in page.rows:
        if not row.blank:
            value = f"{row.value}~{row.value_max}" if row.operator == RANGE else row.value
            sign = {RANGE: "", ABOUT: "约", EQUAL: ""}.get(row.operator, row.operator)
            parts.append(f"{row.name}{sign}{value}{row.unit}".strip())
    said = ""
    for part in filter(None, parts):
        longer = f"{said}，{part}" if said else part
        if len(longer) > MATCH_SIGNS:
            break
        said = longer
    return said or page.text.strip()[:MATCH_SIGNS]


def number(cell: str) -> float | None:
    """A typed number, full-width or with commas between its thousands; None where it is none."""
    plain = unicodedata.normalize("NFKC", cell).replace(",", "").replace("−", "-").strip()
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < float("inf") and "_" not in plain else None


def _row(target: Target) -> Row:
    return Row(
        name=target.name,
        operator=target.operator,
        value=f"{target.value:.15g}",
        value_max="" if target.value_max is None else f"{target.value_max:.15g}",
        unit=target.unit or "",
        method=target.method or "",
        quote=target.quote,
        start=str(target.start),
        end=str(target.end),
    )


def _place(row: Row, text: str) -> None:
    """A row keeps its place only while its words still stand there in the text."""
    if row.start.isdecimal() and row.end.isdecimal() and len(row.start + row.end) < 16:
        start, end = int(row.start), int(row.end)
        if start < end and text[start:end] == row.quote:
            return
    row.quote = row.start = row.end = ""


def _check(row: Row) -> None:
    """Write into `wrong` what cannot be used, by cell."""
    if row.blank:
        return
    low, high = number(row.value), number(row.value_max)
    if not row.name.strip():
        row.wrong["name"] = "empty"
    if row.operator not in OPERATORS:
        row.wrong["operator"] = "unknown"
    if low is None:
        row.wrong["value"] = "number"
    if row.operator == RANGE and high is None:
        row.wrong["value_max"] = "number"
    elif row.operator == RANGE and low is not None and high is not None and high <= low:
        row.wrong["value_max"] = "order"
    elif row.operator != RANGE and row.value_max.strip():
        row.wrong["value_max"] = "unwanted"
    for name in ("name", "unit", "method"):
        if len(getattr(row, name)) > MAX_CELL:
            row.wrong[name] = "long"


def _unit(written: str) -> str | None:
    """The one form of a unit that was typed; None where it is not known as a whole."""
    plain = unicodedata.normalize("NFKC", written).strip()
    found = find_unit(plain, 0)
    return found.symbol if found and found.end == len(plain) else None


def _target_line(row: Row) -> dict[str, Any]:
    place = row.span
    line: dict[str, Any] = {
        "name": row.name.strip(),
        "operator": row.operator,
        "value": number(row.value),
        "value_max": number(row.value_max) if row.operator == RANGE else None,
        "unit": _unit(row.unit) or row.unit.strip() or None,
        "quote": row.quote or None,
        "start": place[0] if place else None,
        "end": place[1] if place else None,
    }
    return {**line, "method": row.method.strip()} if row.method.strip() else line


def _finished(home: Home, page: RequirementPage) -> RequirementPage:
    """With the classes of the products and the text in pieces."""
    named = list(dict.fromkeys(name.strip()[:MAX_CELL] for name in page.products.split("\n") if name.strip()))
    del named[MAX_PRODUCTS:]
    page.classes = product_classes(named, classifier(home).classify(named))
    return _numbered(page)


def product_classes(products: Sequence[str], found: Sequence[Classified]) -> list[ProductClass]:
    """Products with their classes."""
    return [
        ProductClass(
            product=name,
            category=one.category,
            score=one.scores[one.category] if one.category else None,
            reason=one.reason,
        )
        for name, one in zip(products, found, strict=True)
    ]


def _numbered(page: RequirementPage) -> RequirementPage:
    """With numbers and remarks in the rows, and the text divided by them."""
    for place, row in enumerate(page.rows, 1):
        row.number = place
        row.strange_unit = bool(row.unit.strip()) and _unit(row.unit) is None
    page.pieces = [] if page.wrong else list(_pieces(page.text, page.rows))
    return page


def _pieces(text: str, rows: Sequence[Row]) -> Iterator[Piece]:
    """The text from its beginning to its end, divided where the places of rows begin and end."""
    places = sorted((row.span, row.number) for row in rows if row.span)
    at = 0
    for (start, end), row in places:
        if end <= at:
            continue
        if at < start:
            yield Piece(text=text[at:start])
        yield Piece(text=text[max(at, start) : end], row=row)
        at = end
    if at < len(text):
        yield Piece(text=text[at:])


def with_row(page: RequirementPage) -> RequirementPage:
    """The form with an empty row more, where there is room."""
    if len(page.rows) < MAX_ROWS:
        page.rows.append(Row())
    return _numbered(page)


def without_row(page: RequirementPage, place: str) -> RequirementPage:
    """The form without the row of that number, and its mark in the text."""
    page.rows = [row for row in page.rows if str(row.number) != place]
    return _numbered(page)
