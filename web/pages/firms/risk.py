"""Risks of a firm as pages show them: beside the rank and never in the score, each with its rule and its sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from matcher.risk import RULES, Risk
from web.pages.evidence.citation import Citation


class RiskRow(BaseModel):
    """A risk beside the rank, never in the score."""

    kind: str
    title: str
    grade: Literal["high", "medium", "note"]
    says: str
    rule: str = Field(description="when it has this grade")
    evidence: list[Citation] = []


def risk_rows(found: Sequence[Risk], cited: Mapping[str, Citation], lang: str) -> list[RiskRow]:
    """Risks in words, with those of their sentences that the graph holds."""
    return [
        RiskRow(
            kind=one.kind,
            title=RULES[one.kind].zh if lang == "zh" else RULES[one.kind].en,
            grade=one.grade,
            says=one.says(lang),
            rule=RULES[one.kind].grades[one.grade][lang != "zh"],
            evidence=[cited[fact] for fact in one.facts if fact in cited],
        )
        for one in found
    ]
