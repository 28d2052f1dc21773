"""Whether small, young, remote and unlisted firms come into the top ten as often as they are in the pool.

A share is of those firms of which the thing is known; how many that is stands beside it. No threshold is set here:
the report says what is, with a bootstrap interval over needs, beside the share among the right answers where there
are judgements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.values.region import Regions
from matcher.corpus import Corpus
from matcher.fields import number, region_code
from matcher.firm import Firm
from matcher.query import Query
from matcher.rank import Ranker
from matcher.reverse import TOP

SMALL_STAFF = 300
"""Staff below which a firm of unknown size counts as small: the bound of 中型 in industry (2011, 300号)."""

YOUNG_YEARS = 10
"""Years since founding below which a firm is young: 84.7 % of the first 248 小巨人 were older (published 2020)."""

SAMPLES = 2000

_LISTED_ID = re.compile(r"\d{6}\.?(SZ|SH|BJ)")
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_GROWTH = re.compile(r"(300|301|688|689)\d{3}")


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of firm: its name, what decides it, and for each firm of the corpus true, false or None (unknown)."""

    name: str
    says: str
    members: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A group in the top tens: of `pool` firms it is known of `known`, of `slots` places in top tens of `filled`.

    Shares are of what is known; None where nothing is. `low` and `high` bound the share in the top tens (95 %,
    bootstrap over needs). `right` is the group's share among the firms that are judged right.
    """

    scorecard: str
    group: str
    pool: int
    known: int
    in_pool: float | None
    slots: int
    filled: int
    in_top: float | None
    low: float | None
    high: float | None
    right: float | None

    def to_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def groups(corpus: Corpus) -> list[Group]:
    """The groups of a corpus, as far as its firms say what decides them."""
    firms = [corpus.firms[row] for row in range(len(corpus))]
    counts = sorted(len(firm.products) for firm in firms if firm.products)
    few = counts[len(counts) // 3] if counts else 0
    home = _main_city(firms)
    listed, titled = any(map(_stock_code, firms)), any(firm.items("tier") for firm in firms)

    def made(name: str, says: str, test: Callable[[Firm], bool | None]) -> Group:
        return Group(name, says, tuple(map(test, firms)))

    return [
        made("small", f"size micro or small, else fewer than {SMALL_STAFF} staff", _is_small),
        made("young", f"founded less than {YOUNG_YEARS} years ago", lambda firm: _is_young(firm, corpus)),
        made(
            "remote",
            f"outside {home or 'the city'} (GB/T 2260), the city of most firms of the pool",
            lambda one: _away(one, home),
        ),
        made(
            "unlisted",
            "no stock code on record (ids of exchanges are stock codes); unknown where the pool has none at all",
            lambda firm: _stock_code(firm) is None if listed else None,
        ),
        made(
            "untitled",
            "on no list of tiers (专精特新, 小巨人, 单项冠军) that was read; unknown where none was",
            lambda firm: not firm.items("tier") if titled else None,
        ),
        made("growth_board", "listed on 创业板 or 科创板: of listed firms the smaller and younger", _on_growth_board),
        made(
            "few_products",
            f"at most {few} products known, of those with any (a third of them)",
            lambda firm: len(firm.products) <= few if firm.products else None,
        ),
    ]


def report(
    corpus: Corpus,
    rankers: Sequence[Ranker],
    queries: Sequence[Query],
    relevant: Mapping[str, Iterable[str]] | None = None,
) -> list[Share]:
    """The share of each group in the top tens of these needs, for each ranker's scorecard, beside that in the pool."""
    kinds = groups(corpus)
    right = [row for firms in (relevant or {}).values() for firm in firms if (row := corpus.row(firm)) is not None]
    found = []
    for ranker in rankers:
        tops = [_top(corpus, ranker, query) for query in queries]
        for group in kinds:
            found.append(_share(ranker.scorecard.name, group, tops, right))
    return found


