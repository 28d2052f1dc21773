"""The cultivation pool in its store: entry, steps with their history, removal and re-entry, what a day brings about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kg.tier import Said, courses
from web.accounts.actor import Actor
from web.db.accounts import Membership, Organisation, User
from web.db.models import Event
from web.db.pool import PoolEntry, PoolStep
from web.db.store import Database
from web.db.watches import Notice
from web.errors import UnusableError, WebError
from web.work.pool import below as pool_below
from web.work.pool import difficulty as pool_difficulty
from web.work.pool import draw as pool_draw
from web.work.pool import inspection as pool_inspection
from web.work.pool import pool
from web.work.pool.calendar import calendar, months_later
from web.work.pool.due import pool_due

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
COUNTY = Actor("c1", "经办", "bureau", "authority", roles=frozenset({"county"}), organisation_name="某区经信局")
PROPOSER = Actor("o1", "推荐", "bureau", "authority", roles=frozenset({"organiser"}))
OTHER = Actor("c2", "别区", "elsewhere", "authority", roles=frozenset({"county"}))
FIRM = Actor("f1", "企业", "firm-1", "firm", "e1", frozenset({"firm_owner"}))
FIRMS = [pool.Firm(f"e{n}", f"示例企业{n}", "330203" if n < 3 else "") for n in range(1, 5)]
IN_POOL = {"tier": "little_giant", "until": "2029-05-03", "recheck": "2027-05-03"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the newest schema, to be copied: to bring one there is what takes time."""
    path = tmp_path_factory.mktemp("pool") / "bulian.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{copyfile(empty, tmp_path / 'bulian.db')}")
    with opened.session() as session:
        session.add(Organisation(id="bureau", name="某区经信局", kind="authority", region="330200"))
        session.add(Organisation(id="elsewhere", name="别区经信局", kind="authority", region="330100"))
        session.add(Organisation(id="firm-1", name="示例企业1", kind="firm", enterprise_id="e1"))
        for user, place, role in (("c1", "bureau", "county"), ("f1", "firm-1", "firm_owner")):
            session.add(User(id=user, login=user, name=user))
            session.flush()
            session.add(Membership(user_id=user, organisation_id=place, role=role))
    yield opened
    opened.close()


def entered(session: Session, state: str = "in_pool", **values: Any) -> list[PoolEntry]:
    return pool.add(session, COUNTY, FIRMS, state, IN_POOL | values, "首批", AT).done


def wrong_of(error: pytest.ExceptionInfo[WebError]) -> dict[str, str]:
    assert isinstance(error.value, UnusableError)
    return error.value.wrong


def test_firms_enter_once_and_only_in_their_district(database: Database) -> None:
    with database.session() as session:
        assert [one.state for one in entered(session)] == ["in_pool"] * 4
        again = pool.add(session, COUNTY, FIRMS, "candidate", IN_POOL, "", AT)
        assert not again.done and {one.code for one in again.refused} == {"WE194"}
        far = pool.add(session, OTHER, FIRMS, "candidate", IN_POOL, "", AT)
        assert [one.code for one in far.refused] == ["WE195", "WE195"] and len(far.done) == 2, (
            "unknown places may enter"
        )
        assert [one.firm_id for one in pool.entries(session, COUNTY, pool.Asked(district="330200"))] == ["e1", "e2"]
        assert len(pool.entries(session, COUNTY, pool.Asked(district="unknown"))) == 2
        for actor, state in ((PROPOSER, "in_pool"), (COUNTY, "recognised")):
            with pytest.raises(UnusableError):
                pool.add(session, actor, [pool.Firm("e9", "示例企业9")], state, IN_POOL, "", AT)
        assert pool.add(session, PROPOSER, [pool.Firm("e9", "示例企业9")], "candidate", IN_POOL, "", AT).done
        for values in ({"until": "2026-05-03"}, {"until": "sometime"}, {"district": "没有这个地方"}, {"tier": "best"}):
            with pytest.raises(UnusableError) as caught:
                pool.add(session, COUNTY, [pool.Firm("e8", "示例企业8")], "in_pool", IN_POOL | values, "", AT)
            assert set(wrong_of(caught)) == set(values)
        for actor, code in ((OTHER, "WE404"), (FIRM, "WE032"), (Actor(), "WE401")):
            with pytest.raises(WebError) as refused:
                pool.one(session, actor, pool.entries(session, COUNTY)[0].id)
            assert refused.value.code == code


