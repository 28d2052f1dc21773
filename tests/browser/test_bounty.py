"""Two bounties in a real browser from the draft to the settlement, each step by whose it is: one with a team, an
expert and an objection, one as a horse race (赛马制). Days that must go by go by in the store alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Open
from tests.browser.test_people import sign_in, wrong_with
from tests.web.people import PASSWORD, people
from web.beijing import day_of
from web.db.bounties import Bounty
from web.db.models import now
from web.home import Home
from web.work.bounties.steps import end_due

HOST, COUNTY = "甬川市科学技术局", "甬川市东浦区经济和信息化局"
PLAIN, PARALLEL = "通用流程（本系统自拟，不是任何城市的规定）", "石家庄市揭榜挂帅（2022年）"
TEXT = "要求抗拉强度不低于1850MPa，批次稳定。"
OBJECTION = "指标和现有国家标准重复，请核对。"


@pytest.fixture
def sides(open_page: Open) -> dict[str, Page]:
    """The demo's poster, host, county office, firm and expert, each signed in, without scripts."""
    found = {}
    for side in ("approver", "organiser", "county", "owner", "expert"):
        found[side] = open_page("/", script=False)
        sign_in(found[side], f"demo-{side}", "/desk")
    return found


def press(page: Page, name: str, *, within: str = "main") -> None:
    page.locator(within).get_by_role("button", name=name, exact=True).first.click()


def step(page: Page, bounty: str, name: str) -> None:
    """A button of the bounty's own page."""
    page.goto(f"/bounties/{bounty}")
    press(page, name)
    expect(page.get_by_role("alert")).to_have_count(0)


def late(home: Home, days: int = 40) -> None:
    """So many days go by for what waits for a day."""
    end_due(home.database(), now() + timedelta(days=days))


def opened(sides: dict[str, Page], home: Home, title: str, rules: str, objector: Page | None = None) -> str:
    """A bounty of the demo's poster that takes applications; its notice is objected to where somebody does."""
    poster, host, county = sides["approver"], sides["organiser"], sides["county"]
    poster.goto("/bounties/new")
    poster.get_by_label("榜单名称").fill(title)
    poster.get_by_label("拟解决的主要技术问题").fill(TEXT)
    press(poster, "从文字里读出指标")
    expect(poster.locator("[name=t_value]").first).to_have_value("1850")
    poster.locator("[name=t_name]").nth(1).fill("批次稳定性")
    poster.locator("[name=t_method]").nth(1).fill("用户试验")
    poster.get_by_label("揭榜截止日").fill(day_of(now() + timedelta(days=30)))
    poster.get_by_label("榜额（万元）").fill("80")
    poster.get_by_label("并行揭榜至多几家").fill("2")
    poster.get_by_label("声明：内容不涉及国家秘密").check()
    press(poster, "存草稿")
    expect(poster.get_by_role("heading", level=1)).to_have_text(title)
    bounty = poster.url.partition("?")[0].rpartition("/")[2]
    poster.get_by_label("规则", exact=True).select_option(label=rules)
    poster.get_by_label("组织单位").select_option(label=HOST)
    poster.get_by_label("归口管理单位").select_option(label=COUNTY)
    press(poster, "提交组织单位")
    step(host, bounty, "受理，转县区初审")
    step(county, bounty, "转专家论证")
    step(host, bounty, "公示")
    if objector is not None:
        objected(objector, host, bounty)
    with home.database().session() as session:
        session.get_one(Bounty, bounty).notice_until = day_of(now() - timedelta(days=1))
    step(host, bounty, "发榜")
    return bounty


def objected(stranger: Page, host: Page, bounty: str) -> None:
    """Somebody without an account objects; the host answers, and the notice goes on."""
    stranger.goto(f"/bounties/{bounty}/objections")
    stranger.get_by_label("异议内容").fill(OBJECTION)
    stranger.get_by_label("姓名或单位").fill("某企业")
    stranger.get_by_label("联系方式").fill("12345")
    press(stranger, "提出异议")
    expect(stranger.get_by_text("异议已收到，公示暂停")).to_be_visible()
    host.goto(f"/bounties/{bounty}/objections")
    expect(host.get_by_text(OBJECTION)).to_be_visible()
    host.get_by_label("答复（公开）").fill("已核对，不重复。")
    host.get_by_label("异议不成立，公示继续").check()
    press(host, "公布答复")
    stranger.goto(f"/bounties/{bounty}/objections")
    expect(stranger.get_by_text("已核对，不重复。")).to_be_visible()
    assert OBJECTION not in stranger.content(), "what was objected is the host's alone"


