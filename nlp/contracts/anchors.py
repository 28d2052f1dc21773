"""Where contracts stand in a document: mentions of titles that may each open a record, seen beside one another.

A document tells of one contract or of many. Every mention of a likely title is an `Anchor`; `anchor_table` describes
it among the others (own sum, own row or item, same left context, a repetition, the rules' contracts), and a tree model
says whether it opens a record of its own.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.candidates import KINDS, SELF, Announcement, Candidate, plain
from nlp.contracts.contexts import ROLES
from nlp.contracts.declared import listed
from nlp.contracts.encoded import whole
from nlp.contracts.layout import Layout

Scores = Mapping[str, NDArray[np.float32]]
"""For each role the scores of the candidates of its sort, each between 0 and 1."""

_MOST = 120
_LEAST = 0.06
_LIKELY, _SURE = 0.3, 0.6
_SEVERAL = re.compile(
    r"(?:以下|如下|下列|若干|多项|多个|数个|[两二三四五六七八九十\d]\s?(?:项|个|份))"
    r"[^。;\n]{0,12}(?:工程|项目|合同|中标|协议|标段|通知书)"
)
NUMERALS = re.compile(r"[0-9a-z]+|[一二三四五六七八九十]")

ANCHOR_FEATURES = (
    *listed(
        "score, place of score, share of best score, contract, number of mention, mentions, first at, part, length, "
        "in quotes, in row, in column, in item, items, same left two, same left three, anchors in sentence, "
        "read here, read here as the other kind, "
        "own sum at, score of own sum, sum shared, sum new, buyer near, supplier near, "
        "like best, held by better, holds better, held by others, seen before, like earlier, numerals differ, "
        "other kind here, score of other kind, told title, like told, in told span, told before, "
        "titles over .3, titles over .6, sum of scores, several told, separately"
    ),
    *(f"kind {kind}" for kind in KINDS),
    *listed("length of text, sums, told records"),
)


@dataclass(slots=True, eq=False)
class Anchor:
    """One mention of a title. `other` is the title of the other kind that stands at the same place."""

    role: str
    candidate: Candidate
    score: float
    start: int
    end: int
    number: int
    other: Candidate | None = None
    other_score: float = 0.0


def anchors(announcement: Announcement, scores: Scores) -> list[Anchor]:
    """Mentions of likely titles in the order of the text; of two that overlap the better one stays."""
    found = []
    for role, sort in (("project", announcement.projects), ("contract", announcement.contracts)):
        values = scores[role]
        for place, at in enumerate(np.argsort(-values, kind="stable")):
            if values[at] < _LEAST and place >= 2:
                break
            for number, (start, end, _) in enumerate(sort[at].mentions):
                found.append(Anchor(role, sort[at], float(values[at]), start, end, number))
    found.sort(key=lambda a: (-a.score, a.start))
    kept: list[Anchor] = []
    for anchor in found[: 4 * _MOST]:
        rival = next((k for k in kept if k.start < anchor.end and anchor.start < k.end), None)
        if rival is None:
            if len(kept) < _MOST:
                kept.append(anchor)
        elif rival.role != anchor.role and anchor.score > rival.other_score:
            rival.other, rival.other_score = anchor.candidate, anchor.score
    return sorted(kept, key=lambda a: a.start)


def own_sums(announcement: Announcement, found: Sequence[Anchor], layout: Layout) -> list[tuple[int, Candidate] | None]:
    """For each anchor the first sum behind it and before the next anchor in its sentence or item, with its distance."""
    sums = sorted(((s, c) for c in announcement.amounts for s, _, _ in c.mentions), key=lambda pair: pair[0])
    places = [s for s, _ in sums]
    result: list[tuple[int, Candidate] | None] = []
    for at, anchor in enumerate(found):
        stop = found[at + 1].start if at + 1 < len(found) else len(announcement.reading.text)
        place = bisect_left(places, anchor.end)
        if place == len(sums) or sums[place][0] >= stop:
            result.append(None)
            continue
        start, candidate = sums[place]
        item = layout.item(anchor.start)
        together = layout.sentence(start) == layout.sentence(anchor.start) or 0 < item == layout.item(start)
        result.append((start - anchor.end, candidate) if together else None)
    return result


def anchor_table(
    announcement: Announcement, found: Sequence[Anchor], scores: Scores, layout: Layout
) -> NDArray[np.float32]:
    """The features of the anchors, float32 [anchors, len(ANCHOR_FEATURES)]."""
    if not found:
        return np.zeros((0, len(ANCHOR_FEATURES)), np.float32)
    parts = (
        _alone(announcement, found, layout),
        _with_sums(announcement, found, scores, layout),
        _beside(found),
        _told(announcement, found),
    )
    document = _document(announcement, found)
    return np.array([[*a, *b, *c, *d, *document] for a, b, c, d in zip(*parts, strict=True)], np.float32)


def _alone(announcement: Announcement, found: Sequence[Anchor], layout: Layout) -> list[list[float]]:
    text = announcement.reading.text
    best = max(a.score for a in found)
    likely = [a for a in found if a.score > _LIKELY]
    place_of = {id(a): place for place, a in enumerate(_distinct(found))}
    first = {id(a.candidate): place_of[id(a)] for a in reversed(found) if id(a) in place_of}
    lefts = {n: Counter(text[max(0, a.start - n) : a.start] for a in likely) for n in (2, 3)}
    columns = Counter(layout.column(a.start) for a in likely if layout.row(a.start))
    items = len({layout.item(a.start) for a in likely})
    sentences = Counter(layout.sentence(a.start) for a in likely)
    rows = []
    for a, read in zip(found, _read(announcement, found), strict=True):
        row = layout.row(a.start)
        rows.append([
            *(a.score, first[id(a.candidate)], a.score / max(1e-6, best), a.role == "contract", a.number),
            *(len(a.candidate.mentions), math.log1p(a.start), a.start / max(1, len(text)), len(a.candidate.key)),
            text[a.start - 1 : a.start] in ("“", "《"),
            *(row, columns[layout.column(a.start)] if row else 0, layout.item(a.start) > 0, items),
            *(lefts[n][text[max(0, a.start - n) : a.start]] for n in (2, 3)),
            sentences[layout.sentence(a.start)],
            *read,
        ])  # fmt: skip
    return rows


def _read(announcement: Announcement, found: Sequence[Anchor]) -> list[tuple[float, float]]:
    """What an encoder says of each mention, in its own role and in the other."""
    if announcement.encoded is None:
        return [(math.nan, math.nan)] * len(found)
    starts, ends = np.array([anchor.start for anchor in found]), np.array([anchor.end for anchor in found])
    project, contract = (
        whole(announcement.encoded, starts, ends, ROLES.index(role)).tolist() for role in ("project", "contract")
    )
    return [
        (one, other) if anchor.role == "project" else (other, one)
        for anchor, one, other in zip(found, project, contract, strict=True)
    ]


def _distinct(found: Sequence[Anchor]) -> list[Anchor]:
    """The first anchor of each title, best first."""
    first: dict[int, Anchor] = {}
    for anchor in found:
        first.setdefault(id(anchor.candidate), anchor)
    return sorted(first.values(), key=lambda a: -a.score)


def _with_sums(
    announcement: Announcement, found: Sequence[Anchor], scores: Scores, layout: Layout
) -> list[list[float]]:
    sums = own_sums(announcement, found, layout)
    score_of = {id(c): float(z) for c, z in zip(announcement.amounts, scores["amount"], strict=True)}
    used = Counter(id(own[1]) for own in sums if own)
    near = [_near(announcement, scores[role], layout) for role in ("buyer", "supplier")]
    rows: list[list[float]] = []
    seen: set[int] = set()
    for anchor, own in zip(found, sums, strict=True):
        sentence = layout.sentence(anchor.start)
        around = [best.get(sentence, 0.0) for best in near]
        if own is None:
            rows.append([-1, -1, 0, False, *around])
            continue
        rows.append([own[0], score_of[id(own[1])], used[id(own[1])], id(own[1]) not in seen, *around])
        seen.add(id(own[1]))
    return rows


def _near(announcement: Announcement, scores: NDArray[np.float32], layout: Layout) -> dict[int, float]:
    """The best score of an organisation in each sentence."""
    best: dict[int, float] = {}
    for candidate, score in zip(announcement.organisations, scores, strict=True):
        for start, _, sort in candidate.mentions:
            if sort != SELF:
                sentence = layout.sentence(start)
                best[sentence] = max(best.get(sentence, 0.0), float(score))
    return best


def _beside(found: Sequence[Anchor]) -> list[list[float]]:
    """Each anchor among the others: better ones that hold it or are held by it, repetitions, like titles before."""
    by_score = _distinct(found)
    best = by_score[0]
    rows: list[list[float]] = []
    seen: list[Anchor] = []
    for anchor in found:
        key = anchor.candidate.key
        better = [a.candidate.key for a in by_score[:12] if a.score > anchor.score]
        earlier = [a.candidate.key for a in seen[-8:] if a.score > 0.2]
        rows.append([
            likeness(key, best.candidate.key) if anchor.candidate is not best.candidate else 1.5,
            sum(key in other for other in better),
            sum(other in key for other in better),
            sum(key in a.candidate.key for a in by_score[:20] if a is not anchor) - 1,
            sum(a.candidate is anchor.candidate for a in seen),
            max((likeness(key, other) for other in earlier), default=0.0),
            NUMERALS.findall(key) != NUMERALS.findall(best.candidate.key),
            *(anchor.other is not None, anchor.other_score),
        ])  # fmt: skip
        seen.append(anchor)
    return rows


def _told(announcement: Announcement, found: Sequence[Anchor]) -> list[list[float]]:
    """Each anchor among the rules' contracts."""
    titles = {plain(title.text) for won in announcement.told for title in (won.project, won.contract) if title}
    spans = [won.span for won in announcement.told]
    several = len(spans) > 1
    rows: list[list[float]] = []
    taken: set[int] = set()
    for anchor in found:
        key = anchor.candidate.key
        like = max((likeness(key, title) for title in titles), default=0.0)
        inside = next((n for n, (low, high) in enumerate(spans) if several and low <= anchor.start < high), -1)
        rows.append([key in titles, like, inside >= 0, inside in taken])
        if inside >= 0 and anchor.score > _LIKELY:
            taken.add(inside)
    return rows


def _document(announcement: Announcement, found: Sequence[Anchor]) -> list[float]:
    text = announcement.reading.text
    titles = [a.score for a in _distinct(found) if a.score > _LIKELY]
    return [
        *(len(titles), sum(score > _SURE for score in titles), sum(titles)),
        *(min(9, len(_SEVERAL.findall(text[:1500]))), min(9, text.count("分别"))),
        *(float(announcement.kind == k) for k in range(len(KINDS))),
        *(math.log1p(len(text)), len(announcement.amounts), len(announcement.told)),
    ]


def likeness(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: the pairs of neighbouring signs that they share (Dice)."""
    if one == other:
        return 1.0
    pairs, others = _pairs(one), _pairs(other)
    return 2 * len(pairs & others) / max(1, len(pairs) + len(others))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
