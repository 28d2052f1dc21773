"""Finds the firm of a register that a written name means, or says that none of them is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from kg.identity.firm import Firm, twins
from kg.identity.register import Asked, Candidates, Register
from kg.identity.score import NameScore, name_score
from kg.values.name import split_name

_LEAD = 0.001
"""How far the first must be before the second, or the name could mean either."""
_BATCH = 256
_BRANCH = (0.05, "总公司与分支机构不是同一主体")
_TWIN = (0.4, "有限公司可能是上市公司的子公司")
_OTHER_CODE = (0.0, "统一社会信用代码不同")


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
    """A register made ready for many names; `score` is the packaged one unless another is given."""

    def __init__(self, firms: Iterable[Firm], score: NameScore | None = None) -> None:
        self._register = Register(firms)
        self._score = score or name_score()

    def resolve(self, name: str, key: str | None = None, region: str | None = None) -> Resolution:
        """Find the firm that a name means; a credit code decides first, and two codes are never one firm."""
        return next(self.resolve_all([Asked(name, key, region)]))

    def resolve_all(self, asked: Iterable[Asked]) -> Iterator[Resolution]:
        """The answer for each name in its order; many at once are faster than one by one."""
        for part in _parts(asked):
            found = self._register.candidates(part)
            scores, reasons = self._score.candidates(found)
            told: list[dict[int, tuple[float, str]]] = [{} for _ in part]
            for at, (row, firm) in enumerate(zip(found.asked.tolist(), found.firm.tolist(), strict=True)):
                judged = self._judged(part[row], found, at, float(scores[at]), reasons[at])
                told[row][firm] = max(told[row].get(firm, (0.0, "")), judged)
            for one, candidates in zip(part, told, strict=True):
                coded = self._register.by_code.get(one.code or "", ())
                yield self._decide(one, dict.fromkeys(coded, (1.0, "统一社会信用代码相同")) or candidates)

    def _judged(self, asked: Asked, found: Candidates, at: int, score: float, reason: str) -> tuple[float, str]:
        code = self._register.firms[int(found.firm[at])].code
        if asked.code and code and asked.code != code:
            return _OTHER_CODE
        sure = float(found.sure[at])
        if sure:
            return round(sure, 4), _reason(sure)
        if found.ones[at].unit == "branch" and found.others[at].unit != "branch":
            return _BRANCH
        if twins(found.ones[at], self._register.firms[int(found.firm[at])]):
            return min(round(score, 4), _TWIN[0]), _TWIN[1]
        return round(min(score, 0.96), 4), reason

    def _decide(self, asked: Asked, found: dict[int, tuple[float, str]]) -> Resolution:
        best = sorted(found, key=lambda at: (-found[at][0], at))[:5]
        candidates = tuple(Candidate(self._register.firms[at].firm.id, *found[at]) for at in best)
        if not candidates:
            return Resolution(None, 0.0, "没有相近的企业", ())
        first = candidates[0]
        cuts = self._score.cuts
        if first.score < (cuts.full if split_name(asked.name).form else cuts.short):
            return Resolution(None, first.score, f"不足以认定：{first.reason}", candidates)
        if len(candidates) > 1 and first.score - candidates[1].score < _LEAD:
            return Resolution(None, first.score, f"不止一家企业符合：{first.reason}", candidates)
        return Resolution(first.id, first.score, first.reason, candidates)


def _parts(asked: Iterable[Asked]) -> Iterator[list[Asked]]:
    rest = iter(asked)
    while part := list(islice(rest, _BATCH)):
        yield part


def _reason(sure: float) -> str:
    return "名称相同" if sure == 1.0 else "与登记的别名相同" if sure > 0.98 else "名称相同，地区不同"
