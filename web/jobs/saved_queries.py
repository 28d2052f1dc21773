"""Saved queries run on the analysts' copy: at a person's word, and on their schedule, with a notice in the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select

from kg.console.errors import ParameterError
from kg.errors import BulianError
from web.beijing import day_of
from web.db.accounts import Membership, User
from web.db.queries import QuerySnapshot, SavedQuery
from web.jobs.query import ask, wanted_values
from web.work.analysis.frozen_table import frozen, thawed
from web.work.analysis.saved_query import keep, next_day
from web.work.today.digest import tell
from web.work.today.watch_changes import Change

if TYPE_CHECKING:
    from kg.console import Table
    from web.accounts.actor import Actor
    from web.home import Home

_log = structlog.get_logger()


def values_of_saved(row: SavedQuery) -> dict[str, Any]:
    """The values of a saved query's parameters. Raises a Refused (KG711 to KG719)."""
    from kg.console.cookbook import question, typed

    found = question(row.question) if row.question else None
    if found is None:
        return wanted_values(row.query, {name: str(text) for name, text in row.parameters.items()})
    try:
        return {one.name: typed(one.type, str(row.parameters.get(one.name, ""))) for one in found.parameters}
    except ValueError as error:
        raise ParameterError(f"a parameter cannot be read: {error}", hint="save the query anew") from error


def snapshot(home: Home, actor: Actor, row: SavedQuery, at: datetime) -> QuerySnapshot | None:
    """Run a saved query now and keep the answer; None while the copy is being made. Raises as `web.jobs.query.ask`."""
    table = ask(home, row.query, values_of_saved(row), row.rows, confirmed=True)
    return None if table is None else _keep(home, row, table, at, (actor.user, actor.name))


def _keep(
    home: Home, row: SavedQuery, table: Table, at: datetime, by: tuple[str, str], *, scheduled: bool = False
) -> QuerySnapshot:
    state = home.analysts.state()
    with home.database().session() as session:
        present = session.get_one(SavedQuery, row.id)
        values = values_of_saved(present)
        return keep(session, present, table, state.stamp or "", state.as_of or "", values, at, by, scheduled=scheduled)


def again(home: Home, row: QuerySnapshot) -> tuple[Table, bool, bool] | None:
    """A snapshot's query asked again: the answer of now, whether it is the same, and whether the graph is; None while
    the copy is being made. Raises as `web.jobs.query.ask`."""
    from web.work.lists.frozen import digest_of

    kept = thawed(row.content)
    table = ask(home, row.content["query"], row.content["parameters"], max(len(kept.rows), 1), confirmed=True)
    if table is None:
        return None
    return table, digest_of(frozen(table)) == row.same, home.analysts.state().stamp == row.stamp


def run_due(home: Home, at: datetime) -> int:
    """Run the saved queries whose day has come, each once, on a copy that is as new as the graph; returns how many.

    The day is moved on before a query is run, so that one that cannot be run is not run again in each round.
    """
    day = day_of(at)
    with home.database().session() as session:
        wanted = select(SavedQuery.id).where(SavedQuery.due <= day, SavedQuery.ended.is_(None)).order_by(SavedQuery.id)
        ids = session.scalars(wanted).all()
    if not ids:
        return 0
    analysts = home.analysts
    if not analysts.by_reader and (not analysts.state().made or analysts.state().stale):
        analysts.make()
    return sum(_run(home, query_id, day, at) for query_id in ids)


def _run(home: Home, query_id: str, day: str, at: datetime) -> bool:
    with home.database().session() as session:
        row = session.get_one(SavedQuery, query_id)
        if row.due is None or row.due > day:
            return False  # another process was faster
        row.due = next_day(row.every, day)
        user = session.get(User, row.made_by)
        member = select(Membership.id).where(
            Membership.user_id == row.made_by,
            Membership.organisation_id == row.organisation_id,
            Membership.ended.is_(None),
        )
        if user is not None and (user.state != "open" or session.scalar(member.limit(1)) is None):
            return False  # who left is not asked for; who comes back is
        earlier = select(QuerySnapshot.total).where(QuerySnapshot.saved_id == row.id)
        before = session.scalar(earlier.order_by(QuerySnapshot.at.desc()).limit(1))
    failure, made = "", None
    try:
        table = home.analysts.console().run(row.query, values_of_saved(row), row.rows)
        made = _keep(home, row, table, at, (row.made_by, row.by_name), scheduled=True)
    except BulianError as error:
        failure = error.code
        _log.warning("a saved query could not be run", query=row.id, code=error.code)
    with home.database().session() as session:
        session.get_one(SavedQuery, query_id).failure = failure
        told = {"name": row.title, "failure": failure, "n": "" if made is None else str(made.total)}
        told["was"] = "" if before is None else str(before)
        address = f"/queries/{row.id}" if made is None else f"/snapshots/{made.id}"
        tell(session, row.made_by, row.organisation_id, Change("query", f"{row.id}@{day}", told, None, address), day)
    return True