def applied(firm: Page, bounty: str) -> str:
    """A draft of an application, with a promise for each target; returns its id."""
    firm.goto(f"/bounties/{bounty}")
    firm.get_by_role("link", name="申请揭榜").click()
    firm.get_by_label("技术方案").fill("冷拔加稳定化处理。")
    firm.get_by_label("报价（元）").fill("800000")
    firm.get_by_label("完成时间（月）").fill("12")
    for number in (1, 2):
        firm.locator(f"#promise-{number}").fill("按方案")
    press(firm, "存成草稿")
    expect(firm.get_by_role("heading", name="下一步")).to_be_visible()
    return firm.url.partition("?")[0].rpartition("/")[2]


def joined(firm: Page, stranger: Page, application: str, name: str) -> None:
    """A partner without an account is asked, takes a target, and confirms by the one-time link."""
    firm.get_by_label("单位全称").fill(name)
    firm.get_by_label("分工").fill("批次试验")
    press(firm, "加入团队")
    firm.goto(f"/applications/{application}")
    firm.locator("#member-2").select_option(label=name)
    press(firm, "保存", within="#plan-form")
    firm.goto(f"/applications/{application}")
    press(firm, "发给团队确认")
    firm.get_by_role("button", name="一次性链接").click()
    link = firm.locator("code.address").inner_text()
    stranger.goto("/" + link.partition("://")[2].partition("/")[2] if "://" in link else link)
    press(stranger, "确认参加")
    expect(stranger.get_by_text("已确认参加。")).to_be_visible()
    firm.goto(f"/applications/{application}")


def decided(host: Page, application: str, *names: str) -> None:
    for name in names:
        host.goto(f"/applications/{application}")
        host.locator("#reason").fill("已核对资料")
        press(host, name, within="#decision")
        expect(host.get_by_role("alert")).to_have_count(0)


def reviewed(host: Page, expert: Page, bounty: str) -> None:
    """The host asks the demo's expert; what is scored is sealed until it is opened."""
    host.goto(f"/bounties/{bounty}/reviews")
    host.get_by_label("演示评审专家").check()
    press(host, "指派")
    expert.goto("/expert")
    expert.locator("main a[href^='/expert/']").first.click()
    press(expert, "没有要回避的，接受")
    for number in range(1, 1 + expert.locator("[id^=points-]").count()):
        expert.locator(f"#points-{number}").fill("8")
        expert.locator(f"#reason-{number}").fill("方案可行")
    press(expert, "交评分")
    host.goto(f"/bounties/{bounty}/reviews")
    expect(host.get_by_text("已评分，封存")).to_be_visible()
    assert "方案可行" not in host.content()
    press(host, "一起开启评分")
    expect(host.locator("#ranking")).to_contain_text("方案可行")


def awarded(poster: Page, bounty: str, applications: Sequence[str]) -> None:
    poster.goto(f"/bounties/{bounty}/award")
    for application in applications:
        poster.locator(f"input[value='{application}']").check()
        poster.locator(f"#reason-{application}").fill("方案最好")
    press(poster, "选定并公示")
    expect(poster.get_by_role("alert")).to_have_count(0)


def agreed(poster: Page, firm: Page, bounty: str, firm_name: str) -> str:
    """Terms by the poster, accepted by both sides; returns the address of the agreement."""
    poster.goto(f"/bounties/{bounty}")
    poster.locator("#work").get_by_role("link", name=firm_name).click()
    here = poster.url.partition("?")[0]
    poster.get_by_label("合作内容").first.fill("做出钢丝")
    poster.locator("#delivery").fill("2027-10-31")
    poster.locator("[name=m_title]").first.fill("验收")
    poster.locator("[name=m_due]").first.fill("2027-10-31")
    poster.locator("[name=m_amount]").first.fill("800000")
    press(poster, "保存草案")
    expect(poster.get_by_role("alert")).to_have_count(0)
    for side in (poster, firm):
        side.goto(here)
        press(side, "按现在的内容接受")
    expect(firm.get_by_text("双方已接受").first).to_be_visible()
    return here


