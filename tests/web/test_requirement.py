"""A requirement as a form and as JSON: read, edited, checked, downloaded, handed to matching; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.contract.conftest import schema
from web.app import create_app
from web.home import Home
from web.pages.needs.requirement import MAX_ROWS, MAX_SIGNS, Row, line_of, match_text, number, typed_page
from web.settings import Settings

TEXT = (
    "需求名称：海水淡化高压泵用机械密封\n技术指标：工作压力不低于8MPa，泄漏量≤3mL/h（GB/T 14211-2019）；\n"
    "工作温度-40℃～85℃。\n现有基础：样机压力达到5MPa。"
)
Fields = dict[str, Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Home]:
    """A data folder whose graph does not answer: this page needs none."""
    values = {"home": tmp_path_factory.mktemp("requirement"), "parts": parts.folder, "hosts": "testserver"}
    with Home(Settings(**values, graph_url="bolt://127.0.0.1:1", graph_password=SecretStr(""))) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture(scope="module")
def client(home: Home) -> TestClient:
    """Without the start of the site: nothing is warmed."""
    return TestClient(create_app(home), base_url="http://127.0.0.1", follow_redirects=False)


def fields_of(html: str) -> Fields:
    """What a browser would send of the form, without a button."""
    page = LexborHTMLParser(html)
    found: Fields = {}
    for node in page.css("form.requirement [name]"):
        name = str(node.attributes["name"])
        if node.tag == "button":
            continue
        if node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option")
            value = chosen.attributes["value"] if chosen else ""
        else:
            value = node.text() if node.tag == "textarea" else node.attributes.get("value")
        found.setdefault(name, []).append((value or "").replace("\n", "\r\n"))
    return found


def send(client: TestClient, do: str, **fields: Any) -> Any:
    return client.post("/requirement", data={**fields, "do": do})


def read(client: TestClient, text: str = TEXT) -> Fields:
    return fields_of(send(client, "read", text=text.replace("\n", "\r\n")).text)


def test_the_empty_form_says_what_to_do(client: TestClient) -> None:
    answer = client.get("/requirement")
    assert answer.status_code == 200 and "会出现一张可以改的表" in answer.text
    english = client.get("/requirement", headers={"Cookie": "lang=en"})
    assert "Read the targets" in english.text and "nothing" in english.text.lower()


def test_a_text_becomes_rows_with_their_places_marked(client: TestClient) -> None:
    page = LexborHTMLParser(send(client, "read", text=TEXT.replace("\n", "\r\n")).text)
    fields = fields_of(page.html or "")
    assert fields["name"] == ["工作压力", "泄漏量", "工作温度"] and fields["operator"] == [">=", "<=", "range"]
    assert fields["value"] == ["8", "3", "-40"] and fields["value_max"] == ["", "", "85"]
    assert fields["method"] == ["", "GB/T 14211-2019", ""] and fields["products"] == ["海水淡化高压泵用机械密封"]
    assert [node.text() for node in page.css("mark")] == fields["quote"]
    for start, end, quote in zip(fields["start"], fields["end"], fields["quote"], strict=True):
        assert TEXT[int(start) : int(end)] == quote
    shown = page.css_first(".text")
    assert shown is not None and "样机压力" in shown.text()
    assert "基础零部件和元器件" in (page.html or "")


def test_what_was_typed_is_kept_and_what_is_wrong_is_named(client: TestClient) -> None:
    fields = read(client)
    fields["value"][0], fields["name"][1], fields["value_max"][2], fields["unit"][0] = "八", " ", "-50", "foo"
    answer = send(client, "check", **fields)
    again = fields_of(answer.text)
    assert {name: again[name] for name in fields} == fields
    page = LexborHTMLParser(answer.text)
    assert len(page.css("[aria-invalid]")) == 3 and answer.text.count("WE026") == 3
    assert "不认识的单位" in answer.text
    for do in ("json", "match"):
        assert send(client, do, **fields).status_code == 422


def test_rows_are_added_and_removed(client: TestClient) -> None:
    fields = fields_of(send(client, "add", **read(client)).text)
    assert fields["name"] == ["工作压力", "泄漏量", "工作温度", ""]
    fields = fields_of(send(client, "remove:1", **fields).text)
    assert fields["name"] == ["泄漏量", "工作温度", ""]
    for unknown in ("remove:9", "remove:x", "remove:", "dance"):
        assert fields_of(send(client, unknown, **fields).text) == fields


def test_the_file_has_the_form_of_the_command(client: TestClient) -> None:
    answer = send(client, "json", **read(client))
    assert answer.headers["content-disposition"] == 'attachment; filename="requirement.json"'
    line = answer.json()
    assert [error.message for error in schema("requirement-line").iter_errors(line)] == []
    assert line["targets"][2]["value_max"] == 85.0 and line["targets"][1]["method"] == "GB/T 14211-2019"
    assert all(TEXT[each["start"] : each["end"]] == each["quote"] for each in line["targets"])


def test_a_row_of_ones_own_has_no_place_and_an_edited_text_takes_the_places_away(client: TestClient) -> None:
    fields = fields_of(send(client, "add", **read(client)).text)
    fields["name"][3], fields["value"][3], fields["unit"][3] = "转速", "３,０００", "转/分"
    own = send(client, "json", **fields).json()["targets"][3]
    assert (own["value"], own["unit"], own["quote"], own["start"], own["end"]) == (3000.0, "r/min", None, None, None)
    fields["text"] = ["别的文字"]
    assert all(each["start"] is None for each in send(client, "json", **fields).json()["targets"])


def test_products_and_targets_go_on_to_matching(client: TestClient) -> None:
    fields = read(client)
    target = urlsplit(send(client, "match", **fields).headers["location"])
    text = parse_qs(target.query)["text"][0]
    assert target.path == "/match"
    assert text == "海水淡化高压泵用机械密封，工作压力>=8MPa，泄漏量<=3mL/h，工作温度-40~85℃"
    fields["products"] = ["密封\n" * 3 + "很长的名称" * 300]
    assert len(parse_qs(urlsplit(send(client, "match", **fields).headers["location"]).query)["text"][0]) <= 2000


def test_no_text_and_too_much_text_have_codes(client: TestClient) -> None:
    empty = send(client, "read", text=" \r\n")
    assert empty.status_code == 422 and "WE025" in empty.text
    long = "钢" * (MAX_SIGNS + 1)
    answer = send(client, "read", text=long)
    assert answer.status_code == 422 and "WE024" in answer.text
    assert fields_of(answer.text)["text"] == [long], "what was typed is still there"
    assert client.post("/requirement", json={}).status_code == 415
    assert send(client, "read", text=TEXT * 30).text.count('name="value"') == 90
    many = send(client, "read", text="技术指标：" + "压力≥5MPa；" * (MAX_ROWS + 3))
    assert many.text.count('name="value"') == MAX_ROWS and "还有 3 项放不下" in many.text
    foreign = client.post("/requirement", data={"text": TEXT}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_nothing_typed_becomes_markup(client: TestClient) -> None:
    bad = '"><script>alert(1)</script>'
    fields = {name: [bad] for name in (*read(client), "method")}
    answer = send(client, "check", **fields)
    assert "<script>alert" not in answer.text
    assert fields_of(answer.text)["name"] == [bad]


def test_the_api_gives_the_same_line(client: TestClient) -> None:
    answer = client.post("/api/v1/requirement", json={"id": 7, "text": TEXT})
    line = answer.json()
    assert answer.status_code == 200 and line["id"] == 7 and line["targets"][0]["name"] == "工作压力"
    assert line["fields"] == [line["classes"][0]["category"]] == ["基础零部件和元器件"]
    for body in ({}, {"text": 3}, {"text": "钢" * (MAX_SIGNS + 1)}, {"text": "", "title": "x" * 501}):
        refused = client.post("/api/v1/requirement", json=body)
        assert refused.status_code == 422 and {"code", "detail", "hint"} <= set(refused.json())
    assert client.post("/api/v1/requirement", content=b"{").status_code == 422
    assert client.post("/api/v1/requirement", content=b"a" * 4_000_001).json()["code"] == "WE413"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("８", 8.0),
        ("1e16", 1e16),
        ("-4,0", -40.0),
        ("−3", -3.0),
        ("nan", None),
        ("inf", None),
        ("1_0", None),
        ("", None),
    ],
)
def test_numbers_as_people_type_them(cell: str, value: float | None) -> None:
    assert number(cell) == value


CELLS = st.lists(st.text(max_size=8) | st.sampled_from(["1", "range", ">=", "0", "9" * 30]), max_size=4)


@settings(max_examples=40, deadline=None)
@given(form=st.dictionaries(st.sampled_from([*Row.model_fields, "text", "title", "products"]), CELLS.filter(bool)))
def test_any_form_can_be_sent(home: Home, form: dict[str, list[str]]) -> None:
    page = typed_page(home, form)
    assert "".join(piece.text for piece in page.pieces) == form.get("text", [""])[0]
    for name in ("name", "operator", "value", "unit", "method"):
        assert [getattr(row, name) for row in page.rows][: len(form.get(name, []))] == form.get(name, [])
    if page.usable:
        line_of(page)
        assert len(match_text(page)) <= 2000
