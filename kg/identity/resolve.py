"""Finds the firm of a register that a written name means, or says that none of them is meant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.identity.block import GramIndex
from kg.identity.compare import SAME
from kg.identity.firm import Firm, Known, alias_key, places_agree, region_code
from kg.identity.rules import by_hand
from kg.values import credit_code
from kg.values.name import split_name, written_names

_LEAD = 0.02
"""How far the first must be before the second, or the name could mean either."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that could be meant, with the score (0 to 1) and the reason."""

    id: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The firm that is meant (or None), and the nearest candidates, best first."""

    match: str | None
    score: float
    reason: str
    candidates: tuple[Candidate, ...]


class Resolver:
    """A register made ready for many names."""

    def __init__(self, firms: Iterable[Firm]) -> None:
        self._firms = [Known(firm) for firm in firms]
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._aliases: dict[str, set[int]] = defaultdict(set)
        self._by_code: dict[str, set[int]] = defaultdict(set)
        texts: list[tuple[int, str]] = []
        for at, firm in enumerate(self._firms):
            texts.append((at, firm.name.core))
            self._exact[firm.name.bare].add(at)
            if firm.code:
                self._by_code[firm.code].add(at)
            for name in firm.former:
                self._aliases[name.bare].add(at)
            for key in firm.aliases:
                self._aliases[key].add(at)
                texts.append((at, split_name(key).bare))
        self._brands = Counter(firm.name.brand for firm in self._firms)
        self._index = GramIndex(texts)

    def resolve(self, name: str, key: str | None = None, region: str | None = None) -> Resolution:
        """Find the firm that a name means; a credit code decides first, and two codes are never one firm."""
        code = credit_code.normalise(key) if key else None
        found: dict[int, tuple[float, str]] = {}
        for at in self._by_code.get(code, ()) if code else ():
            found[at] = (1.0, "统一社会信用代码相同")
        if not found:
            place = region_code(region)
            for plain in written_names(name):
                for at, told in self._compared(plain, frozenset({place} if place else ())).items():
                    found[at] = max(found.get(at, (0.0, "")), told)
        for at in found:
            if code and self._firms[at].code not in (None, code):
                found[at] = (0.0, "统一社会信用代码不同")
        best = sorted(found, key=lambda at: (-found[at][0], at))[:5]
        return _decide(tuple(Candidate(self._firms[at].firm.id, round(found[at][0], 4), found[at][1]) for at in best))

    def _compared(self, plain: str, region: frozenset[str]) -> dict[int, tuple[float, str]]:
        ours = split_name(plain)
        places = region | {ours.place_code} if ours.place_code else region
        found: dict[int, tuple[float, str]] = {}
        for at, _ in self._index.near([ours.core], 24)[0]:
            firm = self._firms[at]
            found[at] = by_hand(ours, firm.name, places_agree(places, firm.places), self._brands[firm.name.brand] < 3)
        for at in self._aliases.get(alias_key(plain), ()):
            found[at] = (0.99, "与登记的别名相同")
        for at in self._exact.get(ours.bare, ()):
            agree = places_agree(region, self._firms[at].places)
            found[at] = (1.0, "名称相同") if agree else (0.97, "名称相同，地区不同")
        return found


def _decide(candidates: tuple[Candidate, ...]) -> Resolution:
    if not candidates:
        return Resolution(None, 0.0, "没有相近的企业", ())
    first = candidates[0]
    if first.score < SAME:
        return Resolution(None, first.score, f"不足以认定：{first.reason}", candidates)
    if len(candidates) > 1 and first.score - candidates[1].score < _LEAD:
        return Resolution(None, first.score, f"不止一家企业符合：{first.reason}", candidates)
    return Resolution(first.id, first.score, first.reason, candidates)
