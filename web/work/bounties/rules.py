"""Rule sets of bounties: which stages a city has, how long a notice lasts, who may apply. Data, one file a set.

Shipped sets (`seeds/bounty_rules`) say what notices of cities say, each with its source; one of the data folder wins
over the shipped one of its id. A bounty keeps the set as it stood when it was submitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.yml import read_yaml
from web.errors import WebError

FOLDER = "bounty_rules"
PLAIN = "plain"
"""The set that holds where none is chosen."""

Kind = Literal[
    "own_effort",
    "poster_not_lead",
    "not_group",
    "hospital_with_firm",
    "funds_to_grant",
    "cash_to_grant",
    "funds_at_least",
    "years_at_most",
    "no_violation",
    "race",
]
OF_THE_BOUNTY: tuple[Kind, ...] = ("own_effort", "funds_to_grant", "cash_to_grant", "funds_at_least", "years_at_most")
"""Rules that the bounty itself is held against; the others are about who applies."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Data):
    """One rule: `text` as the notice has it, `at_least` its figure (years or yuan or a ratio, as the kind has it)."""

    kind: Kind
    text: str = Field(min_length=1, max_length=300)
    at_least: float | None = Field(default=None, ge=0)


class Criterion(_Data):
    """What experts score, from 0 to `most` points; weights are shares of their sum."""

    name: str = Field(min_length=1, max_length=100)
    name_en: str = ""
    weight: float = Field(default=1.0, gt=0)
    most: int = Field(default=10, ge=1, le=100)


class Stages(_Data):
    """Which of the stages there are that not every city has."""

    county_review: bool = True
    expert_review: bool = True


class RuleSet(_Data):
    """The rules of one city (`region` its code), or Bulian's own (no city). `effective_from` is a year or a day."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    title: str
    title_en: str = ""
    city: str = ""
    region: str = ""
    effective_from: str = Field(default="", pattern=r"^(\d{4}(-\d{2}-\d{2})?)?$")
    source: str = ""
    stages: Stages = Stages()
    notice_days: int = Field(default=1, ge=1, le=365)
    award_notice_days: int = Field(default=1, ge=1, le=365)
    solvers_most: int = Field(default=1, ge=1, le=3)
    criteria: tuple[Criterion, ...] = (
        Criterion(name="技术方案", name_en="technical plan"),
        Criterion(name="实施能力", name_en="ability to do it"),
        Criterion(name="预期效益", name_en="benefit"),
    )
    rules: tuple[Rule, ...] = ()

    def named(self, lang: str) -> str:
        """Its title in the language of the page."""
        return self.title_en if lang == "en" and self.title_en else self.title


def rule_sets(own: Path | None = None) -> dict[str, RuleSet]:
    """All sets by id, the shipped ones and those of the folder `own`, which win. Raises WebError WE150 (a bad file)."""
    found = dict(_shipped())
    if own is not None and own.is_dir():
        found |= {one.id: one for one in _read(own)}
    return found


def rules_of(kept: dict[str, Any]) -> RuleSet:
    """The set that a bounty keeps; the plain one where it keeps none."""
    return RuleSet.model_validate(kept) if kept else _shipped()[PLAIN]


@cache
def _shipped() -> dict[str, RuleSet]:
    return {one.id: one for one in _read(files("seeds").joinpath(FOLDER))}


def _read(folder: Traversable) -> Iterator[RuleSet]:
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if not path.name.endswith(".yml"):
            continue
        try:
            yield RuleSet.model_validate(read_yaml(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeError, yaml.YAMLError, ValidationError) as error:
            said = error.errors()[0] if isinstance(error, ValidationError) else None
            why = f"{'.'.join(map(str, said['loc']))}: {said['msg']}" if said else str(error)
            raise WebError(
                f"no rules of bounties: {why}", code="WE150", hint="see seeds/bounty_rules/README.md", file=path.name
            ) from error
