"""Cypher that only reads, and what may be asked for, as JSON."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from kg.console.text import MAX_SIGNS
from web.api.shape import SENT, SIGNED_IN
from web.deps import VisitDep, requires
from web.errors import WebError
from web.jobs.query import text_of
from web.pages.console.asked import ROWS
from web.pages.console.console import MAX_PARAMETERS, ask, asked_origin
from web.pages.ontology import OntologyPage, ontology_page
from web.problem import Problem
from web.tables import as_json

router = APIRouter(tags=["graph"])

REFUSED: dict[int | str, dict[str, Any]] = {
    **SENT,
    401: SIGNED_IN[401],
    403: {"model": Problem, "description": "no right to ask, or sent by a page of another site (WE032, WE403)"},
    504: {"model": Problem, "description": "the query ran past its time (KG704)"},
}


class Asked(BaseModel):
    """A query and its parameters."""

    query: str = Field(max_length=MAX_SIGNS + 1, examples=["MATCH (e:Enterprise) RETURN e.name LIMIT $n"])
    parameters: dict[str, Any] = Field(default={}, max_length=MAX_PARAMETERS, examples=[{"n": 5}])
    limit: Annotated[int, Field(ge=1, le=ROWS[-1], description="rows to give; the number of all is counted")] = ROWS[0]


class Column(BaseModel):
    """A column, and the type of its values."""

    name: str
    type: str


class Answer(BaseModel):
    """The first rows, how many there are, and where they come from."""

    columns: list[Column]
    rows: list[list[Any]]
    total: int
    at_least: bool = Field(description="whether there may be more than `total`")
    left_off: int
    shortened: int = Field(description="values that were longer than one may be")
    seconds: float
    source: str
    as_of: str
    asked: str
    query: str
    parameters: dict[str, Any]


@router.post(
    "/query",
    summary="A query in Cypher on the analysts' read-only copy",
    responses=REFUSED,
    dependencies=[Depends(requires("query.read"))],
)
def query(visit: VisitDep, asked: Asked) -> Answer:
    """Through the same gate as the console: what would write, read a file or ask an address is refused before it runs.

    While the copy is being made the answer is 503 (WE021).
    """
    texts = {name: text_of(value) for name, value in asked.parameters.items()}
    table = ask(visit.home, asked.query, texts, asked.limit)
    if table is None:
        raise WebError("the analysts' copy is being made", code="WE021", hint="ask again in some seconds")
    return Answer(**as_json(table, asked_origin(visit.home, asked.query, texts)))


@router.get("/ontology", summary="Types and relations that may be said and asked for")
def ontology(visit: VisitDep) -> OntologyPage:
    """The installation's own first."""
    return ontology_page(visit.home.ontology)
