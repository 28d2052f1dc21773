"""Discovery over the demo: page, JSON and workbook of one view, and that what they say is in the graph."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import pytest
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from matcher.discovery.find import Ask
from matcher.errors import BadRunError
from web.home import Home
from web.jobs.discover import discovery, measured, telling_facts

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]


def api(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/v1/discover{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_no_firm_of_the_list_is_found(client: TestClient) -> None:
    page = api(client, "?top=200")
    found = {one["firm"]["id"] for one in page["candidates"]}
    assert page["count"] == len(found) > 20 and page["listed"] >= 3
    for firm in found:
        tiers = client.get(f"/api/v1/firms/{firm}").json()["tiers"]
        held = {tier["tier"] for tier in tiers if tier["standing"] in ("recognised", "implied", "notice")}
        assert not held & {"little_giant", "champion"}, firm
    listed = next(out for out in page["left_out"] if out["reason"] == "listed")
    assert listed["count"] >= 1 and not {firm["id"] for firm in listed["firms"]} & found


def test_each_known_thing_opens_at_its_sentence_and_the_rest_is_named(client: TestClient) -> None:
    page = api(client)
    for one in page["candidates"]:
        known, unknown = ({row["trait"] for row in one[name]} for name in ("known", "unknown"))
        assert len(known | unknown) == 18 and not known & unknown
        assert all(row["evidence"] for row in one["known"] if row["trait"] != "likeness"), one["firm"]
        assert round(sum(row["points"] or 0 for row in one["known"]), 4) == one["score"]
        assert one["met"] + one["missed"] + one["open"] == len(one["conditions"])
    quoted = [source for one in page["candidates"] for row in one["known"] for source in row["evidence"]]
    assert len(quoted) > 20 and all(source["quote"] and source["date"] for source in quoted)
    assert client.get(f"/evidence/{quoted[0]['fact']}").status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_what_the_api_gives(client: TestClient, lang: str) -> None:
    query = f"?region=990100&field={quote('减速')}&top=10"
    page = LexborHTMLParser(client.get(f"/discover{query}&lang={lang}").text)
    found = api(client, query)["candidates"]
    shown = [node.text() for node in page.css("tbody tr td:nth-child(2) > span > a")]
    assert [one["firm"]["name"] for one in found] == shown[: len(found)] and found
    body = page.text()
    assert ("不详" if lang == "zh" else "unknown") in body and "2026-04-01" in body
    assert page.css_first("select#region option[selected]").attributes["value"] == "990100"  # type: ignore[union-attr]
    client.cookies.clear()


def test_nothing_to_consider_says_what_to_do(client: TestClient) -> None:
    page = client.get(f"/discover?field={quote('没有的东西')}").text
    assert "这个范围里没有可考虑的企业" in page and "discover.xlsx" not in page
    assert client.get(f"/discover?region={quote('没有这个地方')}").status_code == 422
    assert client.get("/discover?tier=giant").status_code == 422


@pytest.mark.parametrize(("lang", "visits", "about"), [("zh", "走访", "口径"), ("en", "visits", "definition")])
def test_the_workbook_is_the_view(client: TestClient, lang: str, visits: str, about: str) -> None:
    answer = client.get(f"/discover.xlsx?top=10&lang={lang}")
    assert answer.headers["content-disposition"].endswith('"discover.xlsx"')
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    found = api(client, "?top=10")["candidates"]
    firms, visited, sentences, definition = sheets.values()
    assert list(sheets)[1] == visits and list(sheets)[3] == about
    assert [row[1] for row in firms[1:]] == [one["firm"]["name"] for one in found]
    assert [row[2] for row in firms[1:]] == [one["credit_code"] or "" for one in found]
    places = [str(row[0]) for row in visited[1:]]
    assert sorted(row[2] for row in visited[1:]) == sorted(one["firm"]["name"] for one in found)
    assert len([at for at in range(1, len(places)) if places[at] != places[at - 1]]) == len(set(places)) - 1
    cited = {source["fact"] for one in found for row in [*one["known"], *one["alike"]] for source in row["evidence"]}
    assert cited <= {row[8] for row in sentences[1:]}
    said = {str(row[0]): str(row[1]) for row in definition}
    assert any("2026-04-01" in text for text in said.values()) and any(
        "demo" in name or "演示" in name for name in said
    )
    client.cookies.clear()


def test_a_chain_node_is_a_filter_over_the_corpus(demo_home: Home) -> None:
    found = discovery(demo_home).find(Ask(node="没有这个环节"))
    assert not found.candidates and found.count == 0


def test_the_demo_is_measured_or_too_small(demo_home: Home) -> None:
    """Facts that give a tier away are known; whether enough firms remain is said either way."""
    telling = telling_facts(demo_home.graph())
    assert telling
    try:
        found = measured(demo_home, "little_giant")
    except BadRunError as error:
        assert "too few" in error.reason
    else:
        assert len(found.hidden) >= 2 and {line.method for line in found.lines} >= {"card", "chance"}