def test_removal_has_a_reason_and_a_removed_firm_comes_back_after_its_ban_with_its_history(database: Database) -> None:
    with database.session() as session:
        row = entered(session)[0]
        with pytest.raises(UnusableError) as caught:
            pool.move(session, COUNTY, row, "removed", {}, " ", AT)
        assert wrong_of(caught) == {"reason": "empty"}
        pool.move(session, COUNTY, row, "removed", {"ban": "2027-05-04"}, "弄虚作假", AT)
        session.flush()
        early = pool.add(session, COUNTY, FIRMS[:1], "in_pool", IN_POOL, "", AT)
        assert [one.code for one in early.refused] == ["WE193"]
        with pytest.raises(WebError) as refused:
            pool.move(session, COUNTY, row, "recognised", {}, "", AT)
        assert refused.value.code == "WE191"
        late = AT.replace(year=2027)
        assert pool.add(session, COUNTY, FIRMS[:1], "in_pool", {**IN_POOL, "recheck": ""}, "整改到位", late).done == [
            row
        ]
        told = [(one.before, one.state, one.round, one.reason) for one in reversed(pool.history(session, row))]
        assert told == [
            (None, "in_pool", 1, "首批"),
            ("in_pool", "removed", 1, "弄虚作假"),
            ("removed", "candidate", 2, "整改到位"),
            ("candidate", "in_pool", 2, "整改到位"),
        ]
        assert (row.ban, row.recheck, row.reason) == (None, None, "")
        pool.move(session, COUNTY, row, "removed", {"ban": "2027-05-04"}, "误办", late)
        pool.move(session, COUNTY, row, "candidate", {"ban": "2027-05-04"}, "", late)
        assert (row.ban, row.round) == (None, 3) and len(pool.histories(session, COUNTY)[row.id]) == 6
        events = session.scalars(select(Event).where(Event.subject_id == row.id)).all()
        assert [one.to_state for one in events][:4] == [state for _, state, *_ in told]
        assert [one.told["step"] for one in session.scalars(select(Notice).where(Notice.user_id == "f1"))] == [
            "in_pool",
            "removed",
            "in_pool",
            "removed",
        ]
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(text("UPDATE pool_step SET reason = 'x'"))


def test_several_firms_take_one_step_and_those_that_cannot_are_named(database: Database) -> None:
    with database.session() as session:
        rows = entered(session)
        pool.move(session, COUNTY, rows[2], "removed", {}, "迁出", AT)
        session.flush()
        chosen = [(row.id, row.version) for row in rows]
        pool.move(session, COUNTY, rows[3], "", {"tier": "champion"}, "", AT)
        session.flush()
        done = pool.move_several(session, COUNTY, chosen, "applied", {"recheck": "2028-01-01"}, "第五批", AT)
        assert done.done == rows[:2] and [one.code for one in done.refused] == ["WE191", "WE192"]
        assert {row.state for row in done.done} == {"applied"} and rows[0].until == "2029-05-03"
        bulk = {pool.history(session, row)[0].bulk for row in done.done}
        assert len(bulk) == 1 and "" not in bulk
        for chosen_now, to, word in (([], "applied", "entry"), (chosen, "", "to"), (chosen[:1], "removed", "reason")):
            with pytest.raises(UnusableError) as caught:
                pool.move_several(session, COUNTY, chosen_now, to, {}, "", AT)
            assert set(wrong_of(caught)) == {word}
        assert sum(count for *_, count in pool.counts(session, COUNTY)) == 4