def markdown(shares: Sequence[Share], says: Mapping[str, str]) -> str:
    """The shares as a table, and below it what decides each group."""
    lines = [
        "| scorecard | group | known | in the pool | in the top ten | 95 % | among right answers |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in shares:
        bounds = f"{_percent(one.low)} to {_percent(one.high)}" if one.in_top is not None else "–"
        lines.append(
            f"| {one.scorecard} | {one.group} | {one.known} of {one.pool} | {_percent(one.in_pool)} | "
            f"{_percent(one.in_top)} | {bounds} | {_percent(one.right)} |"
        )
    return "\n".join([*lines, "", *(f"- `{name}`: {text}" for name, text in says.items())])


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.1f} %"


def _top(corpus: Corpus, ranker: Ranker, query: Query) -> list[int]:
    rows = (corpus.row(firm) for firm, _ in ranker.rank(query, TOP).pairs())
    return [row for row in rows if row is not None]


def _share(scorecard: str, group: Group, tops: Sequence[Sequence[int]], right: Sequence[int]) -> Share:
    whole = [member for member in group.members if member is not None]
    seen = [[member for row in top if (member := group.members[row]) is not None] for top in tops]
    hits = np.array([sum(top) for top in seen], float)
    sizes = np.array([len(top) for top in seen], float)
    low, high = _interval(hits, sizes)
    among = [member for row in right if (member := group.members[row]) is not None]
    return Share(
        scorecard=scorecard,
        group=group.name,
        pool=len(group.members),
        known=len(whole),
        in_pool=_mean(whole),
        slots=sum(map(len, tops)),
        filled=int(sizes.sum()),
        in_top=float(hits.sum() / sizes.sum()) if sizes.sum() else None,
        low=low,
        high=high,
        right=_mean(among),
    )


def _mean(members: Sequence[bool]) -> float | None:
    return sum(members) / len(members) if members else None


def _interval(hits: NDArray[np.float64], sizes: NDArray[np.float64]) -> tuple[float | None, float | None]:
    if not sizes.sum():
        return None, None
    draws = np.random.default_rng(0).integers(0, len(hits), (SAMPLES, len(hits)))
    drawn = sizes[draws].sum(axis=1)
    low, high = np.quantile(hits[draws].sum(axis=1)[drawn > 0] / drawn[drawn > 0], [0.025, 0.975])
    return float(low), float(high)


def _values(firm: Firm, name: str) -> list[Any]:
    return [item.value for item in firm.items(name)]


def _is_small(firm: Firm) -> bool | None:
    sizes = _values(firm, "size")
    if sizes:
        return all(size in ("micro", "small") for size in sizes)
    staff = [count for value in _values(firm, "staff") if (count := number(value)) is not None]
    return max(staff) < SMALL_STAFF if staff else None


def _is_young(firm: Firm, corpus: Corpus) -> bool | None:
    ages = firm.values("age", corpus.as_of)
    return min(ages) < YOUNG_YEARS if ages else None


def _stock_code(firm: Firm) -> str | None:
    codes = [str(value) for value in _values(firm, "stock_code")]
    return codes[0] if codes else firm.id if _LISTED_ID.fullmatch(firm.id) else None


def _on_growth_board(firm: Firm) -> bool | None:
    code = _stock_code(firm)
    return None if code is None else bool(_GROWTH.match(code))


def _place(firm: Firm) -> str | None:
    """Code of a firm's place, the most exact one; where none is said, of the place that its name begins with."""
    codes = [code for value in _values(firm, "region") if (code := region_code(str(value)))]
    if codes:
        return max(codes, key=lambda code: len(code.rstrip("0")))
    regions = Regions.load()
    for length in range(min(7, len(firm.name)), 1, -1):
        found = regions.find(firm.name[:length])
        if found:
            return found.code
    return None


def _city(code: str) -> str | None:
    """The city of a place: four digits, of a municipality its province; None where only a province is known."""
    if code[:2] in _MUNICIPALITIES:
        return code[:2] + "00"
    return code[:4] if code[2:4] != "00" else None


def _main_city(firms: Sequence[Firm]) -> str:
    cities = Counter(city for firm in firms if (code := _place(firm)) and (city := _city(code)))
    return max(sorted(cities), key=lambda city: cities[city]) if cities else ""


def _away(firm: Firm, home: str) -> bool | None:
    code = _place(firm)
    if not home or code is None:
        return None
    city = _city(code)
    return city != home if city else True if code[:2] != home[:2] else None
