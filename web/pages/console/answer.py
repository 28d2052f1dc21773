"""An answer as pages show it: cells with their links, a chart of its numbers, a picture of nodes and relations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from kg.console import Column, Table
from kg.console.result import Link, Node, Path
from web.pages.console.graph_picture import GraphPicture, picture
from web.tables import shown

SHOWS = ("table", "chart", "graph")
BARS = 30
"""Rows of a chart; what is more stands in the table alone."""

_PAGES = {
    "Enterprise": "/firms/",
    "Product": "/products/",
    "Fact": "/evidence/",
    "Document": "/documents/",
    "Need": "/needs/",
    "Bounty": "/needs/",
}
_NUMBERS = ("integer", "number")
_LABELS = ("text", "node", "date")
DATES = ("as_of",)


class Piece(BaseModel):
    """A part of a cell: its words, and the page that they lead to."""

    text: str
    href: str | None = None
    evidence: bool = False


class Cell(BaseModel):
    """A cell: its pieces, and whether it is a number or a day."""

    pieces: list[Piece]
    number: bool = False
    day: str | None = None


class Answer(BaseModel):
    """The answer as the page shows it; `chart` and `graph` where they were asked for and can be drawn."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    columns: list[tuple[str, bool]]
    rows: list[list[Cell]]
    total: int
    at_least: bool
    left_off: int
    shortened: int
    seconds: float
    show: str = "table"
    shows: list[str] = ["table"]
    chart: Markup | None = None
    bars: int = 0
    graph: GraphPicture | None = None


def answer_of(
    table: Table,
    show: str = "table",
    lang: str = "zh",
    words: Mapping[str, str] | None = None,
    back: str = "",
) -> Answer:
    """A table with its links. `words` are definitions of columns by name; without them the columns' names stand.

    `back` is the address to which pictures around a node lead back.
    """
    answer = Answer(
        columns=[((words or {}).get(one.name, one.name), one.type in _NUMBERS) for one in table.columns],
        rows=[
            [_cell(value, column, bool(words)) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ],
        total=table.total,
        at_least=table.at_least,
        left_off=table.left_off,
        shortened=table.shortened,
        seconds=table.seconds,
    )
    bars = _bars(table)
    if bars:
        answer.shows.append("chart")
    if any(isinstance(value, Node | Link | Path) for row in table.rows[:1] for value in row):
        answer.shows.append("graph")
    answer.show = show if show in answer.shows else "table"
    if answer.show == "chart":
        answer.chart, answer.bars = _chart(bars, lang), min(len(bars), BARS)
    elif answer.show == "graph":
        answer.graph = picture(table, back)
    return answer


def page_of(node: Node) -> str | None:
    """The page of a node, where its label has pages."""
    page = _PAGES.get(node.label)
    return f"{page}{quote(node.key, safe='')}" if page and node.key else None


def _bars(table: Table) -> list[tuple[str, float, str]]:
    """Words, number and address of each row: labels before the first column of numbers; none where it does not suit."""
    at = next((place for place, one in enumerate(table.columns) if one.type in _NUMBERS), None)
    if at is None or len(table.rows) < 2:
        return []
    labels = [place for place, one in enumerate(table.columns[:at]) if one.type in _LABELS and not one.facts][-2:]
    labels = labels or [place for place, one in enumerate(table.columns) if one.type == "node"][:1]
    found = []
    for row in table.rows:
        value = row[at]
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if not 0 <= value < float("inf"):
            return []
        href = next((page for place in labels if isinstance(row[place], Node) and (page := page_of(row[place]))), "")
        found.append((" · ".join(shown(row[place]) for place in labels), value, href))
    return found if labels and len(found) > 1 and any(value for _, value, _ in found) else []


def _chart(rows: list[tuple[str, float, str]], lang: str) -> Markup:
    from web.charts import Bar, bars

    # A bar without a page of its own leads to the table, which has the same numbers.
    return bars(tuple(Bar(words or "—", value, href or "#answer") for words, value, href in rows[:BARS]), lang)


def _cell(value: Any, column: Column, defined: bool) -> Cell:
    if value is None:
        return Cell(pieces=[])
    if column.facts:
        facts = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
        pieces = [Piece(text=one, href=f"/evidence/{quote(one, safe='')}", evidence=True) for one in facts]
        return Cell(pieces=_parted([[piece] for piece in pieces])) if pieces else Cell(pieces=_pieces(value))
    if defined and column.name in DATES and isinstance(value, str):
        return Cell(pieces=[Piece(text=value)], day=value)
    return Cell(pieces=_pieces(value), number=isinstance(value, int | float) and not isinstance(value, bool))


def _parted(parts: list[list[Piece]]) -> list[Piece]:
    return [piece for number, part in enumerate(parts) for piece in ([Piece(text="、")] if number else []) + part]


def _pieces(value: Any) -> list[Piece]:
    if isinstance(value, Node):
        return [_node(value)]
    if isinstance(value, Link):
        ends = (value.start, value.end)
        before, after = ([_node(end)] if end else [] for end in ends)
        return [*before, *_link(value), *after]
    if isinstance(value, Path):
        pieces = [_node(node) for node in value.nodes[:1]]
        for link, node in zip(value.links, value.nodes[1:], strict=False):
            pieces += [*_link(link), _node(node)]
        return pieces
    if isinstance(value, list) and any(isinstance(item, Node | Link | Path) for item in value):
        return _parted([_pieces(item) for item in value])
    return [Piece(text=shown(value))]


def _node(node: Node) -> Piece:
    return Piece(text=node.caption, href=page_of(node))


def _link(link: Link) -> list[Piece]:
    href = f"/evidence/{quote(link.fact, safe='')}" if link.fact else None
    return [Piece(text=" —"), Piece(text=link.type, href=href, evidence=bool(href)), Piece(text="— ")]
