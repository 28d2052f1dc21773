"""A firm on the criteria of tiers, over the demo: page, JSON, command, and figures of the reader's own."""

from __future__ import annotations

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def firm(client: TestClient) -> str:
    """A demo firm of which figures of years are known."""
    found: list[dict[str, Any]] = client.get("/api/v1/search?q=甬川").json()["firms"]
    for one in found:
        if any(used["unit"] == "CNY" for used in _used(client, one["id"])):
            return str(one["id"])
    raise AssertionError("no firm of the demo has figures")


def _used(client: TestClient, firm: str) -> list[dict[str, Any]]:
    page = client.get(f"/api/v1/firms/{firm}/criteria").json()
    return [used for tier in page["tiers"] for one in tier["sets"] for row in one["indicators"] for used in row["used"]]


def test_both_regimes_each_value_at_its_sentence(client: TestClient, firm: str) -> None:
    page = client.get(f"/api/v1/firms/{firm}/criteria").json()
    sets = {one["id"]: one for tier in page["tiers"] for one in tier["sets"]}
    assert {"specialised-2022", "specialised-2026", "little-giant-2022", "little-giant-2026"} <= set(sets)
    assert sets["little-giant-2026"]["holds"] and not sets["little-giant-2022"]["holds"]
    for one in sets.values():
        assert one["passed"] + one["missed"] + one["unknown"] == len(one["indicators"]) and one["source"]
        for row in one["indicators"]:
            assert row["verdict"] != "unknown" or row["missing"], row["id"]
    stated = [used for used in _used(client, firm) if used["said"] == "stated"]
    assert stated and all(used["sources"] and used["sources"][0]["quote"] for used in stated)
    assert client.get(f"/evidence/{stated[0]['sources'][0]['fact']}").status_code == 200


def test_rules_that_were_not_there_yet_are_not_shown(client: TestClient, firm: str) -> None:
    then = client.get(f"/api/v1/firms/{firm}/criteria?as_of=2025-06-30").json()
    sets = {one["id"]: one for tier in then["tiers"] for one in tier["sets"]}
    assert "little-giant-2026" not in sets and sets["little-giant-2022"]["holds"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_the_api_gives(client: TestClient, firm: str, lang: str) -> None:
    api = client.get(f"/api/v1/firms/{firm}/criteria?lang={lang}").json()
    page = LexborHTMLParser(client.get(f"/firms/{firm}/criteria?lang={lang}").text)
    for tier in api["tiers"]:
        for one in tier["sets"]:
            rows = page.css(f"#{one['id']} > table tbody tr")
            assert len(rows) == len(one["indicators"])
            assert rows[0].css_first("td").text(strip=True).startswith(one["indicators"][0]["words"])


def test_own_figures_serve_one_answer(client: TestClient, firm: str) -> None:
    figures = {
        "revenue@2025": "6,000",
        "main_business_ratio@2025": "95",
        "tier_specialised": "yes",
        "segment_years": "x",
    }
    headers = {"origin": str(client.base_url)}
    wrong = client.post(f"/firms/{firm}/criteria?lang=zh", data=figures, headers=headers)
    assert "从事特定细分市场年限" in wrong.text and 'value="6,000"' in wrong.text
    answer = client.post(f"/firms/{firm}/criteria?lang=zh", data=figures | {"segment_years": "5"}, headers=headers)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    page = LexborHTMLParser(answer.text)
    verdicts = [row.css("td")[1].text(strip=True) for row in page.css("#little-giant-2026 > table tbody tr")]
    assert verdicts[5:9] == ["符合"] * 4  # the tier below, years, revenue, main business
    assert "6,000 万元" in answer.text
    assert "6,000 万元" not in client.get(f"/firms/{firm}/criteria?lang=zh").text
