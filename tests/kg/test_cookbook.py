"""The questions: at least forty, found by words, each with a true header; the cookbook's page is made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.console import admit
from kg.console.cookbook import Question, page, parse, questions, search
from kg.queries import QueryFileError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cypher-cookbook.md"


def test_the_page_is_made_from_the_questions() -> None:
    assert PAGE.read_text("utf-8") == page(questions())


def test_there_are_forty_questions_each_in_words_of_both_languages() -> None:
    assert len(questions()) >= 40
    assert (
        len({item.title.zh for item in questions()}) == len({item.title.en for item in questions()}) == len(questions())
    )


@pytest.mark.parametrize("item", questions(), ids=lambda item: item.name)
def test_each_question_passes_the_gate_with_the_values_that_it_wants(item: Question) -> None:
    assert set(admit(item.cypher).parameters) == set(item.values)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("某市某产品有哪些企业", "makers_in_place"),
        ("谐波减速器有哪些企业在生产", "makers"),
        ("趋势", "makers_trend"),
        ("集中度", "supplier_concentration"),
        ("单一来源", "single_sources"),
        ("新进入者", "new_entrants"),
        ("快到期的称号", "expiring"),
        ("合同按月", "contracts_by_month"),
        ("专利领域", "patents_by_field"),
        ("共同客户", "shared_customers"),
        ("子公司", "subsidiaries"),
        ("缺口 各地", "gaps_by_region"),
        ("expiring titles", "expiring"),
        ("Single Sources", "single_sources"),
    ],
)
def test_questions_are_found_by_their_words(text: str, name: str) -> None:
    assert name in [item.name for item in search(text)[:3]]


def test_what_no_question_is_about_finds_none_and_nothing_finds_all() -> None:
    assert search("zzz qqq") == []
    assert len(search("  ")) == len(questions())


WHOLE = """// zh: 甲
// en: a
// topic: makers
// words: -
// param x: text = 乙 | 丙 | c
// column as_of: 日期 | day
// column fact: 依据 | evidence
// unknown: 无 | none
MATCH (n {id: $x}) RETURN n.as_of AS as_of, n.id AS fact"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("// en: a\n", ""),
        ("topic: makers", "topic: others"),
        ("text = 乙", "colour = 乙"),
        ("text = 乙", "year = 乙"),
        (" | c\n", "\n"),
        ("{id: $x}", "{id: $y}"),
        ("// column fact: 依据 | evidence\n", ""),
        ("column as_of", "column day"),
    ],
)
def test_a_header_that_is_not_whole_or_not_true_is_refused(old: str, new: str) -> None:
    assert parse("x", WHOLE).values == {"x": "乙"}
    with pytest.raises(QueryFileError, match="KG708"):
        parse("x", WHOLE.replace(old, new))
