"""A requirement from the pasted text to the firms for it: with and without a script, by keyboard, on paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nlp.readers import read
from tests.browser.conftest import PHONE, Open, violations

TEXT = (
    "需求名称：谐波减速器柔轮用钢\n技术指标：抗拉强度不低于1850MPa（GB/T 228.1-2021），延伸率≥8%；\n工作温度-40℃～85℃。"
)


def paste(page: Page) -> None:
    page.get_by_label("技术要求", exact=True).fill(TEXT)
    page.get_by_role("button", name="读出指标").click()
    expect(page.locator("#targets tbody tr")).to_have_count(3)


@pytest.mark.parametrize(
    ("script", "size"), [(True, None), (False, None), (True, PHONE)], ids=["desk", "plain", "phone"]
)
def test_from_a_text_to_the_firms_for_it(open_page: Open, script: bool, size: dict[str, int] | None) -> None:
    page = open_page("/", script=script, **({"size": size} if size else {}))
    page.get_by_role("link", name="先读出指标").click()
    paste(page)
    expect(page.locator("mark")).to_have_count(3)
    page.get_by_label("第 1 行：数值").fill("1900")
    page.get_by_role("button", name="加一行").click()
    page.get_by_label("第 4 行：名称").fill("硬度")
    page.get_by_label("第 4 行：数值").fill("五十")
    page.get_by_label("第 4 行：单位").fill("HRC")
    page.get_by_role("button", name="核对修改").click()
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    expect(page.get_by_text("不是数")).to_be_visible()
    expect(page.get_by_label("第 4 行：数值")).to_have_value("五十")
    page.get_by_label("第 4 行：数值").fill("50")
    page.get_by_role("button", name="删去第 2 行").click()
    expect(page.locator("#targets tbody tr")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 JSON").click()
    line = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert [(one["name"], one["value"]) for one in line["targets"]] == [
        ("抗拉强度", 1900),
        ("工作温度", -40),
        ("硬度", 50),
    ]
    page.get_by_role("button", name="按它找企业").click()
    expect(page.locator(".ranked > li")).not_to_have_count(0)
    expect(page.locator("textarea#text")).to_have_value(
        "谐波减速器柔轮用钢，抗拉强度>=1900MPa，工作温度-40~85℃，硬度50HRC"
    )


def test_by_keyboard_alone(open_page: Open) -> None:
    """Enter in a cell checks: it neither reads the text again nor removes a row."""
    page = open_page("/requirement")
    paste(page)
    page.get_by_label("第 1 行：名称").focus()
    page.keyboard.type("极限")
    page.keyboard.press("Enter")
    expect(page.get_by_label("第 1 行：名称")).to_have_value("极限抗拉强度")
    expect(page.locator("#targets tbody tr")).to_have_count(3)
    reached = []
    page.get_by_label("第 1 行：名称").focus()
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('name') || document.activeElement.tagName"))
    assert reached == ["operator", "value", "value_max", "unit", "method", "A", "do"]


@pytest.mark.parametrize(("lang", "size"), [("zh", None), ("en", PHONE)], ids=["zh-desk", "en-phone"])
def test_the_table_is_barred_to_nobody(open_page: Open, lang: str, size: dict[str, int] | None) -> None:
    page = open_page("/requirement", lang=lang, **({"size": size} if size else {}))
    page.locator("#text").fill(TEXT)
    page.locator("button[value=read]").click()
    page.locator("input[name=value]").first.fill("x")
    page.locator("button[value=check]").click()
    expect(page.locator("[aria-invalid]")).to_have_count(1)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    for control in page.locator("#targets :is(button, select, input:not([type=hidden]))").all():
        box = control.bounding_box()
        assert box is not None and box["height"] >= 24


def test_on_paper_the_table_is_whole(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/requirement")
    paste(page)
    page.emulate_media(media="print")
    for button in page.locator("button").all():
        expect(button).not_to_be_visible()
    page.pdf(path=str(tmp_path / "requirement.pdf"))
    text = read((tmp_path / "requirement.pdf").read_bytes(), "requirement.pdf").text
    assert "抗拉强度" in text and "1850" in text and "GB/T 228.1-2021" in text
