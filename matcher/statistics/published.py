"""Figures that somebody published of a set of firms, as printed (`seeds/statistics/published.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from kg.yml import read_yaml
from matcher.errors import BadRulesError


class Figure(BaseModel):
    """What was printed of one measure: `share` and `mean` in percent, numbers of firms by group, different groups."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measure: str
    share: float | None = None
    mean: float | None = None
    distinct: int | None = None
    groups: Mapping[str, int] = {}
    zh: str
    en: str

    def defined(self, lang: str) -> str:
        """The definition as far as it was printed."""
        return self.zh if lang == "zh" else self.en


class Published(BaseModel):
    """A set of firms of which figures were published, with source and year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    zh: str
    en: str
    firms: int
    year: int
    source_zh: str
    source_en: str
    figures: tuple[Figure, ...]

    def named(self, lang: str) -> str:
        """Its name in a language."""
        return self.zh if lang == "zh" else self.en

    def source(self, lang: str) -> str:
        """Where the figures were read."""
        return self.source_zh if lang == "zh" else self.source_en

    def of(self, measure: str) -> Figure | None:
        """What was printed of a measure."""
        return next((one for one in self.figures if one.measure == measure), None)


@cache
def published() -> Published:
    """The figures of the first 248. Raises BadRulesError (MA041) where the file cannot be used."""
    path = files("seeds").joinpath("statistics", "published.yml")
    try:
        return Published.model_validate(read_yaml(path.read_text("utf-8"))["sets"][0])
    except (OSError, UnicodeError, yaml.YAMLError, LookupError, TypeError, ValidationError) as error:
        raise BadRulesError(f"no published figures: {error}", file=str(path), hint="restore the file") from error
