"""The reconciliation service for OpenRefine: its manifest, queries, extension and suggestions."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query

from kg.search import search
from web.api.reconcile_query import (
    LONGEST_BATCH,
    PROPERTIES,
    TYPE,
    answer,
    described,
    extension,
    firm_type,
    named,
    read_batch,
    read_extension,
)
from web.api.shape import SENT
from web.deps import Visit, VisitDep
from web.security import SHARED

router = APIRouter(tags=["reconciliation"])
SUGGESTED = 10

Batch = Annotated[str, Form(max_length=LONGEST_BATCH, description="queries by their keys, as JSON")]
Extended = Annotated[str, Form(max_length=LONGEST_BATCH, description="firms and properties to fetch, as JSON")]
AskedBatch = Annotated[str, Query(max_length=20_000, description="queries by their keys, as JSON")]
Prefix = Annotated[str, Query(max_length=200)]


@router.get("/reconcile", summary="What the service can do; with `queries` the answers to them")
def manifest(visit: VisitDep, queries: AskedBatch = "") -> dict[str, Any]:
    """For OpenRefine and others that speak the Reconciliation Service API 0.2: add this address as a service."""
    if queries:
        return answer(visit.home.corpus(), read_batch(queries), visit.lang)
    home = _home(visit)
    service = f"{home}{SHARED}"
    return {
        "versions": ["0.2"],
        "name": "补链企业" if visit.lang == "zh" else "Bulian firms",
        "identifierSpace": f"{home}/firms/",
        "schemaSpace": f"{home}/ontology",
        "documentation": f"{home}/api/docs",
        "serviceVersion": version("bulian"),
        "defaultTypes": [firm_type(visit.lang)],
        "view": {"url": f"{home}/firms/{{{{id}}}}"},
        "suggest": {
            "entity": {"service_url": service, "service_path": "/suggest/entity"},
            "property": {"service_url": service, "service_path": "/suggest/property"},
            "type": {"service_url": service, "service_path": "/suggest/type"},
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


@router.post("/reconcile", summary="Names looked up as firms, or columns fetched for firms", responses=SENT)
def reconcile(visit: VisitDep, queries: Batch = "", extend: Extended = "") -> dict[str, Any]:
    """`queries`: candidates for each name, `match` where one is meant beyond doubt. `extend`: values of properties."""
    if extend:
        return extension(visit.home.corpus(), read_extension(extend), visit.lang)
    return answer(visit.home.corpus(), read_batch(queries), visit.lang)


@router.get("/reconcile/suggest/entity", summary="Firms whose names hold what is typed")
def suggest_entity(visit: VisitDep, prefix: Prefix, cursor: Annotated[int, Query(ge=0, le=200)] = 0) -> dict[str, Any]:
    """At most ten, from `cursor` on."""
    corpus, rows = visit.home.corpus(), []
    for hit in search(visit.graph, prefix, ["Enterprise"], cursor + SUGGESTED)[cursor:]:
        row = corpus.row(hit.id)
        about = described(corpus.firms[row], visit.lang) if row is not None else ""
        rows.append({"id": hit.id, "name": hit.name, "description": about, "notable": [firm_type(visit.lang)]})
    return {"result": rows}


@router.get("/reconcile/suggest/property", summary="Properties whose names hold what is typed")
def suggest_property(visit: VisitDep, prefix: Prefix = "") -> dict[str, Any]:
    """In the reader's language or by id."""
    wanted = prefix.strip().lower()
    found = [named(name, visit.lang) for name in PROPERTIES]
    return {"result": [one for one in found if wanted in one["name"].lower() or wanted in one["id"]]}


@router.get("/reconcile/suggest/type", summary="The one type that is looked up")
def suggest_type(visit: VisitDep, prefix: Prefix = "") -> dict[str, Any]:
    """Firms."""
    kind = firm_type(visit.lang)
    return {"result": [kind] if prefix.strip().lower() in kind["name"] + TYPE.lower() else []}


@router.get("/reconcile/properties", summary="Properties that can be fetched of a firm")
def properties(
    visit: VisitDep, type: Annotated[str, Query(max_length=100)] = TYPE, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> dict[str, Any]:
    """None for another type."""
    found = [named(name, visit.lang) for name in PROPERTIES] if type == TYPE else []
    return {"type": type, "properties": found[:limit], "limit": limit}


def _home(visit: Visit) -> str:
    """The address under which the reader reaches us."""
    return visit.home.settings.address.rstrip("/") or str(visit.request.base_url).rstrip("/")
