"""Words on identity, as decisions on records: what each does, what none may do, and that they hold in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.identity.cluster import Identity, cluster
from kg.identity.decide import LARGE, DecisionRefusedError, Speaker, Standing, promoted, undo
from kg.records import RecordId

CODE, OTHER = "91330200MA0000001X", "91330200MA0000002W"


def rows(**given_: str) -> dict[RecordId, Identity]:
    """Records by id: "name", "name@region" or "name#code"."""
    found = {}
    for key, text in given_.items():
        name, _, code = text.partition("#")
        name, _, region = name.partition("@")
        found[RecordId(key)] = Identity(RecordId(key), name, code or None, region or None, "2020-01-01")
    return found


def by(number: int = 1, role: str = "operator") -> Speaker:
    return Speaker(role, f"2026-01-{number:02}", "seen")


def firms(standing: Standing) -> list[str]:
    groups: dict[str, list[str]] = {}
    for key, firm in standing.firm_of.items():
        groups.setdefault(firm, []).append(key)
    return sorted("".join(sorted(group)) for group in groups.values())


def then(standing: Standing, said) -> Standing:
    return Standing(standing.records, [*standing.decisions, *said])


def test_same_joins_two_firms_whole_and_undo_takes_it_back() -> None:
    standing = Standing(rows(a="甲", b="甲", c="乙", d="乙", e="丙"))
    said = standing.same(RecordId("a"), RecordId("d"), by())
    effect = standing.effect(said)
    assert (effect.firms_before, effect.firms_after) == (2, 1)
    assert effect.moves == {"c": ("c", "a"), "d": ("c", "a")} and not effect.large
    after = then(standing, said)
    assert firms(after) == ["abcd", "e"]
    assert after.effect(undone=[item.id for item in said]).moves == {"c": ("a", "c"), "d": ("a", "c")}
    assert firms(Standing(standing.records, undo(said, "2026-02-01"))) == ["ab", "cd", "e"]
    with pytest.raises(DecisionRefusedError, match="KG913"):
        undo(undo(said, "2026-02-01"), "2026-02-02")
    with pytest.raises(DecisionRefusedError, match="KG913"):
        after.same(RecordId("a"), RecordId("d"), by(2))


def test_two_credit_codes_are_never_one_firm() -> None:
    standing = Standing(rows(a=f"甲#{CODE}", b=f"乙#{OTHER}", c="丙", d="丁"))
    for act in (
        lambda: standing.same(RecordId("a"), RecordId("b"), by()),
        lambda: standing.move(RecordId("a"), RecordId("b"), by()),
    ):
        with pytest.raises(DecisionRefusedError, match="KG911"):
            act()
    joined = then(standing, standing.same(RecordId("a"), RecordId("c"), by()))
    with pytest.raises(DecisionRefusedError, match="KG911"):
        joined.same(RecordId("c"), RecordId("b"), by(2))


def test_a_later_same_overrules_what_held_apart_by_way_of_other_records() -> None:
    standing = Standing(rows(a="甲", b="甲", c="乙", d="乙"))
    apart = then(standing, standing.different(RecordId("b"), RecordId("c"), by(1)))
    said = apart.same(RecordId("a"), RecordId("d"), by(2))
    assert {item.records for item in said} == {("a", "d"), ("b", "c")}
    assert firms(then(apart, said)) == ["abcd"]


def test_different_within_a_firm_of_more_asks_who_goes_with_whom() -> None:
    standing = Standing(rows(a="甲", b="甲", c="甲"))
    with pytest.raises(DecisionRefusedError, match="KG914"):
        standing.different(RecordId("a"), RecordId("b"), by())
    two = Standing(rows(a="甲", b="甲"))
    assert firms(then(two, two.different(RecordId("a"), RecordId("b"), by()))) == ["a", "b"]


def test_told_from_one_namesake_a_record_is_the_other() -> None:
    """Two namesakes whose places exclude one another, and one that could be either: it waits until somebody speaks."""
    standing = Standing(rows(a="甲@330281", b="甲@330281", c="甲@440300", d="甲@440300", e="甲", f="甲"))
    assert firms(standing) == ["ab", "cd", "ef"]
    said = standing.different(RecordId("a"), RecordId("e"), by())
    assert firms(then(standing, said)) == ["ab", "cdef"]
    assert standing.effect(said).moves == {"e": ("e", "c"), "f": ("e", "c")}


def test_one_record_moves_and_leaves_the_rest_together() -> None:
    standing = Standing(rows(a="甲", b="甲", c="甲", d="乙", e="乙"))
    moved = then(standing, standing.move(RecordId("c"), RecordId("e"), by()))
    assert firms(moved) == ["ab", "cde"]
    alone = then(moved, moved.move(RecordId("c"), None, by(2)))
    assert firms(alone) == ["ab", "c", "de"]
    back = then(alone, alone.move(RecordId("c"), RecordId("a"), by(3)))
    assert firms(back) == ["abc", "de"]
    with pytest.raises(DecisionRefusedError, match="KG913"):
        back.move(RecordId("c"), RecordId("b"), by(4))


def test_a_firm_splits_into_parts_and_what_is_not_named_is_one_more() -> None:
    standing = Standing(rows(a="甲", b="甲", c="甲", d="甲", e="甲"))
    parts = [[RecordId("b"), RecordId("d")], [RecordId("e")]]
    assert firms(then(standing, standing.split(parts, by()))) == ["ac", "bd", "e"]
    for wrong, code in (
        ([[RecordId("a"), RecordId("a")]], "KG912"),
        ([[RecordId("z")]], "KG912"),
        ([list("abcde")], "KG913"),
    ):
        with pytest.raises(DecisionRefusedError, match=code):
            standing.split(wrong, by())


def test_a_firm_is_called_as_the_newest_word_says() -> None:
    standing = Standing(rows(a="甲", b="甲"))
    said = [*standing.promote(RecordId("a"), by(1)), *standing.promote(RecordId("b"), by(2))]
    assert promoted(said, then(standing, said).firm_of) == {"a": "b"}
    assert promoted([said[0], *undo(said[1:], "2026-02-01")], standing.firm_of) == {"a": "a"}
    assert firms(then(standing, said)) == ["ab"]


def test_a_large_act_asks_twice_and_its_token_names_its_effect() -> None:
    many = rows(**{f"r{number:02}": "甲" for number in range(2 * LARGE)}, z="乙")
    standing = Standing({**many, **rows(**{f"s{number:02}": "乙" for number in range(LARGE)})})
    effect = standing.effect(standing.same(RecordId("r00"), RecordId("z"), by()))
    assert len(effect.moves) == LARGE + 1 and effect.large
    assert effect.token == standing.effect(standing.same(RecordId("r01"), RecordId("z"), by(2))).token
    fewer = Standing({key: item for key, item in standing.records.items() if key != "s00"})
    assert effect.token != fewer.effect(fewer.same(RecordId("r00"), RecordId("z"), by())).token


NAMES = st.sampled_from(["甲", "甲@330281", "甲@330212", "甲@330200", "乙", f"乙#{CODE}", f"丙#{OTHER}", "丙"])


@given(st.lists(NAMES, min_size=2, max_size=9), st.data())
def test_acts_do_what_they_say_after_whatever_came_before(names: list[str], data: st.DataObject) -> None:
    """Each act that is not refused has the effect that was asked for, and undoing all gives the beginning again."""
    keys = [RecordId(f"r{at}") for at in range(len(names))]
    standing = begun = Standing(rows(**dict(zip(keys, names, strict=True))))
    for number in range(1, 5):
        first, second = data.draw(st.sampled_from(keys)), data.draw(st.sampled_from(keys))
        verb = data.draw(st.sampled_from(["same", "different", "move", "alone"]))
        ours, theirs = standing.members(first), standing.members(second)
        try:
            if verb == "same":
                said = standing.same(first, second, by(number))
                wanted = [{*ours, *theirs}]
            elif verb == "different":
                said = standing.different(first, second, by(number))
                wanted = []
            else:
                to = second if verb == "move" else None
                said = standing.move(first, to, by(number))
                wanted = [{*ours} - {first}, {first, *theirs} if to else {first}]
        except DecisionRefusedError:
            continue
        standing = then(standing, said)
        assert len({item.id for item in standing.decisions}) == len(standing.decisions)
        for group in wanted:
            assert all({*standing.members(key)} == group for key in group)
        if verb == "different":
            assert standing.firm_of[first] != standing.firm_of[second]
            kept = [ours, theirs] if second not in ours else []
            assert all(len({standing.firm_of[key] for key in group}) == 1 for group in kept)
        for firm in set(standing.firm_of.values()):
            held = {standing.records[key].credit_code for key, of in standing.firm_of.items() if of == firm}
            assert len(held - {None}) < 2
        shuffled = data.draw(st.permutations(list(standing.decisions)))
        assert cluster(reversed(standing.records.values()), shuffled) == standing.firm_of
    taken = undo(standing.decisions, "2026-03-01") if standing.decisions else []
    assert Standing(standing.records, taken).firm_of == begun.firm_of
