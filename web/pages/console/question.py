"""Questions without Cypher: found by their words, asked by a form, answered with source, day and definitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import BaseModel

from kg.console import Table
from kg.console.cookbook import TOPICS, Parameter, Question, question, questions, search, typed
from kg.values.region import Regions
from web.errors import WebError
from web.jobs.chains import templates
from web.jobs.query import ask, origin, text_of
from web.pages.console.answer import Answer, answer_of
from web.pages.console.asked import ROWS, Outcome, ask_for, fields_of
from web.tables import Origin

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from web.home import Home

LONGEST = 400
"""Signs of a value."""

_TERMS: dict[str, tuple[str, ...]] = {
    "level": ("level",),
    "recognition": ("level",),
    "tier": ("tier",),
    "status": ("honour_status",),
    "stage": ("stage",),
    "scheme": ("scheme",),
    "flag": ("dependence_flag",),
    "kind": ("patent_kind", "gap_kind"),
    "gap": ("gap_kind",),
    "state": ("bounty_state", "fact_state"),
    "relation": ("",),
    "metric": ("metric",),
}
"""Of columns whose values are terms of the ontology: the names of these."""
_ENGLISH = {"不详": "unknown", "全国": "the country", "匿名": "anonymous", "无缺口": "no gap"}


class Found(BaseModel):
    """A question in a list."""

    name: str
    title: str
    other: str
    unknown: str


class QuestionsPage(BaseModel):
    """Questions by topic; those that a text asks for are one group without a topic."""

    q: str
    groups: list[tuple[str, list[Found]]]
    count: int
    all: int


class Field(BaseModel):
    """A parameter as a field: `options` are value and words to choose from, `wrong` why its value cannot be used."""

    name: str
    type: str
    words: str
    value: str
    example: str
    options: list[tuple[str, str]] = []
    wrong: str = ""


class QuestionPage(Outcome):
    """A question with its form, and the answer where it was asked. `sent` are the parameters of the address,
    `in_cypher` is the console with the statement and the values that it gets."""

    name: str
    title: str
    unknown: str
    fields: list[Field]
    columns: list[tuple[str, str]]
    cypher: str
    sent: dict[str, str]
    address: str
    in_cypher: str
    filled: bool = False


def questions_page(q: str, lang: str) -> QuestionsPage:
    """All questions by topic, or those that a text asks for, the likeliest first."""
    found = search(q)
    if q.strip():
        groups = [("", [_found(one, lang) for one in found])] if found else []
    else:
        groups = [(topic, [_found(one, lang) for one in found if one.topic == topic]) for topic in TOPICS]
    return QuestionsPage(q=q, groups=groups, count=len(found), all=len(questions()))


def question_page(
    home: Home, name: str, given: Mapping[str, str], lang: str, limit: int, *, run: bool, show: str, confirmed: bool
) -> QuestionPage:
    """The form of a question as it was filled, with its answer where it is to `run`. Raises WebError WE404."""
    found = one(name)
    fields, values = _filled(home, found, given, lang, run)
    sent = fields_of({one.name: one.value for one in fields})
    texts = {parameter: text_of(value) for parameter, value in values.items()}
    page = QuestionPage(
        name=name,
        title=found.title.in_(lang),
        unknown=found.unknown.in_(lang),
        fields=fields,
        columns=[(column, words.in_(lang)) for column, words in found.columns],
        cypher=found.cypher,
        limit=limit,
        sent=sent,
        address=f"/questions/{name}?{urlencode({**sent, 'limit': str(limit), 'run': '1'})}",
        in_cypher=f"/console?{urlencode({'example': name} | fields_of(texts))}",
        state=asdict(home.analysts.state()),
        filled=any(one.value for one in fields),
    )
    if not run or any(one.wrong for one in fields):
        return page
    words = {column: text.in_(lang) for column, text in found.columns}

    def answered(table: Table) -> Answer:
        return answer_of(in_words(table, home.ontology, lang), show, lang, words, page.address)

    ask_for(page, home, found.cypher, values, answered, confirmed=confirmed)
    return page


def question_file(home: Home, name: str, given: Mapping[str, str], lang: str) -> tuple[Table, Origin] | None:
    """The answer with its heads in words, and its definitions; None while the copy is being made. Raises WebError
    WE404, UnusableError WE210 for a value that cannot be used, and as `ask`."""
    found = one(name)
    fields, values = _filled(home, found, given, lang, True)
    wrong = next((field for field in fields if field.wrong), None)
    if wrong:
        raise WebError(f"{wrong.name}: {wrong.wrong}", code="WE422", hint="correct the value in the address")
    table = ask(home, found.cypher, values, ROWS[-1], confirmed=True)
    if table is None:
        return None
    made = origin(home.analysts.state(), found.cypher, values)
    return defined(in_words(table, home.ontology, lang), made, found, lang)


def defined(table: Table, made: Origin, found: Question, lang: str) -> tuple[Table, Origin]:
    """A table with its heads in words, and where it comes from with what its columns mean."""
    words = {column: text.in_(lang) for column, text in found.columns}
    heads = tuple(replace(column, name=words.get(column.name, column.name)) for column in table.columns)
    lines = [("question", f"{found.title.in_(lang)} ({found.name})"), ("unknown", found.unknown.in_(lang))]
    lines += [(text, column) for column, text in words.items()]
    evidence = ("每个编号打开 /evidence/编号 的原文", "each id opens its sentence at /evidence/ID")[lang != "zh"]
    lines.append((words.get("fact", "fact"), evidence))
    return replace(table, columns=heads), replace(made, definitions=tuple(lines))


def in_words(table: Table, ontology: Ontology, lang: str) -> Table:
    """The table with terms of the ontology in the reader's language."""
    terms = [_TERMS.get(column.name) for column in table.columns]
    rows = [
        tuple(_worded(value, kinds, ontology, lang) for value, kinds in zip(row, terms, strict=True))
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows))


