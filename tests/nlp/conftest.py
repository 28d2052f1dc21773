"""What the tests of relations share: the facts of a made-up text, by relation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.records import DocumentId, Fact
from nlp.extract import extract_text
from nlp.text import Text

Facts = Callable[[str, str], list[Fact]]

PROSPECTUS = (
    "甬川岚峤传动股份有限公司\n首次公开发行股票招股说明书\n本公司、公司、发行人\t指\t甬川岚峤传动股份有限公司\n"
)
REPORT = "甬川岚峤传动股份有限公司\n2021年年度报告\n公司的中文名称 甬川岚峤传动股份有限公司\n"


@pytest.fixture(scope="session")
def facts() -> Facts:
    """Facts of one relation in a text; each quote is checked against its place."""

    def found(text: str, relation: str) -> list[Fact]:
        made = extract_text(Text(text), "a.txt", DocumentId("0" * 64))
        assert all(text[fact.start : fact.end] == fact.quote for fact in made)
        return [fact for fact in made if fact.relation == relation]

    return found
