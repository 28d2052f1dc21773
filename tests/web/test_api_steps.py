"""What organisations work at, by the API: its table of pages and calls, steps with If-Match, what stays sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from kg.console.cookbook import questions
from kg.parts import Parts
from tests.web.asking import AT
from tests.web.bounties import AFTER, bounty, to
from tests.web.people import FAR, People, far_client, people, quiet_home, sign_in
from tests.web.routes import routes
from tests.web.test_agreements import FORM
from tests.web.test_agreements import World as Talks
from tests.web.test_meeting_pages import FIRMS as MEETING_FIRMS
from tests.web.test_meeting_pages import TYPED
from web.accounts.actor import Actor
from web.accounts.tokens import hashed, new_key
from web.app import create_app
from web.db.accounts import ApiKey, Organisation
from web.db.bounties import Review
from web.db.inquiries import Inquiry
from web.db.models import now
from web.db.pool import PoolEntry
from web.db.warnings import KeptWarning
from web.db.watches import Notice
from web.problem import MEDIA
from web.work.bounties import agreement as agreements
from web.work.inquiries import inquiry as inquiries
from web.work.inquiries.form import Asked
from web.work.meetings import meeting as meetings
from web.work.meetings.form import read

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
PRICE, SEALED = "7654.32", "柔性装配线的良率存疑"


class World:
    """A buyer, a firm of the graph, a bureau with an expert, each with a client for a role."""

    def __init__(self, app: FastAPI, world: People) -> None:
        self.app, self.people = app, world
        self.buyer, self.other = (world.organisation("buyer", name) for name in ("云桁采购", "沐岑采购"))
        self.firm = world.organisation("firm", "启朔精工", enterprise="f1")
        self.bureau, self.campus = (
            world.organisation("authority", "某市科技局"),
            world.organisation("institute", "甬江大学"),
        )
        self.database = app.state.site.home.database()

    def client(self, place: str | None, role: str) -> TestClient:
        return sign_in(self.app, self.people.login(place, role))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[World]:
    with quiet_home(tmp_path_factory.mktemp("steps"), parts) as home:
        yield World(create_app(home), people(home.database(), home.settings))


def got(client: TestClient, address: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == status, answer.text[:300]
    return answer.json()


def step(client: TestClient, address: str, body: Any, seen: str = "", status: int = 200, method: str = "POST") -> Any:
    """Look at `seen` (the address itself where it is empty) and take a step with its tag."""
    tag = client.get(f"/api/v1/{seen or address}").headers["etag"]
    answer = client.request(method, f"/api/v1/{address}", json=body, headers={"If-Match": tag})
    assert answer.status_code == status, answer.text[:300]
    return answer.json()


def test_the_table_of_pages_and_calls_is_whole(world: World) -> None:
    every = routes(world.app)
    served = {(method, route.path.replace(":path", "")) for route in every for method in route.methods}
    shown = {route.path for route in every if "GET" in route.methods and not route.path.startswith("/api/v1/")}
    _, _, table = DOCS.read_text("utf8").partition("## Pages and calls")
    named, calls = set[str](), set[tuple[str, str]]()
    for line in re.findall(r"^\| `/.*", table.partition("\n## ")[0], re.M):
        first, _, second = line.removeprefix("| ").removesuffix(" |").partition(" | ")
        told = re.findall(r"`(?:(POST|PUT) )?([a-z][^`]*)`", second)
        assert told or second.startswith("none: "), f"{first}: name its calls, or say why it has none"
        named.update(re.findall(r"`(/[^`]*)`", first))
        calls.update((method or "GET", f"/api/v1/{call}") for method, call in told)
    assert not shown - named, "pages that the table of docs/api.md does not have"
    assert not named - shown, "pages of the table that are gone"
    assert not calls - served, "calls of the table that are not there"
    of_the_api = {(method, path) for method, path in served if path.startswith("/api/v1/")}
    beside = {("GET", "/api/v1/metrics")} | {one for one in of_the_api if one[1].startswith("/api/v1/reconcile")}
    assert not of_the_api - calls - beside, "calls that no page of the table names"


def test_an_inquiry_by_programs_of_both_sides(world: World) -> None:
    writer, approver = (world.client(world.buyer, role) for role in ("buyer_editor", "buyer_approver"))
    firm, stranger = world.client(world.firm, "firm_editor"), world.client(world.other, "buyer_approver")
    asked = Asked(
        "谐波减速器",
        "机密的图纸号",
        f"{now() + timedelta(days=3):%Y-%m-%dT%H:%M}",
        unit="台",
        firms=[("f1", "启朔精工")],
    )
    with world.database.session() as session:
        ident = inquiries.write(session, world.people.actor(world.buyer, "buyer_editor"), asked, now()).id
    one = f"inquiries/{ident}"
    answers = [
        writer.post(f"/api/v1/{one}/state", json={"to": "sent"}, headers=headers)
        for headers in ({}, {"If-Match": '"another"'}, {"If-Match": writer.get(f"/api/v1/{one}").headers["etag"]})
    ]
    assert [answer.status_code for answer in answers] == [428, 412, 200]
    assert [answer.json().get("code") for answer in answers[:2]] == ["WE428", "WE412"]
    assert got(stranger, one, 404)["code"] == "WE404"
    assert stranger.post(f"/api/v1/{one}/state", json={"to": "closed"}, headers={"If-Match": "*"}).status_code == 404

    [line] = got(firm, "inquiries/received")
    mine = f"inquiries/received/{line['id']}"
    assert got(firm, mine)["text"] is None, "looking opens nothing"
    assert step(firm, mine, {"do": "read"})["text"] == "机密的图纸号"
    wrong = step(firm, mine, {"do": "answer", "answers": {"price": "-1"}}, status=422)
    assert wrong["code"] == "WE096" and "price" in wrong["detail"]
    said = {"do": "answer", "answers": {"price": PRICE, "lead_time": "30"}}
    assert step(firm, mine, said)["answers"]["price"]["fen"] == 765432
    assert [one["state"] for one in got(writer, one)["parties"]] == ["answered"]
    for client in (writer, approver, stranger):
        for address in (one, f"{one}/compare", "inquiries", "inquiries/notes"):
            answer = client.get(f"/api/v1/{address}")
            assert '"fen"' not in answer.text and PRICE not in answer.text, address
    assert got(writer, f"{one}/compare", 409)["code"] == "WE094"
    assert step(approver, f"{one}/open", {}, one, 409)["code"] == "WE094"

    with world.database.session() as session:
        session.get_one(Inquiry, ident).deadline = now() - timedelta(minutes=1)
    assert step(approver, f"{one}/open", {}, one)["state"] == "compared"
    found = got(writer, f"{one}/compare")
    assert [line["cells"][0]["value"] for line in found["lines"] if line["code"] == "lead_time"] == [30]
    choice = {"decision": "chosen", "reason": "price"}
    tag = writer.get(f"/api/v1/{one}").headers["etag"]
    decide = f"/api/v1/{one}/parties/{found['parties'][0]['id']}/decision"
    twice = [writer.post(decide, json=choice, headers={"If-Match": tag}).status_code for _ in range(2)]
    assert twice == [200, 412], "the second one did not see the first"
    assert step(writer, f"{one}/state", {"to": "closed"}, one)["state"] == "closed"


def test_a_key_takes_the_steps_of_its_scopes(world: World) -> None:
    headers = {}
    for scope in ("read", "inquiry.write"):
        key = new_key()
        headers[scope] = {"Authorization": f"Bearer {key}"}
        with world.database.session() as session:
            user = world.people.ids[world.buyer, "buyer_editor"]
            end = now() + timedelta(days=1)
            session.add(
                ApiKey(
                    user_id=user,
                    organisation_id=world.buyer,
                    name=scope,
                    token=hashed(key),
                    scopes=[scope],
                    expires=end,
                )
            )
    program = far_client(world.app)
    assert program.get("/api/v1/inquiries", headers=headers["read"]).json()["code"] == "WE032"
    assert program.get("/api/v1/inquiries", headers=headers["inquiry.write"]).status_code == 200
    assert program.get("/api/v1/lists", headers=headers["inquiry.write"]).json()["code"] == "WE032"
    assert program.get("/api/v1/inquiries").json()["code"] == "WE401"


def test_wishes_of_a_day_stay_with_their_side(world: World) -> None:
    officer, firm = world.client(world.buyer, "buyer_approver"), world.client(world.firm, "firm_owner")
    by = world.people.actor(world.buyer, "buyer_approver")
    with world.database.session() as session:
        written = read(TYPED, {"need-1": "谐波减速器"}, MEETING_FIRMS, AT)
        ident = meetings.write(session, by, written, now()).id
    day = f"meetings/{ident}"
    assert step(officer, f"{day}/state", {"to": "calling"}, day)["state"] == "calling"
    wanted = {"wishes": {"N1": {"f1": "1", "f2": "2"}}}
    assert step(officer, f"{day}/wishes", wanted, method="PUT") == wanted
    [called] = got(firm, "meetings")["called"]
    mine = f"meetings/called/{called['party']}"
    assert got(firm, mine)["wishes"] == {} and '"f2"' not in firm.get(f"/api/v1/{mine}").text
    said = {"wishes": {"N1": "1", "N2": "x"}, "most": 1, "absent": ["S1"]}
    shown = step(firm, mine, said, method="PUT")
    assert (shown["wishes"], shown["most"], shown["absent"]) == ({"N1": "1", "N2": "x"}, 1, ["S1"])
    stale = firm.put(f"/api/v1/{mine}", json=said, headers={"If-Match": '"x"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "WE412")
    assert got(officer, f"{day}/wishes") == wanted, "what the firm wishes is not among it"
    planned = step(officer, f"{day}/state", {"to": "assigned", "seed": 7}, day)
    assert planned["seed"] == 7 and planned["programme"] and got(firm, mine)["programme"] == []
    assert step(officer, f"{day}/state", {"to": "confirmed"}, day)["state"] == "confirmed"
    assert step(officer, f"{day}/state", {"to": "held"}, day)["programme"][0]["state"] == "held"
    [held] = got(firm, mine)["programme"]
    note = f"/api/v1/{mine}/notes/{held['id']}"
    for _ in range(2):
        made = firm.post(note, json={"text": "谈了样品"}, headers={"Idempotency-Key": "a"})
        assert made.status_code == 201 and made.json()["programme"][0]["notes"] == ["谈了样品"]
    assert "谈了样品" not in officer.get(f"/api/v1/{day}").text


def test_scores_stay_sealed_until_they_are_opened(world: World) -> None:
    campus, bureau = world.campus, world.bureau
    host, judge = world.client(bureau, "organiser"), world.client(campus, "expert")
    poster = world.client(world.buyer, "buyer_approver")
    with world.database.session() as session:
        places = {place.id: place for place in session.scalars(select(Organisation))}
        made = bounty(session, places[world.buyer], places[bureau], "draft", anonymous=True)
        made.visibility = "private"
        to(session, made, "expert_review")
        ident = made.id
    host.post(f"/bounties/{ident}/reviews", data={"expert": world.people.ids[campus, "expert"]})
    with world.database.session() as session:
        review = f"expert/{session.scalars(select(Review.id).where(Review.bounty_id == ident)).one()}"
    before = got(judge, review)
    assert before["text"] is None and "云桁采购" not in judge.get(f"/api/v1/{review}").text
    assert step(judge, review, {"do": "accept"})["state"] == "accepted"
    assert got(judge, review)["text"]
    scores = [{"points": 6.5, "reason": SEALED}] * 3
    assert step(judge, review, {"do": "score", "scores": scores, "words": SEALED})["state"] == "scored"
    assert got(judge, review)["words"] == SEALED
    addresses = (f"bounties/{ident}/reviews", f"bounties/{ident}/applications", f"own/bounties/{ident}",
                 f"bounties/{ident}/thread", "expert", review, "audit", "inbox", "desk")  # fmt: skip
    for client in (host, poster, world.client(world.firm, "firm_owner"), far_client(world.app)):
        for address in addresses:
            assert SEALED not in client.get(f"/api/v1/{address}").text, address
    assert got(host, addresses[0])["ranking"] == []
    assert host.post(f"/bounties/{ident}/reviews/open").status_code == 303
    assert got(host, addresses[0])["ranking"][0]["mean"] == 65
    assert got(poster, f"own/bounties/{ident}")["sides"] == ["poster"]
    assert got(world.client(world.other, "buyer_editor"), f"own/bounties/{ident}", 404)["code"] == "WE404"


def as_actor(app: FastAPI, who: Actor) -> TestClient:
    """A client of somebody who is known already."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": {"actor": who}} if scope["type"] == "http" else scope, receive, send)

    return TestClient(asked, base_url="http://127.0.0.1", client=FAR)


