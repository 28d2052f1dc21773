"""Pairs of firms: which the program joins by itself, which wait for a person, which are none."""

from __future__ import annotations

import dataclasses

from kg.identity.decide import LARGE, Speaker
from kg.identity.firm import Firm
from kg.identity.review import findings
from kg.records import RecordId

CODE, OTHER = "91330200MA0000001X", "91330200MA0000002W"


def found(*firms: Firm, sizes: dict[str, int] | None = None, said=(), among=None) -> dict[tuple[str, str], str]:
    records = {
        firm.id: [firm.id, *(f"{firm.id}{n}" for n in range((sizes or {}).get(firm.id, 1) - 1))] for firm in firms
    }
    return {item.pair: item.doubt for item in findings(firms, records, said, among)}


def say(verdict: str, role: str = "operator"):
    return Speaker(role, "2026-01-01").says(verdict, RecordId("a"), RecordId("b"))


A = Firm("a", "甬川启朔精工有限公司")
B = Firm("b", "甬川启朔精工有限责任公司")


def test_a_sure_pair_is_joined_and_a_person_is_never_contradicted() -> None:
    assert found(A, B) == {("a", "b"): ""}
    assert found(A, B, said=[say("different")]) == {}
    taken = dataclasses.replace(say("same", "program"), undone_at="2026-02-01")
    assert found(A, B, said=[taken]) == {("a", "b"): "undone"}


def test_one_name_in_two_places_waits_and_two_codes_are_no_question() -> None:
    here, there = Firm("a", "启朔精工有限公司", region="330281"), Firm("b", "启朔精工有限公司", region="440300")
    assert found(here, there) == {("a", "b"): "place"}
    assert found(Firm("a", "启朔精工有限公司", key=CODE), Firm("b", "启朔精工有限公司", key=OTHER)) == {}


def test_many_records_are_not_joined_by_the_program() -> None:
    many = LARGE + 1
    assert found(A, B, sizes={"a": many, "b": many}) == {("a", "b"): "large"}
    assert found(A, B, sizes={"a": many}) == {("a", "b"): ""}


def test_a_third_firm_that_only_one_of_them_could_be_stops_it() -> None:
    third = Firm("c", "甬川启朔精工有限公司", former=("岚芯电子股份有限公司",), region="440300")
    named = found(Firm("a", A.name, region="330281"), B, third)
    assert "" not in named.values() and named["a", "c"] == "place"


def test_only_pairs_of_the_firms_asked_for() -> None:
    rest = (Firm("c", "岚芯电子有限公司"), Firm("d", "岚芯电子有限责任公司"))
    assert found(A, B, *rest, among={"c"}) == {("c", "d"): ""}


def test_the_sides_of_what_differs_are_those_of_the_pair() -> None:
    records = {"a": ["a"], "b": ["b"]}
    for firms in ((A, B), (B, A)):
        (item,) = findings(firms, records, [])
        assert [(point.one, point.other) for point in item.comparison.differs if point.trait == "name"] == [
            (A.name, B.name)
        ]