def test_days_bring_rechecks_and_ends_and_tell_before(database: Database) -> None:
    with database.session() as session:
        rows = [one.id for one in entered(session)]
        pool.move(session, COUNTY, session.get_one(PoolEntry, rows[1]), "recognised", {"recheck": ""}, "", AT)
    assert pool_due(database, AT) == []
    before = datetime(2027, 4, 20, 1, tzinfo=UTC)
    assert pool_due(database, before) == pool_due(database, before) == []
    due = datetime(2027, 5, 2, 16, tzinfo=UTC)  # the day begins in Beijing
    assert set(pool_due(database, due)) == {rows[0], rows[2], rows[3]} and pool_due(database, due) == []
    with database.session() as session:
        told = session.scalars(select(Notice).where(Notice.user_id == "c1")).all()
        assert sorted(one.told["name"] for one in told) == ["示例企业1", "示例企业3", "示例企业4"], "each day once"
        row = session.get_one(PoolEntry, rows[0])
        assert row.state == "recheck_due"
        pool.move(session, COUNTY, row, "rechecked", {}, "", due)
        assert (row.state, row.recheck, row.until) == ("rechecked", None, "2029-05-03")
    assert set(pool_due(database, datetime(2029, 5, 3, 16, tzinfo=UTC))) == set(rows)
    with database.session() as session:
        steps = session.scalars(select(PoolStep).where(PoolStep.entry_id == rows[1]).order_by(PoolStep.number)).all()
        assert [(one.state, one.by) for one in steps] == [("in_pool", "c1"), ("recognised", "c1"), ("lapsed", "clock")]


def test_a_firm_sees_its_entry_from_the_invitation_on(database: Database) -> None:
    with database.session() as session:
        row = entered(session, "candidate")[0]
        assert not pool.own(session, ["e1"])
        pool.move(session, COUNTY, row, "removed", {}, "不符合", AT)
        session.flush()
        assert not pool.own(session, ["e1"]) and not session.scalars(select(Notice)).all()
        pool.add(session, COUNTY, FIRMS[:1], "invited", IN_POOL, "", AT)
        assert [one.state for one in pool.own(session, ["e1"])] == ["invited"]


def test_a_draw_comes_out_the_same_from_seed_and_list_whatever_comes_later(database: Database) -> None:
    with database.session() as session:
        rows = entered(session)
        asked = pool.Asked(state="members")
        row = pool_draw.draw(session, COUNTY, asked, "下半年", 2, "", "0417", AT, "k1")
        assert pool_draw.draw(session, COUNTY, asked, "下半年", 2, "", "0417", AT, "k1") is row, "sent twice"
        by_hand = sorted(rows, key=lambda one: sha256(f"0417\n{one.id}".encode()).hexdigest())
        assert row.drawn == [one.id for one in by_hand[:2]]
        pool.move(session, COUNTY, by_hand[0], "removed", {}, "迁出", AT)
        session.flush()
        assert pool_draw.drawn_again(row), "the list of that day is kept"
        other = pool_draw.draw(session, COUNTY, asked, "再抽", 1, "district", "", AT)
        assert len(other.frame) == 3 and other.seed.isdigit() and pool_draw.drawn_again(other)
        assert sorted({one["district"] for one in other.frame if one["entry"] in other.drawn}) == ["", "330203"]
        for size, seed, field in ((9, "", "size"), (0, "", "size"), (1, "x" * 65, "seed")):
            with pytest.raises(UnusableError) as caught:
                pool_draw.draw(session, COUNTY, asked, "再抽", size, "", seed, AT)
            assert set(wrong_of(caught)) == {field}
        with pytest.raises(WebError) as refused:
            pool_draw.one_draw(session, OTHER, row.id)
        assert refused.value.code == "WE404"
        spread = [one for seed in range(60) for one in pool_draw.drawn(other.frame, str(seed), 1)]
        assert len(set(spread)) == 3, "another seed, another firm"


