"""The console's page: a query, its parameters as fields, the answer as a table with links, the schema beside it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import BaseModel

from kg.console import Column, Table, admit, parameters_of, prepare
from kg.console.cookbook import Example, examples
from kg.console.result import Link, Node, Path
from kg.console.text import MAX_SIGNS
from kg.errors import BulianError
from kg.ontology import Label, Ontology, Relation
from web.errors import WebError
from web.jobs.query import origin, text_of, values_of
from web.tables import Origin, shown

if TYPE_CHECKING:
    from web.home import Home

ROWS = (100, 1_000, 10_000)
MAX_PARAMETERS = 30
WAIT_SECONDS = 8.0
"""How long a reader waits for the copy before the page says that it is being made."""

_AT_ONCE = threading.BoundedSemaphore(2)
_TURN_SECONDS = 10.0

_PAGES = {
    "Enterprise": "/firms/",
    "Product": "/products/",
    "Fact": "/evidence/",
    "Document": "/documents/",
    "Need": "/needs/",
    "Bounty": "/needs/",
}


class Piece(BaseModel):
    """A part of a cell: its words, and the page that they lead to."""

    text: str
    href: str | None = None
    evidence: bool = False


class Cell(BaseModel):
    """A cell: its pieces, and whether it is a number."""

    pieces: list[Piece]
    number: bool = False


class Answer(BaseModel):
    """The answer as the page shows it."""

    columns: list[tuple[str, bool]]
    rows: list[list[Cell]]
    total: int
    at_least: bool
    left_off: int
    shortened: int
    seconds: float


class Problem(BaseModel):
    """Why there is no answer."""

    code: str
    reason: str
    hint: str
    place: str | None = None


class Kind(BaseModel):
    """A label or a relation beside the console: its properties, and where a relation leads from and to."""

    name: str
    properties: list[str]
    ends: str | None = None


class ConsolePage(BaseModel):
    """What the page shows."""

    query: str = ""
    parameters: dict[str, str] = {}
    limit: int = ROWS[0]
    answer: Answer | None = None
    problem: Problem | None = None
    state: dict[str, Any]
    making: bool = False
    examples: list[Example]
    labels: list[Kind]
    relations: list[Kind]


def empty_page(home: Home, example: str = "") -> ConsolePage:
    """The form, with an example in it where one is named; its values as they are written into their fields."""
    found = next((item for item in examples() if item.name == example), None)
    if found is None:
        return _page(home, "", {}, ROWS[0])
    return _page(home, found.cypher, {name: text_of(value) for name, value in found.parameters.items()}, ROWS[0])


def asked_page(home: Home, query: str, given: Mapping[str, str], limit: int, run: bool) -> ConsolePage:
    """The form as it was sent, with the answer or the problem; without `run` its parameters become fields alone."""
    query = query[: MAX_SIGNS + 1]
    parameters = {name: given.get(name, "") for name in parameters_of(query)[:MAX_PARAMETERS]}
    page = _page(home, query, parameters, limit)
    if not run:
        return page
    try:
        table = ask(home, query, given, limit)
        page.answer = answer_of(table) if table else None
        page.making = table is None
    except BulianError as error:
        page.problem = problem_of(error)
    page.state = asdict(home.analysts.state())
    return page


def problem_of(error: BulianError) -> Problem:
    """An error as the page shows it."""
    return Problem(code=error.code, reason=error.reason, hint=error.hint, place=error.place)


def ask(home: Home, query: str, texts: Mapping[str, str], limit: int) -> Table | None:
    """Ask the copy, at most two queries at once; None while the copy is being made.

    `texts` are the values of parameters as people write them. Raises WebError WE048 where others take too long.
    """
    wanted = admit(query).parameters
    values = values_of({name: text for name, text in texts.items() if name in wanted})
    prepare(query, values)
    if not _is_ready(home):
        return None
    if not _AT_ONCE.acquire(timeout=_TURN_SECONDS):
        raise WebError("others are asking just now", code="WE048", hint="try again in some seconds")
    try:
        return home.analysts.console().run(query, values, limit)
    finally:
        _AT_ONCE.release()


def asked_origin(home: Home, query: str, texts: Mapping[str, str]) -> Origin:
    """Where the answer comes from, for a file."""
    return origin(home.analysts.state(), query, values_of(texts))


def renew(home: Home) -> None:
    """Make a new copy in the background, where the graph has moved on since."""
    if home.analysts.state().stale:
        home.analysts.begin()


def answer_of(table: Table) -> Answer:
    """A table with its links."""
    return Answer(
        columns=[(column.name, column.type in ("integer", "number")) for column in table.columns],
        rows=[[_cell(value, column) for value, column in zip(row, table.columns, strict=True)] for row in table.rows],
        total=table.total,
        at_least=table.at_least,
        left_off=table.left_off,
        shortened=table.shortened,
        seconds=table.seconds,
    )


def _is_ready(home: Home) -> bool:
    """Whether queries can be asked; else a copy is being made now. Raises what a making ended with."""
    analysts = home.analysts
    if analysts.by_reader:
        return True
    state = analysts.state()
    if state.made:
        return True
    if not state.making:
        analysts.begin()
    if not analysts.wait(WAIT_SECONDS):
        return False
    analysts.check()
    return True


def _page(home: Home, query: str, parameters: Mapping[str, str], limit: int) -> ConsolePage:
    ontology = home.ontology
    return ConsolePage(
        query=query,
        parameters=dict(parameters),
        limit=limit,
        state=asdict(home.analysts.state()),
        examples=list(examples()),
        labels=[_label(label) for label in ontology.labels.values()],
        relations=[_relation(relation, ontology) for relation in ontology.relations.values() if relation.edge],
    )


def _label(label: Label) -> Kind:
    return Kind(name=label.name, properties=list(label.properties))


def _relation(relation: Relation, ontology: Ontology) -> Kind:
    ends = f"({'|'.join(relation.sources)})→({'|'.join(relation.targets)})" if relation.targets else None
    return Kind(name=relation.name, properties=list(relation.edge_properties), ends=ends)


def _cell(value: Any, column: Column) -> Cell:
    if value is None:
        return Cell(pieces=[])
    if column.facts and isinstance(value, str):
        return Cell(pieces=[Piece(text=value, href=f"/evidence/{quote(value, safe='')}", evidence=True)])
    return Cell(pieces=_pieces(value), number=isinstance(value, int | float) and not isinstance(value, bool))


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
        parts = [_pieces(item) for item in value]
        return [piece for number, part in enumerate(parts) for piece in ([Piece(text="、")] if number else []) + part]
    return [Piece(text=shown(value))]


def _node(node: Node) -> Piece:
    page = _PAGES.get(node.label)
    return Piece(text=node.caption, href=f"{page}{quote(node.key, safe='')}" if page and node.key else None)


def _link(link: Link) -> list[Piece]:
    href = f"/evidence/{quote(link.fact, safe='')}" if link.fact else None
    return [Piece(text=" —"), Piece(text=link.type, href=href, evidence=bool(href)), Piece(text="— ")]
