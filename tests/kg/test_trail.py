from __future__ import annotations

from kg.trail import MOST, Step, lengthened, read_trail


def test_a_trail_leads_from_stamp_to_stamp() -> None:
    one, two = Step("a", "b", frozenset({"x", "y"})), Step("b", "c", frozenset())
    assert read_trail(None) == ()
    assert read_trail(lengthened([], one)) == (one,)
    assert read_trail(lengthened([one], two)) == (one, two)
    assert read_trail(lengthened([one], Step("q", "c", frozenset()))) == (Step("q", "c", frozenset()),), "a gap"


def test_a_long_trail_loses_its_oldest_steps() -> None:
    many = Step("b", "c", frozenset(map(str, range(MOST - 1))))
    one, two = Step("a", "b", frozenset({"x", "y"})), Step("c", "d", frozenset({"z"}))
    assert read_trail(lengthened([one, many], two)) == (many, two)
    assert lengthened([one], Step("b", "c", frozenset(map(str, range(MOST + 1))))) is None
