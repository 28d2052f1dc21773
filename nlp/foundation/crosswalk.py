"""What a class of one scheme of the industrial foundation is in another, where the published names say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from kg.yml import read_yaml

Ground = Literal["same", "contains", "new"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """What is in `part` is in `whole` (each `scheme:class`), by the `same` name or as one `contains` the other."""

    part: str
    whole: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """All crossings that have a ground; `none` are (class, scheme) pairs of which the scheme is known to have none."""

    crossings: tuple[Crossing, ...]
    none: frozenset[tuple[str, str]]

    def into(self, whole: str) -> Sequence[Crossing]:
        """The crossings by which classes of other schemes are part of this one."""
        return [one for one in self.crossings if one.whole == whole]

    def beside(self, name: str, scheme: str) -> tuple[Ground | None, tuple[str, ...]]:
        """The classes of another scheme that stand beside a class, and the ground.

        Without classes: `new` where the scheme is known to have none, None where nothing is known.
        """
        found = {one.whole: one.ground for one in self.crossings if one.part == name}
        found |= {one.part: one.ground for one in self.crossings if one.whole == name}
        there = {whole: ground for whole, ground in found.items() if whole.startswith(f"{scheme}:")}
        if there:
            return next(iter(there.values())), tuple(one.partition(":")[2] for one in there)
        return ("new" if (name, scheme) in self.none else None), ()


@lru_cache(maxsize=1)
def crosswalk() -> Crosswalk:
    """The packaged crosswalk."""
    table = read_yaml(files("nlp.foundation").joinpath("crosswalk.yml").read_text(encoding="utf-8"))
    return Crosswalk(
        tuple(Crossing(row["part"], row["whole"], row["ground"]) for row in table["rows"]),
        frozenset((row["class"], row["scheme"]) for row in table["none"]),
    )
