"""Outbox and projector: killed anywhere between the two, nothing is lost, nothing is there twice, nothing private."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.faults.kills import Child, Tell, counted, kills
from tests.site_fixture import settings
from web.db import models
from web.db.models import Base, Event, Need, Outbox
from web.errors import WebError
from web.home import Home
from web.jobs.needs import TRANSITIONS, deliver, expire, move, seen
from web.jobs.outbox import catch_up, lag
from web.settings import Settings

pytestmark = pytest.mark.graph
MARK = "密不外传甲乙丙"


@pytest.fixture
def where(graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    graph.wipe()
    return settings(neo4j_server, parts, tmp_path_factory.mktemp("outbox"))


def at_work(where: Settings, seed: int, tell: Tell) -> None:
    """Write needs, publish and end them, and bring them to the graph now and then, until somebody ends the process.

    Each commit is told by a dot, and by a `p` that they are to be brought.
    """
    chance = random.Random(seed)
    with Home(where) as home:
        for number in range(10_000):
            with home.database().session() as session:
                reach = chance.choice(("public", "public", "private", "invited"))
                ident, words = f"{reach}-{seed}-{number}", f"公开{number}" if reach == "public" else MARK
                session.add(Need(id=ident, title=words, products=[words], text=MARK, reach=reach))
                session.add(Event(actor="ann", subject="need", subject_id=ident, to_state="draft"))
            for _ in range(5):
                with home.database().session() as session:
                    moving = select(Need).where(Need.state.not_in(("closed", "expired", "withdrawn")))
                    found = session.scalars(moving).all()
                    if not found:
                        break
                    need = chance.choice(found)
                    to = chance.choice([*sorted(TRANSITIONS[need.state]), *MOSTLY.get(need.state, ())])
                    move(session, need, to, actor="ben", outcome="awarded" if to == "closed" else "")
                tell(b".")
            if chance.random() < 0.6:
                tell(b"p")
                with home.writing("test"):
                    deliver(home)
                tell(b".")


MOSTLY = {"draft": ["in_approval"] * 3, "in_approval": ["active"] * 5}
"""Steps towards what is seen are the most frequent."""


def shown(graph: Graph) -> dict[str, str]:
    rows = graph.read_statement("MATCH (n:Need) RETURN n.id AS id, n.state AS state")
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row["state"] for row in rows}


def everything(graph: Graph) -> str:
    """All that Cypher can reach, as text."""
    nodes = graph.read_statement("MATCH (n) RETURN labels(n) AS labels, properties(n) AS row")
    edges = graph.read_statement("MATCH ()-[r]->() RETURN type(r) AS type, properties(r) AS row")
    return repr([*nodes, *edges])


def test_killed_at_any_point_between_outbox_and_graph(where: Settings, graph: Graph) -> None:
    with Home(where) as home:
        home.database()
    chance, behind, published, seed = random.Random(7), 0, 0, 0
    left = {"outbox": kills("outbox", 14), "projector": kills("projector", 6)}
    while any(number > 0 for number in left.values()):
        child = Child(partial(at_work, where, seed))
        first = b"".join(child.step() for _ in range(chance.randrange(1, 12)))
        assert first, "the work ended by itself"
        killed, told = child.kill("", chance.random() * 0.02)
        assert killed
        kind = "projector" if (first + told).endswith(b"p") else "outbox"  # `p`: it had begun to bring them
        counted(kind)
        left[kind] -= 1
        seed += 1
        assert MARK not in everything(graph)
        with Home(where) as home:
            behind += lag(home, models.now()).waiting > 0
            deliver(home)
            published = agree(home, graph)
    assert behind and published > 5
    assert MARK not in everything(graph)


def agree(home: Home, graph: Graph) -> int:
    """Every step of a need that is seen has its row in the outbox, and the graph is what they say; how many are."""
    assert lag(home, models.now()).waiting == 0
    with home.database().session() as session:
        needs = list(session.scalars(select(Need)))
        rows = Counter(session.scalars(select(Outbox.subject_id)))
        steps = [(event.subject_id, event.from_state, event.to_state) for event in session.scalars(select(Event))]
    public = {need.id: need for need in needs if need.visibility == "public"}
    states = {key: seen(need)["row"]["state"] for key, need in public.items()}
    assert shown(graph) == {key: state for key, state in states.items() if state}
    begun = Counter(key for key, before, to in steps if (before, to) == ("in_approval", "active"))
    assert set(begun.values()) <= {1}  # published once, however often the work began anew
    assert set(public) == {key for key in begun if key.startswith("public")} == set(rows)
    visible = Counter(key for key, before, _ in steps if key in public and before not in (None, "draft", "in_approval"))
    assert all(rows[key] == begun[key] + visible[key] for key in public)
    return len(public)


def test_what_waits_is_said_and_brought(where: Settings, graph: Graph) -> None:
    with Home(where) as home:
        at = models.now()
        with home.database().session() as session:
            need = Need(id="n1", title="谐波减速器", reach="public", state="in_approval", deadline="2026-06-01")
            session.add(need)
            move(session, need, "active", actor="ben")
        assert lag(home, at + dt.timedelta(minutes=2)).seconds == pytest.approx(120, abs=5)
        with home.writing("load"), pytest.raises(WebError) as caught:
            catch_up(home, at)
        assert caught.value.code == "WE006"
        assert catch_up(home, at) == 1 and catch_up(home, at) == 0 and shown(graph) == {"n1": "active"}
        assert expire(home, dt.datetime(2026, 6, 2, tzinfo=dt.UTC)) == ["n1"] and not shown(graph)


def test_what_comes_while_the_graph_is_written_waits_for_the_next_time(
    where: Settings, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process publishes after the outbox was read: its row is not marked by this delivery."""
    with Home(where) as home:
        for number in range(2):
            with home.database().session() as session:
                need = Need(id=f"n{number}", title="减速器", reach="public", state="in_approval")
                session.add(need)
                if number == 0:
                    move(session, need, "active", actor="ben")
        write = Graph.run_write
        came: list[str] = []

        def late(self: Graph, name: str, **values: Any) -> Any:
            if not came:
                came.append(name)
                with home.database().session() as session:
                    move(session, session.get_one(Need, "n1"), "active", actor="ben")
                    move(session, session.get_one(Need, "n0"), "closed", actor="ben", outcome="awarded")
            return write(self, name, **values)

        monkeypatch.setattr(Graph, "run_write", late)
        deliver(home)
        assert shown(graph) == {"n0": "active"} and lag(home, models.now()).waiting == 2
        deliver(home)
        assert shown(graph) == {"n0": "closed", "n1": "active"} and not lag(home, models.now()).waiting


