"""An analyst's day: a question in words, its sentence, the same in Cypher, a snapshot; a warning, a chain and back.

Cypher goes through the login that may only read, as with a Neo4j that has roles: a copy of its own would take longer
than the day. Neo4j Community has no roles, so these alone are not asked (tests/web/test_console.py shows both ways).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from kg.neo4j.process import Connection
from tests.browser.conftest import PHONE, Open
from tests.browser.test_people import PASSWORD, sign_in, wrong_with
from web.db.models import now
from web.home import Home
from web.jobs.warnings import look_due

BY_PRODUCT = "MATCH (e:Enterprise)-[r:PRODUCES]->(p:Product) WHERE p.name CONTAINS $part RETURN p, count(e) AS n"


@pytest.fixture(scope="module", autouse=True)
def looked(demo_home: Home, neo4j_server: Connection) -> Iterator[None]:
    """The rules have looked, and the console has its login."""
    own = {"reader_user": neo4j_server.user, "reader_password": SecretStr(neo4j_server.password)}
    demo_home.settings = demo_home.settings.model_copy(update=own)
    assert look_due(demo_home, now()) is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.analysts.check_roles", lambda graph: None)
        yield


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def test_a_question_in_words_leads_to_a_file_and_to_its_sentences(open_page: Open) -> None:
    page, wrong = open_page("/questions"), []
    page.get_by_role("searchbox", name="想知道什么").fill("某市某产品有哪些企业")
    page.keyboard.press("Enter")
    expect(page.get_by_text("最像的在前")).to_be_visible()
    wrong += wrong_with(page)
    page.get_by_role("link", name="某地有哪些企业生产某种产品").click()
    page.get_by_label("产品名里的字").fill("减速器")
    page.get_by_label("地区").fill("甬川市")
    wrong += wrong_with(page)
    page.keyboard.press("Enter")
    expect(page.locator("#answer h2")).to_contain_text("行")
    expect(page.locator("#answer tbody tr").first).to_contain_text("减速器")
    wrong += wrong_with(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    book = openpyxl.load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    assert book.sheetnames == ["rows", "source", "definitions"]
    heads = [cell.value for cell in book["rows"][1]]
    assert heads[-1] == "依据" and book["rows"].max_row > 1

    page.locator("#answer").get_by_role("link", name=re.compile("^看原文")).first.click()
    expect(page.locator("mark").first).to_be_visible()
    page.go_back()
    page.locator("summary", has_text="口径").click()
    page.get_by_role("link", name="在 Cypher 里改").click()
    expect(page.get_by_label("$product")).to_have_value("减速器")
    expect(page.get_by_label("$place")).to_have_value('"9901"')
    press(page, "运行")
    expect(page.locator("#answer tbody tr").first).to_contain_text("减速器")
    assert not wrong, "\n".join(wrong)


def test_cypher_by_keys_its_cost_a_chart_and_a_figure_that_can_be_made_again(open_page: Open) -> None:
    page, wrong = open_page("/"), []
    sign_in(page, "demo-analyst", "/desk")
    page.goto("/console")
    page.get_by_label("Cypher 查询").focus()
    page.keyboard.type("MATCH (e:Ent")
    expect(page.get_by_role("option", name=":Enterprise", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Cypher 查询")).to_have_value("MATCH (e:Enterprise")
    page.get_by_label("Cypher 查询").fill(BY_PRODUCT)
    press(page, "列出参数")
    page.get_by_label("$part").fill("轴承")
    press(page, "估计")
    expect(page.locator("#cost")).to_contain_text("在预算之内")
    wrong += wrong_with(page)
    page.get_by_label("显示为").select_option("chart")
    page.get_by_label("Cypher 查询").press("Control+Enter")
    expect(page.locator("#answer figure")).to_contain_text("数字与下表相同")
    rows = page.locator("#answer tbody tr").count()
    assert rows > 1
    wrong += wrong_with(page)

    page.locator("summary", has_text="存下这条查询").click()
    page.get_by_label("名称").fill("轴承由几家做")
    press(page, "存下")
    expect(page.get_by_role("heading", level=1)).to_have_text("轴承由几家做")
    wrong += wrong_with(page)
    press(page, "存一份今天的快照")
    expect(page.get_by_role("heading", level=1)).to_contain_text("快照")
    expect(page.locator("#answer tbody tr")).to_have_count(rows)
    press(page, "再查一次，比一比")
    expect(page.get_by_role("status")).to_contain_text("答案一样")
    wrong += wrong_with(page)
    page.goto("/queries")
    expect(page.get_by_role("link", name="轴承由几家做").first).to_be_visible()
    wrong += wrong_with(page)
    assert not wrong, "\n".join(wrong)


def test_a_warning_is_read_and_acknowledged_and_a_node_leads_back_to_its_chain_in_english(open_page: Open) -> None:
    page, wrong = open_page("/", lang="en", size=PHONE), []
    page.goto("/login?next=/city?region=990100")
    page.get_by_label("Login").fill("demo-analyst")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Early warnings"))).to_be_visible()
    wrong += wrong_with(page)
    page.goto("/warnings?state=open")
    wrong += wrong_with(page)
    first = page.locator("main a[href^='/warnings/']").first
    address = str(first.get_attribute("href"))
    first.click()
    page.locator("#note").fill("visited")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator(".said")).to_have_text("visited")
    wrong += wrong_with(page)
    page.goto("/warnings?state=acknowledged")
    expect(page.locator(f"main a[href='{address}']").first).to_be_visible()

    page.goto("/chains/robot?region=990100")
    wrong += wrong_with(page)
    page.locator("table a[href*='/nodes/harmonic-reducer']").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Products"))).to_be_visible()
    wrong += wrong_with(page)
    page.locator(".kicker a").first.click()
    expect(page).to_have_url(re.compile(r"/chains/robot\?region=990100"))
    assert not wrong, "\n".join(wrong)
