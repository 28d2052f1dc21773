"""A firm's page: what the public record says of it, row by row with level, source and date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from kg.validity import NOW, AsOf
from web.errors import WebError
from web.pages.criteria.tier import Tier, TierCourse, firm_courses, tiers
from web.pages.evidence.citation import Citation, Named, citation
from web.pages.evidence.disagreement import Disagreement, disagreements
from web.pages.evidence.retraction import TakenOut, taken_out

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.store import Graph

ROWS = 30
"""Rows of a relation on the firm's page; the page of the relation alone has the rest."""

# The order in which a procurement officer asks; relations that the ontology adds later come after these.
ORDER = (
    "PRODUCES",
    "HAS_PARAMETER",
    "HAS_HONOUR",
    "HOLDS_CERTIFICATE",
    "WON_CONTRACT",
    "SUPPLIES",
    "OWNS_PATENT",
    "CAPABLE_OF",
    "DEPENDS_ON",
    "REPORTS_METRIC",
    "DRAFTED_STANDARD",
    "OWNS_BRAND",
    "SUBSIDIARY_OF",
    "IN_INDUSTRY",
    "LOCATED_IN",
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "PRODUCES": ("share", "revenue", "period", "IN_FOUNDATION_FIELD"),
    "HAS_PARAMETER": ("name", "parameter", "condition"),
    "HAS_HONOUR": ("status", "valid_to"),
    "HOLDS_CERTIFICATE": ("number", "valid_to"),
    "WON_CONTRACT": ("buyer", "amount", "role", "signed"),
    "SUPPLIES": ("product", "amount", "period"),
    "OWNS_PATENT": ("number", "kind", "granted", "ABOUT"),
    "CAPABLE_OF": ("equipment", "capacity", "period"),
    "DEPENDS_ON": ("imported", "single_source"),
    "REPORTS_METRIC": ("figure", "period", "scope"),
    "DRAFTED_STANDARD": ("role",),
    "SUBSIDIARY_OF": ("share",),
    "LOCATED_IN": ("address", "valid_to"),
}
"""What a row of a relation shows beside its target and its source: properties of the ontology, and the few that are
made of several (parameter, amount, figure) or are relations of the target itself. Other relations show all that the
ontology gives them."""

_HIDDEN = frozenset({"id", "name", "kind", "aliases", "former_names", "demo", "credit_code", "retracted"})
"""Properties of a firm that stand elsewhere on its page than among its details."""


class Further(BaseModel):
    """What the target of a row has to do with something else: a patent's subject, a product's field."""

    relation: str
    label: str
    key: str | None
    name: str
    level: str | None = None
    fact: str | None = None


class Statement(BaseModel):
    """One row: what the firm has to do with a product, a contract, an honour …, and who says so."""

    relation: str
    label: str = Field(description="label of the target")
    key: str | None = Field(description="key of the target's node")
    name: str | None
    values: dict[str, Any] = Field(description="properties of the edge, then of the target")
    buyer: Named | None = Field(default=None, description="for contracts, who let it")
    further: list[Further] = Field(default=[], description="fields of a product, subjects of a patent")
    past: bool = Field(description="whether it has ended")
    unsure: bool = Field(default=False, description="on a day in the past: whether it had begun is not known")
    source: Citation


class Statements(BaseModel):
    """All rows of one relation, of which `rows` may be a part."""

    relation: str
    count: int
    rows: list[Statement]


class Detail(BaseModel):
    """One property of the firm itself, with the statement that gives it (none where it was computed)."""

    name: str
    value: Any
    source: Citation | None = None


class Partner(BaseModel):
    """A firm that supplies this one, or is supplied by it; `count` contracts and statements say so."""

    id: str
    name: str
    count: int
    product: str | None = None
    source: Citation


class NamedIn(BaseModel):
    """A document that names the firm, and how."""

    id: str
    title: str | None
    publisher: str | None = None
    kind: str | None = None
    date: str | None = None
    name: str
    facts: int


