"""The catalogues are whole, and no Chinese word stands in a template outside its message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.ontology import Ontology
from web import i18n

HAN = re.compile(r"[\u4e00-\u9fff]")
TEMPLATES = sorted((Path(i18n.__file__).parent / "templates").glob("*.html"))


def _strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])  # type: ignore[call-overload]


@pytest.mark.parametrize("lang", i18n.LANGS[1:])
def test_nothing_is_missing_fuzzy_or_left_over(lang: str) -> None:
    wanted = {message.id for message in i18n.messages() if message.id}
    kept = {message.id: message for message in i18n.catalogue(lang) if message.id}
    assert wanted - set(kept) == set(), "run python -m web.i18n"
    assert set(kept) - wanted == set(), "messages that no page has any more"
    assert not [message.id for message in kept.values() if message.fuzzy]
    assert not [message.id for message in kept.values() if not all(_strings(message.string))]


@pytest.mark.parametrize("lang", i18n.LANGS[1:])
def test_places_for_values_are_the_same(lang: str) -> None:
    places = re.compile(r"%(?:\((\w+)\)[sd]|%)")
    for message in i18n.catalogue(lang):
        if not message.id:
            continue
        here = {place for text in _strings(message.id) for place in places.findall(text)}
        there = {place for text in _strings(message.string) for place in places.findall(text)}
        assert here == there, message.id


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_chinese_outside_messages(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf8"), flags=re.S)
    # A call of _ or ngettext, its strings taken out; whatever Chinese is left is not translated.
    string = r"\"(?:[^\"\\]|\\.)*\""
    text = re.sub(rf"\b_\(\s*{string}", "_(", text)
    text = re.sub(rf"\bngettext\(\s*{string},\s*{string}", "ngettext(", text)
    assert not HAN.search(text), HAN.findall(text)


def test_words_of_the_domain_come_in_both_languages() -> None:
    ontology = Ontology.load()
    for term in [*ontology.labels, *ontology.relations, "level.disclosed", "honour_status.notice", "tier.champion"]:
        assert HAN.search(ontology.label(term, "zh")), term
        assert not HAN.search(ontology.label(term, "en")), term
