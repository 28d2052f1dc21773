"""Bounties (揭榜挂帅): the line of a file that says one, which of its states can be seen, what of it goes to the graph.

Stages and sides are those of the notices of several cities, gathered in one order; the organiser moves a bounty
through them, so a file says in which one it is, and nothing is asked of the step before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from kg.values.money import fen
from kg.values.name import clean_name, name_key
from web.accounts.people import INDIVIDUAL
from web.db.bounties import Bounty
from web.errors import WebError

SHOWN_AS: dict[str, str | None] = {
    "draft": None,
    "submitted": None,
    "returned": None,
    "county_review": None,
    "expert_review": None,
    "withdrawn": None,
    "notice": "notice",
    "objection": "notice",
    "open": "open",
    "closed": "closed",
    "reviewing": "closed",
    "negotiating": "closed",
    "award_notice": "award_notice",
    "contracted": "contracted",
    "project": "contracted",
    "running": "contracted",
    "disputed": "contracted",
    "failed": "contracted",
    "acceptance": "acceptance",
    "settled": "settled",
    "no_taker": "no_taker",
    "terminated": "terminated",
}
"""As which state the public sees each state: the last one before it that may be seen; None: not at all."""

AWARD_SHOWN = {"award_notice": "notice"} | dict.fromkeys(("contracted", "acceptance", "settled", "terminated"), "final")
"""Status of the award by public state; in the others nobody sees who is to solve it."""

CATEGORIES = {"技术攻关": "research", "成果转化": "transfer", "技术转移机构": "agency", "农业": "agriculture"}
"""Categories as notices of cities name them; of another one a bounty has none."""

ACCEPTED = ("acceptance", "settled")
"""Public states in which everybody sees when it was accepted."""

Operator = Literal["<", "<=", "=", ">=", ">", "range", "approx"]
"""How a figure is asked for."""

Day = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(lambda day: date.fromisoformat(day).isoformat())
]
Words = Annotated[str, Field(max_length=2000)]
Yuan = Annotated[float, Field(strict=True, ge=0, le=1e13, allow_inf_nan=False)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Said(BaseModel):
    """An object of the line; what is null was not said."""

    @model_validator(mode="before")
    @classmethod
    def _said(cls, value: Any) -> Any:
        return {name: item for name, item in value.items() if item is not None} if isinstance(value, dict) else value


class Target(Said):
    """A technical target: a figure with its operator, or words alone."""

    name: str = Field(min_length=1, max_length=200)
    operator: Operator | None = None
    value: Number | None = None
    value_max: Number | None = None
    unit: Words = ""
    method: Words = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.operator is None) != (self.value is None):
            raise ValueError("operator and value come together")
        if (self.operator == "range") != (self.value_max is not None):
            raise ValueError("value_max comes with the operator range, and only with it")
        if self.value is not None and self.value_max is not None and self.value_max < self.value:
            raise ValueError("value_max is below value")
        return self


class Member(Said):
    """One of the solvers."""

    name: str = Field(min_length=1, max_length=200)
    role: Literal["lead", "member"] = "member"
    task: Words = ""


class Line(Said):
    """A bounty as a line of JSON lines says it; what else stands in the line is left alone."""

    id: str = Field(min_length=1, max_length=64)
    title: str = Field(min_length=1, max_length=500)
    text: str = ""
    products: list[str] = []
    conditions: dict[str, Any] = {}
    state: Literal[tuple(SHOWN_AS)]  # type: ignore[valid-type]
    poster: Words
    organiser: Words = ""
    category: Words = ""
    field: Words = ""
    published: Day | None = None
    deadline: Day | None = None
    due: Day | None = None
    amount: Yuan | None = None
    city_grant: Yuan | None = None
    ip_terms: Words = ""
    trl: int | None = Field(default=None, strict=True, ge=1, le=9)
    targets: list[Target] = Field(default=[], max_length=200)
    awarded: Day | None = None
    accepted: Day | None = None
    team: list[Member] = []

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.published is None and SHOWN_AS[self.state]:
            raise ValueError(f"published is missing: a bounty that is {self.state} was published on some day")
        if self.published and self.deadline and self.deadline < self.published:
            raise ValueError("the deadline lies before the day of publication")
        return self


def bounty_fields(line: Mapping[str, Any]) -> dict[str, Any]:
    """What a line says, as columns of Bounty (`published` is left to the caller). Raises WebError WE018."""
    try:
        read = Line.model_validate(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise WebError(f"{where}: {said}" if where else said, code="WE018", hint="correct the bounty's line") from error
    return {
        "title": read.title,
        "products": [clean_name(name) for name in read.products],
        "text": read.text,
        "conditions": read.conditions,
        "buyer": read.poster,
        "deadline": read.deadline,
        "state": read.state,
        "organiser": read.organiser,
        "category": CATEGORIES.get(read.category, ""),
        "field": read.field,
        "amount": None if read.amount is None else fen(read.amount),
        "city_grant": None if read.city_grant is None else fen(read.city_grant),
        "ip_terms": read.ip_terms,
        "trl": read.trl,
        "due": read.due,
        "targets": [target.model_dump() for target in read.targets],
        "awarded": read.awarded,
        "accepted": read.accepted,
        "team": [member.model_dump() for member in read.team],
    }


def shown_as(bounty: Bounty) -> str | None:
    """The state in which the public sees a bounty; None where it sees nothing.

    Both notices can be objected to: an objection is shown as the notice that it is raised against.
    """
    if bounty.state == "objection" and bounty.team:
        return "award_notice"
    return SHOWN_AS[bounty.state]


def public_terms(bounty: Bounty) -> dict[str, Any]:
    """What the graph shows of a bounty beyond that which it shows of any need; sums in yuan."""
    status = AWARD_SHOWN.get(shown_as(bounty) or "")
    return {
        "amount": _yuan(bounty.amount),
        "city_grant": _yuan(bounty.city_grant),
        "ip_terms": bounty.ip_terms or None,
        "trl": bounty.trl,
        "due": bounty.due,
        "organiser": bounty.organiser or None,
        "awarded": bounty.awarded if status else None,
        "accepted": bounty.accepted if shown_as(bounty) in ACCEPTED else None,
        "award_status": status,
        "targets": [
            {"id": f"{bounty.id}:{number:03}", **{name: value for name, value in target.items() if value != ""}}
            for number, target in enumerate(bounty.targets, start=1)
        ],
        "team": [
            {"key": name_key(member["name"]), "role": member["role"]}
            for member in bounty.team
            if status and member.get("kind") != INDIVIDUAL
        ],
    }


def _yuan(sum_: int | None) -> float | None:
    return None if sum_ is None else sum_ / 100
