"""Shortlists: what an organisation decides on firms, versions that never change, and a file that is computed again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kg.identity.firm import Firm as Known
from kg.identity.resolve import Resolver
from matcher.corpus import Corpus, Item, Product
from matcher.firm import Firm
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from tests.matcher.conftest import CharacterEmbedder
from web.accounts.actor import AT_THE_MACHINE, Actor
from web.db import models
from web.db.imports import PrivateRow
from web.db.lists import ShortlistItem
from web.db.store import Database
from web.errors import WebError, http_status
from web.jobs.list_content import ranked
from web.jobs.replay import lines, replay
from web.work.lists import shortlists, suppliers
from web.work.lists.frozen import canonical, difference, digest_of, exported
from web.work.lists.shortlists import Asked, Decided, Stale

EDITOR = Actor("u1", "甲", "org-1", "buyer", roles=frozenset({"buyer_editor"}))
APPROVER = Actor("u2", "乙", "org-1", "buyer", roles=frozenset({"buyer_approver"}))
OTHER = Actor("u3", "丙", "org-2", "buyer", roles=frozenset({"buyer_approver"}))
THINGS = (
    "谐波减速器",
    "精密减速器",
    "柱塞泵",
    "齿轮泵",
    "机械密封",
    "碳化硅外延片",
    "伺服电机",
    "轴承钢",
    "冷柜电机",
    "电机外壳",
)


def corpus(firms: int = 40) -> Corpus:
    chance = random.Random(7)
    made = []
    for number in range(firms):
        names = chance.sample(THINGS, 3)
        levels = ("disclosed", "strongly_inferred", "inferred")
        fields: dict[str, tuple[Item, ...]] = {
            "region": (Item(chance.choice(("330200", "330100", "310000")), f"r{number}"),),
            "as_of": (Item(f"202{number % 6}-03-01", f"d{number}"),),
        }
        if number % 3 == 0:
            fields["patents"] = (Item(f"一种{chance.choice(THINGS)}", f"p{number}"),)
            fields["certificate"] = (Item("质量管理体系认证", f"c{number}"),)
        products = tuple(
            Product(f"{name}{chance.choice(('', '组件', '总成'))}", levels[number % 3], f"f{number}-{at}")
            for at, name in enumerate(names)
        )
        made.append(Firm(f"e{number:02}", f"试{number}号有限公司", products, (f"行业{number % 4}",), fields))
    return Corpus.build(made, (), as_of=date(2026, 11, 26))


CONDITIONS = [
    {"field": "region", "op": "within", "value": "330000", "unknown": "drop"},
    {"field": "certificate", "op": "contains", "value": "质量管理", "hard": False},
]
NEED = parse_query({"id": "n1", "title": "谐波减速器", "conditions": CONDITIONS})
BOUNTY = replace(NEED, id="n2", text="研制用于机器人关节的谐波减速器总成。传动误差不大于1角分，配套伺服电机。")


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(corpus(), CharacterEmbedder())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'work.db'}")
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        yield opened


def now_said(ranker: Ranker, query: Query = NEED, decided: dict[str, ShortlistItem] | None = None) -> dict[str, Any]:
    return ranked(ranker.rank(query, 8), decided or {}, model=CharacterEmbedder.name)


def frozen(ranker: Ranker, query: Query = NEED) -> dict[str, Any]:
    return now_said(ranker, query) | {
        "list": "l1",
        "title": query.title,
        "version": 1,
        "frozen": "2026-11-26",
        "by": "乙",
    }


def written(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "list.json"
    path.write_bytes(exported(content))
    return path


def code(caught: pytest.ExceptionInfo[WebError]) -> str:
    return caught.value.code


@pytest.mark.parametrize("query", [NEED, BOUNTY])
def test_an_exported_list_is_ranked_again_from_its_own_slice(ranker: Ranker, tmp_path: Path, query: Query) -> None:
    ranking = ranker.rank(query, 8)
    path = written(tmp_path, frozen(ranker, query))
    card = {line.feature for line in ranking.scorecard.lines}
    for model in (None, CharacterEmbedder()):
        found = replay(path, model)
        firms = found.to_json()["firms"]
        assert [(one["firm"], one["score"]) for one in firms if one["rank"]] == list(ranking.pairs())
        assert {"listed", "characters", "patents", "freshness", "wishes"} & card <= set(found.again)
        assert ("nearest_product" in found.again) == (model is not None)
        assert set(found.again) | set(found.read) == card
        assert not set(found.again) & set(found.read)
        assert {"industry_peers", "likely_lists"} & card <= set(found.read)
    assert any(line.startswith("read from the file") for line in lines(found))


def test_any_byte_that_changed_is_said(ranker: Ranker, tmp_path: Path) -> None:
    path = written(tmp_path, frozen(ranker))
    data = path.read_bytes()
    chance = random.Random(11)
    for at in [0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(40))]:
        other = bytes([data[at] ^ (1 << chance.randrange(8))])
        path.write_bytes(data[:at] + other + data[at + 1 :])
        with pytest.raises(WebError) as caught:
            replay(path)
        assert code(caught) == "WE083", at
    path.write_bytes(data + b"\n")
    with pytest.raises(WebError, match="byte"):
        replay(path)


def swap(content: dict[str, Any]) -> None:
    one, other = content["items"][0], content["items"][1]
    one["rank"], other["rank"] = other["rank"], one["rank"]


def raise_value(content: dict[str, Any]) -> None:
    part = next(part for part in content["items"][2]["contributions"] if part["feature"] == "freshness")
    part["value"] = 1.0 if part["value"] != 1.0 else 0.2


def raise_read_value(content: dict[str, Any]) -> None:
    found = (part for item in content["items"] for part in item["contributions"])
    next(part for part in found if part["feature"] == "industry_peers" and part["points"])["value"] = 0.0


def take_certificate(content: dict[str, Any]) -> None:
    for firm in content["slice"]["firms"]:
        firm.pop("certificate", None)


@pytest.mark.parametrize("forge", [swap, raise_value, raise_read_value, take_certificate])
def test_a_file_that_was_forged_with_its_digests_does_not_come_out(ranker: Ranker, tmp_path: Path, forge: Any) -> None:
    content = frozen(ranker)
    forge(content)
    with pytest.raises(WebError) as caught:
        replay(written(tmp_path, content))
    assert code(caught) == "WE084"


def test_replay_of_a_file_that_is_none(tmp_path: Path) -> None:
    for said in ("", "[]", "{}", '{"format":"bulian-list/1"}', '{"format":"bulian-list/1","content":{},"parts":{}}'):
        (tmp_path / "list.json").write_text(said)
        with pytest.raises(WebError) as caught:
            replay(tmp_path / "list.json")
        assert code(caught) == "WE083"


def begun(session: Session, actor: Actor = EDITOR, key: str = "") -> Any:
    return shortlists.begin(session, actor, Asked(NEED, "c=0:hard", 8), key)


def test_a_list_belongs_to_its_organisation(session: Session) -> None:
    row = begun(session, key="k")
    assert begun(session, key="k").id == row.id  # sent twice, begun once
    assert shortlists.query_of(row.query) == NEED
    assert shortlists.one(session, APPROVER, row.id) is row
    for actor, wanted in (
        (OTHER, "WE404"),
        (Actor(), "WE401"),
        (replace(EDITOR, roles=frozenset({"expert"})), "WE032"),
    ):
        with pytest.raises(WebError) as caught:
            shortlists.one(session, actor, row.id)
        assert code(caught) == wanted
    assert [one.id for one in shortlists.own(session, APPROVER)] == [row.id]
    assert not shortlists.own(session, OTHER)
    assert shortlists.current(session, OTHER, "n1") is None


def test_decisions_move_by_the_table_and_leave_events(session: Session) -> None:
    row = begun(session)
    heard = models.Feedback(need_id="n1", firm_id="e01", firm_name="甲", act="kept", rank=1, score=1.0, scorecard="v1",
                            corpus="c")  # fmt: skip
    item = shortlists.decide(session, EDITOR, row, "甲", Decided("e01", "kept", version=0), heard)
    assert shortlists.decide(session, EDITOR, row, "甲", Decided("e01", "kept", version=0)) is item  # the same again
    first_seen = item.version
    shortlists.decide(session, APPROVER, row, "甲", Decided("e01", "contacted", version=first_seen))
    with pytest.raises(Stale) as caught:
        shortlists.decide(session, EDITOR, row, "甲", Decided("e01", "rejected", "price", version=first_seen))
    assert caught.value.now["state"] == "contacted"
    assert http_status(caught.value) == 409
    with pytest.raises(WebError) as refused:
        shortlists.decide(session, EDITOR, row, "甲", Decided("e01", "off"))
    assert code(refused) == "WE081"
    for _ in range(2):  # sent twice
        shortlists.note(session, EDITOR, row, " 先问两家 ", key="k")
    assert [one.text for one in shortlists.notes(session, row)] == ["先问两家"]
    session.flush()
    events = session.scalars(select(models.Event).where(models.Event.subject == "shortlist_item")).all()
    assert [(one.from_state, one.to_state, one.actor) for one in events] == [
        (None, "kept", "u1"),
        ("kept", "contacted", "u2"),
    ]
    assert {one.organisation_id for one in events} == {"org-1"}
    assert [one.act for one in session.scalars(select(models.Feedback))] == ["kept"]
    assert not session.scalars(select(models.Outbox)).all()  # nothing of it goes to the graph


def test_a_version_is_frozen_by_a_second_person_and_never_changes(database: Database, ranker: Ranker) -> None:
    with database.session() as session:
        row = begun(session)
        shortlists.decide(session, EDITOR, row, "甲", Decided("e01", "kept"))
        content = now_said(ranker, decided=shortlists.items(session, row))
        with pytest.raises(WebError) as caught:
            shortlists.freeze(session, APPROVER, row, {**content, "items": []})
        assert code(caught) == "WE085"
        with pytest.raises(WebError) as caught:
            shortlists.freeze(session, EDITOR, row, content)
        assert code(caught) == "WE032"
        with pytest.raises(WebError) as caught:
            shortlists.freeze(session, replace(APPROVER, user="u1"), row, content)
        assert code(caught) == "WE080"
        version = shortlists.freeze(session, APPROVER, row, content)
        assert (version.number, row.state, version.digest) == (1, "frozen", digest_of(version.content))
        session.flush()
        event = session.scalars(select(models.Event).where(models.Event.subject == "shortlist")).one()
        assert (event.to_state, event.digest, event.actor) == ("frozen", version.digest, "u2")
    for statement in ("UPDATE shortlist_version SET digest = 'x'", "DELETE FROM shortlist_version"):
        with pytest.raises(IntegrityError, match="append-only"), database.session() as session:
            session.execute(text(statement))
    with database.session() as session:
        row = shortlists.one(session, EDITOR, row.id)
        shortlists.decide(session, EDITOR, row, "乙", Decided("e02", "rejected", "price"))
        assert row.state == "open"  # there is something that the version does not say
        again = shortlists.freeze(session, APPROVER, row, now_said(ranker, decided=shortlists.items(session, row)))
        assert again.number == 2
        one, two = (shortlists.frozen(session, row, number)[1] for number in (1, 2))
    found = difference(one, two)
    assert [(before, after) for _, before, after in found.decisions] == [("", "rejected: price")]
    assert not (found.rests or found.moved or found.evidence)


def test_at_the_machine_one_person_freezes(session: Session, ranker: Ranker) -> None:
    row = begun(session, AT_THE_MACHINE)
    assert shortlists.freeze(session, AT_THE_MACHINE, row, now_said(ranker)).number == 1


def test_a_difference_names_what_came_left_moved_and_rests_on_other_sentences(ranker: Ranker) -> None:
    before = now_said(ranker)
    after = json.loads(canonical(before))
    gone = after["items"].pop(0)
    after["items"][0] |= {"rank": 1, "score": after["items"][0]["score"] + 1}
    part = next(part for part in after["items"][1]["contributions"] if part["evidence"])
    lost, part["evidence"] = part["evidence"], ["new"]
    after["items"].append({**gone, "firm": "e99", "name": "新来的"})
    after["corpus"]["stamp"] = "other"
    found = difference(before, after)
    assert found.came == (("e99", "新来的"),)
    assert found.left == ((gone["firm"], gone["name"]),)
    assert after["items"][0]["firm"] in {one.firm for one in found.moved}
    assert [(one.new, set(one.gone) <= set(lost)) for one in found.evidence] == [(("new",), True)]
    assert [name for name, _, _ in found.rests] == ["corpus"]
    assert difference(before, before).nothing


def sheet_row(session: Session, organisation: str, name: str, state: str, code: str | None = None) -> PrivateRow:
    batch = models.ImportBatch(organisation_id=organisation, source="supplier-sheet", file="s.xlsx", sha256="0" * 64,
                               state="loaded")  # fmt: skip
    session.add(batch)
    session.flush()
    row = PrivateRow(organisation_id=organisation, batch_id=batch.id, source="supplier-sheet", kind="supplier_sheet",
                     place="1:2", values={"name": name, "state": state, "code": code})  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_the_buyers_own_sheet_is_laid_over_lists_for_its_organisation_alone(session: Session) -> None:
    register = [
        Known("e1", "宁波启朔精工有限公司"),
        Known("e2", "杭州启朔精密有限公司"),
        Known("e3", "栎庭液压有限公司"),
    ]
    names = {firm.id: firm.name for firm in register}
    sheet_row(session, "org-1", "栎庭液压有限公司", "approved")
    sheet_row(session, "org-1", "栎庭液压有限公司", "blocked")
    asked = sheet_row(session, "org-1", "启朔", "approved")
    sheet_row(session, "org-1", "没有这一家股份有限公司", "approved")
    assert suppliers.resolve(session, EDITOR, Resolver(register), names) == 4
    session.flush()
    found = suppliers.suppliers(session, EDITOR)
    assert sorted(one.found for one in found.values() if one.row_id != asked.id) == ["none", "sure", "sure"]
    assert suppliers.marks(session, EDITOR) == {"e3": suppliers.Mark("blocked", "栎庭液压有限公司")}  # the gravest
    # it asks which firm is meant, and what was answered stays when the sheet comes again
    assert {one["id"] for one in found[asked.id].candidates} >= {"e1"}
    with pytest.raises(WebError) as caught:
        suppliers.choose(session, EDITOR, asked.id, "e99")
    assert code(caught) == "WE086"
    suppliers.choose(session, EDITOR, asked.id, "e1")
    again = sheet_row(session, "org-1", "启朔", "stopped")
    assert suppliers.resolve(session, APPROVER, Resolver(register), names) == 1
    session.flush()
    assert suppliers.suppliers(session, EDITOR)[again.id].firm_id == "e1"
    assert (suppliers.marks(session, APPROVER) or {})["e1"].status == "stopped"
    # another organisation sees neither rows nor marks, and is not told that there are any
    assert suppliers.marks(session, OTHER) is None
    assert not suppliers.rows(session, OTHER)
    assert not suppliers.suppliers(session, OTHER)
    with pytest.raises(WebError) as caught:
        suppliers.choose(session, OTHER, asked.id, "")
    assert code(caught) == "WE404"
    for actor in (Actor(), replace(EDITOR, roles=frozenset({"firm_owner"}))):
        assert suppliers.marks(session, actor) is None
        with pytest.raises(WebError):
            suppliers.rows(session, actor)
    assert not session.scalars(select(models.Outbox)).all()
