"""Who supplies whom with what, by which statement: the network of supplies, to be followed downstream."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.chain.path import End, Path, Step
from matcher.corpus import Corpus
from matcher.lexical import flat_places

Rows = NDArray[np.int64]

_DEAL = r"(?:采购|购置|供货|供应|买卖|购销|销售|订货|招标|中标|加工承揽|委托加工)"
_TAIL = re.compile(
    rf"(?:项目)?(?:\d{{4}}年度?|年度|第[一二三四\d]+[批期次])*(?:集中|框架|公开|联合|战略|备件)*"
    rf"(?:{_DEAL}+(?:框架)?(?:项目|合同|协议|公告|标段|包件?)*|标段|项目|合同|协议)$"
)


class Supply(NamedTuple):
    """A statement that one firm (id) supplies another: with what (a product, or the title of a contract)."""

    supplier: str
    supplier_name: str
    buyer: str
    buyer_name: str
    what: str = ""
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """What lies downstream of some members (upstream, where `up`): steps to each (0: one of them, -1: out of reach),
    and the supply by which it is reached (-1: none)."""

    steps: NDArray[np.int32]
    by: Rows
    up: bool = False


class Supplies:
    """The network: `members` are the firms of the corpus, by row, and after them bodies that it does not hold.

    `known` are the statements by supplier; `supplier[i]` and `buyer[i]` the members of statement i.
    """

    def __init__(self, corpus: Corpus, supplies: Iterable[Supply]) -> None:
        self.corpus = corpus
        others: dict[str, int] = {}
        self._others: list[End] = []

        def member(ident: str, name: str) -> int:
            row = corpus.row(ident)
            if row is not None:
                return row
            if ident not in others:
                others[ident] = len(corpus) + len(others)
                self._others.append(End("firm", ident, name))
            return others[ident]

        known = [
            (member(one.supplier, one.supplier_name), member(one.buyer, one.buyer_name), one)
            for one in supplies
            if one.supplier != one.buyer
        ]
        known.sort(key=lambda row: (row[0], row[1], row[2].fact or ""))
        self.known: Sequence[Supply] = [one for _, _, one in known]
        self.supplier = np.array([supplier for supplier, _, _ in known], np.int64)
        self.buyer = np.array([buyer for _, buyer, _ in known], np.int64)
        self._start = np.searchsorted(self.supplier, np.arange(len(self) + 1))
        self._by_buyer = np.argsort(self.buyer, kind="stable")
        self._to_start = np.searchsorted(self.buyer[self._by_buyer], np.arange(len(self) + 1))

    def __len__(self) -> int:
        """How many members there are."""
        return len(self.corpus) + len(self._others)

    def end(self, member: int) -> End:
        """A member as an end of a step."""
        if member >= len(self.corpus):
            return self._others[member - len(self.corpus)]
        firm = self.corpus.firms[member]
        return End("firm", firm.id, firm.name or firm.id)

    def to(self, members: NDArray[np.integer]) -> Rows:
        """What these members are supplied with, as places in `known`."""
        return np.asarray(self._by_buyer[flat_places(self._to_start, members)], np.int64)

    def of(self, members: NDArray[np.integer]) -> Rows:
        """What these members supply, as places in `known`."""
        return np.asarray(flat_places(self._start, members), np.int64)

    def suppliers(self, without: NDArray[np.bool_]) -> Rows:
        """How many suppliers each member has, those of `without` (bool [members]) left out: int64 [members]."""
        pairs = np.stack([self.buyer, self.supplier], axis=1)
        pairs = pairs[~without[self.supplier]]
        return np.bincount(np.unique(pairs, axis=0)[:, 0], minlength=len(self)).astype(np.int64)

    def reach(self, members: NDArray[np.integer], most: int, *, up: bool = False) -> Reach:
        """Follow supplies downstream from these members, or `up` to their suppliers, up to so many steps."""
        steps = np.full(len(self), -1, np.int32)
        by = np.full(len(self), -1, np.int64)
        steps[members] = 0
        front = np.unique(members)
        end = self.supplier if up else self.buyer
        for step in range(1, most + 1):
            places = self.to(front) if up else self.of(front)
            places = places[steps[end[places]] < 0]
            front, first = np.unique(end[places], return_index=True)
            if not len(front):
                break
            steps[front], by[front] = step, places[first]
        return Reach(steps, by, up)

    def path(self, reach: Reach, member: int) -> Path:
        """The statements between a member and where the following began, from supplier to buyer."""
        found: list[Step] = []
        begin = self.buyer if reach.up else self.supplier
        while (place := int(reach.by[member])) >= 0:
            found.append(self.step(place))
            member = int(begin[place])
        return tuple(found if reach.up else reversed(found))

    def step(self, place: int) -> Step:
        """A statement as a step."""
        one = self.known[place]
        start, end = self.end(int(self.supplier[place])), self.end(int(self.buyer[place]))
        return Step("SUPPLIES", start, end, one.fact, what=one.what)


def bought(what: str) -> str:
    """The thing that a title of a contract names, as far as its end tells: 柔性轴承年度供货合同 → 柔性轴承."""
    text = what.strip()
    while (cut := _TAIL.sub("", text)) != text and cut:
        text = cut
    return text