PUBLIC = {
    "chain_correction": "the reason goes to the graph, the person does not",
    "chain_gap": "found in the graph",
    "gap_run": "found in the graph",
}
"""Tables of which something is public by design."""


def filled(table: Any) -> Iterator[tuple[str, Any]]:
    """A row of which every text says the mark, as far as it has room."""
    own = {"kind": "need", "state": "active", "visibility": "private", "reach": "private"}
    for column in table.columns:
        key = next(iter(column.foreign_keys), None)
        kind = column.type.impl if isinstance(column.type, sa.TypeDecorator) else column.type
        if key is not None:
            while below := next(iter(key.column.foreign_keys), None):  # the id of a bounty is that of its need
                key = below
            yield column.name, f"{MARK}{key.column.table.name}"
        elif table.name == "need" and column.name in own:
            yield column.name, own[column.name]
        elif isinstance(kind, sa.JSON):
            yield column.name, [MARK] if column.name in ("products", "writers", "invited") else {}
        elif isinstance(kind, sa.DateTime):
            yield column.name, models.now()
        elif isinstance(kind, sa.LargeBinary):
            yield column.name, MARK.encode()
        elif isinstance(kind, sa.String):
            text = f"{MARK}{table.name}"
            yield column.name, text if kind.length is None or kind.length >= len(text) else MARK[: kind.length]
        elif not column.primary_key:
            yield column.name, 1 if isinstance(kind, sa.Integer | sa.Float) else False


def test_nothing_private_is_ever_visible_to_cypher(where: Settings, graph: Graph) -> None:
    """A row in every table, an outbox row that names a private need among them; all is brought to the graph."""
    with Home(where) as home:
        with home.database().session() as session:
            for state in TRANSITIONS:
                need = Need(id=f"{MARK}{state}", title=MARK, products=[MARK], text=MARK, buyer=MARK, state=state)
                session.add_all([need, Outbox(subject="need", subject_id=need.id)])
            session.flush()
            for table in Base.metadata.sorted_tables:
                if table.name not in PUBLIC:
                    session.execute(table.insert().values(dict(filled(table))))
        deliver(home)
        deliver(home, again=True)
        assert MARK not in everything(graph) and not lag(home, models.now()).waiting
        with home.database().session() as session:
            for table in Base.metadata.sorted_tables:
                assert table.name in PUBLIC or session.execute(select(table)).first() is not None
