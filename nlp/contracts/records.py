"""Who and how much belongs to each contract of an announcement.

Each record has an anchor (a mention of a title). For each role a tree model chooses among the document's candidates
by what it knows of them, how they stand to the anchor and what the rules say of it: `CHOICE_FEATURES`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.anchors import Anchor, Scores, likeness
from nlp.contracts.candidates import KINDS, SELF, Announcement, Candidate, plain
from nlp.contracts.contexts import ROLES
from nlp.contracts.declared import listed
from nlp.contracts.encoded import whole
from nlp.contracts.features import OUTPUTS, SORT_OF
from nlp.contracts.layout import Layout
from nlp.relations.contract import Won

Table = NDArray[np.float32]
CHOSEN = ("buyer", "supplier", "amount")
CHOICE_FEATURES = (
    *listed(
        "score, score in other role, place of score, share of best, mentions, issuer, largest, sum of the others, "
        "records that it is nearest to, "
        "held in title, same place in order, distance behind, distance before, in sentence, in item, in row, "
        "between this and next, nearest record is this, near mentions, span score near, read near, read between, "
        "told answer, told match, told elsewhere, place among the near, best of near, "
        "records, number of record, likely candidates, sure candidates"
    ),
    *(f"kind {kind}" for kind in KINDS),
    "told records",
)
_FAR = 9999
_LIKELY, _SURE = 0.3, 0.6
_LEAST_LIKE = 0.6
_AT_LEAST, _AT_MOST, _LEAST_SCORE = 8, 60, 0.02


def eligible(scores: NDArray[np.float32]) -> list[int]:
    """The candidates that any record may take: the best few, and all that are not out of the question."""
    order = [int(at) for at in np.argsort(-scores, kind="stable")]
    return [at for n, at in enumerate(order[:_AT_MOST]) if n < _AT_LEAST or scores[at] > _LEAST_SCORE]


def span_scores(announcement: Announcement, spans: Mapping[str, Table]) -> dict[str, list[Table]]:
    """For each chosen role the scores of each candidate's mentions; `spans` has those of all mentions by sort."""
    result = {}
    for role in CHOSEN:
        sort = SORT_OF[role]
        ends = np.cumsum([len(candidate.mentions) for candidate in announcement.of(sort)])
        result[role] = np.split(spans[sort][:, OUTPUTS[sort].index(role)], ends[:-1]) if len(ends) else []
    return result


def choice_table(
    announcement: Announcement,
    records: Sequence[Anchor],
    role: str,
    scores: Scores,
    spans: Mapping[str, Sequence[Table]],
    layout: Layout,
) -> tuple[list[int], Table]:
    """The eligible candidates of a role and the features of each with each record.

    `spans[role]` are the span model's scores of each candidate's mentions. The table is float32
    [records, eligible, len(CHOICE_FEATURES)].
    """
    candidates = announcement.of(SORT_OF[role])
    chosen = eligible(scores[role])
    result = np.zeros((len(records), len(chosen), len(CHOICE_FEATURES)), np.float32)
    if not chosen or not records:
        return chosen, result
    read = _read(announcement, [candidates[at] for at in chosen], role)
    mentions = [_spans(candidates[at], spans[role][at], said) for at, said in zip(chosen, read, strict=True)]
    alone = _alone(announcement, records, role, scores, chosen, mentions)
    order = _in_text_order(scores[role][chosen], mentions, len(records))
    document = _document(announcement, scores[role])
    size = max(1, len(announcement.reading.text))
    for number, record in enumerate(records):
        stop = records[number + 1].start if number + 1 < len(records) else size
        told, match = told_of(announcement, record)
        rows: list[list[float]] = []
        near: list[tuple[float, int]] = []
        for at, own, places in zip(chosen, alone, mentions, strict=True):
            stands = _stands(record, number, stop, places, records, layout)
            if stands[2] or stands[3]:
                near.append((float(scores[role][at]), len(rows)))
            answer, elsewhere = _answers(announcement, role, candidates[at], told)
            held = len(candidates[at].key) > 3 and candidates[at].key in record.candidate.key
            rows.append([*own, held, order[len(rows)] == number, *stands, answer, match, elsewhere, 0, 0])
        best = max((score for score, _ in near), default=0.0)
        for rank, (_, row) in enumerate(sorted(near, reverse=True)):
            rows[row][-2] = rank + 1
        for row_ in rows:
            row_[-1] = best
        result[number] = [[*row, len(records), number, *document] for row in rows]
    return chosen, result


_Span = tuple[int, int, float, float]
"""Start, end, the span model's score, the encoder's."""


def _read(announcement: Announcement, candidates: Sequence[Candidate], role: str) -> list[Table]:
    """What an encoder says of the mentions of each candidate, float32 [mentions]; NaN where none has read them."""
    places = [np.array(candidate.mentions, np.int64) for candidate in candidates]
    starts, ends, _ = np.concatenate(places).T
    read = np.full(len(starts), np.nan, np.float32)
    if announcement.encoded is not None:
        read = whole(announcement.encoded, starts, ends, ROLES.index(role))
    return np.split(read, np.cumsum([len(place) for place in places])[:-1])


