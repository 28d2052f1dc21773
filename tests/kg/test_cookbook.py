"""The cookbook's page is made from its questions, of which there are twenty and more, in two languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.console import admit
from kg.console.cookbook import Example, examples, page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cypher-cookbook.md"


def test_the_page_is_made_from_the_questions() -> None:
    assert PAGE.read_text("utf-8") == page(examples())


def test_there_are_twenty_questions_with_names_of_their_own() -> None:
    assert len(examples()) >= 20
    assert len({item.name for item in examples()}) == len(examples())


@pytest.mark.parametrize("example", examples(), ids=lambda item: item.name)
def test_each_question_has_the_values_that_its_query_wants(example: Example) -> None:
    assert set(admit(example.cypher).parameters) == set(example.parameters)
