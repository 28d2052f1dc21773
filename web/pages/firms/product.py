"""A product's page: who makes it, with which parameters, where it stands, who asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from kg.validity import NOW, AsOf
from web.errors import WebError
from web.pages.criteria.tier import Tier, tiers
from web.pages.evidence.citation import Citation, citation

if TYPE_CHECKING:
    from kg.store import Graph

MAKERS = 50


class Maker(BaseModel):
    """A firm that makes the product, and who says so."""

    id: str
    name: str
    region: str | None = None
    tiers: list[Tier] = []
    share: float | None = Field(default=None, description="share of the firm's revenue in percent")
    period: str | None = None
    past: bool = False
    unsure: bool = Field(default=False, description="on a day in the past: whether it had begun is not known")
    source: Citation


class Parameter(BaseModel):
    """A value that a maker states for the product."""

    firm_id: str
    firm: str
    name: str
    operator: str | None = None
    value: float | str | None = None
    value_max: float | None = None
    unit: str | None = None
    condition: str | None = None
    source: Citation


class Asked(BaseModel):
    """A need or bounty that asks for the product."""

    id: str
    label: str
    title: str
    state: str | None = None
    deadline: str | None = None


class Kind(BaseModel):
    """A wider product."""

    key: str
    name: str


class FoundationField(BaseModel):
    """A field of the industrial foundation that the product belongs to."""

    name: str
    scheme: str | None = None
    level: str | None = None
    fact: str | None = None


class ProductPage(BaseModel):
    """What the graph says of one product."""

    key: str
    name: str
    count: int = Field(description="number of makers")
    makers: list[Maker]
    parameters: list[Parameter] = []
    needs: list[Asked] = []
    kinds: list[Kind] = []
    fields: list[FoundationField] = []


def product_page(graph: Graph, key: str, skip: int = 0, at: AsOf = NOW) -> ProductPage:
    """A product by its key, makers from `skip` on, as of a day. Raises WE404."""
    rows = graph.read("product", key=key, **at.params())
    if not rows:
        raise WebError(f"no product {key[:80]}", code="WE404", hint="look it up by its name")
    row = rows[0]
    return ProductPage(
        key=row["key"],
        name=row["name"] or row["key"],
        count=row["makers"],
        makers=[
            _maker(found, at) for found in graph.read("product_makers", key=key, skip=skip, limit=MAKERS, **at.params())
        ],
        parameters=[
            _parameter(found) for found in graph.read("product_parameters", key=key, limit=MAKERS, **at.params())
        ],
        needs=[Asked(**need) for need in row["needs"]],
        kinds=[Kind(**kind) for kind in row["kinds"]],
        fields=[FoundationField(**item) for item in row["fields"]],
    )


def _maker(row: dict[str, Any], at: AsOf) -> Maker:
    edge = row["edge"]
    return Maker(
        id=row["id"],
        name=row["name"],
        region=row["region"],
        tiers=tiers(row["tiers"], at.day),
        share=edge.get("share"),
        period=edge.get("period"),
        past=at.day is None and edge.get("valid_to") is not None,
        unsure=at.unsure(edge),
        source=citation(row),
    )


def _parameter(row: dict[str, Any]) -> Parameter:
    edge = row["edge"]
    known = ("name", "operator", "value", "value_max", "unit", "condition")
    return Parameter(
        firm_id=row["id"], firm=row["firm"], source=citation(row), **{name: edge.get(name) for name in known}
    )
