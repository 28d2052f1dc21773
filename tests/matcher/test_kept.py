"""What was made is kept by key, the last that were asked for, and made anew where it holds no longer."""

from __future__ import annotations

from matcher.kept import Kept


def test_the_last_that_were_asked_for_are_kept() -> None:
    kept, made = Kept[str, int](2), list[str]()

    def make(key: str) -> int:
        made.append(key)
        return len(made)

    def ask(key: str, least: int = 0) -> int:
        return kept.get(key, lambda: make(key), lambda value: value >= least)

    assert [ask(key) for key in "abab"] == [1, 2, 1, 2] and made == ["a", "b"]
    assert ask("a") == 1 and ask("c") == 3 and len(kept) == 2
    assert ask("a") == 1 and ask("b") == 4, "b was asked for before a, and went"
    assert ask("b", least=5) == 5 and ask("b", least=5) == 5, "made anew once"