class Judgement(BaseModel):
    """A decision on which records are this firm, of a person or the program, taken back or not."""

    verdict: str
    reason: str | None = None
    by_role: str | None = None
    score: float | None = None
    at: str | None = None
    undone_at: str | None = None
    names: list[str]


class Happening(BaseModel):
    """One dated statement."""

    date: str
    relation: str
    words: str
    source: Citation


class FirmPage(BaseModel):
    """The public record of one firm."""

    id: str
    name: str
    kind: str | None = None
    credit_code: str | None = None
    demo: bool = False
    retracted: str | None = Field(default=None, description="day on which all statements on the firm were taken out")
    aliases: list[str] = []
    former_names: list[str] = []
    region: str | None = Field(default=None, description="code of the division where it is now")
    region_source: Citation | None = None
    region_unsure: bool = Field(default=False, description="on a day in the past: whether it was there already")
    tiers: list[Tier] = []
    courses: list[TierCourse] = Field(default=[], description="each tier through time, with the source of every step")
    details: list[Detail] = []
    statements: list[Statements] = []
    customers: list[Partner] = []
    suppliers: list[Partner] = []
    disagreements: list[Disagreement] = Field(default=[], description="where documents give different values")
    happenings: list[Happening] = []
    documents: list[NamedIn] = []
    judgements: list[Judgement] = []
    taken_out: list[TakenOut] = Field(default=[], description="what was taken out at somebody's word, with the reason")
    newest: str | None = Field(default=None, description="date of the newest document that names it")


def present(graph: Graph, firm_id: str) -> tuple[str, str]:
    """Id and name of the enterprise that an id leads to now. Raises WE404."""
    own = _own(graph, firm_id)
    return str(own["id"]), str(own["name"])


def _own(graph: Graph, firm_id: str) -> dict[str, Any]:
    rows = graph.read("firm", id=firm_id)
    if not rows:
        raise WebError(f"no firm {firm_id[:80]}", code="WE404", hint="look it up by its name")
    return {name: value for name, value in rows[0]["firm"].items() if value is not None}


def firm_page(graph: Graph, firm_id: str, at: AsOf = NOW) -> FirmPage:
    """The record of a firm by its id or that of any of its records: what held on a day, by all that is known now.

    Raises WE404.
    """
    own = _own(graph, firm_id)
    key = own["id"]
    statements = [
        Statements(relation=relation, count=count, rows=relation_rows(graph, key, relation, 0, ROWS, at))
        for relation, count in relation_counts(graph, key, at)
    ]
    documents = [NamedIn(**row) for row in graph.read("firm_documents", id=key, limit=ROWS)]
    places = [row for row in _rows(statements, "LOCATED_IN") if not row.past]
    return FirmPage(
        **{name: own[name] for name in FirmPage.model_fields if name in own},
        region=places[0].key if places else None,
        region_source=places[0].source if places else None,
        region_unsure=places[0].unsure if places else False,
        tiers=tiers((_honour(row) for row in _rows(statements, "HAS_HONOUR")), at.day),
        courses=firm_courses(graph, key, at.day),
        details=_details(graph, key, own, at),
        statements=statements,
        customers=_partners(graph, "firm_customers", key, at),
        suppliers=_partners(graph, "firm_suppliers", key, at),
        disagreements=disagreements(graph, key) if at.day is None else [],
        happenings=_happenings(statements),
        documents=documents,
        judgements=[Judgement(**row) for row in graph.read("firm_decisions", id=key, limit=ROWS)],
        taken_out=taken_out(graph, key),
        newest=max((document.date for document in documents if document.date), default=None),
    )


def relation_counts(graph: Graph, firm_id: str, at: AsOf = NOW) -> list[tuple[str, int]]:
    """Relations that the firm has, in the order of the page, with the number of rows of each."""
    counts = {row["relation"]: row["count"] for row in graph.read("firm_relations", id=firm_id, **at.params())}
    order = {relation: place for place, relation in enumerate(ORDER)}
    return [(name, counts[name]) for name in sorted(counts, key=lambda name: (order.get(name, len(order)), name))]


