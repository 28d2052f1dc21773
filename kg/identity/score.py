"""The learned scores of names: whether two names are of one firm, by themselves and among the firms of a register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.identity.crowd import WEIGHTS, Crowd
from kg.identity.facts import COLUMNS, facts
from kg.identity.register import AMONG, Candidates
from kg.learned.trees import Table, Trees
from kg.learned.weights import BadWeightsError, read_card
from kg.values.name import NameParts

_PAIR, _AMONG = "pair.npz", "among.npz"
_NEARLY = 0.9
_DOUBT, _APART = np.float32(0.4), np.float32(0.05)
Scored = tuple[float, str]
"""A score (0 to 1) and what the rules by hand saw, in words."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """The least scores of a match among a register: of a name with a legal form, and of a short one."""

    full: float
    short: float


@dataclass(frozen=True, slots=True)
class NameScore:
    """Forests over the facts of pairs, with the counts they rest on."""

    crowd: Crowd
    pair: Trees
    among: Trees
    cuts: Cuts

    def pairs(self, ones: Sequence[NameParts], others: Sequence[NameParts], agree: Sequence[bool]) -> list[Scored]:
        """How far each two names are of one firm; the same whichever of both comes first."""
        ordered = [turned(one, other) for one, other in zip(ones, others, strict=True)]
        table, hand = facts([one for one, _ in ordered], [other for _, other in ordered], agree, self.crowd)
        scores = guarded(self.pair.score(table), table)
        return [(float(score), reason) for score, (_, reason) in zip(scores, hand, strict=True)]

    def candidates(self, found: Candidates) -> tuple[NDArray[np.float32], list[str]]:
        """The score of each candidate, float32 [pairs], and its reason by hand."""
        table, hand = found.table(self.crowd)
        return guarded(self.among.score(table), table), [reason for _, reason in hand]

    def save(self, folder: Path) -> None:
        """Write the numbers into a folder of weights; the cuts stand in its card."""
        self.crowd.save(folder)
        self.pair.save(folder / _PAIR)
        self.among.save(folder / _AMONG)

    @classmethod
    def load(cls, folder: Traversable) -> NameScore:
        """The score of a folder of weights.

        Raises:
            BadWeightsError: NL042, they are missing, damaged, or of other facts than this program finds.
        """
        pair, among = (Trees.load(folder.joinpath(name)) for name in (_PAIR, _AMONG))
        if pair.columns != COLUMNS or among.columns != (*COLUMNS, *AMONG):
            raise BadWeightsError("the weights are of other facts", file=str(folder), hint="train once more")
        cuts = read_card(folder)["cuts"]
        return cls(Crowd.load(folder), pair, among, Cuts(float(cuts["full"]), float(cuts["short"])))


@lru_cache(maxsize=1)
def name_score() -> NameScore:
    """The packaged score."""
    return NameScore.load(WEIGHTS)


def guarded(scores: NDArray[np.float32], table: Table) -> NDArray[np.float32]:
    """Scores that leave to a person what names alone cannot tell, whatever the forest says.

    One brand in two trades that both say what they make, unless both are companies by shares (listed firms keep their
    form when they are renamed, sister firms are 有限公司 as a rule); a name that goes on from one that is a brand alone
    (同方股份 has daughters 同方…, a group word speaks of a rename); a brand that differs in one sign, where neither
    shape nor legal form speaks of a slip. An institution is no firm.
    """
    fact = {name: table[:, at] for at, name in enumerate(COLUMNS)}
    full = (fact["form_one"] > 0) & (fact["form_other"] > 0)
    same = fact["brand_equal"] > 0
    listed = (fact["listed_one"] > 0) & (fact["listed_other"] > 0)
    told = (fact["told_one"] > 0) & (fact["told_other"] > 0) & (fact["words_equal"] == 0)
    slip = (fact["slip"] > 0) & (fact["slip_alike"] == 0) & (fact["slip_in_brand"] > 0)
    house = (fact["brand_begins_one"] > 0) & (fact["trade_other"] == 0) & (fact["group_other"] == 0)
    house |= (fact["brand_begins_other"] > 0) & (fact["trade_one"] == 0) & (fact["group_one"] == 0)
    house &= ~same & (fact["slip"] == 0) & (fact["ratio"] < _NEARLY)
    doubt = full & (house | (same & told & ~listed) | (slip & (fact["form_one"] != fact["form_other"])))
    bounded = np.where(doubt, np.minimum(scores, _DOUBT), scores)
    return np.where(fact["institute"] > 0, np.minimum(bounded, _APART), bounded)


def turned(one: NameParts, other: NameParts) -> tuple[NameParts, NameParts]:
    """Both names in the order in which the forest was taught: the short one before the full one."""
    first, second = sorted((one, other), key=lambda name: (bool(name.form), len(name.core), name.bare))
    return first, second
