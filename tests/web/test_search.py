"""What people type into the search box, and what must come first: the list of search_cases.yml on the demo."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from kg.search import search
from web.home import Home

pytestmark = pytest.mark.graph
CASES = yaml.safe_load(Path(__file__).with_name("search_cases.yml").read_text("utf-8"))


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize(("typed", "kind", "name", "how"), CASES, ids=[str(case[0]) for case in CASES])
def test_what_is_meant_comes_first(demo_home: Home, typed: str, kind: str, name: str, how: str) -> None:
    hits = search(demo_home.graph(), typed, [kind])
    assert hits, "nothing is found"
    assert (hits[0].name, hits[0].how) == (name, how)


def test_a_code_is_found_in_parts_and_in_full_width(demo_home: Home) -> None:
    code = "".join(demo_home.graph().read_statement(
        "MATCH (e:Enterprise) WHERE e.credit_code IS NOT NULL RETURN e.credit_code AS code LIMIT 1"
    )[0]["code"])  # fmt: skip
    for typed in (code, code.lower(), f"{code[:6]} {code[6:]}", "".join(chr(ord(sign) + 0xFEE0) for sign in code)):
        assert search(demo_home.graph(), typed, ["Enterprise"])[0].how == "code"


def test_a_former_name_is_told(client: TestClient) -> None:
    page = client.get("/search", params={"q": "望圻液压件"}).text
    assert "甬川栎川液压科技股份有限公司" in page
    assert "甬川望圻液压件有限公司" in page