def one(name: str) -> Question:
    """The question of that name. Raises WebError WE404."""
    found = question(name)
    if found is None:
        raise WebError("no such question", code="WE404", hint="look it up among the questions")
    return found


def _found(item: Question, lang: str) -> Found:
    other = item.title.en if lang == "zh" else item.title.zh
    return Found(name=item.name, title=item.title.in_(lang), other=other, unknown=item.unknown.in_(lang))


def _worded(value: Any, kinds: tuple[str, ...] | None, ontology: Ontology, lang: str) -> Any:
    if not isinstance(value, str):
        return value
    if kinds is None:
        return _ENGLISH.get(value, value) if lang != "zh" else value
    for kind in kinds:
        term = f"{kind}.{value}" if kind else value
        words = ontology.label(term, lang)
        if words != term:
            return words
    return _ENGLISH.get(value, value) if lang != "zh" else value


def _filled(
    home: Home, found: Question, given: Mapping[str, str], lang: str, run: bool
) -> tuple[list[Field], dict[str, Any]]:
    """The fields with what was given, and the values that the statement gets."""
    fields, values = [], {}
    for item in found.parameters:
        text = given.get(item.name, "").strip()[:LONGEST]
        chosen = _options(home, item, lang)
        if not text and item.type in ("day", "year", "number", "tier", "relation"):
            text = item.example
        field = Field(
            name=item.name, type=item.type, words=item.words.in_(lang), value=text, example=_said(item), options=chosen
        )
        try:
            values[item.name] = _value(item, text)
        except ValueError as error:
            field.wrong = str(error)
        if run and not text and item.example and item.type != "place":
            field.wrong = "empty"
        fields.append(field)
    return fields, values


def _options(home: Home, item: Parameter, lang: str) -> list[tuple[str, str]]:
    """What may be chosen, or is offered while one types."""
    ontology = home.ontology
    if item.type == "tier":
        return [(name, ontology.label(f"tier.{name}", lang)) for name in ontology.values["tier"]]
    if item.type == "relation":
        facts = [name for name, relation in ontology.relations.items() if relation.layer == "fact" and relation.edge]
        return [(name, ontology.label(name, lang)) for name in facts]
    if item.type == "chain":
        return [(one.chain.name, one.chain.name if lang == "zh" else one.chain.name_en) for one in templates(home)]
    return []


def _said(item: Parameter) -> str:
    """The example as people would write it: a place by its name."""
    place = Regions.load().by_code(item.example.ljust(6, "0")) if item.type == "place" and item.example else None
    return place.name if place else item.example


def _value(item: Parameter, text: str) -> Any:
    """A value as the statement takes it. Raises ValueError with a word that the page knows."""
    if item.type == "place":
        return _stem(text)
    if item.type == "day":
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("day") from None
    try:
        return typed(item.type, text)
    except ValueError:
        raise ValueError("number") from None


def _stem(text: str) -> str:
    """The digits that codes of a place and of all in it begin with. Raises ValueError where no place is meant."""
    if text.isascii() and text.isdigit() and len(text) <= 6:
        code = text
    elif not text:
        return ""
    else:
        region = Regions.load().find(text)
        if region is None:
            raise ValueError("place")
        code = region.code
    if len(code) == 6:
        return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return code
