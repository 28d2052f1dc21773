"""Finds the firm of a register that a written name means, or says that none of them is meant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.identity.block import PairIndex
from kg.identity.compare import SAME, Name, compare, places_agree, read_name, region_code, written_names
from kg.values import credit_code

_LEAD = 0.02
"""How far the first must be before the second, or the name could mean either."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm of the register; `key` is its credit code, `region` free text."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    key: str | None = None
    region: str | None = None


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
        self._firms = list(firms)
        self._names: list[Name] = []
        self._places: list[set[str]] = []
        self._codes: list[str | None] = []
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._aliases: dict[str, set[int]] = defaultdict(set)
        self._by_code: dict[str, set[int]] = defaultdict(set)
        others: list[tuple[int, str]] = []
        for at, firm in enumerate(self._firms):
            name = read_name(written_names(firm.name)[0])
            code = credit_code.normalise(firm.key) if firm.key else None
            self._names.append(name)
            self._codes.append(code)
            self._places.append({place for place in (name.place_code, region_code(firm.region)) if place})
            self._exact[name.bare].add(at)
            if code:
                self._by_code[code].add(at)
            for alias in firm.aliases:
                for plain in written_names(alias):
                    self._aliases[_plain_key(plain)].add(at)
                    others.append((at, read_name(plain).bare))
        self._brands = Counter(name.parts[0] for name in self._names)
        self._pairs = PairIndex([*((at, name.core) for at, name in enumerate(self._names)), *others])

    def resolve(self, name: str, key: str | None = None, region: str | None = None) -> Resolution:
        """Find the firm that a name means; a credit code decides first, and two codes are never one firm."""
        code = credit_code.normalise(key) if key else None
        found: dict[int, tuple[float, str]] = {}
        for at in self._by_code.get(code, ()) if code else ():
            found[at] = (1.0, "统一社会信用代码相同")
        if not found:
            place = region_code(region)
            for plain in written_names(name):
                for at, told in self._compared(plain, {place} if place else set()).items():
                    found[at] = max(found.get(at, (0.0, "")), told)
        for at in found:
            if code and self._codes[at] and self._codes[at] != code:
                found[at] = (0.0, "统一社会信用代码不同")
        best = sorted(found, key=lambda at: (-found[at][0], at))[:5]
        return _decide(tuple(Candidate(self._firms[at].id, round(found[at][0], 4), found[at][1]) for at in best))

    def _compared(self, plain: str, region: set[str]) -> dict[int, tuple[float, str]]:
        ours = read_name(plain)
        places = region | {ours.place_code} if ours.place_code else region
        found: dict[int, tuple[float, str]] = {}
        for at in self._pairs.near(ours.core, 24):
            theirs = self._names[at]
            agree = places_agree(places, self._places[at])
            found[at] = compare(ours, theirs, agree, self._brands[theirs.parts[0]] < 3)
        for at in self._aliases.get(_plain_key(plain), ()):
            found[at] = (0.99, "与登记的别名相同")
        for at in self._exact.get(ours.bare, ()):
            agree = places_agree(region, self._places[at])
            found[at] = (1.0, "名称相同") if agree else (0.97, "名称相同，地区不同")
        return found


def _plain_key(plain: str) -> str:
    """Aliases keep their exchange prefix: *ST民化 and 民化 can be two firms."""
    return plain.replace("(", "").replace(")", "")


def _decide(candidates: tuple[Candidate, ...]) -> Resolution:
    if not candidates:
        return Resolution(None, 0.0, "没有相近的企业", ())
    first = candidates[0]
    if first.score < SAME:
        return Resolution(None, first.score, f"不足以认定：{first.reason}", candidates)
    if len(candidates) > 1 and first.score - candidates[1].score < _LEAD:
        return Resolution(None, first.score, f"不止一家企业符合：{first.reason}", candidates)
    return Resolution(first.id, first.score, first.reason, candidates)
