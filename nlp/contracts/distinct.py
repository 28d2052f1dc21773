"""Which drafted records are contracts of their own: one contract is often told twice, by project and by paper.

Every likely mention of a title becomes a `Draft` with its parties and its sum. `distinct_table` describes a draft
beside the better ones (same sum, same buyer, like title), and a tree model says whether it is a contract of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.anchors import NUMERALS, Anchor, likeness
from nlp.contracts.candidates import KINDS, Announcement
from nlp.contracts.declared import listed
from nlp.contracts.layout import Layout
from nlp.contracts.records import told_of

Choice = tuple[Sequence[int], NDArray[np.float32]]
"""The eligible candidates of a role and the probability of each for one record."""

LEAST_BUYER, LEAST_AMOUNT = 0.15, 0.25
"""Below, a record has no buyer, no sum."""

DISTINCT_FEATURES = (
    *listed(
        "opens, place, share of best, title score, other title score, contract, number of mention, "
        "supplier likely, buyer likely, amount likely, supplier named, buyer named, amount named, "
        "told match, first of told, told drafts, "
        "like better, like better of the other kind, numerals differ, better with the sum, better with the buyer, "
        "better with the supplier, better with all three, like better with the sum, like better with the buyer, "
        "better in sentence, better in item, drafts with the sum, drafts with the buyer, "
        "drafts, likely drafts, sum of opens, sums of drafts, buyers of drafts, likely sums, sure sums, length of text"
    ),
    *(f"kind {kind}" for kind in KINDS),
    "told records",
)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A record as it may be: its anchor, how likely that opens one, and the places of its parties and its sum.

    `supplier`, `buyer` and `amount` number the announcement's candidates, None where there is none; `likely` has the
    probability of each.
    """

    anchor: Anchor
    opens: float
    supplier: int | None
    buyer: int | None
    amount: int | None
    likely: Mapping[str, float]


def drafted(anchor: Anchor, opens: float, choice: Mapping[str, Choice]) -> Draft:
    """The likeliest parties and sum of an anchor."""
    supplier, buyer = _pair(choice["supplier"], choice["buyer"])
    eligible, probabilities = choice["amount"]
    best = int(np.argmax(probabilities)) if len(probabilities) else -1
    amount = eligible[best] if best >= 0 and probabilities[best] > LEAST_AMOUNT else None
    chosen = {"supplier": supplier, "buyer": buyer, "amount": amount}
    likely = {role: _likely(choice[role], at) for role, at in chosen.items()}
    return Draft(anchor, opens, supplier, buyer, amount, likely)


def _likely(choice: Choice, at: int | None) -> float:
    eligible, probabilities = choice
    if at is not None:
        return float(probabilities[list(eligible).index(at)])
    return float(probabilities.max()) if len(probabilities) else 0.0


def _pair(supplier: Choice, buyer: Choice) -> tuple[int | None, int | None]:
    """The two different organisations that are likeliest together as supplier and buyer."""
    (sellers, paid), (buyers, paying) = supplier, buyer
    if not len(sellers):
        return None, None
    worth = np.maximum(paid, 1e-3)[:, None] * np.maximum(paying, 1e-2)[None, :]
    worth[np.array(sellers)[:, None] == np.array(buyers)[None, :]] = 0
    if not worth.any():
        return sellers[0], None
    row, column = np.unravel_index(int(np.argmax(worth)), worth.shape)
    return sellers[int(row)], buyers[int(column)] if paying[column] > LEAST_BUYER else None


def distinct_table(
    announcement: Announcement, drafts: Sequence[Draft], scores: Mapping[str, NDArray[np.float32]], layout: Layout
) -> NDArray[np.float32]:
    """The features of the drafts, float32 [drafts, len(DISTINCT_FEATURES)]."""
    if not drafts:
        return np.zeros((0, len(DISTINCT_FEATURES)), np.float32)
    order = sorted(range(len(drafts)), key=lambda at: (-drafts[at].opens, drafts[at].anchor.start))
    told = [told_of(announcement, draft.anchor) for draft in drafts]
    told_drafts = Counter(id(won) for won, _ in told)
    sums = Counter(draft.amount for draft in drafts if draft.amount is not None)
    buyers = Counter(draft.buyer for draft in drafts if draft.buyer is not None)
    document = _document(announcement, drafts, scores)
    rows: list[list[float]] = [[] for _ in drafts]
    seen: set[int] = set()
    for place, at in enumerate(order):
        draft, (won, sure) = drafts[at], told[at]
        better = [drafts[other] for other in order[:place]]
        rows[at] = [
            *_own(draft, place, drafts[order[0]].opens),
            *(sure, id(won) not in seen, told_drafts[id(won)]),
            *_beside(draft, better, layout),
            *(
                sums[draft.amount] if draft.amount is not None else 0,
                buyers[draft.buyer] if draft.buyer is not None else 0,
            ),
            *document,
        ]
        seen.add(id(won))
    return np.array(rows, np.float32)


def _own(draft: Draft, place: int, best: float) -> list[float]:
    anchor = draft.anchor
    return [
        *(draft.opens, place, draft.opens / max(1e-6, best), anchor.score, anchor.other_score),
        *(anchor.role == "contract", anchor.number),
        *(draft.likely[role] for role in ("supplier", "buyer", "amount")),
        *(draft.supplier is not None, draft.buyer is not None, draft.amount is not None),
    ]


def _beside(draft: Draft, better: Sequence[Draft], layout: Layout) -> list[float]:
    """A draft against those that are likelier: how alike the titles are, and what they share."""
    key, anchor = draft.anchor.candidate.key, draft.anchor
    alike = [(likeness(key, other.anchor.candidate.key), other) for other in better]
    most, nearest = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    paid = [(like, other) for like, other in alike if draft.amount is not None and other.amount == draft.amount]
    bought = [(like, other) for like, other in alike if draft.buyer is not None and other.buyer == draft.buyer]
    sold = [other for _, other in alike if other.supplier == draft.supplier]
    every = [other for _, other in paid if other.buyer == draft.buyer and other.supplier == draft.supplier]
    other_kind = [like for like, other in alike if other.anchor.role != anchor.role]
    sentence, item = layout.sentence(anchor.start), layout.item(anchor.start)
    return [
        *(most, max(other_kind, default=0.0)),
        nearest is not None and NUMERALS.findall(key) != NUMERALS.findall(nearest.anchor.candidate.key),
        *(len(paid), len(bought), len(sold), len(every)),
        *(max((like for like, _ in paid), default=-1.0), max((like for like, _ in bought), default=-1.0)),
        sum(layout.sentence(other.anchor.start) == sentence for other in better),
        sum(item > 0 and layout.item(other.anchor.start) == item for other in better),
    ]


def _document(
    announcement: Announcement, drafts: Sequence[Draft], scores: Mapping[str, NDArray[np.float32]]
) -> list[float]:
    opens = [draft.opens for draft in drafts]
    return [
        *(len(drafts), sum(each > 0.45 for each in opens), sum(opens)),
        len({draft.amount for draft in drafts} - {None}),
        len({draft.buyer for draft in drafts} - {None}),
        *(int((scores["amount"] > least).sum()) for least in (0.3, 0.6)),
        math.log1p(len(announcement.reading.text)),
        *(float(announcement.kind == k) for k in range(len(KINDS))),
        len(announcement.told),
    ]