def test_an_agreement_from_its_terms_to_a_milestone(world: World) -> None:
    with world.database.session() as session:
        talks = Talks(session)
        [ident] = talks.contracted(1)
        agreements.write(session, talks.poster, ident, FORM, AFTER)
        owner, applied = talks.owner_of(ident), [row.id for row in talks.applications]
        for row in talks.applications:
            row.checks = [{"rule": "region", "verdict": "true"}]
        bounty_id, plan = talks.bounty.id, talks.plan(ident)
    poster, solver, host = (as_actor(world.app, who) for who in (talks.poster, owner, talks.host))
    other = as_actor(world.app, next(one for one in talks.owners if one != owner))
    one, work = f"agreements/{ident}", f"bounties/{bounty_id}/work"
    shown = got(solver, one)
    assert (shown["side"], shown["state"], [line["number"] for line in shown["milestones"]]) == (
        "solver",
        "draft",
        [1, 2],
    )
    assert got(other, one, 404)["code"] == "WE404"
    assert step(solver, one, {"do": "accept", "digest": "0" * 64}, status=409)["code"] == "WE175"
    for side in (poster, solver):
        accepted = step(side, one, {"do": "accept", "digest": shown["digest"]})
    assert accepted["state"] == "agreed"
    for stage in ("project", "running"):
        assert step(host, work, {"to": stage}, f"own/bounties/{bounty_id}")["state"] == stage
    first = f"{one}/milestones/{plan[0]}"
    assert step(poster, first, {"do": "report", "words": "x"}, one, 403)["code"] == "WE032"
    said = {"do": "report", "words": "小试完成", "measured": {"1": {"value": "1.9", "unit": "GPa"}}}
    [reported, _] = step(solver, first, said, one)["milestones"]
    assert (reported["state"], reported["measured"][0]["verdict"]) == ("reported", "met")
    assert step(poster, first, {"do": "accept"}, one)["milestones"][0]["state"] == "accepted"
    assert step(poster, f"{one}/milestones/x", {"do": "pay"}, one, 404)["code"] == "WE404"

    lines = got(poster, f"bounties/{bounty_id}/applications")["applications"]
    assert {line["id"] for line in lines} == set(applied)
    mine = next(line["id"] for line in lines if line["firm_name"] == owner.name)
    assert got(solver, f"applications/{mine}")["side"] == "lead" and got(host, f"applications/{mine}")["side"] == "host"
    assert got(other, f"applications/{mine}", 404)["code"] == "WE404"
    assert step(host, f"applications/{mine}/state", {"to": "eligible"}, f"applications/{mine}", 409)["code"] == "WE161"
    assert got(poster, f"bounties/{bounty_id}/thread")["stages"][-1]["state"] == "running"


