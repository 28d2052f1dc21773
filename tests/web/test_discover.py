"""Discovery and figures of sets of firms over the demo: page, JSON and workbook of one view, true to the graph."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from docx import Document
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


def figures(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/v1/statistics{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_set_of_firms_is_counted_and_what_is_unknown_is_said(client: TestClient) -> None:
    every, there = figures(client), figures(client, "?region=990100")
    assert every["count"] == every["all"] > there["count"] > 0
    for one in every["measures"]:
        groups = sum(row["firms"] for row in one["groups"] if row["id"])
        unknown = sum(row["firms"] for row in one["groups"] if not row["id"])
        assert unknown == one["unknown"] and groups + unknown >= every["count"] and one["definition"]
        if one["met"] is not None:
            assert one["met"] + one["missed"] + one["open"] == every["count"] and one["least"] <= one["most"]
    by_id = {one["id"]: one for one in every["measures"]}
    made = next(row["firms"] for row in by_id["section"]["groups"] if row["id"] == "C")
    assert by_id["area"]["published"]["share"] == 59.3 and by_id["section"]["met"] == made > 0
    assert by_id["back_to_work"]["unknown"] == every["count"] and by_id["foundation"]["share"] is None
    assert {row["id"] for row in by_id["city"]["groups"] if row["published"]} >= {"310000", "330200"}


def test_each_bar_lists_its_firms_and_each_value_opens_at_its_sentence(client: TestClient) -> None:
    page = LexborHTMLParser(client.get("/statistics?region=990100&lang=zh").text)
    links = [node.attributes["href"] or "" for node in page.css("figure.bars a")]
    rows = {node.attributes["href"] for node in page.css("section table td:first-child > a[href^='/statistics']")}
    assert len(links) > 10 and set(links) <= rows
    found = figures(client, "?region=990100")
    age = next(one for one in found["measures"] if one["id"] == "age")
    for row in age["groups"]:
        within = figures(client, row["address"].partition("#")[0].removeprefix("/statistics"))
        assert within["listed"] == row["firms"] and within["count"] == found["count"]
        assert all(("age" in one["cells"]) is bool(row["id"]) for one in within["firms"])
    sources = [cell["source"] for one in found["firms"] for cell in one["cells"].values() if cell["source"]]
    assert len(sources) > 20 and all(source["quote"] and source["date"] for source in sources)
    client.cookies.clear()


def test_firms_are_named_by_id_code_or_name_and_what_means_none_is_said(client: TestClient) -> None:
    one, other, third = figures(client)["firms"][:3]
    code = client.get(f"/api/v1/firms/{other['id']}").json()["credit_code"]
    named = [one["id"], code or other["id"], third["name"], "查无此企业有限公司"]
    found = figures(client, f"?firms={quote(chr(10).join(named))}")
    assert {row["id"] for row in found["firms"]} == {one["id"], other["id"], third["id"]}
    assert found["not_found"] == ["查无此企业有限公司"]
    node = figures(client, "?node=robot:flexible-bearing")
    assert 0 < node["count"] < node["all"]
    listed = figures(client, "?tier=little_giant")["count"]
    assert 0 < listed <= figures(client, "?tier=little_giant&notice=1")["count"]
    for query, status in (
        ("?node=robot:none", 404), ("?in=none:x", 422), ("?tier=giant", 422), ("?list=none", 404), ("?region=x", 422),
    ):  # fmt: skip
        assert client.get(f"/statistics{query}").status_code == status, query
    assert "这组里没有企业" in client.get(f"/statistics?firms={quote('查无此企业有限公司')}").text


def test_the_workbook_of_figures_has_sources_and_definitions(client: TestClient) -> None:
    answer = client.get("/statistics.xlsx?region=990100&lang=zh")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    measures, groups, firms, sources, about = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    found = figures(client, "?region=990100")
    assert [row[0] for row in measures[1:]] == [one["title"] for one in found["measures"]]
    assert len(firms) - 1 == found["count"] and len(groups) > 20
    assert {row[1] for row in sources[1:]} <= {row[1] for row in firms[1:]} and all(row[4] for row in sources[1:])
    said = {str(row[0]): str(row[1]) for row in about}
    assert "演示数据" in said and "248" in said["公布的数"]
    client.cookies.clear()


def words_of(body: bytes) -> tuple[str, list[list[list[str]]]]:
    """The paragraphs of a document, and its tables row by row."""
    paper = Document(io.BytesIO(body))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    return "\n".join(paragraph.text for paragraph in paper.paragraphs), tables


@pytest.mark.parametrize(("lang", "doubts"), [("zh", "三、存疑的"), ("en", "3. What is doubtful")])
def test_the_report_of_a_firm_cites_each_statement_and_says_what_was_not_found(
    client: TestClient, lang: str, doubts: str
) -> None:
    found = client.get("/api/v1/search?q=昀钢").json()["firms"][0]
    firm = client.get(f"/api/v1/firms/{found['id']}").json()
    answer = client.get(f"/firms/{found['id']}/report.docx?lang={lang}")
    assert answer.headers["content-disposition"].endswith('"report.docx"')
    text, tables = words_of(answer.content)
    assert doubts in text and firm["name"] in text and ("演示数据" in text or "demo data" in text)
    annex = tables[-1]
    facts = [row[-1] for row in annex[1:]]
    shown = {row["source"]["fact"] for group in firm["statements"] for row in group["rows"]}
    assert shown <= set(facts) and all(row[1] and row[5] for row in annex[1:])
    assert [row[0] for row in annex[1:]] == [str(number) for number in range(1, len(annex))]
    assert client.get(f"/evidence/{facts[-1]}").status_code == 200
    inferred = sum(row["source"]["level"] == "inferred" for group in firm["statements"] for row in group["rows"])
    assert (
        sum("推断，待核对" in row[0] or "to be checked" in row[0] for table in tables for row in table) == inferred > 0
    )
    assert any(row[1] in ("没有读到", "nothing was read") for table in tables for row in table if len(row) == 2)
    everything = text + str(tables)
    assert "法定代表人" not in everything and "legal representative" not in everything
    assert client.get("/firms/none/report.docx").status_code == 404
    client.cookies.clear()


def test_the_booklet_has_a_page_for_each_firm_of_a_set_with_its_sources(client: TestClient) -> None:
    found = figures(client, "?region=990104")
    assert 1 < found["count"] == len(found["firms"])
    for lang in ("zh", "en"):
        paper = Document(io.BytesIO(client.get(f"/booklet.docx?region=990104&lang={lang}").content))
        heads = [one.text for one in paper.paragraphs if one.style is not None and one.style.name == "Heading 1"]
        assert sorted(heads) == sorted(one["name"] for one in found["firms"])
        listed = [one.text for one in paper.paragraphs if one.style is not None and one.style.name == "List Bullet"]
        assert listed and all(re.search(r"20\d\d-\d\d", line) for line in listed)
    assert client.get(f"/booklet.docx?firms={quote('查无此企业有限公司')}").status_code == 422
    client.cookies.clear()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_visit_list_has_each_firm_in_its_district_with_what_to_ask(client: TestClient, lang: str) -> None:
    found = api(client, "?top=40")["candidates"]
    page = LexborHTMLParser(client.get(f"/discover/visits?top=40&lang={lang}").text)
    told = {}
    for section in page.css("main section"):
        for row in section.css("tbody tr"):
            told[row.css_first("a").attributes["href"]] = (section.css_first("h2").text(), row)
    assert len(told) == len(found) > 20
    for one in found:
        district, row = told[f"/firms/{one['firm']['id']}"]
        assert (one["region"] or "") in district
        unknown = [each for each in one["conditions"] if each["truth"] == "unknown"]
        assert len(row.css("td")[4].css("li")) == len(unknown) == one["open"]
    assert "/discover/visits?" in client.get("/discover").text
