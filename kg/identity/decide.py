"""What a word on identity does: same, different, move, split, name and undo, each as decisions on records.

Pure. A `Standing` holds all records that could be one with those in question, and the decisions so far; each verb
returns the decisions to write, and `Standing.effect` says beforehand which records would change their firm. Decisions
name records, never enterprises, so they outlive every new reading of a document. A person's word is obeyed
(`kg.identity.cluster`), but two credit codes are never one firm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

from kg.errors import KgError
from kg.identity.cluster import Identity, cluster, verdicts
from kg.records import Decision, RecordId, stable_hash

LARGE = 10
"""An act that gives more records than these another firm asks twice."""

SAME, DIFFERENT, NAME = "same", "different", "name"
PROGRAM = "program"
"""The role of what no person said."""


class DecisionRefusedError(KgError):
    """A decision that cannot be made: KG911 two credit codes, KG912 no such record, KG913 nothing to decide, KG914
    it would tear more apart than was said.
    """

    code = "KG911"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who decides, when (ISO 8601) and why; `score` is of the comparison that the decision rests on."""

    role: str
    at: str
    reason: str = ""
    score: float | None = None

    def says(self, verdict: str, first: RecordId, second: RecordId) -> Decision:
        """One decision; the same word at the same time has the same id."""
        pair = (first, second) if first <= second else (second, first)
        key = stable_hash("decision", verdict, *pair, self.role, self.at)
        return Decision(key, verdict, pair, self.reason, self.role, self.at, self.score)


@dataclass(frozen=True, slots=True)
class Effect:
    """The firm of each record whose firm an act changes, before and after; how many firms there are of them."""

    moves: dict[RecordId, tuple[str, str]]
    firms_before: int
    firms_after: int

    @property
    def large(self) -> bool:
        """Whether the act must be said twice."""
        return len(self.moves) > LARGE

    @property
    def token(self) -> str:
        """What names this effect: saying an act a second time gives it, and it holds only while nothing has changed."""
        return stable_hash("effect", *(part for key in sorted(self.moves) for part in (key, *self.moves[key])))[:8]