def test_the_calendar_has_own_days_and_ends_of_titles_in_order(database: Database) -> None:
    with database.session() as session:
        rows = entered(session)
        pool.move(session, COUNTY, rows[3], "removed", {"ban": "2026-12-01"}, "迁出", AT)
        titles = {
            "e1": courses([Said("little_giant", "recognised", "2024-07", fact="s1")], "2026-05-04"),
            "e2": courses([Said("specialised", "notice", "2024", valid_to="2026-06-30", fact="s2")], "2026-05-04"),
            "e4": courses([Said("champion", "recognised", "2024-07")], "2026-05-04"),
        }
        found = calendar(rows, titles, [], "2026-05-04", "2027-07-31")
        assert [(one.day, one.kind, one.entry.firm_id, one.reckoned, one.unsure) for one in found] == [
            ("2026-06-30", "title", "e2", False, True),
            ("2026-12-01", "ban", "e4", False, False),
            ("2027-05-03", "recheck", "e1", False, False),
            ("2027-05-03", "recheck", "e2", False, False),
            ("2027-05-03", "recheck", "e3", False, False),
            ("2027-07-31", "title", "e1", True, False),
        ]
        assert (found[-1].said, found[-1].fact) == ("2027-07", "s1")
    assert str(months_later(date(2026, 8, 31), 6)) == "2027-02-28"
    assert str(months_later(date(2026, 12, 31), -6)) == "2026-06-30"


def test_a_difficulty_goes_to_a_department_with_a_day_and_its_answer_is_kept(database: Database) -> None:
    with database.session() as session:
        session.add(Organisation(id="land", name="某区自然资源局", kind="authority"))
        session.flush()
        session.add(Membership(user_id="f1", organisation_id="land", role="county"))
        entry = entered(session)[0]
        row = pool_difficulty.raise_one(session, FIRM, entry, "land", "厂房不够", "要 2000 平方米", AT, "k")
        assert pool_difficulty.raise_one(session, FIRM, entry, "land", "厂房不够", "要 2000 平方米", AT, "k") is row
        land = Actor("l1", "承办", "land", "authority", roles=frozenset({"county"}))
        for actor, code in ((OTHER, "WE404"), (land, "WE404"), (PROPOSER, "WE032"), (Actor(), "WE401")):
            with pytest.raises(WebError) as refused:
                pool_difficulty.one_difficulty(session, actor, row.id)
            assert refused.value.code == code
        with pytest.raises(UnusableError) as caught:
            pool_difficulty.assign(session, COUNTY, row, "", "2026-05-03", "", AT)
        assert wrong_of(caught) == {"department": "empty", "deadline": "past"}
        pool_difficulty.assign(session, COUNTY, row, "某区自然资源局", "2026-05-20", "请办", AT)
        assert [one.id for one in pool_difficulty.difficulties(session, land)] == [row.id]
        found, side = pool_difficulty.one_difficulty(session, land, row.id)
        with pytest.raises(WebError) as refused:
            pool_difficulty.close(session, land, found, side, "好了", AT)
        assert refused.value.code == "WE197"
        difficulty = row.id
    for day in (16, 16, 21, 22):
        pool_due(database, AT.replace(day=day))
    pool_due(database, AT.replace(day=18))
    with database.session() as session:
        told = session.scalars(select(Notice).where(Notice.user_id == "c1", Notice.kind == "deadline")).all()
        assert [one.told["step"] for one in told] == ["over", "near"], "each once"
        row, side = pool_difficulty.one_difficulty(session, land, difficulty)
        pool_difficulty.answer(session, land, row, side, "有一处标准厂房", AT)
        pool_difficulty.again(session, FIRM, row, "firm", "太远", AT)
        pool_difficulty.answer(session, COUNTY, row, "bureau", "另有一处", AT)
        pool_difficulty.close(session, FIRM, row, "firm", "", AT)
        said = [(one.side, one.state, one.text) for one in pool_difficulty.replies(session, row)]
        assert said == [
            ("firm", "raised", "要 2000 平方米"),
            ("bureau", "assigned", "请办"),
            ("department", "answered", "有一处标准厂房"),
            ("firm", "raised", "太远"),
            ("bureau", "answered", "另有一处"),
            ("firm", "closed", ""),
        ]
        seen = session.scalars(select(Notice).where(Notice.user_id == "f1", Notice.organisation_id == "firm-1")).all()
        assert [one.told["step"] for one in seen if one.told["what"] == "difficulty"] == [
            "assigned",
            "answered",
            "answered",
        ]
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(text("DELETE FROM pool_reply"))


