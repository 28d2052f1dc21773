"""What the table of contracts says of an announcement's places, candidates and anchors: the targets of training.

Labels are distant: every occurrence of a name from the table counts as a mention in its role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from kg.values.money import Money
from nlp.contracts.anchors import Anchor, own_sums
from nlp.contracts.candidates import Announcement, Candidate
from nlp.contracts.contexts import ROLES
from nlp.contracts.features import SORT_OF
from nlp.contracts.layout import Layout
from nlp.evaluate.sets.contracts import Record, agreement, forms, same_name, same_sum, same_title

_KEPT = re.compile(r"[0-9a-z\u4e00-\u9fff]")
_PAIRED = (("(", ")"), ("《", "》"), ("“", "”"))
NEARLY = 0.85
"""The target of a name that the measure takes for the same, but which is not equal."""


def value(record: Record, role: str) -> str | float | None:
    """What the table has for a role; None where it is empty."""
    return record.amount if role == "amount" else getattr(record, role) or None


def place_labels(text: str, money: Sequence[Money], wanted: Sequence[Record]) -> NDArray[np.float32]:
    """1 where a value of a role begins or ends, float32 [length + 1, 10]."""
    labels = np.zeros((len(text) + 1, 2 * len(ROLES)), np.float32)
    for number, start, end in role_spans(text, money, wanted):
        labels[start, 2 * number] = labels[end, 2 * number + 1] = 1
    return labels


def role_spans(text: str, money: Sequence[Money], wanted: Sequence[Record]) -> Iterator[tuple[int, int, int]]:
    """Where values of the roles stand: the number of the role in ROLES, start, end."""
    for number, role in enumerate(ROLES):
        if role == "amount":
            spans = [(m.start, m.end) for m in money if any(same_sum(record.amount, m.high) for record in wanted)]
        else:
            spans = list(_occurrences(text, {form for record in wanted for form in forms(getattr(record, role))}))
        yield from ((number, start, end) for start, end in spans)


def _occurrences(text: str, names: set[str]) -> Iterator[tuple[int, int]]:
    """Where names stand in the text, punctuation aside; a bracket or quote that opens inside is closed."""
    low = text.lower()
    if len(low) != len(text):
        return
    kept = [at for at, sign in enumerate(low) if _KEPT.match(sign)]
    flat = "".join(low[at] for at in kept)
    for name in sorted(names):
        at = flat.find(name) if len(name) > 1 else -1
        while at >= 0:
            start, end = kept[at], kept[at + len(name) - 1] + 1
            for opening, closing in _PAIRED:
                inside = text[start:end]
                end += inside.count(opening) > inside.count(closing) and text[end : end + 1] == closing
            yield start, end
            at = flat.find(name, at + len(name))


def target(candidate: Candidate, role: str, wanted: Sequence[Record]) -> float:
    """How right a candidate is for a role anywhere in the document, 0 to 1."""
    return max((_worth(candidate, role, record) for record in wanted), default=0.0)


def _worth(candidate: Candidate, role: str, record: Record) -> float:
    wanted = value(record, role)
    if wanted is None:
        return 0.0
    if role == "amount":
        return float(same_sum(record.amount, candidate.money.high if candidate.money else None))
    return _agreement(str(wanted), candidate.text, SORT_OF[role] == "organisation")


@lru_cache(maxsize=1 << 20)
def _agreement(wanted: str, text: str, organisation: bool) -> float:
    if set(forms(wanted)) & set(forms(text)):
        return 1.0
    if organisation:
        return NEARLY if same_name(wanted, text) else 0.0
    return 0.35 + 0.6 * _ratio(wanted, text) if _same_title(wanted, text) else 0.0


_same_title = lru_cache(maxsize=1 << 20)(same_title)


def choice_targets(candidates: Sequence[Candidate], role: str, record: Record | None) -> NDArray[np.float32]:
    """How right each candidate is for one record's role; nothing is right for no record."""
    return np.array([_worth(candidate, role, record) if record else 0.0 for candidate in candidates], np.float32)


def aligned(
    announcement: Announcement, found: Sequence[Anchor], wanted: Sequence[Record], layout: Layout
) -> dict[int, int]:
    """For each anchor that opens a record of the table, which one: the best one-to-one pairing of titles and sums."""
    if not found or not wanted:
        return {}
    sums = own_sums(announcement, found, layout)
    worth = np.zeros((len(wanted), len(found)))
    for row, record in enumerate(wanted):
        names = [name for name in (record.project, record.contract) if name]
        for column, anchor in enumerate(found):
            titles = [anchor.candidate.text, *([anchor.other.text] if anchor.other else [])]
            if not any(_same_title(name, title) for name in names for title in titles):
                continue
            like = max(_ratio(name, titles[0]) for name in names)
            own = sums[column]
            paid = own is not None and own[1].money is not None and same_sum(record.amount, own[1].money.high)
            worth[row, column] = 4 + 2 * like + anchor.score + 1.5 * paid - 0.0005 * column - 0.05 * anchor.number
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return {int(column): int(row) for row, column in zip(rows, columns, strict=True) if worth[row, column] > 0}


def standing(found: Sequence[Record], likely: NDArray[np.float32], wanted: Sequence[Record]) -> NDArray[np.float32]:
    """1 for each found record that the measure would pair with one of the table, the likelier one where two tie."""
    stands = np.zeros(len(found), np.float32)
    if not found or not wanted:
        return stands
    worth = np.array([[agreement(record, other) for other in found] for record in wanted], float)
    rows, columns = linear_sum_assignment(worth + 0.5 * likely[None, :] * (worth > 0), maximize=True)
    stands[[column for row, column in zip(rows, columns, strict=True) if worth[row, column]]] = 1
    return stands


def _ratio(one: str, other: str) -> float:
    pair = (forms(one), forms(other))
    return SequenceMatcher(None, pair[0][0], pair[1][0], autojunk=False).ratio() if all(pair) else 0.0
