"""Imports, backups, deadlines and the analysts' copy killed with −9: what was acknowledged stays.

Loads and rebuilds are killed in `tests/contract/test_switch.py`, outbox and projector in `tests/web/test_outbox.py`,
migrations in `tests/web/test_db.py`.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.rebuild import digest
from kg.store import Graph
from tests.contract.conftest import ROOT
from tests.contract.test_backup import filled, folder, tree
from tests.faults.kills import Child, Tell, kills
from tests.site_fixture import settings
from web.db.bounties import Bounty
from web.db.inquiries import Inquiry, InquiryParty
from web.db.models import Event, ImportBatch, Need, Outbox
from web.home import Home
from web.jobs import due
from web.jobs.backup import backup, restore, verify
from web.jobs.clock import Clock
from web.jobs.health import check
from web.jobs.ingest import ingest
from web.jobs.lists import import_list, undo
from web.jobs.needs import enter
from web.jobs.outbox import catch_up
from web.settings import Settings

__all__ = ["filled", "folder"]

DEMO = ROOT / "seeds" / "demo"
LIST = DEMO / "lists" / "specialised_2025.csv"
AT = dt.datetime(2026, 6, 2, 4, tzinfo=dt.UTC)


def sound(home: Home) -> None:
    """Nothing is missing, half done or waiting, as `bulian check --quick` says it."""
    found = check(home, quick=True)
    assert [one for one in found if not one["ok"] and one["what"] not in ("disk", "parts")] == []


def span(work: Callable[[Tell], object]) -> float:
    """Seconds that the work takes where nobody ends it."""
    began = time.monotonic()
    Child(work).finish()
    return time.monotonic() - began


@pytest.fixture
def where(graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path) -> Settings:
    graph.wipe()
    return settings(neo4j_server, parts, tmp_path / "home")


@pytest.mark.graph
@pytest.mark.long
def test_an_import_and_its_way_back_that_are_killed_are_finished_by_the_next(where: Settings, graph: Graph) -> None:
    """Killed at any moment, the same command again makes the graph of one that was not; so does taking it back."""
    with Home(where) as home:
        ingest(home, sorted((DEMO / "documents").glob("c0*.html"))[:2], pytest.fail)

    def load(_: Tell) -> None:
        with Home(where) as home:
            import_list(home, "specialised", LIST, pytest.fail)

    def take_back(_: Tell) -> None:
        with Home(where) as home:
            undo(home, batch(home))

    def batch(home: Home) -> str:
        with home.database().session() as session:
            newest = select(ImportBatch.id).where(ImportBatch.state != "rolled_back")
            return session.scalars(newest.order_by(ImportBatch.created.desc())).first() or ""

    times = {load: span(load)}
    loaded = digest(graph)
    times[take_back] = span(take_back)
    without = digest(graph)
    assert loaded.sha256 != without.sha256
    dice, left = random.Random(12), kills("import", 1)
    while left > 0:
        for work, wanted in ((load, loaded), (take_back, without)):
            was_killed, _ = Child(work).kill("import", dice.uniform(0, times[work]))
            left -= was_killed
            with Home(where) as home:
                if work is load:
                    import_list(home, "specialised", LIST, pytest.fail)
                elif batch(home):  # else it was taken back, in the graph as well
                    undo(home, batch(home))
                sound(home)
            assert digest(graph).sha256 == wanted.sha256, work.__name__


def test_a_backup_or_restore_that_is_killed_leaves_nothing_or_all_of_it(folder: Path, tmp_path: Path) -> None:
    source, file, back = Settings(home=folder), tmp_path / "all.zip", tmp_path / "back"
    ours = {name: data for name, data in tree(folder).items() if not name.startswith("corpus")}

    def keep(_: Tell) -> None:
        with Home(source) as home:
            backup(home, file, graph=False)

    def bring(_: Tell) -> None:
        restore(Settings(home=back), file, graph=False)

    times = {keep: span(keep), bring: span(bring)}
    dice, left = random.Random(13), kills("backup", 6)
    while left > 0:
        file.unlink(missing_ok=True)
        shutil.rmtree(back, ignore_errors=True)
        was_killed, _ = Child(keep).kill("backup", dice.uniform(0, times[keep]))
        left -= was_killed
        if not file.exists():  # nothing of it was there; the next one does it
            keep(lambda _: None)
        assert verify(file)["documents"] == 3
        was_killed, _ = Child(bring).kill("backup", dice.uniform(0, times[bring]))
        left -= was_killed
        if not back.exists():
            bring(lambda _: None)
        assert tree(back) == ours
    assert {name: data for name, data in tree(folder).items() if not name.startswith("corpus")} == ours
    assert not list(tmp_path.glob(".*"))


def over(home: Home, number: int) -> None:
    """Needs, a bounty and an inquiry whose deadlines end before `AT`, published and in the graph."""
    with home.database().session() as session:
        for at in range(4):
            need = Need(id=f"n{number}-{at}", title="柔轮", products=["柔轮"], reach="public", visibility="public")
            need.deadline = "2026-06-01"
            session.add(need)
            session.flush()
            enter(session, need, "active", actor="ann")
        bounty = Bounty(id=f"b{number}", title="减速器", visibility="public", deadline="2026-06-01", state="submitted")
        session.add(bounty)
        session.flush()
        enter(session, bounty, "open", actor="ann")
        inquiry = Inquiry(title="询价", deadline=AT - dt.timedelta(hours=1), state="sent", made_by="ann", asked=[])
        session.add(inquiry)
        session.flush()
        for firm in range(3):
            party = InquiryParty(inquiry_id=inquiry.id, firm_id=f"f{firm}", firm_name=f"某企业{firm}")
            session.add(party)


@pytest.mark.graph
def test_deadlines_that_are_killed_end_each_thing_once(where: Settings, graph: Graph) -> None:
    """A round of what is due by date, cut off anywhere: the next round ends the rest, and nothing a second time."""
    steps = (due.late_answers, due.deadlines, due.needs_over, due.bounties_over, due.pool_days, catch_up)

    def round_of(_: Tell) -> None:
        with Home(where) as home:
            Clock(home, "due", 1, *steps).round(AT)

    dice, left, number, seconds = random.Random(14), kills("deadlines", 2), 0, 0.0
    while left > 0:
        number += 1
        with Home(where) as home:
            over(home, number)
            catch_up(home, AT)
        assert len(graph.read_statement("MATCH (n:Need) RETURN n.id AS id")) == 4
        if not seconds:
            seconds = span(round_of)
        else:
            was_killed, _ = Child(round_of).kill("deadlines", dice.uniform(0, seconds))
            left -= was_killed
        with Home(where) as home:
            Clock(home, "due", 1, *steps).round(AT)
            said = Clock(home, "due", 1, *steps).round(AT)
            assert len(said) == len(steps) and not any(said.values())
            ended = ends_of(home)
        assert ended == Counter({"need expired": 4 * number, "bounty closed": number, "inquiry_party late": 3 * number})
        assert graph.read_statement("MATCH (n:Need) RETURN n.id AS id") == []


def ends_of(home: Home) -> Counter[str]:
    """How many things a deadline ended, by their events: one for each, and nothing waits for the graph."""
    with home.database().session() as session:
        events = session.execute(
            select(Event.subject, Event.subject_id, Event.to_state).where(Event.actor == "deadline")
        )
        rows = [tuple(row) for row in events]
        assert session.scalars(select(Outbox).where(Outbox.done.is_(None))).first() is None
        states = Counter(session.scalars(select(Need.state)))
    assert len(rows) == len(set(rows)), "an end was written twice"
    assert set(states) == {"expired", "closed"}
    return Counter(f"{subject} {to}" for subject, _, to in rows)


@pytest.mark.graph
@pytest.mark.long
def test_a_copy_that_is_killed_leaves_the_one_before(tmp_path: Path, parts: Parts) -> None:
    """Whoever asks meanwhile, or after a kill at any moment, is answered by a whole copy, old or new."""
    where = Settings(home=tmp_path / "home", parts=parts.folder, heap="512m", pagecache="64m", workers=1)
    texts = sorted((DEMO / "documents").glob("c0*.html"))[:3]
    with Home(where) as home:
        home.stay()
        ingest(home, texts[:2], pytest.fail)
        home.analysts.make()
        ingest(home, texts[2:], pytest.fail)
        notes = [home.analysts.copy.note()]
    assert notes[0] is not None

    def make(_: Tell) -> None:
        with Home(where) as home:
            home.analysts.make()

    try:
        dice, left, seconds = random.Random(15), kills("copy", 1), 30.0
        while left > 0:
            began = time.monotonic()
            was_killed, _ = Child(make).kill("copy", dice.uniform(0, seconds))
            left -= was_killed
            if not was_killed:
                seconds = time.monotonic() - began
            with Home(where) as home:
                note = home.analysts.copy.note()
                assert note is not None and note.nodes >= notes[0].nodes
                assert asked(home) == note.nodes
                home.analysts.copy.stop()
        with Home(where) as home:
            home.analysts.make()
            last = home.analysts.copy.note()
            assert last is not None and last.nodes > notes[0].nodes and asked(home) == last.nodes
        left_over = [path.name for path in where.folder.glob("neo4j-copy.*") if path.is_dir()]
        assert left_over == []
    finally:
        with Home(where) as home:
            home.analysts.drop()
            home.stop_neo4j()


def asked(home: Home) -> int:
    """How many nodes the copy that answers now holds."""
    connection = home.analysts.copy.start()
    with Graph(connection.url, connection.user, connection.password) as graph:
        return sum(graph.counts().labels.values())
