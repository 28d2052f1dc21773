"""A firm on the ladder of tiers: how it stands on a day, and its course with the source of every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from kg.tier import Course, Said, courses, rules
from web.beijing import today
from web.jobs.honours import honours
from web.pages.evidence.citation import Citation, citation

if TYPE_CHECKING:
    from kg.store import Graph


class Tier(BaseModel):
    """How a firm stands on one tier of the state's ladder."""

    tier: str
    standing: str = Field(description="recognised, implied, notice, lapsed_or_unknown or revoked (kg.tier)")
    batch: str | None = Field(default=None, description="batch of the newest list that names it")
    status: str | None = Field(default=None, description="status on that list, as written")
    date: str | None = Field(default=None, description="date of that list, as exact as it is known")
    until: str | None = Field(default=None, description="end of the term")
    reckoned: bool = Field(default=False, description="whether no source states that end")
    fact: str | None = None


class Rule(BaseModel):
    """What a step rests on beside its line of a list."""

    zh: str
    en: str
    source: str
    own: bool = Field(default=False, description="our own reading, no clause of the measures")
    repost: bool = Field(default=False, description="read in a re-post of the official text")
    note: dict[str, str] | None = None


class TierStep(BaseModel):
    """One step of the course."""

    kind: str = Field(description="notice, implied, recheck_notice, recognised, rechecked, revoked, end, no_review")
    date: str | None = Field(default=None, description="as exact as it is known; absent where it is not")
    batch: str | None = None
    level: str
    reckoned: bool = False
    if_confirmed: bool = False
    rule: Rule | None = None
    source: Citation | None = None


class TierCourse(BaseModel):
    """One tier through time."""

    tier: str
    standing: str
    steps: list[TierStep]


def tiers(rows: Iterable[Mapping[str, Any]], day: str | None) -> list[Tier]:
    """How a firm stands on each tier, from the properties of its honours and their edges."""
    said = [
        Said(
            row["tier"],
            row["status"],
            row.get("dated") or row.get("valid_from") or row.get("as_of"),
            row.get("batch"),
            row.get("valid_to") if row["status"] != "revoked" else None,
            row.get("fact"),
            row.get("level") or "disclosed",
        )
        for row in rows
        if row.get("tier") and row.get("status")
    ]
    return [_tier(course, said) for course in courses(said, day or today().isoformat())]


def _tier(course: Course, said: list[Said]) -> Tier:
    told = [step for step in course.steps if step.fact and step.kind not in ("implied", "end")]
    last = told[-1]
    end = next((step for step in course.steps if step.kind == "end"), None)
    return Tier(
        tier=course.tier,
        standing=course.standing,
        batch=last.batch,
        status=last.kind,
        date=last.date,
        until=end.date if end else None,
        reckoned=bool(end and end.reckoned),
        fact=last.fact,
    )


def firm_courses(graph: Graph, firm_id: str, day: str | None) -> list[TierCourse]:
    """The course of each tier that documents name the firm for."""
    lines = honours(graph, firm_id)
    said = [line for line, _ in lines]
    cited = {str(line.fact): citation(row) for line, row in lines}
    return [
        TierCourse(
            tier=course.tier,
            standing=course.standing,
            steps=[
                TierStep(
                    kind=step.kind,
                    date=step.date,
                    batch=step.batch,
                    level=step.level,
                    reckoned=step.reckoned,
                    if_confirmed=step.if_confirmed,
                    rule=Rule(**rules()[step.rule]) if step.rule else None,
                    source=cited.get(step.fact or ""),
                )
                for step in course.steps
            ],
        )
        for course in courses(said, day or today().isoformat())
    ]
