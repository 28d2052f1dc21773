"""Decisions on identity in a data folder over the real Neo4j: kept for good, replayed, taken back, asked twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from kg.identity.decide import LARGE, DecisionRefusedError
from kg.rebuild import digest
from kg.records import DocumentId, record_id
from tests.kg.worlds import World, document, firm, product
from web.db import models
from web.errors import WebError
from web.home import Home
from web.jobs.decisions import Asked, decide, plan
from web.jobs.graph import settle
from web.jobs.rebuild import rebuild

pytestmark = pytest.mark.graph

CODE, OTHER = "91330200MA0000001X", "91330200MA0000002W"
OLD, NEW, LIST = document("old", "2020-01-01"), document("new", "2024-01-01"), document("list", "2022-05-01")
LONG, SHORT, CODED = firm("启朔精工有限公司"), firm("启朔机械有限公司"), firm("岚芯电子有限公司", CODE)


def world() -> World:
    made = World()
    made.say(OLD, LONG, "PRODUCES", product("柔轮"))
    made.say(NEW, SHORT, "PRODUCES", product("柔轮"), share=12)
    made.say(NEW, CODED, "PRODUCES", product("电机"))
    made.say(LIST, LONG, "PRODUCES", product("减速器"))
    made.say(LIST, firm("昱阳传感有限公司", OTHER), "PRODUCES", product("编码器"))
    return made


def load(home: Home, made: World, extractor: str = "rules") -> None:
    """Write what the world says, as `ingest` leaves it, and settle."""
    for doc in made.documents.values():
        home.documents.add(doc.name.encode(), text=doc.name, name=doc.name, published=doc.published)
        home.journal.write(doc.id, extractor, [fact for fact in made.facts if fact.document == doc.id])
        with home.database().session() as session:
            row = session.scalar(select(models.Document).where(models.Document.sha256 == doc.id))
            if row is None:
                row = models.Document(sha256=doc.id, name=doc.name, kind="filing")
                session.add(row)
            row.state = "read"
    settle(home)


def firms(home: Home) -> dict[str, list[str]]:
    rows = home.graph().read_statement(
        "MATCH (e:Enterprise)<-[:IDENTIFIES]-(r) RETURN e.name AS name, collect(r.id) AS records"
    )
    return {row["name"]: sorted(row["records"]) for row in rows}


def check(home: Home) -> None:
    """A rebuild makes the same graph."""
    found = digest(home.graph())
    rebuild(home)
    assert digest(home.graph()) == found


A, B, C = record_id(OLD, LONG), record_id(NEW, SHORT), record_id(NEW, CODED)
A2 = record_id(LIST, LONG)
D = record_id(LIST, firm("昱阳传感有限公司", OTHER))


def test_same_name_undo_and_what_the_graph_says_of_it(home: Home) -> None:
    load(home, world())
    before = digest(home.graph())
    asked = Asked("same", (A, B), reason="网站相同")
    planned = plan(home, asked)
    assert planned.effect.moves == {B: (B, A)} and planned.facts == 1 and planned.edges == 3
    assert digest(home.graph()) == before, "a plan changes nothing"
    done = decide(home, asked)
    assert firms(home)["启朔机械有限公司"] == sorted([A, A2, B]), "the newest name is the firm's"
    check(home)
    named = decide(home, Asked("name", (A,)))
    assert firms(home)["启朔精工有限公司"] == sorted([A, A2, B])
    check(home)
    decide(home, Asked("undo", act=named.act))
    decide(home, Asked("undo", act=done.act, reason="网站已转让"))
    found = digest(home.graph())
    assert {**found.labels, "Decision": 0} == {**before.labels, "Decision": 0}, "as it was, and it is known why"
    assert found.labels["Decision"] == 2
    check(home)
    with pytest.raises(DecisionRefusedError) as refused:
        decide(home, Asked("undo", act=done.act))
    assert refused.value.code == "KG913"
    with pytest.raises(WebError) as unknown:
        decide(home, Asked("undo", act="nothing"))
    assert unknown.value.code == "WE005"


def test_moved_and_split_equal_a_rebuild(home: Home) -> None:
    load(home, world())
    decide(home, Asked("move", (A2, B)))
    assert firms(home)["启朔机械有限公司"] == sorted([A2, B])
    check(home)
    decide(home, Asked("split", parts=((B,),)))
    counted = "MATCH (e:Enterprise) RETURN COUNT { (e)<-[:IDENTIFIES]-() } AS n"
    assert [row["n"] for row in home.graph().read_statement(counted)] == [1, 1, 1, 1, 1]
    check(home)
    with pytest.raises(DecisionRefusedError) as refused:
        decide(home, Asked("same", (C, D)))
    assert refused.value.code == "KG911"
    assert len(home.graph().read_statement(counted)) == 5


def test_decisions_outlive_import_extraction_and_the_loss_of_a_document(home: Home) -> None:
    made = world()
    load(home, made)
    decide(home, Asked("same", (A, B)))
    decide(home, Asked("different", (A, C)))
    again = world()
    again.say(NEW, SHORT, "PRODUCES", product("谐波减速器"), start=900, end=901)
    load(home, again)
    assert firms(home)["启朔机械有限公司"] == sorted([A, A2, B])
    check(home)
    less = World({NEW.id: NEW}, [fact for fact in made.facts if fact.source.name != SHORT.name])
    load(home, less)
    assert firms(home)["启朔精工有限公司"] == sorted([A, A2]), "better rules no longer read this record"
    check(home)
    load(home, world())
    assert firms(home)["启朔机械有限公司"] == sorted([A, A2, B]), "the word waited for it"
    with home.database().session() as session:
        session.execute(update(models.Document).where(models.Document.sha256 == NEW.id).values(state="leaving"))
    settle(home)
    assert home.journal.read(DocumentId(NEW.id)) is not None and len(home.decisions()) == 2
    check(home)


def test_an_act_on_many_records_is_said_twice(home: Home) -> None:
    made = world()
    for number in range(LARGE + 1):
        made.say(document(f"d{number}", "2023-01-01"), firm("启朔机械有限公司"), "PRODUCES", product("柔轮"))
    load(home, made)
    asked = Asked("same", (A, B))
    with pytest.raises(WebError, match="second time") as first:
        decide(home, asked)
    assert first.value.code == "WE031" and home.decisions() == []
    token = plan(home, asked).effect.token
    made.say(document("later", "2023-01-01"), firm("启朔机械有限公司"), "PRODUCES", product("柔轮"))
    load(home, made)
    with pytest.raises(WebError, match="no longer"):
        decide(home, asked, token)
    decide(home, asked, plan(home, asked).effect.token)
    assert len(firms(home)["启朔机械有限公司"]) == LARGE + 5
    check(home)


def test_a_killed_settle_is_finished_by_the_next(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    load(home, world())

    def killed(_home: Home) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("web.jobs.decisions.settle", killed)
    with pytest.raises(KeyboardInterrupt):
        decide(home, Asked("same", (A, B)))
    assert A not in firms(home).get("启朔机械有限公司", [])
    settle(home)
    assert A in firms(home)["启朔机械有限公司"]
    check(home)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM decision",
        "UPDATE decision SET verdict = 'different'",
        "UPDATE decision SET who = 'x'",
        "UPDATE decision SET statement = 'PRODUCES:x'",
        "UPDATE decision SET id = 'x'",
        "UPDATE decision SET undone_at = NULL",
    ],
)
def test_the_journal_of_decisions_cannot_be_rewritten(home: Home, statement: str) -> None:
    load(home, world())
    done = decide(home, Asked("same", (A, B)))
    decide(home, Asked("undo", act=done.act))
    with pytest.raises(IntegrityError, match="taken back"), home.database().session() as session:
        session.execute(text(statement))
