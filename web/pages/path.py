"""Paths as pages show them: each step in words, with the place where it opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import BaseModel, Field

from web.pages.evidence.citation import Citation, citation

if TYPE_CHECKING:
    from web.jobs.proposals import PathStep, ProposedFirm


class StepRow(BaseModel):
    """One step of a path."""

    relation: str
    says: str
    address: str | None = Field(default=None, description="page at which it opens: a sentence, a node, a need")
    source: Citation | None = Field(default=None, description="none: it is from a template, the rules or a need")


class NearRow(BaseModel):
    """A firm that could step in: what speaks for it, each reason with its first sentence."""

    firm: str
    name: str
    place: str | None = None
    reasons: list[ReasonRow]


class ReasonRow(BaseModel):
    """A reason in words."""

    says: str
    fact: str | None = None


def step_rows(path: Sequence[PathStep]) -> list[StepRow]:
    """The steps of a path."""
    return [
        StepRow(
            relation=step.relation,
            says=step.says,
            address=_address(step),
            source=citation({"citation": step.evidence}) if step.evidence else None,
        )
        for step in path
    ]


def near_row(firm: ProposedFirm) -> NearRow:
    """A proposed firm with its reasons."""
    return NearRow(
        firm=firm.firm,
        name=firm.name,
        place=firm.place,
        reasons=[ReasonRow(says=one.says, fact=one.fact) for one in firm.reasons],
    )


def _address(step: PathStep) -> str | None:
    if step.evidence:
        return f"/evidence/{step.evidence['fact']}"
    for end in (step.end, step.start):
        if end.kind == "node":
            chain, _, node = end.id.partition(":")
            return f"/chains/{chain}/nodes/{node}"
    return f"/needs/{quote(step.start.id, safe='')}" if step.start.kind == "need" else None


NearRow.model_rebuild()