FOUND = {"day": "2026-05-02", "inspector": "检查组", "result": "to_mend", "finding": "研发台账不全"}


def test_what_an_inspection_found_is_kept_until_it_is_mended(database: Database) -> None:
    with database.session() as session:
        rows = entered(session)
        draw = pool_draw.draw(session, COUNTY, pool.Asked(state="members"), "上半年", 2, "", "0417", AT)
        asked = FOUND | {"deadline": "2026-05-20"}
        for values, wrong in (
            (FOUND, {"deadline": "empty"}),
            (asked | {"day": "2026-05-05", "finding": ""}, {"day": "future", "finding": "empty"}),
            (asked | {"result": "in_order", "inspector": " "}, {"deadline": "to_mend", "inspector": "empty"}),
            (asked | {"deadline": "2026-05-01", "mended": "2026-06-01"}, {"deadline": "before", "mended": "future"}),
        ):
            with pytest.raises(UnusableError) as caught:
                pool_inspection.record(session, COUNTY, draw.drawn[:1], values, AT, draw)
            assert wrong_of(caught) == wrong
        undrawn = next(row.id for row in rows if row.id not in draw.drawn)
        with pytest.raises(UnusableError) as caught:
            pool_inspection.record(session, COUNTY, [undrawn], asked, AT, draw)
        assert wrong_of(caught) == {"entry": "empty"}
        for _ in range(2):  # the same form sent twice
            done = pool_inspection.record(session, COUNTY, draw.drawn, asked, AT, draw, "k")
            assert len(done.done) == 2 and not done.refused
        again = pool_inspection.record(session, COUNTY, draw.drawn[:1], asked, AT, draw, "other")
        assert [one.code for one in again.refused] == ["WE198"] and not again.done
        assert set(pool_inspection.of_draws(session, COUNTY)[draw.id]) == set(draw.drawn)
        entry = draw.drawn[0]
        (found,) = pool_inspection.inspections(session, [entry])[entry]
        days = calendar(rows, {}, [], "2026-05-04", "2026-06-30", pool_inspection.to_mend(session, ["bureau"]))
        assert [(one.kind, one.day, one.words) for one in days] == [("mend", "2026-05-20", "研发台账不全")] * 2
        mended = asked | {"mended": "2026-05-04", "note": "台账已补齐"}
        pool_inspection.change(session, COUNTY, entry, found.now.inspection, mended, 1, AT)
        pool_inspection.change(session, COUNTY, entry, found.now.inspection, mended, 2, AT)
        with pytest.raises(WebError) as refused:
            pool_inspection.change(session, COUNTY, entry, found.now.inspection, mended, 1, AT)
        assert refused.value.code == "WE192"
        (now_is,) = pool_inspection.inspections(session, [entry])[entry]
        assert [(one.number, one.mended, one.note) for one in now_is.rows] == [
            (2, "2026-05-04", "台账已补齐"),
            (1, None, ""),
        ]
        for actor, code in ((OTHER, "WE404"), (PROPOSER, "WE032"), (FIRM, "WE032")):
            with pytest.raises(WebError) as refused:
                pool_inspection.record(session, actor, [entry], asked, AT)
            assert refused.value.code == code
        assert not pool_inspection.record(session, COUNTY, [entry], asked | {"finding": "再查"}, AT).refused, "no draw"
        assert [one.finding for one in pool_inspection.to_mend(session, ["bureau"])].count("研发台账不全") == 1
    for day in (14, 14, 21):
        pool_due(database, AT.replace(day=day))
    with database.session() as session:
        told = session.scalars(select(Notice).where(Notice.user_id == "c1", Notice.kind == "deadline")).all()
        steps = sorted(one.told["step"] for one in told if one.told["what"] == "inspection")
        assert steps == ["near", "near", "over", "over"], "each once, of what is not mended"
    with pytest.raises(IntegrityError), database.session() as session:
        session.execute(text("UPDATE pool_inspection SET finding = 'x'"))


