"""A technical requirement as JSON: the line that `bulian requirement` writes, with the class of each product."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from nlp.requirement.requirement import read_requirement, requirement_line
from web.api.shape import SENT
from web.deps import VisitDep
from web.pages.needs.requirement import MAX_CELL, MAX_SIGNS, ProductClass, classifier, product_classes

router = APIRouter()


class Asked(BaseModel):
    """A requirement in words."""

    id: str | int | None = Field(default=None, description="given back as it came")
    title: Annotated[str, Field(max_length=MAX_CELL, description="empty: the first clause of the text")] = ""
    text: Annotated[str, Field(max_length=MAX_SIGNS, description="offsets count its code points")]


class Target(BaseModel):
    """An asked-for figure; `quote` is `text[start:end]`."""

    name: str
    operator: Literal["<", "<=", "=", ">=", ">", "range", "approx"]
    value: float
    value_max: float | None = Field(description="only of a range")
    unit: str | None
    quote: str
    start: int
    end: int
    method: str | None = Field(default=None, description="standard or procedure of the test, where the text names one")


class RequirementLine(BaseModel):
    """What was read, in the form of `bulian requirement`; `classes` say more about `fields`."""

    id: str | int | None
    targets: list[Target]
    products: list[str] = Field(description="what the title asks for")
    fields: list[str] = Field(description="classes of the products, each once")
    classes: list[ProductClass] = Field(description="class, score and reason of each product")


@router.post("/requirement", tags=["needs"], summary="Targets, products and fields of a requirement", responses=SENT)
def requirement(visit: VisitDep, asked: Asked) -> RequirementLine:
    """Reads a technical requirement; nothing of it is kept."""
    found = read_requirement(asked.title, asked.text, classifier(visit.home))
    line: dict[str, Any] = requirement_line(asked.id, found)
    return RequirementLine(**line, classes=product_classes(found.products, found.classes))
