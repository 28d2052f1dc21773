"""The review of doubtful pairs: a whole session by keyboard, without a script, on a phone; barred to nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from kg.identity import decide as deciding
from kg.rebuild import digest
from tests.browser.conftest import PHONE, Open, violations
from web.home import Home
from web.jobs.decisions import Asked, decide
from web.jobs.review import history, waiting


@pytest.fixture(autouse=True)
def clean(demo_home: Home) -> Iterator[None]:
    """Whatever a test decides is taken back."""
    yield
    for word in history(demo_home):
        if word.by_role != "program" and word.undone_at is None:
            decide(demo_home, Asked("undo", act=word.act))


def press(page: Page, key: str, address: str) -> None:
    """Press a key and wait until the page that it leads to takes keys."""
    page.keyboard.press(key)
    page.wait_for_url(address)
    expect(page.locator("[data-keys]")).to_be_focused()


def test_a_session_by_keyboard_alone(open_page: Open, demo_home: Home) -> None:
    """Look, put off, go on and back, decide, see the effect first, take it back, find it decided."""
    cases, count = waiting(demo_home)
    assert count >= 3
    page = open_page("/review")
    page.get_by_role("link", name="从第一对开始").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-keys]")).to_be_focused()
    first = page.locator("h1").inner_text()
    press(page, "u", f"**/review/{cases[1].id}")
    press(page, "j", f"**/review/{cases[2].id}")
    press(page, "k", f"**/review/{cases[1].id}")
    expect(page.locator("#effect-same")).to_contain_text("家企业变为 1 家")
    expect(page.locator("#effect-different")).not_to_contain_text("KG")
    page.get_by_label("理由").focus()
    page.keyboard.type("same")  # letters in a field decide nothing
    assert cases[1].id in page.url and len(waiting(demo_home)[0]) == count
    page.locator("[data-keys]").focus()
    press(page, "s", "**done=*")
    expect(page.get_by_role("status")).to_contain_text("已判定：同一企业")
    assert waiting(demo_home)[1] < count
    rebuilt = digest(demo_home.graph())
    here = page.url.partition("?")[0]
    press(page, "z", here)
    expect(page.locator("#history")).to_contain_text("撤回")
    assert waiting(demo_home)[1] == count
    last = waiting(demo_home)[0][-1]
    assert last.state == "unsure" and " ⇄ ".join(last.names) == first
    page.keyboard.press("l")
    page.wait_for_url("**/review")
    assert rebuilt != digest(demo_home.graph())


def test_without_a_script_what_was_decided_stands_on_the_firms_page(open_page: Open) -> None:
    page = open_page("/review/first", script=False)
    page.get_by_label("理由").fill("两地各有一家")
    page.get_by_role("button", name="不同的两家").click()
    expect(page.get_by_role("status")).to_contain_text("已判定：不同企业")
    page.goto("/review?view=kept")
    page.locator("tbody a").first.click()
    expect(page.locator("#history")).to_contain_text("两地各有一家")
    page.locator("section h2 a").first.click()
    expect(page.locator("#documents")).to_contain_text("两地各有一家")
    page.goto("/review?view=kept")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("button", name="同一家")).to_be_visible()


def test_a_large_act_is_pressed_twice(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "LARGE", 0)
    page = open_page("/review/first")
    expect(page.locator("#effect-same")).to_contain_text("要按两次")
    expect(page.locator("[data-keys]")).to_be_focused()
    press(page, "s", "**again=same")
    expect(page.get_by_role("alert")).to_contain_text("还没有执行")
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_contain_text("已判定")


def test_a_foreign_page_and_another_machine_decide_nothing(open_page: Open, demo_home: Home) -> None:
    page = open_page("/review/first")
    foreign = page.request.post(page.url, form={"do": "unsure"}, headers={"Origin": "http://elsewhere.example"})
    assert foreign.status == 403
    named = page.request.get("/review", headers={"Host": "testserver"}, max_redirects=0)
    assert named.status == 303 and named.headers["location"] == "/login?next=%2Freview"
    assert not [case for case in waiting(demo_home)[0] if case.state == "unsure" and case.id in page.url]


@pytest.mark.parametrize("path", ["/review", "/review/first", "/review?view=merged", "/review?name=无此"])
@pytest.mark.parametrize(("lang", "size"), [("zh", None), ("en", PHONE)], ids=["zh-desk", "en-phone"])
def test_the_review_is_barred_to_nobody(open_page: Open, path: str, lang: str, size: dict[str, int] | None) -> None:
    page = open_page(path, lang=lang, **({"size": size} if size else {}))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    for control in page.locator("main :is(button, select, input:not([type=hidden]))").all():
        box = control.bounding_box()
        assert box is not None and box["height"] >= 24
