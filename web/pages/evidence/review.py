"""The review of doubtful pairs: the queue, and a pair side by side with what each answer would do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from web.jobs import review
from web.jobs.decisions import Asked, foreseen
from web.jobs.review import Case, Filter, Word
from web.pages.evidence.citation import Citation, citation

if TYPE_CHECKING:
    from web.home import Home

PAIRS = 50
ANSWERS = ("same", "different")
ANSWERABLE = frozenset(state for states in review.VIEWS.values() for state in states)
"""States of a pair that can be answered: all but that of one whose records have gone."""


class Recorded(BaseModel):
    """One record of a firm: how one source names it."""

    id: str
    name: str
    credit_code: str | None = None
    region: str | None = None
    document: str | None = None
    title: str | None = None
    publisher: str | None = None
    date: str | None = None


class Stated(BaseModel):
    """One statement on a firm, with its sentence."""

    relation: str
    name: str | None = None
    values: dict[str, Any] = {}
    source: Citation


class Side(BaseModel):
    """One of the two firms."""

    id: str
    name: str
    credit_code: str | None = None
    address: str | None = None
    aliases: list[str] = []
    former_names: list[str] = []
    count: int = Field(description="records in all")
    facts: int = Field(description="statements that name it")
    records: list[Recorded]
    statements: list[Stated]


class Outcome(BaseModel):
    """What an answer would do, or why it cannot be given."""

    moves: dict[str, list[str]] = {}
    firms_before: int = 0
    firms_after: int = 0
    facts: int = 0
    edges: int = 0
    large: bool = False
    token: str = ""
    refused: str | None = None


class QueuePage(BaseModel):
    """Some pairs of a view; `done` is what was decided just before."""

    view: str
    name: str
    place: str
    doubt: str
    count: int
    pairs: list[Case]
    done: Word | None = None


class PairPage(BaseModel):
    """A pair with its two sides, the outcome of each answer that can be given, and the history of its records."""

    pair: Case
    sides: list[Side | None]
    outcomes: dict[str, Outcome]
    history: list[Word]
    waiting: int
    before: str | None = None
    after: str | None = None
    done: Word | None = None
    again: str | None = Field(default=None, description="the answer that has to be given a second time")


def queue_page(home: Home, wanted: Filter, number: int, done: str | None) -> QueuePage:
    """Page `number` of a view, from one."""
    pairs, count = review.waiting(home, wanted, (number - 1) * PAIRS, PAIRS)
    return QueuePage(
        view=wanted.view,
        name=wanted.name,
        place=wanted.place,
        doubt=wanted.doubt,
        count=count,
        pairs=pairs,
        done=done_word(home, done),
    )


def pair_page(home: Home, case_id: str, wanted: Filter, done: str | None = None, again: str | None = None) -> PairPage:
    """A pair by its id. Raises WebError WE005."""
    pair = review.case(home, case_id)
    sides = [_side(home, key) for key in pair.records]
    keys = {*pair.records, *(record.id for side in sides if side for record in side.records)}
    asked = [kind for kind in ANSWERS if kind != pair.state] if pair.state in ANSWERABLE else []
    return PairPage(
        pair=pair,
        sides=sides,
        outcomes={kind: Outcome(**foreseen(home, Asked(kind, pair.records))) for kind in asked},
        history=review.history(home, keys),
        waiting=review.count(home, wanted),
        before=review.beside(home, pair, wanted, back=True),
        after=review.beside(home, pair, wanted),
        done=done_word(home, done),
        again=again,
    )


def done_word(home: Home, act: str | None) -> Word | None:
    """An act of the history."""
    return review.act(home, act) if act else None


def _side(home: Home, record: str) -> Side | None:
    found = review.side(home, record)
    if found is None:
        return None
    firm = found["firm"]
    return Side(
        **{name: firm[name] for name in Side.model_fields if firm.get(name) is not None},
        count=found["count"],
        facts=found["facts"],
        records=[Recorded(**row) for row in found["records"]],
        statements=[_stated(row) for row in found["statements"]],
    )


def _stated(row: dict[str, Any]) -> Stated:
    values = json.loads(row["values"]) if row["values"] else {}
    return Stated(relation=row["relation"], name=row["name"], values=values, source=citation(row))
