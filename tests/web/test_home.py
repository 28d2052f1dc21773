"""The data folder: one writer, demo and real data apart, a local Neo4j that its last user stops."""

from __future__ import annotations

import pytest

from tests.web.conftest import MakeHome
from web.db.models import Decision, Document
from web.errors import WebError


def test_two_writers_and_the_second_is_told_who_writes(make_home: MakeHome) -> None:
    first, second = make_home(), make_home()
    with first.writing("ingest"):
        with pytest.raises(WebError) as caught, second.writing("rebuild"):
            pass
        assert caught.value.code == "WE006" and "ingest" in caught.value.reason
    with second.writing("rebuild"):
        pass


def test_a_writer_that_fails_lets_the_next_one_write(make_home: MakeHome) -> None:
    home = make_home()
    with pytest.raises(RuntimeError), home.writing("ingest"):
        raise RuntimeError
    with home.writing("ingest"):
        pass


@pytest.mark.parametrize("here", [True, False])
def test_demo_and_real_data_are_kept_apart(make_home: MakeHome, here: bool) -> None:
    home = make_home()
    home.refuse_mix({here}, mix=False)
    with home.database().session() as session:
        session.add(Document(sha256="0" * 64, name="a", kind="filing", demo=here))
    home.refuse_mix({here}, mix=False)
    home.refuse_mix({not here}, mix=True)
    with pytest.raises(WebError) as caught:
        home.refuse_mix({not here}, mix=False)
    assert caught.value.code == "WE007"


def test_decisions_come_as_the_identity_part_takes_them(make_home: MakeHome) -> None:
    home = make_home()
    with home.database().session() as session:
        session.add(Decision(id="d1", verdict="same", record_a="a", record_b="b", reason="one code"))
    (decision,) = home.decisions()
    assert (decision.id, decision.verdict, decision.records) == ("d1", "same", ("a", "b"))
    assert decision.undone_at is None


@pytest.mark.graph
def test_the_last_user_stops_the_local_server(make_home: MakeHome) -> None:
    first, second = make_home(), make_home()
    first.graph().check()
    second.graph().check()
    first.close()
    assert second.neo4j.status().running, "it is in use"
    second.stay()
    second.close()
    third = make_home()
    assert third.neo4j.status().running, "it was asked to stay"
    assert third.stop_neo4j() and not third.stop_neo4j()
    assert not third.neo4j.status().running
