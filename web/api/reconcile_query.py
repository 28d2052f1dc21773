"""Names of a sheet's column looked up as firms, and columns fetched for them, as a reconciliation service does it.

What is asked and answered has the shapes of the Reconciliation Service API 0.2 (W3C Entity Reconciliation Community
Group, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/), which OpenRefine speaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from kg.identity.register import Asked
from kg.identity.resolve import Resolution
from kg.values.region import Regions
from matcher.corpus import Corpus
from matcher.firm import Firm
from matcher.wording import value_name
from web.errors import WebError
from web.jobs.firm_register import resolver_of

MOST_QUERIES = 100
"""Queries of a batch, and firms of an extension."""
MOST_PROPERTIES = 20
LONGEST_BATCH = 200_000
"""Signs of a batch."""
TYPE = "Enterprise"

PROPERTIES: dict[str, tuple[str, str]] = {
    "credit_code": ("统一社会信用代码", "unified social credit code"),
    "region": ("所在地代码（GB/T 2260）", "code of division (GB/T 2260)"),
    "place": ("所在地", "place"),
    "tier": ("梯度", "tiers"),
    "founded": ("成立日期", "founded on"),
    "size": ("规模", "size"),
    "stock_code": ("股票代码", "stock code"),
    "products": ("产品", "products"),
    "certificate": ("认证", "certificates"),
    "as_of": ("最新依据日期", "day of the newest source"),
}
"""What may be fetched of a firm; `credit_code`, `region` and `place` also tell firms of one name apart."""

_CODES, _PLACES = ("credit_code",), ("region", "place")

Value = str | float | bool | dict[str, Any]


class Property(BaseModel, extra="allow"):
    """A further column that a query brings."""

    pid: str = Field(max_length=100)
    v: Value | list[Value]

    def text(self) -> str:
        """Its first value as text; of an entity its id."""
        first = (self.v or [""])[0] if isinstance(self.v, list) else self.v
        return str(first.get("id", "") if isinstance(first, dict) else first)[:200]


class Query(BaseModel, extra="forbid"):
    """A name to look up."""

    query: str = Field(default="", max_length=400)
    type: str | list[str] | None = None
    limit: float | None = Field(default=None, ge=0, le=1000)
    properties: list[Property] = Field(default=[], max_length=MOST_PROPERTIES)
    type_strict: Literal["any", "should", "all"] | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.query.strip() and not self.properties:
            raise ValueError("a query has a name or properties")
        return self

    def asked(self) -> Asked:
        """As the register is asked."""
        given = {one.pid: one.text() for one in self.properties}
        return Asked(self.query, _first(given, _CODES), _first(given, _PLACES))


class PropertyAsked(BaseModel):
    """A property to fetch; it has no settings."""

    id: str = Field(max_length=100)
    settings: dict[str, Any] = {}


class Extension(BaseModel):
    """Firms and the properties to fetch of them."""

    ids: list[Annotated[str, Field(max_length=400)]] = Field(max_length=MOST_QUERIES)
    properties: list[PropertyAsked] = Field(max_length=MOST_PROPERTIES)


def read_batch(text: str) -> dict[str, Query]:
    """The queries of a batch by their keys. Raises WebError WE422, WE413 (too many)."""
    given = _json(text)
    if not isinstance(given, dict):
        raise WebError("a batch of queries is an object", code="WE422", hint='{"q0": {"query": "…"}}')
    if len(given) > MOST_QUERIES:
        raise WebError(f"{len(given)} queries in a batch", code="WE413", hint=f"at most {MOST_QUERIES}")
    try:
        return {str(key)[:100]: Query.model_validate(one) for key, one in given.items()}
    except ValidationError as error:
        raise _unusable(error) from error


def read_extension(text: str) -> Extension:
    """What is to be fetched. Raises WebError WE422."""
    try:
        return Extension.model_validate(_json(text))
    except ValidationError as error:
        raise _unusable(error) from error


def answer(corpus: Corpus, batch: Mapping[str, Query], lang: str) -> dict[str, Any]:
    """Candidates for each query, best first; `match` where the firm is meant beyond doubt.

    The score is that of the identity of names, times a hundred. Another type than firms has no candidates.
    """
    wanted = {key: one for key, one in batch.items() if _is_firm(one.type)}
    found = resolver_of(corpus).resolve_all(one.asked() for one in wanted.values())
    by_key = dict(zip(wanted, found, strict=True))
    return {
        key: {"result": _candidates(corpus, by_key[key], one.limit, lang) if key in by_key else []}
        for key, one in batch.items()
    }


def extension(corpus: Corpus, asked: Extension, lang: str) -> dict[str, Any]:
    """The values of properties for each firm; a firm that is not known, and what is not known of one, has none."""
    names = [one.id for one in asked.properties]
    if unknown := [name for name in names if name not in PROPERTIES]:
        raise WebError(f"no property {unknown[0][:40]}", code="WE422", hint=", ".join(PROPERTIES))
    rows = {}
    for ident in asked.ids:
        row = corpus.row(ident)
        firm = corpus.firms[row] if row is not None else None
        rows[ident] = {name: [{"str": text} for text in _texts(firm, name, lang)] if firm else [] for name in names}
    return {"meta": [named(name, lang) for name in names], "rows": rows}


def named(name: str, lang: str) -> dict[str, str]:
    """A property with its name."""
    return {"id": name, "name": PROPERTIES[name][lang != "zh"]}


def firm_type(lang: str) -> dict[str, str]:
    """The one type that is looked up."""
    return {"id": TYPE, "name": "企业" if lang == "zh" else "enterprise"}


def described(firm: Firm, lang: str) -> str:
    """What tells a firm from another one of its name: its place and its code."""
    return " · ".join([*_texts(firm, "place", lang)[:1], *_texts(firm, "credit_code", lang)[:1]])


def _candidates(corpus: Corpus, found: Resolution, limit: float | None, lang: str) -> list[dict[str, Any]]:
    rows = []
    for one in found.candidates[: None if limit is None else int(limit)]:
        row = corpus.row(one.id)
        if row is None:
            continue
        firm = corpus.firms[row]
        about = described(firm, lang)
        rows.append(
            {
                "id": firm.id,
                "name": firm.name,
                "description": f"{about}（{one.reason}）" if about else one.reason,
                "score": round(100 * one.score, 2),
                "match": one.id == found.match,
                "type": [firm_type(lang)],
                "features": [{"id": "name_identity", "value": one.score}],
            }
        )
    return rows


def _texts(firm: Firm, name: str, lang: str) -> list[str]:
    if name == "products":
        return [product.name for product in firm.products]
    if name == "place":
        codes = (str(item.value) for item in firm.items("region"))
        return ["".join(one.name for one in Regions.load().path(code)) for code in codes]
    values = dict.fromkeys(str(item.value) for item in firm.items(name))
    return [value_name(name, value, lang) if name in ("tier", "size") else value for value in values]


def _is_firm(kind: str | list[str] | None) -> bool:
    return not kind or TYPE in ([kind] if isinstance(kind, str) else kind)


def _first(given: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((given[name] for name in names if given.get(name, "").strip()), None)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WebError(f"no JSON: {str(error)[:120]}", code="WE422", hint="see the reconciliation API 0.2") from error


def _unusable(error: ValidationError) -> WebError:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])[:120]
    return WebError(f"{where}: {first['msg'][:200]}", code="WE422", hint="see the reconciliation API 0.2")