def _spans(candidate: Candidate, scores: Table, read: Table) -> list[_Span]:
    """Mentions by name with their scores; by 公司 only where there are no others."""
    starts, ends, sorts = np.array(candidate.mentions, np.int64).T
    every = list(zip(starts.tolist(), ends.tolist(), scores.tolist(), read.tolist(), strict=True))
    return [span for span, sort in zip(every, sorts, strict=True) if sort != SELF] or every


def _alone(
    announcement: Announcement,
    records: Sequence[Anchor],
    role: str,
    scores: Scores,
    chosen: Sequence[int],
    mentions: Sequence[Sequence[_Span]],
) -> list[list[float]]:
    own = scores[role]
    other = {"buyer": "supplier", "supplier": "buyer"}.get(role)
    candidates = announcement.of(SORT_OF[role])
    values = [candidate.money.high if candidate.money else 0.0 for candidate in candidates]
    top, total = max(values), sum(values)
    starts = [record.start for record in records]
    rows = []
    for place, (at, spans) in enumerate(zip(chosen, mentions, strict=True)):
        party, value = candidates[at].party, values[at]
        rows.append([
            *(own[at], scores[other][at] if other else 0.0, place, own[at] / max(1e-6, own[chosen[0]]), len(spans)),
            *(bool(party and party.issuer), value == top, value > 0 and abs(total - 2 * value) <= 0.005 * value),
            len({_nearest(start, starts) for start, *_ in spans[:12]}),
        ])  # fmt: skip
    return rows


def _in_text_order(own: Table, mentions: Sequence[Sequence[_Span]], records: int) -> list[int]:
    """For each candidate the record with its number, where there are as many likely candidates as records; else -1."""
    likely = sorted((mentions[at][0][0], at) for at in range(len(own)) if own[at] > _LIKELY)
    result = [-1] * len(own)
    if len(likely) == records:
        for number, (_, at) in enumerate(likely):
            result[at] = number
    return result


def _stands(
    record: Anchor, number: int, stop: int, spans: Sequence[_Span], records: Sequence[Anchor], layout: Layout
) -> list[float]:
    """How a candidate stands to a record: distances, same sentence, item or row, nearest record."""
    sentence, item = layout.sentence(record.start), layout.item(record.start)
    starts = [each.start for each in records]
    behind = min((s - record.end for s, *_ in spans if s >= record.end), default=_FAR)
    before = min((record.start - e for _, e, *_ in spans if e <= record.start), default=_FAR)
    together = [span for span in spans if layout.sentence(span[0]) == sentence]
    listed_ = [span for span in spans if item > 0 and layout.item(span[0]) == item]
    near = (*together, *listed_)
    between = [span for span in spans if record.start <= span[0] < stop]
    nearest = [_nearest(start, starts) for start, *_ in spans[:12]]
    return [
        *(math.log1p(min(behind, _FAR)), math.log1p(min(before, _FAR)), bool(together), bool(listed_)),
        *(bool(together) and layout.row(record.start), bool(between)),
        *(number in nearest, nearest.count(number), max((z for _, _, z, _ in near), default=-12.0)),
        *(max((read for *_, read in spans_), default=math.nan) for spans_ in (near, between)),
    ]


def _nearest(start: int, starts: Sequence[int]) -> int:
    """The record whose title is nearest to a place."""
    at = bisect_right(starts, start)
    return min((n for n in (at - 1, at) if 0 <= n < len(starts)), key=lambda n: abs(starts[n] - start))


def told_of(announcement: Announcement, record: Anchor) -> tuple[Won, float]:
    """The rules' contract that a record is, and how sure that is: same title, part of the text, or the only one."""
    key = record.candidate.key
    best, sure = announcement.told[0], 0.3 if len(announcement.told) == 1 else 0.0
    for won in announcement.told:
        like = max((likeness(key, plain(title.text)) for title in (won.project, won.contract) if title), default=0.0)
        inside = 0.7 if len(announcement.told) > 1 and won.span[0] <= record.start < won.span[1] else 0.0
        if (now := max(like if like > _LEAST_LIKE else 0.0, inside)) > sure:
            best, sure = won, now
    return best, sure


def _answers(announcement: Announcement, role: str, candidate: Candidate, told: Won) -> tuple[bool, int]:
    """Whether the candidate is what the rules answer for this record, and for how many others."""
    same = [won for won in announcement.told if _is(won, role, candidate)]
    return any(won is told for won in same), sum(won is not told for won in same)


def _is(won: Won, role: str, candidate: Candidate) -> bool:
    if role == "amount":
        return bool(won.amount and candidate.money and won.amount.money.high == candidate.money.high)
    party = won.buyer if role == "buyer" else won.supplier
    return party is not None and (party is candidate.party or plain(party.name) == candidate.key)


def _document(announcement: Announcement, own: Table) -> list[float]:
    kinds = (float(announcement.kind == k) for k in range(len(KINDS)))
    return [int((own > _LIKELY).sum()), int((own > _SURE).sum()), *kinds, len(announcement.told)]
