"""Buyer, approver and firm at work: a need from the draft to everybody, the firm that sees it; by hand and by keys."""

from __future__ import annotations

import pypdfium2
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Open, violations

PASSWORD = "Bulian-demo-2026"
TITLE = "柔轮用薄壁环坯的第二家供应商"


def sign_in(page: Page, login: str, onwards: str, password: str = PASSWORD) -> None:
    page.goto(f"/login?next={onwards}")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.locator("main form").get_by_role("button").first.click()
    expect(page.get_by_role("navigation").first).to_be_visible()


def wrong_with(page: Page) -> list[str]:
    """What axe has against the page, and whether it is wider than the window."""
    found = violations(page)
    if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:  # type: ignore[index]
        found.append("wider than the window")
    return [f"{page.url}: {one}" for one in found]


def test_a_need_from_the_draft_to_everybody_without_a_script(open_page: Open) -> None:
    buyer = open_page("/", script=False)
    sign_in(buyer, "demo-buyer", "/drafts/new")
    buyer.get_by_label("标题", exact=True).fill(TITLE)
    buyer.get_by_label("产品", exact=True).fill("薄壁环坯")
    buyer.get_by_label("证书名称含", exact=True).fill("质量管理")
    buyer.get_by_role("button", name="看每条条件去掉几家").click()
    expect(buyer.get_by_text("家符合全部必须的条件")).to_be_visible()
    expect(buyer.get_by_label("标题", exact=True)).to_have_value(TITLE)
    buyer.get_by_label("公开", exact=True).check()
    buyer.get_by_role("button", name="存为草稿").click()
    expect(buyer.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(buyer.locator(".ranked > li")).not_to_have_count(0)
    buyer.get_by_role("button", name="送审批").click()
    draft = buyer.url.partition("?")[0].rpartition("/")[2]

    buyer.goto(f"/drafts/{draft}/publish")
    expect(buyer.get_by_text("等本单位的审批人批准")).to_be_visible()
    assert buyer.request.post(f"/drafts/{draft}/publish", form={"do": "publish"}).status == 403
    assert buyer.request.get(f"/needs/{draft}").status == 404

    approver = open_page("/", script=False)
    sign_in(approver, "demo-approver", "/desk")
    approver.goto(f"/drafts/{draft}/publish")
    expect(approver.locator("#public")).to_contain_text(TITLE)
    approver.get_by_role("button", name="批准并发布").click()
    expect(approver.get_by_text("已批准。")).to_be_visible()
    seen = open_page(f"/needs/{draft}", script=False)
    expect(seen.get_by_role("heading", level=1)).to_have_text(TITLE)

    approver.goto(f"/drafts/{draft}")
    approver.get_by_label("结果").select_option(index=1)
    approver.get_by_label("理由", exact=True).fill("试用")
    approver.get_by_role("button", name="结束").click()
    expect(approver.get_by_text("已结束。")).to_be_visible()


def test_the_pages_of_people_are_sound(open_page: Open) -> None:
    """axe and the width of a phone, on a page of each kind of work, as its people see it."""
    wrong: list[str] = []
    for login, lang, paths in (
        ("demo-buyer", "zh", ("/desk", "/drafts", "/drafts/new", "/lists", "/suppliers", "/inquiries", "/inbox")),
        ("demo-approver", "en", ("/people", "/account", "/drafts/bom", "/inquiries/new", "/search/by", "/watches")),
        ("demo-owner", "zh", ("/my", "/my/declare", "/my/seen", "/inquiries/received")),
        ("demo-operator", "en", ("/audit", "/claims", "/what-if", "/single-sources")),
    ):
        page = open_page("/", size=PHONE, lang=lang)
        page.goto("/login")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_url("**/")
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            if answer.status != 200:
                wrong.append(f"{login} {path}: {answer.status}")
            wrong += wrong_with(page)
    assert not wrong, "\n".join(wrong)


def test_a_firm_keeps_its_page_by_keys_alone(open_page: Open) -> None:
    page = open_page("/login")
    page.locator("#login").focus()
    page.keyboard.type("demo-owner")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.goto("/my/declare?kind=product")
    page.locator("main form input[type=text]").first.focus()
    page.keyboard.type("谐波减速器试验台")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my*")
    row = page.locator("#declarations li", has_text="谐波减速器试验台").first
    expect(row).to_be_visible()
    page.locator("#declarations button", has_text="公布").first.press("Enter")
    expect(page.locator("#declarations")).to_contain_text("已公布")
    page.locator("#declarations button", has_text="撤回").first.press("Enter")


def test_main_pages_print_without_navigation_and_uncut(open_page: Open) -> None:
    page = open_page("/", size={"width": 688, "height": 900})  # what lies between the margins of A4
    sign_in(page, "demo-buyer", "/desk")
    entries = page.request.get("/api/v1/needs/demo-n1?top=3").json()["entries"]
    first, chosen = entries[0], "&".join(f"firm={one['id']}" for one in entries)
    a4 = (595, 842)
    for path, size, said in (
        ("/needs/demo-n1?top=3", a4, first["name"]),  # the list begins on the first page, below the need
        (f"/firms/{first['id']}", a4, first["name"]),
        (f"/needs/demo-n1/compare?{chosen}", a4[::-1], entries[2]["name"]),
        ("/bounties", a4, "截止"),
        ("/bounties/archive", a4, "流榜"),
        ("/bounties/statistics", a4, "城市"),
        ("/bounties/demo-b2", a4, "万元"),
        ("/bounties/demo-b2/thread", a4, "发榜前"),
    ):
        page.goto(path)
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 688, f"{path} is cut at the right"
        printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, format="A4"))
        texts = [sheet.get_textpage().get_text_bounded() for sheet in printed]
        assert all(abs(one - two) < 2 for one, two in zip(printed[0].get_size(), size, strict=True)), path
        assert said in texts[0] and not {"退出", "English"} & set("".join(texts).split()), path
        assert all(len(text.strip()) > 20 for text in texts) and len(texts) <= 10, f"{path}: {[*map(len, texts)]}"
        printed.close()
        page.emulate_media(media="screen")
