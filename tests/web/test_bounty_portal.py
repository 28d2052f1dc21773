"""The portal of bounties: who sees which, by which filter, in which format; a hidden poster is in none of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
import python_calamine
from icalendar import Calendar
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select
from starlette.testclient import TestClient

from kg.parts import Parts
from matcher.chain.gap import DEPENDS
from tests.web.people import far_client, quiet_home
from web.app import create_app
from web.beijing import day_of
from web.db.bounties import Bounty
from web.db.chains import ChainGap
from web.db.models import Event, now
from web.home import Home

HIDDEN = "云桁秘密采购有限公司"
ADDRESSES = (
    "/bounties", "/bounties/archive", "/api/v1/bounties", "/bounties.atom", "/bounties.ics", "/bounties.xlsx",
    "/bounties/archive.xlsx", "/bounties/statistics", "/bounties/statistics.xlsx", "/api/v1/bounties/statistics",
)  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclasses.dataclass
class Portal:
    """A store of bounties in many states, and somebody from far away."""

    home: Home
    client: TestClient

    def ids(self, **asked: Any) -> list[str]:
        return [one["id"] for one in self.answer(**asked)["bounties"]]

    def answer(self, **asked: Any) -> Any:
        answer = self.client.get("/api/v1/bounties", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def shown(self, address: str) -> str:
        """What an address gives, sheets as their cells: a workbook has the second of its making in it."""
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return str(self.sheets(address)) if address.endswith(".xlsx") else answer.text

    def sheets(self, address: str) -> dict[str, list[list[Any]]]:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(self.client.get(address).content))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}

    def listed(self, address: str) -> list[str]:
        tree = LexborHTMLParser(self.client.get(address).text)
        found = [node.attributes.get("href") or "" for node in tree.css("td a[href^='/bounties/']")]
        return [address.rpartition("/")[2] for address in found]


def day(days: int) -> str:
    return day_of(now() + timedelta(days=days))


def row(key: str, state: str, **more: Any) -> Bounty:
    said: dict[str, Any] = {
        "title": f"榜单 {key}", "buyer": "甬川采购", "visibility": "public", "organiser": "甬川市科技局",
        "published": now() - timedelta(days=60), "deadline": day(-20),
    }  # fmt: skip
    return Bounty(id=key, state=state, **(said | more))


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Portal]:
    with quiet_home(tmp_path_factory.mktemp("portal"), parts) as home:
        team = [{"name": "临澜材料", "role": "lead", "task": ""}]
        awarded = {"awarded": day(-10), "team": team}
        rows = [
            row("soon", "open", deadline=day(3), amount=100_000_000, field="机器人", products=["柔轮材料"]),
            row("later", "open", deadline=day(30), amount=500_000_000, category="research", extended_from=day(20),
                title="钢 & <丝>", buyer=HIDDEN, anonymous=True, pseudonym="匿名采购方 ABC"),
            row("undated", "open", deadline=None, organiser="", field="机器人"),
            row("over", "open", deadline=day(-1)),
            row("noticed", "notice", deadline=day(40), rules={"region": "430100"}, organiser="某组织单位"),
            row("draft", "draft", visibility="private", buyer=HIDDEN, deadline=day(9)),
            row("returned", "returned", buyer=HIDDEN), row("withdrawn", "withdrawn", buyer=HIDDEN),
            row("invited", "open", visibility="invited", buyer=HIDDEN, deadline=day(9)),
            row("talks", "negotiating", **awarded), row("objected", "objection", **awarded),
            row("failed", "failed", field="机器人", **awarded), row("settled", "settled", **awarded),
            row("nobody", "no_taker"),
        ]  # fmt: skip
        with home.database().session() as session:
            session.add_all(rows)
        yield Portal(home, far_client(create_app(home)))


def test_a_list_has_what_everybody_sees_and_as_everybody_sees_it(portal: Portal) -> None:
    assert portal.listed("/bounties") == ["soon", "later", "noticed", "undated", "over"]
    assert set(portal.listed("/bounties/archive")) == {"talks", "objected", "failed", "settled", "nobody"}
    cards = {one["id"]: one for one in portal.answer()["bounties"]}
    assert len(cards) == 10 and portal.answer()["count"] == 10
    assert [cards[key]["state"] for key in ("talks", "objected", "failed")] == ["closed", "award_notice", "contracted"]
    assert cards["talks"]["awarded"] is None and cards["talks"]["solvers"] == [], "no award is seen of it"
    assert cards["settled"]["solvers"] == [{"name": "临澜材料", "role": "lead"}]
    assert {key for key, one in cards.items() if one["taking"]} == {"soon", "later", "undated"}
    assert (cards["later"]["poster"], cards["later"]["amount"]) == ("匿名采购方 ABC", 5_000_000)


def test_filters_leave_out_what_is_not_known_and_count_it(portal: Portal) -> None:
    assert portal.ids(state="open") == ["over", "soon", "later", "undated"]
    assert portal.ids(field="机器人", state=["open", "contracted"]) == ["failed", "soon", "undated"]
    assert portal.ids(until=day(3), state="open") == ["over", "soon"]
    assert portal.answer(until=day(3), state="open")["unknown"] == 1
    assert portal.ids(least="100.000001") == ["later"] and portal.ids(most="100") == ["soon"]
    assert portal.ids(category="research") == ["later"]
    assert portal.ids(city="长沙") == ["noticed"] and portal.answer(city="990100", state="open")["unknown"] == 1
    assert portal.ids(q="柔轮") == portal.ids(node="robot") == portal.ids(base="关键基础材料") == ["soon"]
    assert portal.ids(q="特种合金钢") == ["soon"], "the node of its product"
    assert portal.ids(q=HIDDEN) == portal.ids(q="云桁") == []
    page = LexborHTMLParser(portal.client.get("/bounties", params={"field": "没有的", "least": "7"}).text)
    assert page.css_first(".empty a[href='/bounties']") is not None
    typed = page.css_first("#f-least")
    assert typed is not None and typed.attributes.get("value") == "7"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("city=没有的地方", "MA001"),
        ("state=draft", "WE422"),
        ("after=x", "WE422"),
        ("least=viel", "WE422"),
    ],
)
def test_what_cannot_be_asked_has_a_code(portal: Portal, query: str, code: str) -> None:
    answer = portal.client.get(f"/api/v1/bounties?{query}")
    assert answer.status_code == 422 and answer.json()["code"] == code


def test_pages_of_the_api_give_each_bounty_once(portal: Portal) -> None:
    found, after = [], ""
    while True:
        answer = portal.answer(limit=3, after=after)
        found += [one["id"] for one in answer["bounties"]]
        if (after := answer["next"] or "") == "":
            break
    assert found == portal.ids() and len(set(found)) == 10


def test_a_calendar_has_the_deadlines_of_what_takes_applications(portal: Portal) -> None:
    answer = portal.client.get("/bounties.ics?lang=en")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75, "octets of a line"
    events = {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert set(events) == {"Deadline: 榜单 soon", "Deadline: 钢 & <丝>"}, "one without a deadline has no day"
    later = events["Deadline: 钢 & <丝>"]
    assert later.decoded("dtstart").isoformat() == day(30) and later.decoded("dtend").isoformat() == day(31)
    assert later["sequence"] == 1 and str(later["url"]).endswith("/bounties/later") and "匿名" in later["description"]
    assert later["uid"] == Calendar.from_ical(portal.client.get("/bounties.ics").content).walk("VEVENT")[1]["uid"]


def test_a_feed_has_what_takes_applications_the_newest_first(portal: Portal) -> None:
    extended = now() - timedelta(days=1)
    with portal.home.database().session() as session:
        session.add(
            Event(at=extended, actor="x", subject="bounty", subject_id="later", from_state="open", to_state="open")
        )
    answer = portal.client.get("/bounties.atom", params={"q": "&<"})
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert not ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    top = ElementTree.fromstring(portal.client.get("/bounties.atom").content)
    entries = top.findall(f"{ATOM}entry")
    assert [one.findtext(f"{ATOM}title") for one in entries] == ["钢 & <丝>", "榜单 undated", "榜单 soon"]
    assert entries[0].findtext(f"{ATOM}updated") == top.findtext(f"{ATOM}updated") == extended.isoformat()
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == "匿名采购方 ABC"
    assert len({one.findtext(f"{ATOM}id") for one in [top, *entries]}) == 4


def test_a_workbook_has_exactly_the_view(portal: Portal) -> None:
    sheets = portal.sheets("/bounties.xlsx?field=机器人&lang=en")
    assert [row[0] for row in sheets["bounties"][1:]] == ["榜单 soon", "榜单 undated"]
    assert sheets["bounties"][1][5] == 100 and sheets["bounties"][2][5] == "", "not known is no zero"
    said = dict(row[:2] for row in sheets["definitions"])
    assert said["field"] == "机器人" and said["as of (Beijing's time)"] == day(0)
    assert said["bounties"] == "2" and said["left out: do not say what was asked for"] == "3"
    ended = {row[0]: row[-3:] for row in portal.sheets("/bounties/archive.xlsx?lang=zh")["榜单"][1:]}
    assert ended["榜单 settled"] == ["已结题", day(-10), "临澜材料"] and ended["榜单 talks"] == ["还没有结果", "", ""]


def test_statistics_say_how_many_are_not_known(portal: Portal) -> None:
    found = portal.client.get("/api/v1/bounties/statistics").json()
    assert (found["count"], found["as_of"], found["demo"]) == (10, day(0), False)
    outcomes = {"coming": 5, "pending": 1, "awarded": 2, "settled": 1, "no_taker": 1, "terminated": 0}
    assert found["outcomes"] == outcomes
    assert [(one["value"], one["count"]) for one in found["cities"]] == [("990100", 8), ("430100", 1), ("", 1)]
    assert [(one["value"], one["count"]) for one in found["fields"]] == [("机器人", 3), ("", 7)]
    for groups in (found["cities"], found["fields"]):
        assert sum(one["count"] for one in groups) == sum(sum(one["outcomes"].values()) for one in groups) == 10
    with portal.home.database().session() as session:
        session.get_one(Bounty, "failed").awarded, session.get_one(Bounty, "settled").awarded = None, day(-20)
    award = portal.client.get("/api/v1/bounties/statistics").json()["award"]
    assert (award["count"], award["unknown"], award["least"], award["median"], award["most"]) == (2, 1, 40, 45, 50)
    sheets = portal.sheets("/bounties/statistics.xlsx?lang=zh")
    assert sheets["城市"][1][:2] == ["甬川市", 8] and sheets["发布到揭榜公示"][1][:4] == ["全部", 2, 1, 40]
    assert dict(row[:2] for row in sheets["口径"])["截至（北京时间）"] == day(0)
    page = LexborHTMLParser(portal.client.get("/bounties/statistics").text)
    assert {node.attributes.get("id") for node in page.css("section.section")} >= {"outcome", "city", "field", "award"}
    assert portal.client.get("/api/v1/bounties/statistics?q=没有").json()["award"]["median"] is None


def test_a_hidden_poster_changes_nothing_that_is_shown(portal: Portal) -> None:
    """Whoever it is: no byte of any format depends on it, no count and no order."""

    def shown() -> list[str]:
        return [portal.shown(address) for address in ADDRESSES]

    before = shown()
    assert not any(HIDDEN in text or "云桁" in text for text in before)
    with portal.home.database().session() as session:
        hidden = session.get_one(Bounty, "later")
        hidden.buyer, hidden.organisation_id, hidden.contact = "另一家采购有限公司", "o-2", "某人"
        hidden.gap = f"{DEPENDS}:robot:encoder:f-hidden"  # a gap that a firm states, which is the poster
        said = {"chain": "robot", "node": "robot:encoder", "kind": "补", "as_of": day(-90), "firms_local": 0}
        session.add(ChainGap(id=hidden.gap, rule=DEPENDS, firms_all=0, **said))
    assert shown() == before


def test_looking_moves_nothing(portal: Portal) -> None:
    def store() -> tuple[Any, ...]:
        with portal.home.database().session() as session:
            rows = session.execute(select(Bounty.id, Bounty.state, Bounty.version).order_by(Bounty.id)).all()
            return (*map(tuple, rows), session.scalar(select(func.count()).select_from(Event)))

    before = store()
    for address in ADDRESSES:
        assert portal.client.get(address).status_code == 200
    assert store() == before
