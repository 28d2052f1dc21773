"""A firm's own page: claimed, declared, corrected, read from a file, and who looked: the rules, without a graph."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from kg.ontology import Ontology
from tests.web.people import CHEAP, PASSWORD, People, people
from web.accounts.actor import ANYBODY, AT_THE_MACHINE, Actor
from web.accounts.invitations import invitation, join_new
from web.accounts.sessions import Came, actor_of
from web.db.firms import Claim, Declaration, FirmFile, Look
from web.db.models import Event, new_id, now
from web.db.store import Database
from web.errors import UnusableError, WebError
from web.settings import Settings
from web.work.firms import claim as claims
from web.work.firms import declaration as work
from web.work.firms import visitor
from web.work.firms.declaration_file import keep

FIRM = "f" * 24
DAY = date(2026, 11, 26)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[People]:
    database = Database(f"sqlite:///{tmp_path / 'bulian.db'}")
    yield people(database, Settings(home=tmp_path, **CHEAP))
    database.close()


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load()


def asked(world: People, way: str = "letter", key: str = "") -> Claim:
    given = claims.Asked(FIRM, "启朔精工有限公司", "某甲", way, "经理", "a@example.com", key=key)
    return claims.ask(world.database, ANYBODY, given)


def test_a_letters_code_makes_the_first_person_its_owner(world: People) -> None:
    key = new_id()
    claim = asked(world, key=key)
    assert asked(world, key=key).id == claim.id == key
    _, code = claims.letter(world.database, AT_THE_MACHINE, claim.id)
    done = claims.enter(world.database, world.settings, claim.id, f" {code[:5]}-{code[5:].lower()} ")
    assert done.claim.state == "verified" and done.invitation is not None
    assert invitation(world.database, done.invitation).roles == ("firm_owner",)
    token = join_new(world.database, world.settings, done.invitation, "owner.one", "某甲", PASSWORD, Came())
    owner = actor_of(world.database, world.settings, token)
    assert owner is not None and owner.enterprise == FIRM and owner.may("firm.send")
    with world.database.session() as session:
        moves = session.execute(
            select(Event.from_state, Event.to_state).where(Event.subject == "claim").order_by(Event.number)
        ).all()
        kept = session.get_one(Claim, claim.id)
        assert code not in (kept.code, kept.about)
    assert [tuple(move) for move in moves] == [
        (None, "asked"), ("asked", "asked"), ("asked", "proof_given"), ("proof_given", "verified")
    ]  # fmt: skip
    # a second claim has the right code, and waits all the same
    other = asked(world)
    _, code = claims.letter(world.database, AT_THE_MACHINE, other.id)
    waits = claims.enter(world.database, world.settings, other.id, code)
    assert (waits.claim.state, waits.invitation) == ("proof_given", None)
    # taken back, nobody writes for the firm by it
    assert claims.speaks_alone(world.database, claim.id) is not None
    claims.revoke(world.database, AT_THE_MACHINE, claim.id, "冒名")
    after = actor_of(world.database, world.settings, token)
    assert after is None or (after.enterprise is None and not after.may("firm.draft"))


def test_codes_end_by_tries_and_by_time(world: People) -> None:
    claim = asked(world)
    _, code = claims.letter(world.database, AT_THE_MACHINE, claim.id)
    for left in range(claims.TRIES - 1, -1, -1):
        with pytest.raises(WebError) as caught:
            claims.enter(world.database, world.settings, claim.id, "22222-22222")
        assert caught.value.code == "WE111" and (str(left) in (caught.value.hint or "")) == bool(left)
    with pytest.raises(WebError, match="does not work"):
        claims.enter(world.database, world.settings, claim.id, code)
    _, code = claims.letter(world.database, AT_THE_MACHINE, claim.id)
    with world.database.session() as session:
        session.execute(update(Claim).values(code_until=now() - timedelta(days=1)))
    with pytest.raises(WebError, match="does not work"):
        claims.enter(world.database, world.settings, claim.id, code)


def test_who_may_decide_and_what_is_asked(world: People) -> None:
    with pytest.raises(UnusableError) as wrong:
        claims.ask(world.database, ANYBODY, claims.Asked(FIRM, "启朔", " ", "carrier pigeon", about="x" * 2000))
    assert wrong.value.wrong == {"person": "empty", "contact": "empty", "about": "long", "way": "unknown"}
    claim = asked(world, "domain")
    buyer = world.organisation("buyer", "云桁采购")
    for actor, code in ((ANYBODY, "WE401"), (world.actor(buyer, "buyer_approver"), "WE032")):
        with pytest.raises(WebError) as caught:
            claims.decide(world.database, world.settings, actor, claim.id, "verified", "看过")
        assert caught.value.code == code
    with pytest.raises(UnusableError):
        claims.decide(world.database, world.settings, AT_THE_MACHINE, claim.id, "verified", " ")
    done = claims.decide(world.database, world.settings, AT_THE_MACHINE, claim.id, "verified", "网站上的文件")
    assert done.claim.state == "verified" and done.invitation
    for _ in range(claims.OPEN_CLAIMS):
        asked(world)
    with pytest.raises(WebError) as caught:
        asked(world)
    assert caught.value.code == "WE113"


def firm(world: People, name: str = "启朔精工有限公司", enterprise: str | None = FIRM) -> tuple[Actor, Actor]:
    """Editor and owner of a firm."""
    place = world.organisation("firm", name, enterprise=enterprise)
    return world.actor(place, "firm_editor"), world.actor(place, "firm_owner")


def test_drafts_are_the_firms_and_come_back_as_typed(world: People, ontology: Ontology) -> None:
    editor, owner = firm(world)
    stranger, _ = firm(world, "栎庭液压有限公司", "e" * 24)
    nobody, _ = firm(world, "珩川传动有限公司", None)
    given = {"product": "谐波减速器", "name": "传动精度", "value": "很高", "value_max": "1"}
    with pytest.raises(UnusableError) as wrong:
        work.draft(world.database, ontology, editor, work.Written("parameter", given))
    assert wrong.value.wrong == {"value": "number"}
    key = new_id()
    entry = work.Written("parameter", {**given, "value": "1,000", "value_max": ""}, key=key)
    row = work.draft(world.database, ontology, editor, entry)
    assert work.draft(world.database, ontology, editor, entry).id == row.id == key
    assert row.values["value"] == 1000 and row.public and row.state == "draft"
    with pytest.raises(WebError) as caught:
        work.draft(world.database, ontology, nobody, entry)
    assert caught.value.code == "WE116"
    acts: list[Callable[[], object]] = [
        lambda: work.declaration(world.database, stranger, row.id),
        lambda: work.change(world.database, ontology, stranger, row.id, 1, entry),
        lambda: work.draft(world.database, ontology, stranger, entry),
    ]
    for act in acts:
        with pytest.raises(WebError) as caught:
            act()
        assert caught.value.code == "WE404"
    assert work.declarations(world.database, stranger) == []
    work.change(world.database, ontology, owner, row.id, 1, work.Written("parameter", {**entry.given, "value": "2"}))
    with pytest.raises(WebError) as caught:
        work.change(world.database, ontology, editor, row.id, 1, entry)
    assert caught.value.code == "WE115"
    # figures are private unless the firm says otherwise, contacts always
    figure = {"metric": "staff", "value": "86", "period": "2025"}
    assert not work.draft(world.database, ontology, editor, work.Written("figure", figure)).public
    assert work.draft(world.database, ontology, editor, work.Written("figure", figure, True)).public
    assert not work.draft(world.database, ontology, editor, work.Written("contact", {"person": "某甲"}, True)).public


def test_states_are_reached_only_as_the_table_says(world: People, ontology: Ontology) -> None:
    editor, _ = firm(world)
    chance = random.Random(7)
    for _ in range(30):
        row = work.draft(world.database, ontology, editor, work.Written("product", {"name": "轴承"}))
        for to in chance.choices(("draft", "declared", "withdrawn"), k=5):
            with world.database.session() as session:
                held = session.get_one(Declaration, row.id)
                before = held.state
                if to in work.DECLARATION.ways[str(before)]:
                    work.move(session, held, to, actor="x")
                else:
                    with pytest.raises(WebError, match=f"what is {before}"):
                        work.move(session, held, to, actor="x")
        with world.database.session() as session:
            steps = select(Event.from_state, Event.to_state).where(Event.subject_id == row.id).order_by(Event.number)
            walked = [tuple(step) for step in session.execute(steps)]
            assert walked[0] == (None, "draft") and walked[-1][1] == session.get_one(Declaration, row.id).state
            assert all(to in work.DECLARATION.ways[str(before)] for before, to in walked[1:])


def test_proofs_are_kept_once_and_for_the_firm_alone(world: People, ontology: Ontology) -> None:
    editor, _ = firm(world)
    stranger, _ = firm(world, "栎庭液压有限公司", "e" * 24)
    key = new_id()
    one = keep(world.database, editor, "证书.jpg", b"\xff\xd8", key)
    assert keep(world.database, editor, "证书.jpg", b"\xff\xd8", key).id == one.id == key
    with world.database.session() as session:
        assert len(session.scalars(select(FirmFile.id)).all()) == 1
    with pytest.raises(WebError) as caught:
        work.draft(world.database, ontology, stranger, work.Written("product", {"name": "泵"}, file_id=one.id))
    assert caught.value.code == "WE404"
    with pytest.raises(WebError) as caught:
        keep(world.database, editor, "空.pdf", b"")
    assert caught.value.code == "WE118"


def test_looks_are_counted_by_kind_and_few_are_not_said(world: People) -> None:
    editor, _ = firm(world)
    buyers = [world.actor(world.organisation("buyer", f"采购{n}"), "buyer_editor") for n in range(3)]
    county = world.actor(world.organisation("authority", "甬川市"), "analyst")
    for actor in (*buyers, buyers[0], county, editor, AT_THE_MACHINE, ANYBODY):
        visitor.looked(world.database, actor, FIRM, DAY)
    visitor.looked(world.database, buyers[0], FIRM, DAY - timedelta(days=7))
    visitor.looked(world.database, buyers[0], FIRM, DAY - timedelta(weeks=40))
    found = visitor.lookers(world.database, [FIRM], DAY)
    assert [(one.week, one.kind, one.count) for one in found] == [
        ("2026-11-23", "authority", None), ("2026-11-23", "buyer", 3), ("2026-11-16", "buyer", None)
    ]  # fmt: skip
    with world.database.session() as session:
        rows = session.scalars(select(Look)).all()
    assert not {row.looker for row in rows} & {actor.organisation for actor in (*buyers, county)}
