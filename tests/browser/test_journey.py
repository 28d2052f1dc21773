"""A procurement officer's morning: a need, its firms, a firm's record, the sentence; with and without a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nlp.readers import read
from tests.browser.conftest import PHONE, Open, violations


@pytest.mark.parametrize(
    ("script", "size"), [(True, None), (False, None), (True, PHONE)], ids=["desk", "plain", "phone"]
)
def test_from_a_need_to_the_quoted_sentence(open_page: Open, script: bool, size: dict[str, int] | None) -> None:
    page = open_page("/", script=script, **({"size": size} if size else {}))
    page.get_by_role("link", name="谐波减速器柔轮用高疲劳强度钢材与薄壁环坯寻源").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("柔轮")
    expect(page.locator(".ranked > li")).not_to_have_count(0)
    firm = page.locator(".ranked > li h3 a").first
    name = firm.inner_text()
    quote = page.locator(".ranked > li .quote a").first
    quote.click()
    expect(page.locator("mark").first).to_be_visible()
    page.go_back()
    firm.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator("#PRODUCES a[href^='/evidence/']").first.click()
    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_text("发布日期")).to_be_visible()


def choose(page: Page, script: bool) -> None:
    page.get_by_label("所在地", exact=True).select_option("990103")
    if not script:
        page.get_by_role("button", name="按这些条件排序").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_condition_narrows_the_list_and_the_view_is_a_link(open_page: Open, script: bool) -> None:
    page = open_page("/needs/demo-n1", script=script)
    before = page.locator(".ranked > li").count()
    choose(page, script)
    page.wait_for_url(re.compile(r"place=990103"))
    expect(page.locator("#place")).to_have_value("990103")
    expect(page.locator(".ranked > li")).not_to_have_count(before)
    narrow = page.locator(".ranked > li h3").all_inner_texts()
    again = open_page(page.url, script=script)
    assert again.locator(".ranked > li h3").all_inner_texts() == narrow
    expect(page.locator(".diff")).to_contain_text("清溪县")
    page.go_back()
    expect(page.locator(".ranked > li")).to_have_count(before)


def test_the_search_box_answers_while_one_types(open_page: Open) -> None:
    page = open_page("/search")
    page.get_by_role("searchbox").press_sequentially("减速器")
    expect(page.locator("#results")).to_contain_text("谐波减速器")
    expect(page).to_have_url(re.compile("q=%E5%87%8F"))
    page.locator("#results").get_by_role("link", name="谐波减速器", exact=True).first.click()
    expect(page.get_by_role("heading", name=re.compile("谁在生产"))).to_be_visible()


def test_a_need_in_ones_own_words(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_label("您的需求").fill("寻找机器人关节用的长寿命柔性轴承")
    page.get_by_role("button", name="为它排出企业").click()
    expect(page.locator(".ranked > li")).not_to_have_count(0)
    expect(page.locator("textarea#text")).to_have_value("寻找机器人关节用的长寿命柔性轴承")
    page.locator("summary", has_text="分数怎么来的").first.click()
    points = page.locator(".ranked > li").first.locator("details td.num:nth-child(4)").all_inner_texts()
    total = float(page.locator(".ranked > li .score b").first.inner_text())
    assert round(sum(float(value.split("\n")[-1]) for value in points), 2) == total


def test_the_same_in_english(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is missing, who can make it, and who says so")
    page.get_by_role("link", name="Needs", exact=True).click()
    page.locator("table a[href^='/needs/']").first.click()
    expect(page.get_by_role("heading", name=re.compile("Candidates"))).to_be_visible()
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", name=re.compile("候选企业"))).to_be_visible()


def test_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page("/needs/demo-n1")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("跳到正文")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        place = page.locator(":focus")
        reached.append(place.evaluate("node => node.id || node.getAttribute('href') || node.tagName"))
        if place.evaluate("node => node.closest('.ranked') !== null"):
            break
    assert {"c0", "place", "top"} <= set(reached)
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#PRODUCES")).to_be_visible()


def test_on_paper_every_row_keeps_its_source(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/needs/demo-n1")
    page.emulate_media(media="print")
    for hidden in (".top", ".filters", "button", ".foot .screen"):
        for node in page.locator(hidden).all():
            expect(node).not_to_be_visible()
    expect(page.locator(".ranked > li .quote").first).to_be_visible()
    expect(page.locator(".ranked > li details table").first).to_be_visible()
    expect(page.locator(".band")).to_be_visible()
    page.pdf(path=str(tmp_path / "need.pdf"))
    text = read((tmp_path / "need.pdf").read_bytes(), "need.pdf").text
    assert "图谱更新于" in text and "虚构" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_method_prints_on_one_page(open_page: Open, lang: str, tmp_path: Path) -> None:
    page = open_page("/method", lang=lang)
    page.pdf(path=str(tmp_path / "method.pdf"), format="A4")
    printed = read((tmp_path / "method.pdf").read_bytes(), "method.pdf")
    assert len(printed.pages) == 1 and "bounty-v1" in printed.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_portrait_of_a_cluster_prints_on_one_page(open_page: Open, lang: str, tmp_path: Path) -> None:
    page = open_page("/clusters", lang=lang)
    row = page.locator("tbody tr", has=page.locator("a[href^='/chains/']")).filter(has_text="高端装备").first
    row.locator("a[href^='/clusters/']").click()
    expect(page.locator(".portrait .totals")).to_be_visible()
    page.pdf(path=str(tmp_path / "cluster.pdf"), format="A4")
    printed = read((tmp_path / "cluster.pdf").read_bytes(), "cluster.pdf")
    assert len(printed.pages) == 1 and "/clusters/" in printed.text, "with the address below"


@pytest.mark.parametrize(("lang", "size"), [("zh", None), ("en", PHONE)], ids=["zh-desk", "en-phone"])
def test_no_page_is_barred_to_anybody(open_page: Open, lang: str, size: dict[str, int] | None) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    page = open_page("/needs/demo-n1", lang=lang, **({"size": size} if size else {}))
    firm = page.locator(".ranked > li h3 a").first.get_attribute("href")
    quote = page.locator(".ranked > li .quote a").first.get_attribute("href")
    product = page.locator(".ranked > li .products a[href^='/products/']").first.get_attribute("href")
    page.goto(str(quote))
    document = page.locator("a[href^='/documents/']:not([download])").first.get_attribute("href")
    found: dict[str, list[str]] = {}
    for path in (
        "/",
        "/search?q=轴承",
        "/search?q=没有这样的名称吧",
        "/needs",
        "/needs/demo-n1?place=990103&tier=champion",
        "/needs/demo-n1",
        "/needs/demo-b1",
        "/needs?kind=bounty",
        "/match",
        "/requirement",
        "/console?example=makers",
        "/match?text=长寿命轴承",
        str(firm),
        str(firm) + "/PRODUCES",
        str(firm) + "/claim",
        str(quote),
        str(product),
        str(document),
        "/sources",
        "/sources?publisher=甬川市经济和信息化局&kind=list",
        "/styleguide",
        "/method",
        "/why?need=demo-n1&firm=" + str(firm).removeprefix("/firms/"),
    ):
        page.goto(path)
        found[path] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:  # type: ignore[index]
            found[path].append("wider than the window")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_targets_are_large_enough_on_a_phone(open_page: Open) -> None:
    page = open_page("/needs/demo-n1", size=PHONE)
    page.locator(".filters > summary").click()
    for control in page.locator("button:visible, select:visible, summary:visible, .choice:visible").all():
        box = control.bounding_box()
        assert box is not None and box["height"] >= 24, control.inner_text()


def test_an_owner_claims_the_firm_on_the_phone(open_page: Open) -> None:
    """From a list to the short sheet of the firm, and to the claim, without a script and without an account."""
    page = open_page("/needs/demo-n1", size=PHONE, script=False)
    page.locator(".ranked > li h3 a").first.click()
    expect(page.locator("#owner .totals")).to_be_visible()
    page.locator("#owner").get_by_role("link", name="认领这家企业").click()
    page.get_by_label("您的姓名").fill("某甲")
    page.get_by_label("电话或电子邮箱").fill("139 0000 0000")
    page.get_by_role("button", name="提交认领").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("认领已提交")
    expect(page.get_by_label("信里的代码")).to_be_visible()
    form = page.locator("main form").bounding_box()
    assert form is not None and form["x"] >= 0 and form["x"] + form["width"] <= PHONE["width"]


def test_the_description_of_the_api_is_drawn_from_our_own_files(open_page: Open) -> None:
    page = open_page("/api/docs")
    expect(page.get_by_text("/api/v1/needs/{need_id}", exact=True)).to_be_visible()
    outside = page.evaluate(
        "performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(origin))"
    )
    assert [name for name in outside if not name.startswith("data:")] == []
