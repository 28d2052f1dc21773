"""What was taken out at somebody's word: all statements on a firm, or one statement of one document, with its reason.

A retraction is a decision with the verdict `retract` on a record. Alone it takes out the whole firm that the record is
part of, now and after any later reading; with a `statement` it takes out that statement of the record's document or
list. What is taken out stays in the evidence, marked `retracted`, and makes no edge and no property.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.ontology import Ontology
from kg.projection.shape import End, Row
from kg.projection.statement import Statement, qualifier_of
from kg.projection.words import day, grams, pinyin
from kg.records import Decision, stable_hash
from kg.values.name import name_key

RETRACT = "retract"

_STAYS = frozenset({"id", "name", "kind", "demo"})
"""What a firm that was taken out still shows: that it is there, and its name."""


def slot(item: Statement, ontology: Ontology) -> str:
    """What a statement says, wherever in its document: relation, and a hash of ends and qualifier.

    Offsets are left out, so that a better extractor, which quotes a word more, does not bring it back.
    """
    key = item.object.key if item.object else name_key(item.row["object_name"] or "")
    qualifier = qualifier_of(ontology.relations[item.relation], item.properties)
    return f"{item.relation}:{stable_hash(item.subject.key, key, qualifier)}"


@dataclass(frozen=True, slots=True)
class Retracted:
    """Enterprises that were taken out, each with the day, and slots of single statements."""

    firms: Mapping[str, str | None] = field(default_factory=dict)
    slots: frozenset[str] = frozenset()

    @classmethod
    def of(cls, decisions: Iterable[Decision], firm_of: Mapping[str, str]) -> Retracted:
        """What the decisions that hold take out; those on records that are gone take out nothing."""
        held = [item for item in decisions if item.verdict == RETRACT and item.undone_at is None]
        firms: dict[str, str | None] = {}
        for item in sorted(held, key=lambda item: item.at):
            if item.statement is None and item.records[0] in firm_of:
                firms.setdefault(firm_of[item.records[0]], day(item.at[:10]))
        return cls(firms, frozenset(item.statement for item in held if item.statement is not None))

    def left(
        self, statements: Iterable[Statement], firm_of: Mapping[str, str], ontology: Ontology
    ) -> Iterable[Statement]:
        """The statements that edges are made of; marks the others as retracted.

        A contract let by a firm that was taken out stays its supplier's, without its buyer.
        """
        if not self.firms and not self.slots:
            return statements

        def out(end: End | None) -> bool:
            return end is not None and end.label == "Record" and firm_of.get(end.key) in self.firms

        left = []
        for item in statements:
            if out(item.subject) or out(item.object) or (self.slots and slot(item, ontology) in self.slots):
                item.row["state"] = "retracted"
            else:
                left.append(replace(item, buyer=None) if out(item.buyer) else item)
        return left

    def strip(self, row: Row) -> Row:
        """An enterprise's row: as it is, or its name alone with the day on which it was taken out."""
        if row["id"] not in self.firms:
            return row
        stays = {name: row[name] for name in _STAYS & row.keys()}
        words = {"grams": grams(row["name"]), "pinyin": pinyin(row["name"])}
        return {**stays, **words, "retracted": self.firms[row["id"]]}
