"""Bounties: from their lines to the store, the graph, the ranker; what may be seen in which state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from kg.errors import BulianError
from kg.rebuild import digest
from web.db.bounties import Bounty
from web.db.models import Event, Need, Outbox
from web.db.store import Database, alembic_config
from web.errors import WebError
from web.home import Home
from web.jobs.bounties import SHOWN_AS, bounty_fields, public_terms, shown_as
from web.jobs.demo import demo_folder
from web.jobs.graph import settle
from web.jobs.ingest import ingest
from web.jobs.needs import deliver, move, read_bounties, read_needs, shown_gap
from web.jobs.rebuild import rebuild

DEMO = demo_folder()
LINE: dict[str, Any] = {
    "id": "b1",
    "title": "超低温动密封技术",
    "state": "open",
    "poster": "无名公司",
    "published": "2026-10-28",
    "deadline": "2027-01-31",
    "amount": 3500000.5,
    "trl": 5,
    "products": ["低温动密封"],
    "targets": [
        {"name": "工作温度", "operator": "<=", "value": -162, "unit": "摄氏度", "method": None},
        {"name": "可靠"},
    ],
}


def fail(error: BulianError) -> None:
    raise error


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def bounty(**change: Any) -> Bounty:
    return Bounty(id="b1", **bounty_fields({**LINE, **change}))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"state": "awarded"}, "state"),
        ({"published": None}, "published"),
        ({"published": "2026-02-30"}, "published"),
        ({"published": 20261028}, "published"),
        ({"deadline": "2026-10-01"}, "deadline"),
        ({"amount": "350万元"}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": float("nan")}, "amount"),
        ({"trl": 10}, "trl"),
        ({"trl": True}, "trl"),
        ({"poster": None}, "poster"),
        ({"targets": [{"name": "寿命", "operator": "about", "value": 3}]}, "targets.0.operator"),
        ({"targets": [{"name": "寿命", "operator": ">="}]}, "operator and value"),
        ({"targets": [{"name": "压力", "operator": "range", "value": 2, "value_max": 1}]}, "value_max"),
        ({"targets": [{"operator": ">=", "value": 1}]}, "targets.0.name"),
        ({"targets": "许多"}, "targets"),
        ({"team": [{"name": "甲公司", "role": "boss"}]}, "team.0.role"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(change: dict[str, Any], where: str) -> None:
    with pytest.raises(WebError) as caught:
        bounty_fields({**LINE, **change})
    assert caught.value.code == "WE018" and where in caught.value.reason and caught.value.hint


def test_sums_are_whole_fen_in_the_store_and_yuan_in_the_graph() -> None:
    assert bounty().amount == 350000050 and public_terms(bounty())["amount"] == 3500000.5


@pytest.mark.parametrize("state", SHOWN_AS)
def test_the_award_is_shown_from_its_notice_on(state: str) -> None:
    one = bounty(state=state, team=[{"name": "甲公司", "role": "lead"}], awarded="2026-11-01")
    terms, seen = public_terms(one), shown_as(one)
    hidden = {"draft", "submitted", "returned", "county_review", "expert_review", "withdrawn"}
    assert (seen is None) == (state in hidden)
    awarded = seen in ("award_notice", "contracted", "acceptance", "settled", "terminated")
    assert bool(terms["team"]) == bool(terms["awarded"]) == awarded or state == "objection"
    assert terms["award_status"] in ("final", "notice" if state in ("award_notice", "objection") else "final", None)


def test_an_objection_is_shown_as_the_notice_that_it_is_raised_against() -> None:
    assert shown_as(bounty(state="objection")) == "notice"
    assert shown_as(bounty(state="objection", team=[{"name": "甲公司"}])) == "award_notice"


def test_a_gap_that_its_firm_states_does_not_say_who_posts_without_a_name() -> None:
    stated, counted = "depends_on:robot:rv:330200:2026-01-01:f1", "few:robot:rv:330200:2026-01-01"
    for gap, anonymous, shown in ((stated, True, None), (stated, False, stated), (counted, True, counted)):
        assert shown_gap(Bounty(title="柔轮", gap=gap, anonymous=anonymous)) == shown


def test_the_day_of_acceptance_is_shown_from_then_on() -> None:
    for state, day in (("running", None), ("acceptance", "2027-05-01"), ("settled", "2027-05-01"), ("failed", None)):
        assert public_terms(bounty(state=state, accepted="2027-05-01"))["accepted"] == day


def test_a_store_with_needs_becomes_one_with_bounties(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'work.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        connection.execute(
            text(
                "INSERT INTO need (id, version, created, title, products, text, conditions, buyer, state, visibility,"
                " demo) VALUES ('n1', 1, '2026-01-01 00:00:00', '柔轮', '[]', '', '{}', '', 'active', 'public', 0)"
            )
        )
    engine.dispose()
    database = Database(url)
    with database.session() as session:
        session.add(bounty())
    with database.session() as session:
        assert [(type(need), need.kind) for need in session.query(Need).order_by(Need.id)] == [
            (Bounty, "bounty"),
            (Need, "need"),
        ]
        session.get_one(Bounty, "b1").trl = 6
    with database.session() as session:
        assert session.get_one(Bounty, "b1").version == 2, "a change of the terms alone is a new version too"
    database.close()


@pytest.mark.graph
def test_bad_lines_are_refused_by_their_place_and_the_rest_is_loaded(home: Home, tmp_path: Path) -> None:
    read_needs(home, write(tmp_path / "needs.jsonl", {"id": "n1", "title": "柔轮"}), fail)
    path = write(
        tmp_path / "bounties.jsonl",
        LINE,
        [],
        {**LINE, "id": "b2", "trl": "five"},
        {**LINE, "id": "n1"},
        {**LINE, "id": "b3", "conditions": {"all": [{"field": "region", "op": "beside", "value": "1"}]}},
        {**LINE, "id": "b4", "title": "波纹管密封", "products": ["波纹管"]},
    )
    refused: list[BulianError] = []
    read = read_bounties(home, path, refused.append)
    assert read.new == read.all == 2
    assert [(error.file, error.place, error.code) for error in refused] == [
        ("bounties.jsonl", "line 2", "WE011"),
        ("bounties.jsonl", "b2", "WE018"),
        ("bounties.jsonl", "n1", "WE019"),
        ("bounties.jsonl", "b3", "MA001"),
    ]
    assert all(error.hint for error in refused)
    read_needs(home, write(tmp_path / "needs.jsonl", {"id": "b1", "title": "柔轮"}), refused.append)
    assert refused[-1].code == "WE019"


@pytest.mark.graph
def test_a_bounty_follows_its_states(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "bounties.jsonl"
    read_bounties(home, write(path, {**LINE, "state": "county_review", "published": None}), fail)
    deliver(home)
    assert home.graph().counts().labels.get("Bounty", 0) == 0, "nobody sees what is under review"
    read_bounties(home, write(path, LINE), fail)
    assert deliver(home) == 1 and deliver(home) == 0
    counts = home.graph().counts()
    assert (counts.labels["Bounty"], counts.labels["Target"], counts.types["HAS_TARGET"]) == (1, 2, 2)
    assert counts.types["ASKS_FOR"] == 1 and "POSTED" not in counts.types
    assert read_bounties(home, path, fail).unchanged == 1
    assert read_bounties(home, write(path, {**LINE, "targets": LINE["targets"][:1]}), fail).changed == 1
    deliver(home)
    assert home.graph().counts().labels["Target"] == 1
    before = digest(home.graph())
    rebuild(home)
    assert digest(home.graph()) == before
    with home.database().session() as session:
        moves = [(one.from_state, one.to_state) for one in session.query(Event).filter_by(subject="bounty")]
        assert moves == [(None, "draft"), ("draft", "county_review"), ("county_review", "open")]
        with pytest.raises(WebError) as caught:
            move(session, session.get_one(Bounty, "b1"), "withdrawn", actor="operator")
        assert caught.value.code == "WE013"
    read_bounties(home, write(path, {**LINE, "state": "withdrawn"}), fail)
    deliver(home)
    assert not {"Bounty", "Target", "Product"} & {name for name, n in home.graph().counts().labels.items() if n}
    with home.database().session() as session:
        assert all(row.done for row in session.query(Outbox))


@pytest.mark.graph
def test_poster_and_solvers_are_linked_when_they_become_known(home: Home) -> None:
    read_bounties(home, DEMO / "bounties.jsonl", fail, demo=True)
    settle(home)
    graph = home.graph()
    assert "AWARDED_TO" not in graph.counts().types
    ingest(home, sorted((DEMO / "documents").glob("b0*.html")), fail)
    rows = graph.read_statement(
        "MATCH (b:Bounty)-[a:AWARDED_TO]->(e) RETURN b.id AS id, e.name AS name, a.role AS role, a.status AS status"
    )
    assert rows and {(row["id"], row["status"]) for row in rows} == {("demo-b1", "final")}
    before = digest(graph)
    rebuild(home)
    assert digest(graph) == before
