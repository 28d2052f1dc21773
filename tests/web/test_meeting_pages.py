"""Meetings in the browser: states, wishes of both sides, the run that is kept and run again, and who sees what."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kg.parts import Parts
from matcher.meeting.assign import plan
from matcher.meeting.problem import Diary, Points
from tests.web.people import People, far_client, people, quiet_home, sends, sign_in
from web.accounts.actor import Actor
from web.app import create_app
from web.db.lists import Shortlist, ShortlistItem
from web.db.meetings import Meeting, MeetingDay, MeetingParty
from web.db.models import Event, Need, now
from web.db.store import Database
from web.errors import UnusableError, WebError
from web.home import Home
from web.work.meetings import meeting as work
from web.work.meetings import wish
from web.work.meetings.form import Typed, default_slots, read, typed_of
from web.work.meetings.note import write_note
from web.work.meetings.plan import assign, planned, problem_of

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
DAY = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
BUYER = Actor("u2", "乙", "org-1", "buyer", roles=frozenset({"buyer_approver"}), organisation_name="云桁采购")
EDITOR = Actor("u1", "甲", "org-1", "buyer", roles=frozenset({"buyer_editor"}))
OTHER = Actor("u3", "丙", "org-2", "buyer", roles=frozenset({"buyer_approver"}))
FIRMS = {f"f{n}": f"示例企业{n}" for n in range(1, 5)}
TYPED = Typed(
    title="减速器对接会",
    date="2026-05-20",
    place="一号厅",
    needs="need-1 | 王工 | S3",
    topics="高纯石英砂 | 李工",
    firms="f1 | 1\nf2\nf3 ｜ ｜ S1、S2\nf4",
    slots="09:00 | 09:25 | 1\n09:30|09:55|2\n10:00 | 10:25 | 2",
    conflicts="不同时段 | f2 | f4\n不见面 | f4 | | N2",
)


def firm_actor(firm: str) -> Actor:
    return Actor(f"u-{firm}", firm, f"org-{firm}", "firm", firm, frozenset({"firm_editor"}))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('meetings') / 'bulian.db'}")
    yield opened
    opened.close()


def calling(database: Database) -> tuple[str, dict[str, str]]:
    """A day that takes wishes: its id, and those of its parties by firm."""
    with database.session() as session:
        row = work.write(session, BUYER, read(TYPED, {"need-1": "谐波减速器"}, FIRMS, AT), AT)
        work.call(session, BUYER, row.id, row.version, AT)
        session.flush()
        return row.id, {party.firm_id: party.id for party in work.parties(session, row)}


def wished(database: Database, day_id: str, pairs: dict[tuple[str, str], str]) -> None:
    with database.session() as session:
        row = session.get_one(MeetingDay, day_id)
        was = wish.seen(wish.wishes(session, row, wish.BUYER))
        wish.buyer_wishes(session, EDITOR, day_id, pairs, was, AT)


def by_firm(
    database: Database, party_id: str, typed: dict[str, str], most: str = "", absent: list[str] | None = None
) -> None:
    with database.session() as session:
        party = session.get_one(MeetingParty, party_id)
        row = session.get_one(MeetingDay, party.day_id)
        was = wish.seen(wish.wishes(session, row, wish.FIRM, party.firm_id), party)
        wish.firm_wishes(session, firm_actor(party.firm_id), party_id, typed, most, absent or [], was, AT)


def version(database: Database, day_id: str) -> int:
    with database.session() as session:
        return session.get_one(MeetingDay, day_id).version


def run(database: Database, day_id: str, seed: int | None = None) -> int:
    return assign(database, BUYER, day_id, version(database, day_id), AT, Points.load(), seed)


def programme(database: Database, day_id: str) -> dict[tuple[str, str], tuple[str, int, str]]:
    with database.session() as session:
        rows = work.meetings(session, session.get_one(MeetingDay, day_id))
        return {(one.need, one.firm_id): (one.slot, one.table_number, one.state) for one in rows}


def refused(code: str, database: Database, step: object, *given: object) -> None:
    with pytest.raises(WebError) as error, database.session() as session:
        step(session, *given)  # type: ignore[operator]
    assert error.value.code == code


def test_the_form_is_read_line_by_line_and_comes_back_as_it_was(database: Database) -> None:
    known = {"need-1": "谐波减速器"}
    written = read(TYPED, known, FIRMS, AT)
    assert [one["id"] for one in written.needs] == ["N1", "N2"] and written.needs[0]["absent"] == ["S3"]
    assert written.firms[2]["absent"] == ["S1", "S2"] and written.firms[0]["most"] == 1
    assert [one["kind"] for one in written.conflicts] == ["apart", "excluded"]
    with database.session() as session:
        row = work.write(session, BUYER, written, AT, "k")
        assert work.write(session, BUYER, written, AT, "k") is row  # sent twice
        again = read(typed_of(row), known, FIRMS, AT)
        assert again == written
        work.edit(session, BUYER, row.id, replace(again, title="改过"), row.version, AT)
        session.flush()
        with pytest.raises(work.Stale):
            work.edit(session, BUYER, row.id, again, 1, AT)
    for change, wrong in (
        ({"title": " "}, {"title": "missing"}),
        ({"date": "2026-05-01"}, {"date": "past"}),
        ({"date": "五月"}, {"date": "bad"}),
        ({"needs": "theirs"}, {"needs": "1: unknown"}),
        ({"firms": "f1\nf9"}, {"firms": "2: unknown", "conflicts": "1: unknown"}),
        ({"firms": "f1\nf1", "conflicts": ""}, {"firms": "2: bad"}),
        ({"slots": "09:00 | 08:00 | 1", "needs": "need-1", "firms": "f1", "conflicts": ""}, {"slots": "1: bad"}),
        ({"needs": "", "topics": ""}, {"needs": "missing"}),
        ({"conflicts": "不想见 | f1"}, {"conflicts": "1: bad"}),
    ):
        with pytest.raises(UnusableError) as error:
            read(replace(TYPED, **change), known, FIRMS, AT)
        assert error.value.wrong.items() >= wrong.items(), change
        assert error.value.code == "WE100"
    assert len(default_slots(3).split("\n")) == 11


def test_a_day_from_the_draft_to_its_follow_up(database: Database) -> None:
    day_id, parties = calling(database)
    refused("WE104", database, lambda _: run(database, day_id))  # nobody wishes anything
    wished(database, day_id, {("N1", "f1"): "1", ("N1", "f2"): "2", ("N2", "f3"): "1", ("N2", "f4"): "2"})
    by_firm(database, parties["f2"], {"N2": "1"}, most="1", absent=["S1"])
    by_firm(database, parties["f3"], {"N1": "x"})
    with pytest.raises(UnusableError) as wrong:
        by_firm(database, parties["f1"], {"N1": "first"}, most="0")
    assert wrong.value.wrong == {"N1": "bad", "most": "bad"}
    count = run(database, day_id, 5)
    first = programme(database, day_id)
    assert len(first) == count and ("N2", "f4") not in first and ("N1", "f3") not in first
    assert {firm for _, firm in first} == {"f1", "f2", "f3"}
    with database.session() as session:
        row = session.get_one(MeetingDay, day_id)
        assert (row.state, row.seed, row.run, row.changes) == ("assigned", 5, 1, [])
        problem, kept = planned(session, row)
        assert kept.proved == row.result["proved"] and len(kept.meetings) == count
        diary = Diary(problem)
        for met in kept.meetings:  # every rule holds
            assert not diary.against(met.need, met.firm, met.slot)
            diary.put(met)
        event = session.scalars(select(Event).where(Event.subject_id == day_id, Event.to_state == "assigned")).one()
        assert event.digest == row.result["digest"] and "seed 5" in event.reason
    refused("WE102", database, lambda _: wished(database, day_id, {("N1", "f4"): "1"}))
    refused("WE102", database, lambda _: by_firm(database, parties["f4"], {"N1": "1"}))

    (need, firm), (slot, table, _) = next(iter(first.items()))
    with database.session() as session:
        row = session.get_one(MeetingDay, day_id)
        one = next(one for one in work.meetings(session, row) if (one.need, one.firm_id) == (need, firm))
        work.settle(session, BUYER, day_id, one.id, "confirmed", AT)
        work.settle(session, BUYER, day_id, one.id, "confirmed", AT)  # pressed twice
        own = [one.firm_id for one in work.meetings(session, row, work.SHOWN, firm)]
        assert own == [firm]
    for seed in (None, 6, 7):
        run(database, day_id, seed)
        assert programme(database, day_id)[need, firm] == (slot, table, "confirmed")
    with database.session() as session:
        row = session.get_one(MeetingDay, day_id)
        assert row.run == 4 and row.seed == 7 and row.version != 1
    refused("WE103", database, work.confirm, BUYER, day_id, 1, AT)
    refused("WE101", database, work.hold, BUYER, day_id, version(database, day_id), DAY)
    with database.session() as session:
        work.confirm(session, BUYER, day_id, version(database, day_id), AT)
    assert {state for *_, state in programme(database, day_id).values()} == {"confirmed"}
    refused("WE105", database, work.hold, BUYER, day_id, version(database, day_id), DAY - timedelta(days=1))
    with database.session() as session:
        work.hold(session, BUYER, day_id, version(database, day_id), DAY)
    refused("WE106", database, work.follow_up, BUYER, day_id, version(database, day_id), DAY)
    with database.session() as session:
        rows = work.meetings(session, session.get_one(MeetingDay, day_id))
        work.settle(session, BUYER, day_id, rows[0].id, "missed", DAY)
        for one in rows[1:]:
            made = write_note(session, EDITOR, one.id, "要样品", DAY, f"k{one.id}")
            assert write_note(session, EDITOR, one.id, "要样品", DAY, f"k{one.id}") is made
        theirs = write_note(session, firm_actor(rows[1].firm_id), rows[1].id, "报价中", DAY)
        session.flush()
        ours = work.with_notes(session, BUYER, rows)[1].notes
        assert theirs not in ours and [one.text for one in ours] == ["要样品"]
    refused("WE107", database, write_note, EDITOR, rows[1].id, " ", DAY)
    with database.session() as session:
        work.follow_up(session, BUYER, day_id, version(database, day_id), DAY)
    refused("WE101", database, work.cancel, BUYER, day_id, version(database, day_id), DAY)


def test_a_later_run_says_what_it_changed(database: Database) -> None:
    day_id, _ = calling(database)
    wished(database, day_id, {("N1", "f1"): "1", ("N2", "f3"): "1"})
    run(database, day_id)
    before = programme(database, day_id)
    with database.session() as session:  # as a correction of the slots would
        row = session.get_one(MeetingDay, day_id)
        row.needs = [
            one | {"absent": [before["N1", "f1"][0]] if one["id"] == "N1" else one["absent"]} for one in row.needs
        ]
    run(database, day_id)
    after = programme(database, day_id)
    assert after["N1", "f1"][0] != before["N1", "f1"][0]
    with database.session() as session:
        row = session.get_one(MeetingDay, day_id)
        changed = {(one["need"], one["firm"]): (one["before"], one["after"]) for one in row.changes}
        assert changed["N1", "f1"] == (list(before["N1", "f1"][:2]), list(after["N1", "f1"][:2]))
        assert len(session.scalars(select(Meeting).where(Meeting.day_id == day_id)).all()) == 2
        work.cancel(session, BUYER, day_id, row.version, AT, "改期")
    assert programme(database, day_id) == {}


def test_a_wish_that_comes_while_the_solver_runs_is_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    day_id, parties = calling(database)
    wished(database, day_id, {("N1", "f1"): "1"})

    def meanwhile(*given: Any) -> Any:
        by_firm(database, parties["f2"], {"N2": "1"})
        return plan(*given)

    monkeypatch.setattr("web.work.meetings.plan.plan", meanwhile)
    with pytest.raises(work.Stale):
        run(database, day_id)
    monkeypatch.undo()
    assert programme(database, day_id) == {} and run(database, day_id) == 2


def test_strangers_find_nothing_and_a_firm_sees_its_own(database: Database) -> None:
    day_id, parties = calling(database)
    wished(database, day_id, {("N1", "f1"): "1", ("N2", "f2"): "1"})
    refused("WE404", database, work.one, OTHER, day_id)
    refused("WE404", database, work.call, OTHER, day_id, 1, AT)
    refused("WE404", database, wish.buyer_wishes, OTHER, day_id, {}, "", AT)
    refused("WE032", database, work.call, EDITOR, day_id, 1, AT)
    refused("WE401", database, work.one, Actor(), day_id)
    refused("WE404", database, work.as_firm, firm_actor("f2"), parties["f1"])
    refused("WE404", database, work.as_firm, BUYER, parties["f1"])
    refused("WE404", database, work.one, firm_actor("f1"), day_id)
    refused("WE103", database, wish.buyer_wishes, EDITOR, day_id, {("N1", "f1"): "2"}, "of before", AT)
    with pytest.raises(WebError) as error:
        assign(database, OTHER, day_id, 1, AT, Points.load())
    assert error.value.code == "WE404"
    run(database, day_id)
    with database.session() as session:
        row = session.get_one(MeetingDay, day_id)
        meeting = work.meetings(session, row)[0]
        assert not work.meetings(session, row, work.SHOWN, meeting.firm_id)  # planned may still change
        assert [party.day_id for _, party in work.called(session, firm_actor("f1"))].count(day_id) == 1
    refused("WE404", database, write_note, firm_actor("f4"), meeting.id, "x", AT)
    refused("WE404", database, work.settle, BUYER, day_id, "none", "confirmed", AT)


STEPS = st.sampled_from(["call", "wish", "firm", "run", "settle", "confirm", "hold", "note", "follow", "cancel"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(STEPS, st.integers(0, 3)), max_size=10))
def test_whatever_is_pressed_states_follow_the_table(database: Database, steps: list[tuple[str, int]]) -> None:
    day_id, parties = calling(database)
    for step, which in steps:
        held = version(database, day_id)
        with database.session() as session:
            rows = work.meetings(session, session.get_one(MeetingDay, day_id))
        fixed = {(one.need, one.firm_id): (one.slot, one.table_number) for one in rows if one.state == "confirmed"}
        try:
            if step == "wish":
                wished(database, day_id, {("N1", f"f{which + 1}"): "1", ("N2", "f2"): "2"})
            elif step == "firm":
                by_firm(database, parties[f"f{which + 1}"], {"N1": "1"})
            elif step == "run":
                run(database, day_id, which)
                now_there = {pair: place[:2] for pair, place in programme(database, day_id).items()}
                assert fixed.items() <= now_there.items()
            else:
                with database.session() as session:
                    if step == "settle" and rows:
                        to = ("confirmed", "planned", "held", "missed")[which]
                        work.settle(session, BUYER, day_id, rows[which % len(rows)].id, to, DAY)
                    elif step == "note" and rows:
                        write_note(session, EDITOR, rows[which % len(rows)].id, "好", DAY)
                    elif step in ("call", "confirm", "hold", "follow", "cancel"):
                        name = {"follow": "follow_up"}.get(step, step)
                        getattr(work, name)(session, BUYER, day_id, held, DAY)
        except WebError as error:
            assert error.code in {"WE101", "WE102", "WE104", "WE106"}
    with database.session() as session:
        told = session.scalars(select(Event).where(Event.subject_id == day_id).order_by(Event.number)).all()
        for one in told:
            known = one.from_state is None or one.to_state in work.DAY.ways[one.from_state]
            assert known or one.from_state == one.to_state
        assert told[-1].to_state == session.get_one(MeetingDay, day_id).state
        problem_of(session, session.get_one(MeetingDay, day_id), Points.load())


# --- as pages ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[Home]:
    with quiet_home(tmp_path_factory.mktemp("meeting-pages"), parts) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(home: Home) -> FastAPI:
    return create_app(home)


@pytest.fixture(scope="module")
def world(home: Home) -> People:
    return people(home.database(), home.settings)


def test_the_pages_of_both_sides(app: FastAPI, home: Home, world: People) -> None:
    database, date = home.database(), (now() + timedelta(hours=8)).date().isoformat()
    buyer, other = world.organisation("buyer", "云桁采购"), world.organisation("buyer", "沐岑采购")
    firm, strange = world.organisation("firm", "甲", enterprise="f1"), world.organisation("firm", "乙", enterprise="f2")
    with database.session() as session:
        session.add(Need(id="need-1", title="谐波减速器", organisation_id=buyer, state="active"))
        made = Shortlist(organisation_id=buyer, need_id="need-1", title="减速器名单")
        session.add(made)
        session.flush()
        for ident, name in FIRMS.items():
            state = "rejected" if ident == "f4" else "kept"
            session.add(
                ShortlistItem(organisation_id=buyer, list_id=made.id, firm_id=ident, firm_name=name, state=state)
            )
    organiser = sign_in(app, world.login(buyer, "buyer_approver"))
    editor = sign_in(app, world.login(buyer, "buyer_editor"))
    assert "还没有对接会" in organiser.get("/meetings").text
    form = organiser.get(f"/meetings/new?list={made.id}").text
    assert "f1\nf2\nf3<" in form and "need-1<" in form and "\nf4" not in form
    key = re.findall(r'name="key" value="(\w+)"', form)[0]
    typed = {"title": "对接会一", "date": date, "needs": "need-1 | 王工", "firms": "f1\nf2", "key": key}
    bad = organiser.post("/meetings/new", data={**typed, "slots": "九点 | 十点"})
    assert bad.status_code == 422 and "九点 | 十点" in bad.text and "第 1 行" in bad.text and "WE100" in bad.text
    typed["slots"] = "09:00 | 09:25 | 1\n09:30 | 09:55 | 1"
    page = organiser.post("/meetings/new", data=typed).headers["location"]
    assert organiser.post("/meetings/new", data=typed).headers["location"] == page  # sent twice
    changed = organiser.post(f"{page}/edit", data={**typed, "title": "对接会二", "version": "9"})
    assert (
        changed.status_code == 409
        and "WE103" in changed.text
        and "对接会二" in changed.text
        and "对接会一" in changed.text
    )
    chosen = sends(changed.text, f"{page}/edit")
    assert "title" in chosen["merge"] and chosen["version"] == ["1"]
    assert organiser.post(f"{page}/edit", data=chosen | {f"merge.pick.{one}": ["mine"] for one in chosen["merge"]})
    assert organiser.post(f"{page}/edit", data={**typed, "title": "对接会二", "version": "2"}).status_code == 303

    def press(to: str, **more: str) -> int:
        held = re.findall(r'name="version" value="(\d+)"', organiser.get(page).text)
        return organiser.post(f"{page}/state", data={"to": to, "version": held[0] if held else "0", **more}).status_code

    owner, theirs = sign_in(app, world.login(firm, "firm_owner")), sign_in(app, world.login(strange, "firm_owner"))
    assert "对接会二" not in owner.get("/meetings").text
    assert editor.post(f"{page}/state", data={"to": "calling", "version": "2"}).status_code == 403
    assert press("calling") == 303 and press("calling") == 409
    own = re.findall(r'href="(/meetings/called/\w+)"', owner.get("/meetings").text)[0]
    asked = owner.get(own).text
    assert "请贵企业参加对接会" in owner.get("/inbox").text
    assert "谐波减速器" in asked and "示例企业2" not in asked
    seen = re.findall(r'name="seen" value="(\w+)"', asked)[0]
    kept = owner.post(own, data={"w:N1": "最想", "seen": seen})
    assert kept.status_code == 422 and 'value="最想"' in kept.text
    assert owner.post(own, data={"w:N1": "1", "most": "2", "absent": "S1", "seen": seen}).status_code == 303
    late = owner.post(own, data={"w:N1": "x", "seen": seen})
    assert late.status_code == 409 and "WE103" in late.text and 'value="x"' in late.text
    seen = re.findall(r'name="seen" value="(\w+)"', editor.get(f"{page}/wishes").text)[0]
    assert editor.post(f"{page}/wishes", data={"w:N1:f1": "2", "w:N1:f2": "1", "seen": seen}).status_code == 303
    assert "2 家企业里 1 家已写" in organiser.get(page).text

    assert press("assigned", seed="x") == 422 and press("assigned", seed="3") == 303
    shown = editor.get(page).text
    assert "种子 3" in shown and "已证明没有更好的排法" in shown
    assert "09:30" not in owner.get(own).text.partition("本企业的意愿")[0]  # not confirmed yet
    with database.session() as session:
        meeting = session.scalars(select(Meeting).where(Meeting.firm_id == "f1")).one().id
    assert organiser.post(f"{page}/meetings/{meeting}", data={"to": "confirmed"}).status_code == 303
    assert press("assigned") == 303 and "与上一次完全一样" in organiser.get(page).text
    with zipfile.ZipFile(io.BytesIO(editor.get(f"{page}/programme.xlsx").content)) as book:
        text = book.read("xl/sharedStrings.xml").decode()
        assert "示例企业1" in text and "示例企业2" in text and "<t>是</t>" in text
    assert press("confirmed") == 303
    mine = owner.get(own).text
    assert "确认了贵企业的场次" in owner.get("/inbox").text and "对接会二" not in editor.get("/inbox").text
    assert (
        "09:30–09:55" in mine
        and "示例企业2" not in mine
        and "09:00–09:25"
        in theirs.get(re.findall(r'href="(/meetings/called/\w+)"', theirs.get("/meetings").text)[0]).text
    )
    assert press("held") == 303
    assert "WE107" in editor.post(f"{page}/meetings/{meeting}/notes", data={"text": ""}).text
    assert press("followed_up") == 409
    with database.session() as session:
        ids = [one.id for one in session.scalars(select(Meeting).where(Meeting.day_id == page.rpartition("/")[2]))]
    for one in ids:
        assert editor.post(f"{page}/meetings/{one}/notes", data={"text": "要样品两件"}).status_code == 303
    assert owner.post(f"{own}/notes/{meeting}", data={"text": "价格未定"}).status_code == 303
    assert "价格未定" in owner.get(own).text and "要样品两件" not in owner.get(own).text
    assert "要样品两件" in organiser.get(page).text and "价格未定" not in organiser.get(page).text
    assert press("followed_up") == 303
    for address in ("/meetings", page, f"{page}/wishes", "/meetings/new"):
        assert organiser.get(f"{address}?lang=en").status_code == 200
    assert owner.get(f"{own}?lang=en").status_code == 200

    stranger = sign_in(app, world.login(other, "buyer_approver"))
    for method, client, address in (
        ("GET", stranger, page),
        ("GET", stranger, f"{page}/edit"),
        ("POST", stranger, f"{page}/edit"),
        ("POST", stranger, f"{page}/state"),
        ("GET", stranger, f"{page}/wishes"),
        ("POST", stranger, f"{page}/wishes"),
        ("GET", stranger, f"{page}/programme.xlsx"),
        ("POST", stranger, f"{page}/meetings/{meeting}"),
        ("POST", stranger, f"{page}/meetings/{meeting}/notes"),
        ("GET", stranger, f"/meetings/new?list={made.id}"),
        ("GET", theirs, own),
        ("POST", theirs, own),
        ("POST", theirs, f"{own}/notes/{meeting}"),
        ("GET", owner, page),
        ("GET", owner, f"{page}/programme.xlsx"),
    ):
        sent = {"to": "cancelled", "text": "x"} if method == "POST" else None
        assert client.request(method, address, data=sent).status_code == 404, address
    assert far_client(app).get(page).headers["location"].startswith("/login")
