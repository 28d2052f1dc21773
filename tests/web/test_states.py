"""Tables of states: whatever is tried, a row goes only where its table says, and its events say which way it went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.test_shortlists import APPROVER, EDITOR, begun
from web.db.models import Event, new_id
from web.db.store import Database
from web.errors import WebError
from web.work.bounties import states as bounty_states
from web.work.bounties.application import APPLICATION
from web.work.bounties.application_team import MEMBER
from web.work.bounties.expert_review import REVIEW
from web.work.firms import declaration
from web.work.firms.claim import CLAIM
from web.work.inquiries.inquiry import INQUIRY, PARTY
from web.work.lists import shortlists
from web.work.lists.shortlists import Decided
from web.work.lists.states import ITEMS, LIST
from web.work.meetings import meeting
from web.work.step import States

TABLES = [
    INQUIRY,
    PARTY,
    LIST,
    CLAIM,
    APPLICATION,
    MEMBER,
    REVIEW,
    declaration.DECLARATION,
    *(found for module in (meeting, bounty_states) for found in vars(module).values() if isinstance(found, States)),
]
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Row:
    """What has a state."""

    id: str
    state: str
    organisation_id: str | None = "org-1"


@pytest.fixture
def session() -> Iterator[Session]:
    database = Database("sqlite://")
    with database.session() as opened:
        yield opened
    database.close()


def walked(session: Session, subject_id: str) -> list[tuple[str | None, str]]:
    wanted = select(Event.from_state, Event.to_state).where(Event.subject_id == subject_id).order_by(Event.number)
    return [(before, to) for before, to in session.execute(wanted)]


@given(st.data())
@FEW
def test_a_row_goes_only_where_its_table_says(session: Session, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(TABLES), label="table")
    states = sorted({*table.ways, *(to for ways in table.ways.values() for to in ways)})
    assert set(states) <= set(table.ways) | {"late"}, "a state that the table leads to and does not know"
    row = Row(new_id(), data.draw(st.sampled_from(states)))
    went = []
    for to in data.draw(st.lists(st.sampled_from([*states, "no such"]), max_size=8)):
        before = row.state
        if to in table.ways.get(before, ()):
            table.move(session, row, to, "u1")
            went.append((before, to))
            assert row.state == to
        else:
            with pytest.raises(WebError) as refused:
                table.move(session, row, to, "u1")
            assert (refused.value.code, row.state) == (table.code, before)
    assert walked(session, row.id) == went


TRIED = st.tuples(
    st.sampled_from(["decide", "freeze", "decided", "archived"]),
    st.sampled_from(["f1", "f2"]),
    st.sampled_from([*ITEMS, "no such"]),
    st.sampled_from([EDITOR, APPROVER]),
)


@given(st.lists(TRIED, max_size=12))
@FEW
def test_a_frozen_version_stays_and_each_firm_follows_its_table(
    session: Session, steps: list[tuple[str, str, str, object]]
) -> None:
    row = begun(session)
    kept: list[str] = []
    for act, firm, to, actor in steps:
        before = row.state
        try:
            with session.begin_nested():  # what is refused is taken back, as the transaction of a request is
                if act == "decide":
                    shortlists.decide(session, actor, row, firm, Decided(firm, to))  # type: ignore[arg-type]
                    assert before != "archived" and row.state in (before, "open")
                elif act == "freeze":
                    found = shortlists.items(session, row)
                    content = {"items": [{"firm": one.firm_id, "state": one.state} for one in found.values()]}
                    kept.append(shortlists.freeze(session, actor, row, content).digest)  # type: ignore[arg-type]
                    assert actor is APPROVER and before in ("open", "frozen")
                else:
                    LIST.move(session, row, act, "u1")
        except WebError as error:
            assert error.code in {"WE032", "WE080", "WE081", "WE085"} and row.state == before
    session.flush()
    assert [one.digest for one in reversed(shortlists.versions(session, row))] == kept
    assert all(to in LIST.ways[str(before)] for before, to in walked(session, row.id))
    for item in shortlists.items(session, row).values():
        way = walked(session, item.id)
        assert all(to in ITEMS[before or ""] for before, to in way) and way[-1][1] == item.state
        assert all(one[1] == two[0] for one, two in pairwise(way))
