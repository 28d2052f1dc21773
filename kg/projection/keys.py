"""The key under which a mention's node is found: what makes two mentions one thing, for everything but firms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.records import Mention, stable_hash
from kg.values.name import name_key
from kg.values.patent import normalise_patent

_TELLING = 8
"""A contract's title shorter than this (`采购合同`) names no particular contract: it meets none of other documents."""


def node_key(mention: Mention, properties: Mapping[str, Any], subject: Mention, document_id: str) -> str:
    """The key of the mention's node; `properties` and `subject` are those of the fact that names it."""
    rule = _RULES.get(mention.type)
    if rule is not None:
        return rule(mention, properties, subject, document_id)
    return mention.key or name_key(mention.name)


def _named(mention: Mention, properties: Mapping[str, Any], subject: Mention, document_id: str) -> str:
    return name_key(mention.name)


def _patent(mention: Mention, properties: Mapping[str, Any], subject: Mention, document_id: str) -> str:
    number = mention.key or properties.get("number")
    if number:
        return normalise_patent(str(number)) or name_key(str(number))
    assignee = properties.get("assignee") or (subject.name if subject.type == "Enterprise" else mention.local or "")
    return stable_hash("patent", name_key(mention.name), name_key(str(assignee)))


def _contract(mention: Mention, properties: Mapping[str, Any], subject: Mention, document_id: str) -> str:
    if mention.key:
        return mention.key
    title = name_key(mention.name)
    other = name_key(str(properties.get("buyer") or subject.name))
    return stable_hash("contract", title, other, document_id if len(title) < _TELLING else "")


def _honour(mention: Mention, properties: Mapping[str, Any], subject: Mention, document_id: str) -> str:
    tier, batch = properties.get("tier") or "other", properties.get("batch") or ""
    return f"{tier}:{batch}" if tier != "other" else f"other:{name_key(mention.name)}:{batch}"


def _metric(mention: Mention, properties: Mapping[str, Any], subject: Mention, document_id: str) -> str:
    return str(properties.get("metric") or mention.key or name_key(mention.name))


def _field(mention: Mention, properties: Mapping[str, Any], subject: Mention, document_id: str) -> str:
    scheme = properties.get("scheme")
    return mention.key or (f"{scheme}:{name_key(mention.name)}" if scheme else name_key(mention.name))


_RULES = {
    "Product": _named,
    "Process": _named,
    "Brand": _named,
    "Certificate": _named,
    "Patent": _patent,
    "Contract": _contract,
    "Honour": _honour,
    "Metric": _metric,
    "FoundationField": _field,
}