def relation_rows(graph: Graph, firm_id: str, relation: str, skip: int, limit: int, at: AsOf = NOW) -> list[Statement]:
    """Rows of one relation: present ones first, then by share or by date; with a day, those that held on it."""
    found = graph.read("firm_relation", id=firm_id, relation=relation, skip=skip, limit=limit, **at.params())
    return [_statement(relation, row, at) for row in found]


def columns(ontology: Ontology, relation: str, rows: Sequence[Statement]) -> list[str]:
    """The columns of a relation in which one of the rows has something to say."""
    declared = ontology.relations.get(relation)
    wanted = COLUMNS.get(relation) or (tuple(declared.properties) if declared else ())
    parts = {"amount": ("amount", "amount_min", "amount_max"), "figure": ("value",), "parameter": ("value", "unit")}
    return [
        name
        for name in wanted
        if any(row.values.get(part) is not None for row in rows for part in parts.get(name, (name,)))
        or (name == "buyer" and any(row.buyer for row in rows))
        or any(found.relation == name for row in rows for found in row.further)
    ]


def _statement(relation: str, row: dict[str, Any], at: AsOf) -> Statement:
    values = {name: value for name, value in {**row["object"], **row["edge"]}.items() if value is not None}
    return Statement(
        relation=relation,
        label=row["label"],
        key=row["key"],
        name=row["name"],
        values=values,
        buyer=Named(**row["buyer"]) if row["buyer"] else None,
        further=[Further(**found) for found in row["further"]],
        past=at.day is None and row["edge"].get("valid_to") is not None and relation in ("LOCATED_IN", "PRODUCES"),
        unsure=relation not in at.periods and at.unsure(row["edge"]),
        source=citation(row),
    )


def _rows(statements: Sequence[Statements], relation: str) -> list[Statement]:
    return next((group.rows for group in statements if group.relation == relation), [])


def _honour(row: Statement) -> dict[str, Any]:
    return {**row.values, "fact": row.source.fact}


def _partners(graph: Graph, query: str, firm_id: str, at: AsOf) -> list[Partner]:
    rows = graph.read(query, id=firm_id, limit=ROWS, **at.params())
    return [
        Partner(id=row["id"], name=row["name"], count=row["count"], product=row["product"], source=citation(row))
        for row in rows
    ]


def _details(graph: Graph, firm_id: str, own: dict[str, Any], at: AsOf) -> list[Detail]:
    """The firm's own properties, each with the newest statement that gives this value.

    With a day, the values of the newest statements until then.
    """
    said: dict[tuple[str, str], Citation] = {}
    then: dict[str, Any] = {}
    for row in graph.read("firm_profile", id=firm_id):
        if at.day is not None:
            if (citation(row).date or "9999") > at.day:
                continue
            for name, value in json.loads(row["values"] or "{}").items():
                then.setdefault(name, value)
        for name, value in json.loads(row["values"] or "{}").items():
            said.setdefault((name, _comparable(value)), citation(row))
    return [
        Detail(name=name, value=value, source=said.get((name, _comparable(value))))
        for name, value in (own if at.day is None else {name: then[name] for name in own if name in then}).items()
        if name not in _HIDDEN and value not in ([], "")
    ]


def _comparable(value: Any) -> str:
    """The value as text; a whole day stands for the year or month that it was made from as well."""
    return str(value)[:7] if isinstance(value, str) and value[:4].isdigit() else str(value)


def _happenings(statements: Sequence[Statements], limit: int = 8) -> list[Happening]:
    """The newest dated statements: contracts, honours, patents, certificates."""
    dates = {"WON_CONTRACT": "signed", "OWNS_PATENT": "granted", "HAS_HONOUR": "valid_from"}
    found = [
        Happening(date=str(date), relation=group.relation, words=row.name or "", source=row.source)
        for group in statements
        if group.relation in dates
        for row in group.rows
        if (date := row.values.get(dates[group.relation]) or row.values.get("valid_from") or row.source.date)
    ]
    return sorted(found, key=lambda happening: (happening.date, happening.words), reverse=True)[:limit]
