"""From scores to contracts: which anchors are drafted, which drafts stand, and what each says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nlp.contracts.anchors import Anchor, Scores
from nlp.contracts.candidates import Announcement, Candidate
from nlp.contracts.distinct import Draft
from nlp.contracts.records import told_of
from nlp.relations.amount import Amount
from nlp.relations.contract import PARTY_RULE, Won, evidence
from nlp.relations.lots import TABLE_RULE
from nlp.relations.party import Party
from nlp.relations.title import Title

METHOD = "contract.scorer"
DRAFTS = 0.1
"""A mention of a title is drafted as a record from this probability on, the best one always."""
STANDS = 0.5
"""A draft is a contract of its own from this probability on, the best one always."""
LEAST_TITLE = 0.3
"""Below, a record has no second title."""
_MOST_DRAFTS = 60
_CHANGED_TO = re.compile(r"(?:更正|调整|变更|修改|修订)(?:为|到|至)[^。;,\n]{0,8}$")
"""Before the sum that holds from now on."""
_NO_NAME = re.compile(r"[:;“”《》\t]|简称|中标|签订|收到")


def kept(probabilities: NDArray[np.float32], least: float) -> list[int]:
    """The places above a probability, in order; the best where there are none."""
    if not len(probabilities):
        return []
    best = np.argsort(-probabilities, kind="stable")[:_MOST_DRAFTS]
    return sorted(int(at) for at in best if probabilities[at] > least) or [int(best[0])]


def decided(announcement: Announcement, drafts: Sequence[Draft], scores: Scores) -> list[Won]:
    """The contracts that the standing drafts are."""
    return [_record(announcement, draft, len(drafts) == 1, scores) for draft in drafts]


def settled(announcement: Announcement, found: list[Won]) -> list[Won]:
    """The contracts, as the rules tell them where the text itself spells them out.

    A table with a column of different suppliers stands as it is; a contract let to several buyers in one breath is one
    for each of them.
    """
    told = announcement.told
    suppliers = {won.supplier.name for won in told if won.supplier}
    if len(suppliers) > 1 and all(won.method == TABLE_RULE for won in told):
        return told
    if len(told) > 1 and len(found) == 1 and told[0].method == PARTY_RULE:
        return [replace(found[0], buyer=won.buyer) for won in told]
    return found


def _record(announcement: Announcement, draft: Draft, single: bool, scores: Scores) -> Won:
    project, contract = titles(announcement, draft.anchor, single, scores)
    parties = [_party(announcement, at) for at in (draft.supplier, draft.buyer)]
    names = [_title(title, draft.anchor) for title in (project, contract)]
    worth = _worth(announcement, draft)
    told, sure = told_of(announcement, draft.anchor)
    if len(announcement.told) > 1 and sure > 0:  # a row or an item, as the rules cut it
        span = told.span
    else:
        span = evidence(announcement.reading, [title for title in names if title], parties[0], parties[1], worth)
    return Won(parties[0], parties[1], names[0], names[1], worth, span, METHOD)


def _worth(announcement: Announcement, draft: Draft) -> Amount | None:
    """The sum; where it stands, as the rules found it for this contract, else at the first mention.

    A sum that the rules read as changed to stands: too few such are among the announcements to learn from.
    """
    money = announcement.amounts[draft.amount].money if draft.amount is not None else None
    if money is None:
        return None
    told = told_of(announcement, draft.anchor)[0].amount
    if told is None:
        return Amount(money, 0.0)
    same = (told.money.high, told.money.currency) == (money.high, money.currency)
    changed = _CHANGED_TO.search(announcement.reading.text, max(0, told.money.start - 20), told.money.start)
    return told if same or changed else Amount(money, 0.0)


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
    if candidate is record.candidate:
        return Title(candidate.text, record.start, record.end, record.role, record.score)
    start, end, _ = candidate.mentions[0]
    return Title(candidate.text, start, end, "contract" if record.role == "project" else "project", 0.0)


def _party(announcement: Announcement, at: int | None) -> Party | None:
    if at is None:
        return None
    candidate = announcement.organisations[at]
    if candidate.party is None and _NO_NAME.search(candidate.text):  # a string with more than a name in it
        inside = [c.party for c in announcement.organisations if c.party and c.party.name in candidate.text]
        return max(inside, key=lambda party: len(party.name), default=None)
    return candidate.party or Party(candidate.text, [(start, end) for start, end, _ in candidate.mentions])
