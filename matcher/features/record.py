"""Features of a firm's record: what it was awarded, patented and recognised for, and how new that knowledge is."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import Scene
from matcher.columns import Held
from matcher.conditions import Condition, Truth
from matcher.corpus import Corpus, Item
from matcher.features.base import Detail, Feature, Values
from matcher.fields import TIERS, plain
from matcher.judge import judge
from matcher.kept import Kept
from matcher.lexical import grams
from matcher.wording import values_name, worded

FRESH_YEARS = 5.0
"""Years after which the newest source of a firm counts for nothing."""


@lru_cache(maxsize=65536)
def _pairs(text: str) -> frozenset[int]:
    return frozenset(code for code in grams(text) if code >> 21)


def _overlap(scene: Scene, title: object) -> float:
    """Share of a need's pairs of characters in a title; the best of its names counts."""
    have = _pairs(str(title))
    return max((len(want & have) / len(want) for term in scene.query.terms if (want := _pairs(term))), default=0.0)


def _best_title(scene: Scene, items: tuple[Item, ...]) -> tuple[float, Item | None]:
    titles = [item for item in items if isinstance(item.value, str) and not item.value.strip().isdigit()]
    best = max(titles, key=lambda item: _overlap(scene, item.value), default=None)
    return (0.0, None) if best is None else (_overlap(scene, best.value), best)


HITS_KEPT = 2000
"""Needs of which the titles that have anything in common with them are kept: a need is ranked again for each firm that
looks at it.
"""

Hits = tuple[NDArray[np.int32], NDArray[np.int64], Values]
"""Rows of the candidates, those whose best title has something in common with the need, and how much."""

_HITS: WeakKeyDictionary[Corpus, Kept[tuple[str, str, tuple[str, ...]], Hits]] = WeakKeyDictionary()


def _titles(scene: Scene, field: str) -> Values:
    values = np.full(len(scene.rows), np.nan)
    held = scene.corpus.held(field)
    if held is None:
        return values
    places = held.places(scene.rows)
    values[places >= 0] = 0.0
    _, having, shares = _HITS.setdefault(scene.corpus, Kept(HITS_KEPT)).get(
        (field, scene.query.id, tuple(scene.query.terms)),
        lambda: _hits(scene, held, places),
        lambda hits: np.array_equal(hits[0], scene.rows),
    )
    values[having] = shares
    return values


def _hits(scene: Scene, held: Held, places: NDArray[np.int64]) -> Hits:
    texts = ["".join(term.lower().split()) for term in scene.query.terms]
    pairs = {text[place : place + 2] for text in texts for place in range(len(text) - 1)}
    # Most titles have no pair in common with the need: that shows in their stored form, unless pairs are cut there.
    telling = re.compile("|".join([*map(re.escape, sorted(pairs)), r"\\", r"\s"]))
    candidates = np.flatnonzero(places >= 0)
    stored = held.items_of.at(places[candidates])
    found = {
        candidate: _best_title(scene, held[int(scene.rows[candidate])])[0]
        for candidate, said in zip(candidates.tolist(), stored, strict=True)
        if telling.search(said.lower())
    }
    return scene.rows, np.fromiter(found, np.int64, len(found)), np.fromiter(found.values(), np.float64, len(found))


def _by_field(scene: Scene, field: str, number: Callable[[tuple[Item, ...]], float]) -> Values:
    """A number of each candidate by its values in a field, whatever the need; unknown where it has none."""
    holders = scene.corpus.holders.get(field)
    if not holders:
        return np.full(len(scene.rows), np.nan)

    def reckon(rows: NDArray[np.int64]) -> Values:
        return np.array([number(holders[row]) if row in holders else np.nan for row in rows.tolist()])

    return scene.corpus.reckoned(field, scene.rows, reckon)


def _title_detail(field: str) -> Callable[[Scene, int], Detail]:
    def detail(scene: Scene, candidate: int) -> Detail:
        items = scene.corpus.holders.get(field, {}).get(int(scene.rows[candidate]), ())
        value, item = _best_title(scene, items)
        return _of(item, title=item.value) if item is not None and value > 0 else Detail()

    return detail


def _of(item: Item, **says: object) -> Detail:
    return Detail(says, (item.fact,) if item.fact is not None else ())


def patent_values(scene: Scene) -> Values:
    """Share of the need's pairs of characters in the title of the firm's best patent; unknown without titles."""
    return _titles(scene, "patents")


def award_values(scene: Scene) -> Values:
    """Share of the need's pairs of characters in the title of the firm's best contract; unknown without titles."""
    return _titles(scene, "contracts")