@dataclass(frozen=True)
class Standing:
    """Records that could be one with one another, and all decisions on them. Must be whole: see `kg.change.Reach`."""

    records: dict[RecordId, Identity]
    decisions: Sequence[Decision] = field(default_factory=tuple)

    @cached_property
    def firm_of(self) -> dict[RecordId, str]:
        """The enterprise of each record as things stand."""
        return cluster(self.records.values(), self.decisions)

    def members(self, record: RecordId) -> list[RecordId]:
        """All records of a record's firm, in order. Raises KG912."""
        if record not in self.firm_of:
            raise DecisionRefusedError(
                f"no record {record}", code="KG912", hint="see `bulian review show`; its document may have gone"
            )
        return sorted(key for key, firm in self.firm_of.items() if firm == self.firm_of[record])

    def effect(self, added: Iterable[Decision] = (), undone: Iterable[str] = ()) -> Effect:
        """What further decisions, or decisions (by id) taken back, would change."""
        gone = set(undone)
        held = [item for item in self.decisions if item.id not in gone]
        after = cluster(self.records.values(), [*held, *added])
        moves = {key: (firm, after[key]) for key, firm in self.firm_of.items() if after[key] != firm}
        touched = {firm for pair in moves.values() for firm in pair}
        return Effect(
            moves,
            len(touched.intersection(self.firm_of.values())),
            len(touched.intersection(after.values())),
        )

    def same(self, first: RecordId, second: RecordId, by: Speaker) -> list[Decision]:
        """The firms of two records are one: all their records. Raises KG911, KG912, KG913.

        Older words that hold any two of their records apart are overruled, pair by pair, so that each can be seen.
        """
        ours, theirs = self.members(first), self.members(second)
        if ours == theirs and self._holds(SAME, first, second):
            raise DecisionRefusedError("they are one firm already", code="KG913", hint="nothing to do")
        self._refuse_codes([*ours, *theirs])
        said = [by.says(SAME, first, second), *self._overrule(ours, theirs, (first, second), by)]
        return self._held_together(said, [[*ours, *(key for key in theirs if key not in ours)]], by)

    def different(self, first: RecordId, second: RecordId, by: Speaker) -> list[Decision]:
        """Two records are of different firms, each with all its records. Raises KG912, KG913, KG914.

        A namesake that could have been either may now be sure to be the other one: the effect says so.
        Where they are of one firm so far, and that alone would leave a third firm behind, somebody has to say who goes
        with whom: move or split.
        """
        ours = self.members(first)
        if first == second or self._holds(DIFFERENT, first, second):
            raise DecisionRefusedError("they are different firms already", code="KG913", hint="nothing to do")
        said = [by.says(DIFFERENT, first, second)]
        if second not in ours:
            return self._held_together(said, [ours, self.members(second)], by, alone=False)
        if self.effect(said).firms_after > 2:
            raise DecisionRefusedError(
                f"the firm has {len(ours)} records, and this alone would not say which go with which",
                code="KG914",
                hint="move one record (`bulian review move`) or split the firm (`bulian review split`)",
            )
        return said

    def move(self, record: RecordId, to: RecordId | None, by: Speaker) -> list[Decision]:
        """One record leaves its firm for that of `to`, or for a firm of its own. Raises KG911, KG912, KG913."""
        rest = [key for key in self.members(record) if key != record]
        target = self.members(to) if to is not None else []
        if record in target or not (rest or target):
            raise DecisionRefusedError("the record is there already", code="KG913", hint="nothing to do")
        self._refuse_codes([record, *target])
        said = [by.says(DIFFERENT, record, other) for other in rest]
        if to is not None:
            said += [by.says(SAME, record, to), *self._overrule([record], target, (record, to), by)]
        return self._held_together(said, [rest, [record, *target]], by)

    def split(self, parts: Sequence[Sequence[RecordId]], by: Speaker) -> list[Decision]:
        """A firm falls into parts; records that no part names are one part more. Raises KG912, KG913, KG914."""
        named = [key for part in parts for key in part]
        members = self.members(named[0]) if named else []
        strangers = sorted({*named} - {*members})
        if strangers or len({*named}) < len(named):
            raise DecisionRefusedError(
                f"not one of the firm's records, or named twice: {strangers[0] if strangers else named[0]}",
                code="KG912",
                hint="name each record of one firm once; `bulian review show` lists them",
            )
        rest = [key for key in members if key not in named]
        whole = [sorted(part) for part in (*parts, rest) if part]
        if len(whole) < 2:
            raise DecisionRefusedError("that is the whole firm", code="KG913", hint="name a part of its records")
        said = [by.says(SAME, part[0], other) for part in whole for other in part[1:]]
        said += [by.says(DIFFERENT, one[0], other[0]) for one, other in combinations(whole, 2)]
        return self._held_together(said, whole, by)

    def promote(self, record: RecordId, by: Speaker) -> list[Decision]:
        """The firm is to be called as this record calls it. Raises KG912."""
        self.members(record)
        return [by.says(NAME, record, record)]

    def _holds(self, verdict: str, first: RecordId, second: RecordId) -> bool:
        held = verdicts(self.decisions).get((min(first, second), max(first, second)))
        return held is not None and held.verdict == verdict and held.by_role != PROGRAM

    def _refuse_codes(self, keys: Iterable[RecordId]) -> None:
        codes = {self.records[key].credit_code for key in keys} - {None}
        if len(codes) > 1:
            raise DecisionRefusedError(
                f"two credit codes are never one firm: {' and '.join(sorted(map(str, codes)))}",
                code="KG911",
                hint="if a code is wrong, correct the list or document that gives it",
            )

    def _overrule(
        self, ours: Sequence[RecordId], theirs: Sequence[RecordId], but: tuple[RecordId, RecordId], by: Speaker
    ) -> list[Decision]:
        """`same` on every pair across two firms that an older word holds apart."""
        one, other = {*ours}, {*theirs}
        return [
            by.says(SAME, *pair)
            for pair, held in sorted(verdicts(self.decisions).items())
            if held.verdict == DIFFERENT
            and {*pair} != {*but}
            and ((pair[0] in one and pair[1] in other) or (pair[1] in one and pair[0] in other))
        ]

    def _held_together(
        self, said: list[Decision], wanted: Sequence[Sequence[RecordId]], by: Speaker, *, alone: bool = True
    ) -> list[Decision]:
        """The decisions, with as many more as it takes that each wanted group comes out as one firm, without others if
        `alone`.

        Records that share a name are one only while nothing tells one of them from the others; a word on one of them
        can do that, so the word that keeps the others together is written as well.
        """
        groups = [group for group in wanted if group]
        for group in groups:
            after = cluster(self.records.values(), [*self.decisions, *said])
            if len({after[key] for key in group}) > 1:
                said = said + [by.says(SAME, group[0], other) for other in group[1:]]
        after = cluster(self.records.values(), [*self.decisions, *said])
        firms = [{after[key] for key in group} for group in groups]
        sizes = Counter(after.values())
        as_wanted = all(
            len(firm) == 1 and (not alone or sizes[after[group[0]]] == len(group))
            for firm, group in zip(firms, groups, strict=True)
        )
        if not as_wanted or len(set().union(*firms)) < len(groups):
            raise DecisionRefusedError(
                "other words on these records are against it",
                code="KG914",
                hint="see their history by `bulian review show`, and undo what no longer holds",
            )
        return list(dict.fromkeys(said))


def undo(decisions: Iterable[Decision], at: str) -> list[Decision]:
    """The decisions taken back; raises KG913 where one was taken back already."""
    held = list(decisions)
    if not held or any(item.undone_at for item in held):
        raise DecisionRefusedError("taken back already", code="KG913", hint="see `bulian review show`")
    return [replace(item, undone_at=at) for item in held]


def promoted(decisions: Iterable[Decision], firm_of: Mapping[str, str]) -> dict[str, str]:
    """The record after which each firm is to be called: the newest word that is not taken back."""
    chosen: dict[str, Decision] = {}
    for item in decisions:
        firm = firm_of.get(item.records[0])
        if item.verdict == NAME and item.undone_at is None and firm is not None:
            known = chosen.get(firm)
            if known is None or (known.at, known.id) < (item.at, item.id):
                chosen[firm] = item
    return {firm: item.records[0] for firm, item in chosen.items()}
