"""From scores to contracts: which anchors open a record, and what each record is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.anchors import Anchor, Scores
from nlp.contracts.candidates import Announcement, Candidate
from nlp.contracts.records import told_of
from nlp.relations.amount import Amount
from nlp.relations.contract import Won, evidence
from nlp.relations.party import Party
from nlp.relations.title import Title

METHOD = "contract.scorer"
OPENS = 0.45
"""A mention of a title opens a record from this probability on; the best one always does."""
LEAST_BUYER, LEAST_AMOUNT, LEAST_TITLE = 0.15, 0.1, 0.3
"""Below, a record has no buyer, no sum, no second title."""

Choice = tuple[Sequence[int], NDArray[np.float32]]
"""The eligible candidates of a role and the probability of each for one record."""


def opened(found: Sequence[Anchor], probabilities: NDArray[np.float32]) -> list[Anchor]:
    """The anchors that open a record, in the order of the text."""
    if not found:
        return []
    kept = [anchor for anchor, likely in zip(found, probabilities, strict=True) if likely > OPENS]
    return kept or [found[int(np.argmax(probabilities))]]


def decided(
    announcement: Announcement, records: Sequence[Anchor], scores: Scores, choices: Sequence[Mapping[str, Choice]]
) -> list[Won]:
    """The contracts. `choices` holds for each record and role the probabilities of the eligible candidates."""
    return [
        _record(announcement, record, len(records) == 1, scores, choice)
        for record, choice in zip(records, choices, strict=True)
    ]


def _record(
    announcement: Announcement, record: Anchor, single: bool, scores: Scores, choice: Mapping[str, Choice]
) -> Won:
    project, contract = titles(announcement, record, single, scores)
    supplier, buyer = _pair(announcement.organisations, choice["supplier"], choice["buyer"])
    amount = _best(announcement.amounts, choice["amount"], LEAST_AMOUNT)
    told, _ = told_of(announcement, record)
    parties = [_party(party, announcement) for party in (supplier, buyer)]
    names = [_title(project, record), _title(contract, record)]
    money = amount.money if amount else None
    if money is not None and told.amount and told.amount.money.high == money.high:
        money = told.amount.money
    worth = Amount(money, 0.0) if money else None
    span = evidence(announcement.reading, [title for title in names if title], parties[0], parties[1], worth)
    return Won(parties[0], parties[1], names[0], names[1], worth, span, METHOD)


def _pair(
    organisations: Sequence[Candidate], supplier: Choice, buyer: Choice
) -> tuple[Candidate | None, Candidate | None]:
    """The two different organisations that are likeliest together as supplier and buyer."""
    sellers, buyers = dict(zip(*supplier, strict=True)), dict(zip(*buyer, strict=True))
    if not sellers:
        return None, None
    _, seller, other = max(
        (max(float(sellers[s]), 1e-3) * max(float(buyers.get(b, 0.0)), 1e-2) if s != b else 0.0, -s, -b)
        for s in sellers
        for b in (*buyers, -1)
    )
    likely = float(buyers.get(-other, 0.0))
    return organisations[-seller], organisations[-other] if likely > LEAST_BUYER else None


def _best(candidates: Sequence[Candidate], choice: Choice, least: float) -> Candidate | None:
    eligible, probabilities = choice
    if not len(eligible) or float(probabilities.max()) <= least:
        return None
    return candidates[eligible[int(np.argmax(probabilities))]]


def titles(
    announcement: Announcement, record: Anchor, single: bool, scores: Scores
) -> tuple[Candidate | None, Candidate | None]:
    """The project and the contract's title of a record: its own, and that of the other kind which goes with it."""
    own = {record.role: record.candidate}
    other = "contract" if record.role == "project" else "project"
    mine = record.candidate.key
    best: tuple[float, Candidate] | None = None
    for candidate, value in zip(announcement.of(other), scores[other], strict=True):
        linked = candidate.key in mine or mine in candidate.key
        if float(value) < LEAST_TITLE or not (single or linked):
            continue
        if best is None or float(value) + 0.3 * linked > best[0]:
            best = (float(value) + 0.3 * linked, candidate)
    if record.other is not None and record.other_score >= LEAST_TITLE and (best is None or not single):
        best = (record.other_score, record.other)
    if best is not None:
        own[other] = best[1]
    return own.get("project"), own.get("contract")


def _title(candidate: Candidate | None, record: Anchor) -> Title | None:
    """A title where the record stands, else at its first mention."""
    if candidate is None:
        return None
    start, end = candidate.mentions[0][:2]
    kind = "project"
    if candidate is record.candidate:
        start, end, kind = record.start, record.end, record.role
    return Title(candidate.text, start, end, kind, 0.0)


def _party(candidate: Candidate | None, announcement: Announcement) -> Party | None:
    if candidate is None:
        return None
    return candidate.party or Party(candidate.text, [(start, end) for start, end, _ in candidate.mentions])