def test_what_a_person_keeps_is_made_once_and_changed_by_its_tag(world: World) -> None:
    analyst = world.client(world.campus, "analyst")
    query = {"title": "某市某产品", "question": questions()[0].name, "parameters": {}, "shared": True}
    made = [analyst.post("/api/v1/queries", json=query, headers={"Idempotency-Key": "q"}) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201] and made[0].json() == made[1].json()
    one = f"queries/{made[0].json()['id']}"
    assert step(analyst, one, {"title": "改名", "every": "week"}, method="PUT")["every"] == "week"
    stale = analyst.put(f"/api/v1/{one}", json={"title": "又"}, headers={"If-Match": made[0].headers["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "WE412")
    assert [line["title"] for line in got(analyst, "queries")["queries"]] == ["改名"]
    assert got(world.client(world.other, "buyer_editor"), one, 403)["code"] == "WE032"

    node = {"kind": "node", "subject": "robot:harmonic-reducer"}
    begun = [analyst.post("/api/v1/watches", json=node).json() for _ in range(2)]
    assert begun[0] == begun[1]
    watch = f"watches/{begun[0]['id']}"
    assert step(analyst, watch, {"best": 3})["best"] == 3
    assert step(analyst, watch, {"ended": True}) and got(analyst, "watches")["watches"] == []

    with world.database.session() as session:
        days = {"name": "启朔精工", "digest": "d", "first_seen": "2026-05-04", "last_seen": "2026-05-04"}
        told = {"rule": "r", "rule_zh": "规则", "rule_en": "rule", "rules": "v1", "told": {"share": 61.0}}
        kept = KeptWarning(key="w", kind="customer_share", subject="firm", subject_id="f1", **days, **told)
        session.add(kept)
        session.flush()
        warning = f"warnings/{kept.id}"
    assert "61" in got(analyst, warning)["row"]["says"]
    assert step(analyst, warning, {"do": "acknowledged"}, status=422)["code"] == "WE261"
    said = step(analyst, warning, {"do": "acknowledged", "note": "已走访"})
    assert (said["row"]["state"], [word["note"] for word in said["words"]]) == ("acknowledged", ["已走访"])


def test_figures_of_a_firm_are_for_its_own_people(world: World) -> None:
    owner, editor = (world.client(world.firm, role) for role in ("firm_owner", "firm_editor"))
    year = now().year - 1
    wanted = {"figures": [{"input": "revenue", "year": year, "value": 31234567.0}]}
    assert step(editor, "my/figures", {"figures": [{"input": "revenue", "value": 1}]}, status=422, method="PUT")
    assert step(editor, "my/figures", {"figures": [{"input": "none", "value": 1}]}, status=422, method="PUT")
    assert step(editor, "my/figures", wanted, method="PUT") == wanted
    shown = owner.get("/api/v1/my/figures")
    assert shown.json() == wanted and shown.headers["cache-control"] == "no-store"
    others = [world.client(world.other, "buyer_approver"), world.client(world.campus, "firm_owner")]
    assert [client.get("/api/v1/my/figures").status_code for client in others] == [403, 409]
    assert owner.put("/api/v1/my/figures", json=wanted, headers={"If-Match": '"x"'}).status_code == 412
    assert step(owner, "my/figures", {"figures": []}, method="PUT") == {"figures": []}


def test_an_entry_of_the_pool_and_a_notice(world: World) -> None:
    county, person = world.client(world.bureau, "county"), world.people.ids[world.bureau, "county"]
    with world.database.session() as session:
        entry = PoolEntry(organisation_id=world.bureau, firm_id="f1", firm_name="启朔精工", tier="innovative")
        notice = Notice(organisation_id=world.bureau, user_id=person, kind="reply", day="2026-05-04", key="n")
        session.add_all([entry, notice])
        session.flush()
        one, told = f"pool/{entry.id}", notice.id
    assert step(county, one, {"to": "recognised"}, status=409)["code"] == "WE191"
    assert step(county, one, {"to": "removed"}, status=422)["code"] == "WE190"
    moved = step(county, one, {"to": "invited", "until": "2027-05-04"})
    assert (moved["state"], moved["until"], moved["history"][0]["before"]) == ("invited", "2027-05-04", "candidate")
    assert county.post("/api/v1/inbox", json={"ids": [told, "others"]}).json() == {"marked": 1, "unread": {}}
    draw = {"title": "抽查", "size": 1, "state": "", "seed": "7"}
    drawn = [county.post("/api/v1/pool/draws", json=draw, headers={"Idempotency-Key": "d"}) for _ in range(2)]
    assert drawn[0].status_code == 201 and drawn[0].json() == drawn[1].json() and drawn[0].json()["same"]
    assert len(got(county, "pool/draws")) == 1


def test_what_cannot_be_read_is_named_on_the_api_and_on_a_page(world: World) -> None:
    county = world.client(world.bureau, "county")
    for sent, place in (
        ({"json": {"ids": "all"}}, "ids"),
        ({"json": {}}, "ids"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, "1"),
        ({"content": b"x"}, "body"),
    ):
        answer = county.post("/api/v1/inbox", **sent)  # type: ignore[arg-type]
        said = answer.json()
        assert (answer.status_code, answer.headers["content-type"], said["code"]) == (422, MEDIA, "WE422")
        assert said["detail"].startswith(f"{place}: ") and said["hint"] == "correct what was sent", said
    page = county.get("/inbox?page=0")
    assert page.status_code == 422 and "WE422" in page.text and "page" in page.text
    assert page.headers["content-type"].startswith("text/html")
    typed = county.get("/api/v1/inbox?page=0").json()
    assert (typed["code"], typed["hint"]) == ("WE422", "correct the value in the address")


def test_openrefine_may_read_what_it_asks_from_a_browser(world: World) -> None:
    elsewhere = {"Origin": "http://127.0.0.1:3333", "Sec-Fetch-Site": "cross-site"}
    client = far_client(world.app)
    for address in ("", "/suggest/property?prefix=x", "/suggest/type?prefix=x", "/properties"):
        answer = client.get(f"/api/v1/reconcile{address}", headers=elsewhere)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*"), address
        assert "access-control-allow-credentials" not in answer.headers
    first = client.options("/api/v1/reconcile", headers={**elsewhere, "Access-Control-Request-Method": "POST"})
    assert (first.status_code, first.headers["access-control-allow-methods"]) == (204, "GET, POST")
    batch = client.post("/api/v1/reconcile", data={"queries": "{"}, headers=elsewhere)
    assert (batch.json()["code"], batch.headers["access-control-allow-origin"]) == ("KG701", "*"), "asked the graph"
    for address in ("/api/v1/state", "/api/v1/me", "/api/v1/reconciled", "/search"):
        assert "access-control-allow-origin" not in client.get(address, headers=elsewhere).headers, address
    assert client.post("/api/v1/inbox", json={"ids": []}, headers=elsewhere).json()["code"] == "WE403"


def test_who_may_use_webhooks_finds_them_in_the_menu(world: World) -> None:
    for place, role, there in ((world.firm, "firm_owner", True), (world.firm, "firm_editor", False)):
        shown = world.client(place, role).get("/account").text
        assert ('<a href="/webhooks"' in shown) is there, role
