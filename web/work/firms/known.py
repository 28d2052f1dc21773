"""What is known of a firm already, field by field with date and source: forms are filled from it, not typed again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.records import DECLARED
from kg.validity import NOW
from web.work.firms.declaration import of_firm
from web.work.firms.declaration_sheet import firm_of
from web.work.firms.kinds import cells, kind_of

if TYPE_CHECKING:
    from web.home import Home

PROFILE = ("address", "website", "founded", "legal_form", "registered_capital", "size")
"""Properties of the firm itself that forms ask for, as the ontology names them."""
MANY = 50
"""Rows of a relation that are given."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value of a field. `field` is name, credit_code, a property of the firm, region, product, certificate, tier,
    process, the id of a metric, or contact; `fact` opens its sentence. `private` ones are for the firm and the bureau.
    """

    field: str
    value: str
    date: str | None
    source: str
    level: str = "disclosed"
    fact: str | None = None
    period: str | None = None
    private: bool = False


def known_of(home: Home, enterprise_id: str, *, private: bool = False) -> list[Known]:
    """All that is known of a firm for forms, best first within a field: the public record before its own word.

    `private` adds what the firm declared for itself and the bureau alone: ask for it only on behalf of these two.
    Raises WebError WE404 for no such firm.
    """
    graph = home.graph()
    firm = firm_of(home, enterprise_id)
    found = [*_profile(home, firm.present)]
    for relation, field in _RELATIONS.items():
        rows = graph.read("firm_relation", id=firm.present, relation=relation, skip=0, limit=MANY, **NOW.params())
        found += [known for row in rows if (known := _row(home, field, row)) is not None]
    if private:
        ids = [str(row["record"]) for row in graph.read("firm_records", id=firm.present)]
        with home.database().session() as session:
            for row in of_firm(session, ids):
                if not row.public:
                    found.append(_private(home, row.kind, row.values, row.day))
    order = {"disclosed": 0, "strongly_inferred": 1, DECLARED: 2, "inferred": 3}
    return sorted(found, key=lambda one: (order.get(one.level, 4), _backwards(one.period or one.date)))


def first_known(found: list[Known], field: str) -> Known | None:
    """The best value of a field, if any."""
    return next((one for one in found if one.field == field), None)


_RELATIONS = {
    "LOCATED_IN": "region",
    "PRODUCES": "product",
    "HOLDS_CERTIFICATE": "certificate",
    "HAS_HONOUR": "tier",
    "CAPABLE_OF": "process",
    "REPORTS_METRIC": "",
}


def _profile(home: Home, key: str) -> Iterator[Known]:
    graph = home.graph()
    own = graph.read("firm", id=key)[0]["firm"]
    said: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in graph.read("firm_profile", id=key):
        for name, value in json.loads(row["values"] or "{}").items():
            said.setdefault((name, str(value)[:7]), row["citation"])
    for name in ("name", "credit_code", *PROFILE):
        value = own.get(name)
        if value in (None, "", []):
            continue
        citation = said.get((name, str(value)[:7]), {})
        yield Known(
            name,
            str(value),
            _day(citation.get("date")),
            str(citation.get("title") or ""),
            citation.get("level") or "disclosed",
            citation.get("fact"),
        )


def _row(home: Home, field: str, row: Mapping[str, Any]) -> Known | None:
    edge, citation = row["edge"], row["citation"]
    if edge.get("valid_to") is not None and field == "region":
        return None
    value = row["name"] or row["key"] or ""
    if not field:
        field = str(row["key"])
        value = f"{edge.get('value')}" + (f" {edge['unit']}" if edge.get("unit") else "")
    elif field == "tier":
        value = home.ontology.label(f"tier.{row['object'].get('tier')}", "zh")
        value += f"（{home.ontology.label('honour_status.' + str(edge.get('status')), 'zh')}）"
    return Known(
        field,
        str(value),
        _day(citation.get("date")),
        str(citation.get("title") or ""),
        str(edge.get("level") or "disclosed"),
        citation.get("fact"),
        str(edge["period"]) if edge.get("period") else None,
    )


def _private(home: Home, kind: str, values: Mapping[str, Any], day: str | None) -> Known:
    field = str(values.get("metric") or kind)
    said = list(cells(kind_of(kind), values, home.ontology).values())
    value = str(values["value"]) if "metric" in values else " ".join(said)
    return Known(field, value, day, "企业自述（未公开）", DECLARED, None, values.get("period"), True)


def _day(date: Any) -> str | None:
    return str(date)[:10] if date else None


def _backwards(date: str | None) -> tuple[int, ...]:
    """A key by which the newest comes first, the undated last."""
    return tuple(-ord(sign) for sign in date) if date else (1,)
