"""The normal form of a text and the way back to the original."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nlp.text import Text, normalise


def test_damaged_glyphs_are_repaired_with_their_offsets() -> None:
    text = "合同额１.２惩元，位于泰ft路①㎡"
    form = normalise(text)
    assert form.text == "合同额1.2亿元,位于泰山路1m2"
    at = form.text.index("泰山路")
    start, end = form.original(at, at + 3)
    assert text[start:end] == "泰ft路"
    at = form.text.index("m2")
    start, end = form.original(at, at + 2)
    assert text[start:end] == "㎡"


def test_words_that_only_look_damaged_stay() -> None:
    assert normalise("惩罚 10 ft 高 soft").text == "惩罚 10 ft 高 soft"


@given(st.text(max_size=300))
def test_every_sign_of_the_form_comes_from_its_original(text: str) -> None:
    form = normalise(text)
    covered = 0
    for at in range(len(form.text)):
        start, end = form.original(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert start >= covered or unicodedata.normalize("NFKC", text[start:end]).count(form.text[at])
        covered = start
    assert (
        form.original(0, len(form.text)) == (0, len(text))
        or form.text == ""
        or any(
            unicodedata.normalize("NFKC", char) != char
            or char in "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff\u00ad"
            for char in text
        )
    )


@given(st.lists(st.text(max_size=20), min_size=1, max_size=8), st.data())
def test_page_of(pages: list[str], data: st.DataObject) -> None:
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page) + 1
    text = Text("\n".join(pages), tuple(starts))
    number = data.draw(st.integers(0, len(pages) - 1))
    assert text.page_of(starts[number]) == number + 1


def test_a_percent_sign_that_a_font_lost() -> None:
    norm = normalise("占 14.33\uf8ff）")
    assert norm.text == "占 14.33%)"
    assert norm.original(7, 8) == (7, 8)
