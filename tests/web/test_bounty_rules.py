"""Rules of cities as data, bounties held against them, and deadlines that an injected clock ends and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.web.bounties import AT, actor, bounty, organisation
from web.db.bounties import Application, Bounty, Objection
from web.db.models import Event
from web.db.store import Database
from web.errors import WebError
from web.work.bounties.check import bounty_checks
from web.work.bounties.rules import OF_THE_BOUNTY, RuleSet, rule_sets, rules_of
from web.work.bounties.steps import end_due, extend

LAST = datetime(2026, 5, 31, 15, 59, tzinfo=UTC)
"""The last minute of the deadline's day in Beijing."""
OWN = "id: plain\ntitle: 本市规则\nsource: 市科技局\nrules:\n  - {kind: own_effort, text: 自身无法解决}\n"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'clock.db'}")
    yield opened
    opened.close()


def state(database: Database, key: str) -> str:
    with database.session() as session:
        return session.get_one(Bounty, key).state


def test_each_set_of_a_city_has_its_day_its_source_and_notices_of_a_day_or_more() -> None:
    found = rule_sets()
    assert {"plain", "changsha-2023", "ganzhou-2023", "ezhou-2024", "baoding-2023", "shijiazhuang-2022"} <= set(found)
    for one in found.values():
        assert one.notice_days >= 1 and one.award_notice_days >= 1 and 1 <= one.solvers_most <= 3
        if one.id != "plain":
            assert one.city and one.region and one.effective_from and one.source, one.id
    assert found["shijiazhuang-2022"].solvers_most == 3, "a horse race takes three at most"


def test_an_own_set_wins_and_a_bounty_keeps_the_one_that_it_was_handed_in_under(tmp_path: Path) -> None:
    kept = rule_sets()["plain"].model_dump(mode="json")
    (tmp_path / "plain.yml").write_text(OWN, "utf-8")
    assert rule_sets(tmp_path)["plain"].title == "本市规则" and rules_of(kept).title != "本市规则"
    (tmp_path / "bad.yml").write_text("id: bad\ntitle: x\nnotice_days: 0\n", "utf-8")
    with pytest.raises(WebError) as caught:
        rule_sets(tmp_path)
    assert caught.value.code == "WE150" and caught.value.file == "bad.yml" and "notice_days" in str(caught.value)


def verdicts(rules: RuleSet, **said: object) -> dict[str, str]:
    row = Bounty(title="x", state="draft")
    for name, value in said.items():
        setattr(row, name, value)
    return {one.rule.kind: one.verdict for one in bounty_checks(row, rules, "2026-05-04")}


def test_a_bountys_own_rules_pass_fail_or_are_unknown() -> None:
    ganzhou, ezhou = rule_sets()["ganzhou-2023"], rule_sets()["ezhou-2024"]
    names = ("funds_to_grant", "cash_to_grant", "years_at_most")
    assert verdicts(ganzhou) == dict.fromkeys(names, "unknown"), "what was not filled in is unknown, never zero"
    said = {"city_grant": 100, "own_funds": 400, "solver_cash": 40, "due": "2029-05-04"}
    assert verdicts(ganzhou, **said) == dict.fromkeys(names, "pass")
    less = {"city_grant": 100, "own_funds": 399, "solver_cash": 39, "due": "2029-05-05"}
    assert verdicts(ganzhou, **less) == dict.fromkeys(names, "fail")
    assert verdicts(ezhou, own_funds=300_000_000)["funds_at_least"] == "pass"
    assert verdicts(ezhou, own_funds=299_999_999)["funds_at_least"] == "fail", "3,000,000 yuan in whole fen"
    assert {rule.kind for one in rule_sets().values() for rule in one.rules} > set(OF_THE_BOUNTY) - {"own_effort"}


def test_a_deadline_ends_with_its_day_in_beijing_once_and_after_any_jump(database: Database) -> None:
    with database.session() as session:
        poster, host = organisation(session, "buyer", "云桁"), organisation(session, "organiser", "科技局")
        key = bounty(session, poster, host, "open").id
        demo = bounty(session, poster, host, "open", demo=True).id
    assert end_due(database, LAST) == [] and state(database, key) == "open"
    assert end_due(database, LAST.astimezone(tz=None)) == [], "whatever the zone of the clock is"
    assert end_due(database, AT - timedelta(days=400)) == [], "a clock that goes back moves nothing"
    assert end_due(database, LAST + timedelta(minutes=1)) == [key]
    other = Database(str(database.engine.url.render_as_string(hide_password=False)))  # as after a restart
    assert end_due(other, LAST + timedelta(days=900)) == [] and state(other, demo) == "open"
    other.close()
    with database.session() as session:
        moved = select(func.count()).where(Event.subject_id == key, Event.to_state == "closed")
        assert session.scalar(moved) == 1


def test_an_objection_holds_the_clock_and_a_late_day_ends_what_is_due(database: Database) -> None:
    with database.session() as session:
        poster, host = organisation(session, "buyer", "云桁"), organisation(session, "organiser", "科技局")
        firm = organisation(session, "firm", "甲")
        held, free = (bounty(session, poster, host, "award_notice") for _ in range(2))
        for row in (held, free):
            row.awarded, row.notice_until = "2026-05-02", "2026-05-10"
            session.add(Application(organisation_id=firm.id, bounty_id=row.id, firm_name="甲", state="selected"))
        session.add(Objection(bounty_id=held.id, notice="award_notice", text="不公平", state="open"))
        ids = (held.id, free.id)
    assert end_due(database, AT + timedelta(days=365)) == [ids[1]]
    assert [state(database, key) for key in ids] == ["award_notice", "contracted"]


def test_a_deadline_is_moved_once_before_it_is_over(database: Database) -> None:
    with database.session() as session:
        poster, host = organisation(session, "buyer", "云桁"), organisation(session, "organiser", "科技局")
        row, lead = bounty(session, poster, host, "open"), actor(host, "organiser")
        for until, at in (("2026-05-30", AT), ("2026-06-30", LAST + timedelta(minutes=1)), ("kein Tag", AT)):
            with pytest.raises(WebError) as caught:
                extend(session, lead, row.id, until, at)
            assert caught.value.code == "WE158"
        extend(session, lead, row.id, "2026-06-30", LAST)
        assert (row.deadline, row.extended_from) == ("2026-06-30", "2026-05-31")
        with pytest.raises(WebError) as caught:
            extend(session, lead, row.id, "2026-07-31", LAST)
        assert caught.value.code == "WE158"
