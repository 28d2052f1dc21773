"""What can be told from two written names of firms, as numbers: the facts that learned scorers judge by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, JaroWinkler, LCSseq, Postfix, Prefix
from rapidfuzz.process import cpdist
from scipy.sparse import csr_matrix

from kg.identity.block import grams
from kg.identity.crowd import Crowd
from kg.identity.rules import ALIKE, by_hand
from kg.learned.trees import Table
from kg.values.name import NameParts
from kg.values.trade import TAILS, words

COLUMNS = (
    *("hand", "reason", "ratio", "jaro_winkler", "common_of_one", "common_of_other", "begin", "end"),
    *("rest_ratio", "bare_ratio", "length_one", "length_other", "rest_one", "rest_other"),
    *(
        "brand_ratio",
        "brand_one",
        "brand_other",
        "brand_equal",
        "brand_begins_other",
        "brand_begins_one",
        "brand_within",
    ),
    *("trade_ratio", "trade_one", "trade_other", "trade_common", "told_one", "told_other", "words_equal", "words_last"),
    *("agree", "place_one", "place_other", "place_equal", "place_within"),
    *("form_one", "form_other", "listed_one", "listed_other", "group_one", "group_other", "unit_equal", "institute"),
    *("slip", "slip_alike", "slip_in_brand", "slip_place"),
    *("crowd_one", "crowd_other", "shared", "only_one", "only_other", "rarest_one", "rarest_other"),
    *("first_in_other", "second_in_other", "first_two", "rest_first"),
)
_REASONS = (
    "名称相同",
    "除组织形式外名称相同",
    "字号与行业相同，地名相容",
    "简称是全称的一部分",
    "简称是全称的开头",
    "简称由字号与行业用字组成",
    "简称的字依次见于全称",
    "只差一字，两字形近",
    "只差一字，且不在字号中",
    "只差一字",
    "字号相同，行业相近，地名相容",
    "字号相同，行业不同",
    "字号相同，地名不相容",
    "仅部分文字相近",
)
Floats = NDArray[np.float32]


def facts(
    ones: Sequence[NameParts], others: Sequence[NameParts], agree: Sequence[bool], crowd: Crowd
) -> tuple[Table, list[tuple[float, str]]]:
    """Facts of pairs, float32 [pairs, COLUMNS], and what the rules by hand say of each.

    `ones` are names as written, `others` those of known firms; `agree` whether the places of both are compatible.
    """
    hand = [
        by_hand(one, other, fits, crowd.rare(other.brand)) for one, other, fits in zip(ones, others, agree, strict=True)
    ]
    if not hand:
        return np.zeros((0, len(COLUMNS)), np.float32), []
    columns = [
        np.array([score for score, _ in hand], np.float32),
        np.array([_REASONS.index(reason) for _, reason in hand], np.float32),
        *_likeness(ones, others),
        *_parts(ones, others, np.array(agree, np.float32)),
        *_slips(ones, others),
        *_rarity(ones, others, crowd),
        *_signs(ones, others),
    ]
    return np.column_stack(columns).astype(np.float32), hand


def _likeness(ones: Sequence[NameParts], others: Sequence[NameParts]) -> list[Floats]:
    a, b = [one.core for one in ones], [other.core for other in others]
    rest = [one.rest for one in ones], [other.rest for other in others]
    common = _paired(a, b, LCSseq.similarity)
    lengths = [np.array([len(text) for text in texts], np.float32) for texts in (a, b, *rest)]
    return [
        _paired(a, b, Indel.normalized_similarity),
        _paired(a, b, JaroWinkler.similarity),
        (common / np.maximum(1, lengths[0])).astype(np.float32),
        (common / np.maximum(1, lengths[1])).astype(np.float32),
        _paired(a, b, Prefix.similarity),
        _paired(a, b, Postfix.similarity),
        _paired(*rest, Indel.normalized_similarity),
        _paired([one.bare for one in ones], [other.bare for other in others], Indel.normalized_similarity),
        *lengths,
    ]


def _parts(ones: Sequence[NameParts], others: Sequence[NameParts], agree: Floats) -> list[Floats]:
    brand = [one.brand for one in ones], [other.brand for other in others]
    trade = [one.trade for one in ones], [other.trade for other in others]
    pairs = list(zip(ones, others, strict=True))
    return [
        _paired(*brand, Indel.normalized_similarity),
        *(np.array([len(text) for text in texts], np.float32) for texts in brand),
        _flags(bool(a.brand) and a.brand == b.brand for a, b in pairs),
        _flags(bool(a.brand) and b.rest.startswith(a.brand) for a, b in pairs),
        _flags(bool(b.brand) and a.rest.startswith(b.brand) for a, b in pairs),
        _flags(bool(a.brand) and a.brand in b.core for a, b in pairs),
        _paired(*trade, Indel.normalized_similarity),
        *(np.array([len(text) for text in texts], np.float32) for texts in trade),
        _paired(*trade, LCSseq.similarity),
        *_trades(pairs),
        agree,
        _flags(bool(a.place) for a, _ in pairs),
        _flags(bool(b.place) for _, b in pairs),
        _flags(bool(a.place_code) and a.place_code == b.place_code for a, b in pairs),
        _flags(bool(a.place) and a.place in b.core for a, b in pairs),
        *(np.array([_form(name) for name in names], np.float32) for names in (ones, others)),
        *(_flags(name.listed for name in names) for names in (ones, others)),
        *(_flags("集团" in name.bare for name in names) for names in (ones, others)),
        _flags(a.unit == b.unit for a, b in pairs),
        _flags((a.unit == "institute") != (b.unit == "institute") for a, b in pairs),
    ]


def _trades(pairs: Sequence[tuple[NameParts, NameParts]]) -> list[Floats]:
    """Words of both trades that tell something (not 科技, 实业), how many both have, whether the last one is equal."""
    table = np.zeros((4, len(pairs)), np.float32)
    for at, (one, other) in enumerate(pairs):
        ours, theirs = (words(name.trade) or () for name in (one, other))
        told, told_other = {word for word in ours if word not in TAILS}, {word for word in theirs if word not in TAILS}
        last = bool(ours and theirs) and ours[-1] == theirs[-1]
        table[:, at] = (len(told), len(told_other), len(told & told_other), last)
    return list(table)


def _slips(ones: Sequence[NameParts], others: Sequence[NameParts]) -> list[Floats]:
    """Where names of one length differ in one sign: the only one? alike? in the brand? how far from the end?"""
    table = np.full((4, len(ones)), np.nan, np.float32)
    for at, (one, other) in enumerate(zip(ones, others, strict=True)):
        table[0, at] = 0
        if len(one.core) != len(other.core):
            continue
        apart = [here for here, (a, b) in enumerate(zip(one.core, other.core, strict=True)) if a != b]
        if len(apart) == 1:
            here = apart[0]
            start = other.core.find(other.brand) if other.brand else -1
            table[:, at] = (
                1,
                (one.core[here], other.core[here]) in ALIKE,
                0 <= start <= here < start + len(other.brand),
                len(one.core) - here,
            )
    return list(table)


def _rarity(ones: Sequence[NameParts], others: Sequence[NameParts], crowd: Crowd) -> list[Floats]:
    """How common the brands are; the rarity of what both share and of what only one has, summed."""
    count = len(ones)
    rows, found = grams([name.core for name in (*ones, *others)])
    known, ids = np.unique(found, return_inverse=True)
    weight = crowd.weights(known)
    one, other = rows < count, rows >= count
    mine = csr_matrix((weight[ids[one]], (rows[one], ids[one])), shape=(count, len(known)))
    their = csr_matrix((np.ones(other.sum()), (rows[other] - count, ids[other])), shape=(count, len(known)))
    both = mine.multiply(their).tocsr()
    theirs = csr_matrix((weight[ids[other]], (rows[other] - count, ids[other])), shape=(count, len(known)))
    sums = [np.asarray(part.sum(axis=1)).ravel().astype(np.float32) for part in (both, mine, theirs)]
    left = [(part - both).max(axis=1).toarray().ravel().astype(np.float32) for part in (mine, theirs)]
    return [
        np.log1p(crowd.brands([name.brand for name in ones])),
        np.log1p(crowd.brands([name.brand for name in others])),
        sums[0],
        sums[1] - sums[0],
        sums[2] - sums[0],
        *left,
    ]


def _signs(ones: Sequence[NameParts], others: Sequence[NameParts]) -> list[Floats]:
    pairs = list(zip(ones, others, strict=True))
    return [
        np.array([b.core.find(a.core[:1]) if a.core else -1 for a, b in pairs], np.float32),
        np.array([b.core.find(a.core[1:2]) if len(a.core) > 1 else -1 for a, b in pairs], np.float32),
        _flags(a.core[:2] in b.core for a, b in pairs),
        _flags(a.rest[:1] == b.rest[:1] for a, b in pairs),
    ]


def _form(name: NameParts) -> int:
    return 0 if not name.form else 1 if "股份" in name.form else 2 if "公司" in name.form else 3


def _flags(values: Iterable[bool]) -> Floats:
    return np.fromiter(values, np.float32)


def _paired(ones: Sequence[str], others: Sequence[str], scorer: Any) -> Floats:
    return cpdist(ones, others, scorer=scorer, dtype=np.float32)
