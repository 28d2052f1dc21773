"""Administrative divisions (GB/T 2260) and how texts name them: codes, parents, places in addresses and names.

The table and its sources are in `kg/values/regions`. Codes that begin with 99 are invented (demo corpus).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_PEOPLES = (
    "(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|土|达斡尔|仫佬|羌|布朗|撒拉|"
    "毛南|仡佬|阿昌|普米|怒|鄂温克|德昂|保安|裕固|独龙|各)族|蒙古|维吾尔|哈萨克|柯尔克孜|锡伯|塔吉克|鄂伦春|朝鲜"
)
_SHORT = re.compile(f"(?:{_PEOPLES})*自治[区州县旗]$")
_LEVELS = ("province", "city", "county")


@dataclass(frozen=True, slots=True)
class Region:
    """A division: code of six digits, name, level (province, city or county), code of its parent.

    `last_seen` (YYYY-MM) is set for a division that is gone: the last revision of the standard that names it.
    """

    code: str
    name: str
    level: str
    parent: str | None
    last_seen: str | None = None


@dataclass(frozen=True, slots=True)
class RegionSpan:
    """A place named at start:end of a text."""

    region: Region
    start: int
    end: int


class Regions:
    """All divisions, by code and by name. `load()` gives the one table of the program."""

    def __init__(self, rows: list[tuple[str, str, str | None]]) -> None:
        codes = {code for code, _, gone in rows if not gone}
        self._by_code: dict[str, Region] = {}
        self._names: dict[str, list[Region]] = {}
        for code, name, gone in sorted(rows, key=lambda row: row[2] or "~", reverse=True):
            region = Region(code, name, _level(code), _parent(code, codes), gone)
            self._by_code.setdefault(code, region)
            self._names.setdefault(name, []).append(region)
            short = _short(name)
            if short and not gone:
                self._names.setdefault(short, []).append(region)
        self._longest = max(map(len, self._names))
        self._begins = {name[:2] for name in self._names}

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Regions:
        """The packaged table."""
        lines = files("kg.values.regions").joinpath("regions.tsv").read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines]
        return cls([(code, name, gone or None) for code, name, gone in rows])

    def by_code(self, code: str) -> Region | None:
        """The division with this code (the present one, where a former one had it too)."""
        return self._by_code.get(code)

    def named(self, text: str) -> Region | None:
        """The place that a text is the code of, or that it names."""
        return self.by_code(text) or self.find(text)

    def path(self, code: str) -> list[Region]:
        """Province, city and county down to the code; shorter where the standard has no city between them."""
        found: list[Region] = []
        region = self._by_code.get(code)
        while region is not None:
            found.insert(0, region)
            region = self._by_code.get(region.parent) if region.parent else None
        return found

    def contains(self, outer: str, inner: str) -> bool:
        """Whether the division `inner` lies in `outer` or is it."""
        return inner.startswith(_stem(outer))

    def find(self, text: str, within: str | None = None) -> Region | None:
        """The first place that the text names, as exactly as the words behind it tell.

        `within` is the code of a division that the place must lie in. A name that several divisions have (鼓楼区)
        and that no larger place before it decides is no answer.
        """
        for span in self.spans(text, within):
            return span.region
        return None

    def spans(self, text: str, within: str | None = None) -> Iterator[RegionSpan]:
        """All places of a text in order; 浙江省宁波市镇海区 is one place. Short names of counties need a larger place
        directly before them or `within`, as too many words and brands are written alike (东方, 江山, 长城)."""
        at, begins = 0, self._begins
        while at < len(text) - 1:
            if text[at : at + 2] not in begins:
                at += 1
                continue
            span = self.at(text, at, within)
            if span is None:
                at += 1
            else:
                yield span
                at = span.end

    def at(self, text: str, start: int = 0, within: str | None = None) -> RegionSpan | None:
        """The place whose name begins at `start`, with the smaller places that follow directly."""
        found: RegionSpan | None = None
        while True:
            at = found.end if found else start
            outer = found.region.code if found else within
            if found and text[at : at + 1] in ("(", "（", " ", "·"):
                at += 1
            hit = self._longest_name(text, at, outer, following=found is not None)
            if hit is None:
                return found
            region, end = hit
            found = RegionSpan(region, start, end)

    def _longest_name(self, text: str, at: int, outer: str | None, following: bool) -> tuple[Region, int] | None:
        if text[at : at + 2] not in self._begins:
            return None
        for end in range(min(len(text), at + self._longest), at + 1, -1):
            name = text[at:end]
            region = self._choose(name, outer, alone=name == text.strip(), following=following)
            if region is not None:
                return region, end
        return None

    def _choose(self, name: str, outer: str | None, alone: bool, following: bool) -> Region | None:
        candidates = self._names.get(name, ())
        if outer is not None:
            candidates = [
                region
                for region in candidates
                if self.contains(outer, region.code) and not (following and region.code == outer)
            ]
        elif not alone:
            candidates = [region for region in candidates if region.name == name or region.level != "county"]
        if not candidates:
            return None
        # present ones before those that are gone, provinces before cities of the same short name (吉林, 海南)
        best = min((region.last_seen is not None, _LEVELS.index(region.level)) for region in candidates)
        chosen = [r for r in candidates if (r.last_seen is not None, _LEVELS.index(r.level)) == best]
        if best[0]:
            latest = max(region.last_seen or "" for region in chosen)
            chosen = [region for region in chosen if region.last_seen == latest]
        return chosen[0] if len(chosen) == 1 else None


def _level(code: str) -> str:
    return "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"


def _stem(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _parent(code: str, codes: set[str]) -> str | None:
    for parent in (code[:4] + "00", code[:2] + "0000"):
        if parent != code and parent in codes:
            return parent
    return None


def _short(name: str) -> str | None:
    """The name without the word for its kind: 宁波, 镇海, 延边, 内蒙古; None where less than two signs are left."""
    for kind in ("特别行政区", "地区", "林区", "省", "市", "区", "县", "盟", "旗"):
        if name.endswith(kind) and not name.endswith("自治" + kind):
            short = name[: -len(kind)]
            return short if len(short) > 1 else None
    hit = _SHORT.search(name)
    if hit is None:
        return None
    short = name[: hit.start()]
    return short if len(short) > 1 else name[: name.index("自治")]