def test_the_firm_is_told_what_was_found_once_it_is_invited(database: Database) -> None:
    with database.session() as session:
        rows = entered(session, "candidate")
        pool_inspection.record(session, COUNTY, [rows[0].id], FOUND | {"deadline": "2026-05-20"}, AT)
        assert not session.scalars(select(Notice)).all()
        pool.move(session, COUNTY, rows[0], "in_pool", {}, "", AT)
        session.flush()
        pool_inspection.record(session, COUNTY, [rows[0].id], FOUND | {"result": "in_order", "finding": ""}, AT)
        told = [one.told for one in session.scalars(select(Notice).where(Notice.user_id == "f1"))]
        assert [(one["what"], one["step"]) for one in told] == [("pool", "in_pool"), ("inspection", "in_order")]


def test_a_city_reads_the_pools_of_its_counties_and_these_their_own(database: Database) -> None:
    county = Actor("d1", "区经办", "district", "authority", roles=frozenset({"county"}))
    clerk = Actor("a1", "分析员", "bureau", "authority", roles=frozenset({"analyst"}))
    with database.session() as session:
        session.add(Organisation(id="district", name="海曙区经信局", kind="authority", region="330203"))
        session.add(Organisation(id="buyer", name="某公司", kind="buyer", region="330203"))
        session.flush()
        own = entered(session)
        theirs = pool.add(session, county, [FIRMS[0], pool.Firm("e9", "区里的企业")], "in_pool", IN_POOL, "", AT).done
        pool_inspection.record(session, county, [theirs[0].id], FOUND | {"deadline": "2026-05-03"}, AT)
        assert [one.id for one in pool_below.below(session, COUNTY)] == ["district"]
        assert not pool_below.below(session, county) and not pool_below.below(session, OTHER)
        (counted,) = pool_below.pools_below(session, COUNTY, AT.replace(year=2028))
        assert (counted.firms, dict(counted.states), counted.newest, counted.quiet) == (
            2,
            {"in_pool": 2},
            "2026-05-04",
            2,
        )
        assert pool.one(session, COUNTY, theirs[0].id) is theirs[0]
        listed = pool.entries(session, COUNTY, pool.Asked(state="members"), of="district")
        assert {one.id for one in listed} == {one.id for one in theirs}
        assert not {one.id for one in pool.entries(session, COUNTY)} & {one.id for one in theirs}, "two pools"
        row, found = pool_inspection.one_inspection(
            session, COUNTY, theirs[0].id, pool_inspection.to_mend(session, ["district"])[0].inspection
        )
        assert row is theirs[0] and found.waits()
        both = [(one.id, one.version) for one in (own[0], theirs[0])]
        for act in (
            lambda: pool.move_several(session, COUNTY, both, "applied", {}, "", AT),
            lambda: pool.move(session, COUNTY, theirs[0], "applied", {}, "", AT),
            lambda: pool_inspection.record(session, COUNTY, [theirs[0].id], FOUND | {"deadline": "2026-06-01"}, AT),
            lambda: pool_inspection.change(session, COUNTY, row.id, found.now.inspection, FOUND, 1, AT),
            lambda: pool.entries(session, county, of="bureau"),
            lambda: pool.one(session, county, own[0].id),
            lambda: pool.entries(session, COUNTY, of="elsewhere"),
        ):
            with pytest.raises(WebError) as refused:
                act()
            assert refused.value.code == "WE404"
        with pytest.raises(WebError) as refused:
            pool.entries(session, clerk, of="district")
        assert refused.value.code == "WE032", "counts alone"
        done = pool.move_several(session, county, [(one.id, one.version) for one in theirs], "applied", {}, "", AT)
        assert len(done.done) == 2
        assert pool.entries(session, clerk, right=pool.READ, of="district")