def _tier(items: tuple[Item, ...]) -> tuple[int, Item | None]:
    known = [(TIERS.index(tier), item) for item in items if (tier := plain(item.value)) in TIERS]
    return max(known, key=lambda pair: pair[0], default=(-1, None))


def honour_values(scene: Scene) -> Values:
    """The firm's highest tier in official lists, from 0.25 (innovative) to 1 (champion); unknown if it is in none."""

    def number(items: tuple[Item, ...]) -> float:
        tier, item = _tier(items)
        return (tier + 1) / len(TIERS) if item is not None else np.nan

    return _by_field(scene, "tier", number)


def _honour_detail(scene: Scene, candidate: int) -> Detail:
    _, item = _tier(scene.corpus.holders.get("tier", {}).get(int(scene.rows[candidate]), ()))
    if item is None:
        return Detail()
    zh, en = (values_name("tier", (plain(item.value),), lang) for lang in ("zh", "en"))
    return _of(item, tier=item.value, zh=zh, en=en)


def fresh_values(scene: Scene) -> Values:
    """How new the newest source on the firm is: 1 in the year of the data, 0 after five years; unknown undated."""

    def number(items: tuple[Item, ...]) -> float:
        newest = max(str(item.value) for item in items)
        if not newest[:4].isdigit():
            return np.nan
        return min(1.0, max(0.0, 1 - (scene.corpus.as_of.year - int(newest[:4])) / FRESH_YEARS))

    return _by_field(scene, "as_of", number)


def _fresh_detail(scene: Scene, candidate: int) -> Detail:
    items = scene.corpus.holders.get("as_of", {}).get(int(scene.rows[candidate]), ())
    newest = max(items, key=lambda item: str(item.value), default=None)
    return _of(newest, date=newest.value) if newest is not None else Detail()


def wish_values(scene: Scene) -> Values:
    """Share of the need's wishes (conditions that are not hard) that the firm meets; what is unknown counts half."""
    wishes = scene.query.conditions.wishes()
    if not wishes:
        return np.full(len(scene.rows), np.nan)
    total = np.zeros(len(scene.rows))
    for wish in wishes:
        total += judge(wish, scene.corpus).truth[scene.rows] / int(Truth.TRUE)
    return total / len(wishes)


def _wish_detail(scene: Scene, candidate: int) -> Detail:
    row = int(scene.rows[candidate])
    truths = [(wish, wish.truth_of(scene.corpus.values(row, wish.field))) for wish in scene.query.conditions.wishes()]
    met = [wish for wish, truth in truths if truth is Truth.TRUE]
    unknown = [wish for wish, truth in truths if truth is Truth.UNKNOWN]
    says = {
        lang: stop.join(
            word + comma.join(worded(wish, lang) for wish in wishes)
            for word, wishes in zip(words, (met, unknown), strict=True)
            if wishes
        )
        for lang, words, comma, stop in _WORDS
    }
    return Detail(
        says if met or unknown else {},
        tuple(dict.fromkeys(fact for wish in met for fact in _fulfilling(scene, row, wish))),
    )


_WORDS = (("zh", ("满足：", "未知，计一半："), "、", "；"), ("en", ("meets ", "unknown, counted half: "), ", ", "; "))


def _fulfilling(scene: Scene, row: int, wish: Condition) -> list[str]:
    """The facts of the first value that makes a wish true."""
    for item in scene.corpus.holders.get(wish.field, {}).get(row, ()):
        if item.fact is not None and wish.truth_of((plain(item.value),)) is Truth.TRUE:
            return [item.fact]
    return []


FEATURES = (
    Feature(
        "patents",
        "相关专利",
        "patents on it",
        "专利“{title}”",
        "patent “{title}”",
        patent_values,
        _title_detail("patents"),
        own=True,
    ),
    Feature(
        "awards",
        "相关中标合同",
        "contracts on it",
        "合同“{title}”",
        "contract “{title}”",
        award_values,
        _title_detail("contracts"),
        own=True,
    ),
    Feature("honour", "梯度", "tier", "名录：{zh}", "in the list of {en}", honour_values, _honour_detail, own=True),
    Feature(
        "freshness",
        "信息新近",
        "freshness",
        "最新来源 {date}",
        "newest source {date}",
        fresh_values,
        _fresh_detail,
        own=True,
    ),
    Feature("wishes", "满足的意愿", "wishes met", "{zh}", "{en}", wish_values, _wish_detail, own=True),
)