def reported(firm: Page, agreement: str, strength: str) -> None:
    firm.goto(agreement)
    firm.locator("#plan [name=words]").fill("完成")
    firm.locator("[name='value.1']").fill(strength)
    paper = {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    firm.locator("[name='file.1']").set_input_files(paper)  # type: ignore[arg-type]
    press(firm, "报告完成")
    expect(firm.get_by_text("已报告")).to_be_visible()


def paid(poster: Page, agreement: str) -> None:
    poster.goto(agreement)
    poster.get_by_label("判定达到：").check()
    press(poster, "验收")
    press(poster, "记为已付款")
    expect(poster.get_by_text("已付款").first).to_be_visible()


def test_a_team_an_expert_an_objection_and_the_last_payment(
    open_page: Open, sides: dict[str, Page], demo_home: Home
) -> None:
    poster, host, firm = sides["approver"], sides["organiser"], sides["owner"]
    stranger = open_page("/", script=False)
    bounty = opened(sides, demo_home, "高强度钢丝", PLAIN, objector=stranger)
    application = applied(firm, bounty)
    joined(firm, stranger, application, "甬川某材料研究院")
    press(firm, "提交")
    for page in (stranger, poster):
        seen = page.request.get(f"/applications/{application}").text()
        assert "冷拔加稳定化处理" not in seen, "before the deadline the applicant and the host alone"
    late(demo_home)
    step(host, bounty, "开始评审")
    decided(host, application, "符合条件")
    reviewed(host, sides["expert"], bounty)
    step(host, bounty, "转入对接")
    decided(host, application, "进入对接")
    awarded(poster, bounty, [application])
    late(demo_home)
    agreement = agreed(poster, firm, bounty, "砺岚")
    for name in ("立项", "开始实施"):
        step(host, bounty, name)
    reported(firm, agreement, "1900")
    paid(poster, agreement)
    step(host, bounty, "结题")
    stranger.goto(f"/bounties/{bounty}/thread")
    for words in ("甬川某材料研究院", "揭榜公示", "通过验收", "已结题"):
        expect(stranger.locator("main")).to_contain_text(words)
    assert "/agreements/" not in stranger.content() and OBJECTION not in stranger.content()

    phone = open_page("/", size=PHONE)
    sign_in(phone, "demo-approver", "/desk")
    wrong = []
    for path in ("", "/thread", "/objections", "/applications", "/award"):
        phone.goto(f"/bounties/{bounty}{path}")
        wrong += wrong_with(phone)
    phone.goto(agreement)
    assert wrong + wrong_with(phone) == []


def test_a_horse_race_is_won_by_who_meets_the_targets_first(
    open_page: Open, sides: dict[str, Page], demo_home: Home
) -> None:
    poster, host, firm = sides["approver"], sides["organiser"], sides["owner"]
    world = people(demo_home.database(), demo_home.settings)
    rival_name = "海陵某钢丝有限公司"
    rival_id = world.organisation("firm", rival_name)
    rival = open_page("/", script=False)
    sign_in(rival, world.login(rival_id, "firm_owner"), "/desk", PASSWORD)
    bounty = opened(sides, demo_home, "高强度钢丝：赛马", PARALLEL)
    applications = []
    for page in (firm, rival):
        applications.append(applied(page, bounty))
        press(page, "提交")
    late(demo_home)
    step(host, bounty, "开始评审")
    for application in applications:
        decided(host, application, "符合条件", "不经专家，记为已评审")
    step(host, bounty, "转入对接")
    for application in applications:
        decided(host, application, "进入对接")
    awarded(poster, bounty, applications)
    late(demo_home)
    slower = agreed(poster, firm, bounty, "砺岚")
    faster = agreed(poster, rival, bounty, rival_name)
    for name in ("立项", "开始实施"):
        step(host, bounty, name)
    reported(firm, slower, "1800")
    reported(rival, faster, "1900")
    poster.goto(slower)
    milestone = str(poster.locator("#plan form").get_attribute("action"))
    short = poster.request.post(milestone, form={"do": "accept", "judged": "2"})
    assert short.status == 409 and "WE178" in short.text()
    paid(poster, faster)
    firm.goto(f"/applications/{applications[0]}")
    expect(firm.get_by_text("赛马退出")).to_be_visible()
    step(host, bounty, "结题")
    expect(host.get_by_text("已结题").first).to_be_visible()
