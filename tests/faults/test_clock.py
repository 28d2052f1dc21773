"""A clock that jumps, over deadlines and back: each thing ends once, and nothing that was ended is open again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.faults.test_killed import AT, ends_of, over
from tests.site_fixture import settings
from tests.web.people import CHEAP, PASSWORD, people
from web.accounts.attempts import Attempts
from web.accounts.sessions import actor_of, sign_in
from web.db.inquiries import Inquiry
from web.db.models import now
from web.home import Home
from web.jobs.due import due_clock
from web.jobs.outbox import catch_up, lag

DAY = dt.timedelta(days=1)


@pytest.fixture
def home(graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path) -> Iterator[Home]:
    graph.wipe()
    with Home(settings(neo4j_server, parts, tmp_path / "home").model_copy(update=CHEAP)) as opened:
        yield opened


@pytest.mark.graph
def test_a_clock_that_jumps_over_deadlines_and_back_ends_each_thing_once(home: Home, graph: Graph) -> None:
    clock = due_clock(home)
    with time_machine.travel(AT - 40 * DAY, tick=False) as present:
        over(home, 1)
        catch_up(home, now())
        assert not clock.round(now())["needs_over"], "their day has not come"
        assert len(graph.read_statement("MATCH (n:Need) RETURN n.id AS id")) == 4
        present.move_to(AT + 3650 * DAY)
        said = clock.round(now())
        assert len(said["needs_over"]) == 4 and len(said["bounties_over"]) == 1 and len(said["late_answers"]) == 3
        ended = ends_of(home)
        present.move_to(AT - 40 * DAY)
        for _ in range(2):
            said = clock.round(now())
            assert not any(said[step] for step in ("needs_over", "bounties_over", "late_answers", "deadlines"))
        with home.database().session() as session:
            assert {row.state for row in session.query(Inquiry)} == {"sent"}
        assert ends_of(home) == ended and graph.read_statement("MATCH (n:Need) RETURN n.id AS id") == []
        assert lag(home, now() - DAY).seconds == 0.0


def test_sessions_and_closed_accounts_outlive_no_jump(home: Home) -> None:
    """Forward a session ends; back it lives no longer than its hours from where the clock stands then."""
    world = people(home.database(), home.settings)
    buyer = world.organisation("buyer", "云桁采购")
    began = dt.datetime(2026, 6, 2, 4, tzinfo=dt.UTC)
    with time_machine.travel(began, tick=False) as present:
        token = sign_in(home.database(), home.settings, Attempts(99, 5), world.login(buyer, "buyer_editor"), PASSWORD)
        present.move_to(began - DAY)
        assert actor_of(home.database(), home.settings, token) is not None
        present.move_to(began + DAY)
        assert actor_of(home.database(), home.settings, token) is None
