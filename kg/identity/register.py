"""A register of firms made ready for many names: which firms a written name could mean, and the facts of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.identity.block import GramIndex
from kg.identity.crowd import Crowd
from kg.identity.facts import COLUMNS, facts
from kg.identity.firm import Firm, Known, alias_key, places_agree, region_code
from kg.learned.trees import Table
from kg.values import credit_code
from kg.values.name import NameParts, split_name, written_names

NEAR = 16
AMONG = (
    *("rank", "likeness", "likeness_lead", "brand_firms", "asked_brand_firms", "aliases", "region_told"),
    *("hand_lead", "ratio_lead", "shared_lead", "common_lead", "only_one_lead", "only_other_lead"),
    *("same_brand", "following", "following_listed", "begun_by"),
)
"""Facts of a candidate among the others of its name."""
_COLUMN = {name: at for at, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A name to find the firm of, with its credit code and its place, if they are told."""

    name: str
    key: str | None = None
    region: str | None = None

    @property
    def code(self) -> str | None:
        """The credit code, if it is one."""
        return credit_code.normalise(self.key) if self.key else None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of a name and a firm it could mean: `asked` and `firm` are their numbers, int64 [pairs].

    `sure` is 1 where the names are equal, less where places exclude it, 0.99 for a registered alias, else 0.
    """

    asked: NDArray[np.int64]
    firm: NDArray[np.int64]
    ones: list[NameParts]
    others: list[NameParts]
    agree: list[bool]
    sure: NDArray[np.float32]
    about: NDArray[np.float32]
    """rank, likeness, and what else the register tells of both, [pairs, 7]."""

    def table(self, crowd: Crowd) -> tuple[Table, list[tuple[float, str]]]:
        """Facts of each pair by itself and among the others of its name, [pairs, COLUMNS + AMONG]; words by hand."""
        own, hand = facts(self.ones, self.others, self.agree, crowd)
        leads = [
            _lead(sign * own[:, _COLUMN[name]], self.asked)
            for name, sign in (
                *(("hand", 1), ("ratio", 1), ("shared", 1), ("common_of_one", 1)),
                *(("only_one", -1), ("only_other", -1)),
            )
        ]
        following = own[:, _COLUMN["common_of_one"]] >= 0.999
        marks = (
            own[:, _COLUMN["brand_equal"]],
            following,
            following * own[:, _COLUMN["listed_other"]],
            own[:, _COLUMN["brand_begins_one"]],
        )
        counts = [np.bincount(self.asked, mark)[self.asked] if len(self.asked) else mark for mark in marks]
        return np.column_stack([own, self.about, *leads, *counts]).astype(np.float32), hand


class Register:
    """Firms by their names, aliases, former names and codes."""

    def __init__(self, firms: Iterable[Firm]) -> None:
        self.firms = [Known(firm) for firm in firms]
        self.by_code: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._aliases: dict[str, list[int]] = defaultdict(list)
        texts: list[tuple[int, str]] = []
        for at, firm in enumerate(self.firms):
            texts.append((at, firm.name.core))
            self._exact[firm.name.bare].append(at)
            if firm.code:
                self.by_code[firm.code].append(at)
            for name in firm.former:
                self._aliases[name.bare].append(at)
                texts.append((at, name.core))
            for key in firm.aliases:
                self._aliases[key].append(at)
                texts.append((at, split_name(key).bare))
        self._brands = Counter(firm.name.brand for firm in self.firms)
        self._index = GramIndex(texts)

    def candidates(self, asked: Sequence[Asked], without: Sequence[int] = ()) -> Candidates:
        """The firms that each name could mean. `without` leaves out one firm a name (its number, or -1)."""
        names = [(row, plain, split_name(plain)) for row, one in enumerate(asked) for plain in written_names(one.name)]
        regions = [region_code(one.region) for one in asked]
        found = self._index.near([name.core for _, _, name in names], NEAR)
        keys: list[tuple[int, int]] = []
        ones: list[NameParts] = []
        agree: list[bool] = []
        sure: list[float] = []
        about: list[tuple[float, ...]] = []
        for (row, plain, name), near in zip(names, found, strict=True):
            region = regions[row]
            told = frozenset((region,)) if region else frozenset()
            places = told | {name.place_code} if name.place_code else told
            exact, aliases = self._exact.get(name.bare, ()), self._aliases.get(alias_key(plain), ())
            likely = dict(near)
            likely.update((at, 0.0) for at in (*exact, *aliases) if at not in likely)
            if without:
                likely.pop(without[row], None)
            best = sorted(likely.values(), reverse=True)[:2]
            for rank, (at, score) in enumerate(likely.items()):
                firm = self.firms[at]
                keys.append((row, at))
                ones.append(name)
                agree.append(places_agree(places, firm.places))
                sure.append(_sure(at, exact, aliases, places_agree(told, firm.places)))
                beaten = best[1] if score == best[0] and len(best) > 1 else best[0] if score < best[0] else 0.0
                about.append((
                    *(rank, score, score - beaten, self._brands[firm.name.brand], self._brands[name.brand]),
                    *(len(firm.aliases), bool(region)),
                ))  # fmt: skip
        numbers = np.array(keys, np.int64).reshape(-1, 2)
        others = [self.firms[at].name for _, at in keys]
        facts_of_both = np.array(about, np.float32).reshape(-1, 7)
        return Candidates(numbers[:, 0], numbers[:, 1], ones, others, agree, np.array(sure, np.float32), facts_of_both)


def _sure(at: int, exact: Sequence[int], aliases: Sequence[int], agree: bool) -> float:
    if at in exact:
        return 1.0 if agree else 0.97
    return 0.99 if at in aliases else 0.0


def _lead(values: NDArray[np.float32], asked: NDArray[np.int64]) -> NDArray[np.float32]:
    """How far each value is before the best other one of its name (itself where there is no other)."""
    if not len(values):
        return values
    order = np.lexsort((-values, asked))
    rows = asked[order]
    first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    start = np.zeros(int(asked.max()) + 1, np.int64)
    start[rows[first]] = first
    ends = np.r_[first[1:], len(rows)]
    sizes = np.zeros(len(start), np.int64)
    sizes[rows[first]] = ends - first
    best = values[order[start[asked]]]
    second = values[order[np.minimum(start[asked] + 1, len(order) - 1)]]
    is_best = order[start[asked]] == np.arange(len(values))
    lead = values - np.where(is_best, second, best)
    return np.where(sizes[asked] == 1, values, lead)
