"""The relational store on a real PostgreSQL: what could differ from SQLite is shown on both.

The suites of the workflow run on it too: `make postgres`.
"""

from __future__ import annotations

import builtins
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event, func, select, text, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tests.postgres_fixture import Cluster
from tests.web.people import CHEAP, PASSWORD, people
from web.accounts.attempts import Attempts
from web.accounts.sessions import actor_of, end, sign_in
from web.db.accounts import Organisation
from web.db.inquiries import Inquiry
from web.db.models import Base, Decision, Event, Need, Outbox
from web.db.store import Database
from web.errors import WebError
from web.home import Home
from web.jobs.backup import backup, restore
from web.settings import Settings
from web.work.step import add_once

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture(scope="module")
def address(postgres: Cluster) -> str:
    """A database whose tables the first test made, by all migrations from nothing."""
    return postgres.empty()


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with closing(Database(address)) as opened:
        yield opened


def test_processes_that_open_it_at_once_migrate_it_once(address: str) -> None:
    failed: list[BaseException] = []

    def open_it() -> None:
        try:
            Database(address).close()
        except BaseException as error:  # told by the test
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with closing(Database(address)) as opened, opened.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_migration_that_fails_half_way_has_not_happened(postgres: Cluster) -> None:
    url = postgres.empty()
    seen: list[str] = []

    def fail(*said: Any) -> None:
        seen.append(said[2])
        if sum(one.lstrip().startswith("CREATE TABLE") for one in seen) == 9:
            raise RuntimeError("cut off")

    event.listen(Engine, "after_cursor_execute", fail)
    try:
        with pytest.raises(RuntimeError, match="cut off"):
            Database(url)
    finally:
        event.remove(Engine, "after_cursor_execute", fail)
    with closing(Database(url)) as opened, opened.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize("statement", ["UPDATE event SET actor = 'x'", "DELETE FROM event"])
def test_the_log_is_append_only(database: Database, statement: str) -> None:
    with database.session() as session:
        session.add(Event(actor="operator", subject="need", subject_id="n1", to_state="draft"))
    with pytest.raises(IntegrityError, match="append-only"), database.session() as session:
        session.execute(text(statement))


def test_a_decision_is_only_taken_back(database: Database) -> None:
    with database.session() as session:
        session.add(Decision(id="kept", verdict="same", record_a="a", record_b="b"))
    with database.session() as session:
        session.get_one(Decision, "kept").undone_at = MOMENT
    for changed in ({"reason": "other"}, {"undone_at": None}):
        with pytest.raises(IntegrityError, match="taken back"), database.session() as session:
            session.execute(update(Decision).where(Decision.id == "kept").values(**changed))


def test_values_come_back_as_they_went_in(database: Database) -> None:
    said = {"all": [{"field": "荣誉", "value": [1, 2.5, None, True, "\U0001f3f4 “x”"]}], "any": []}
    with database.session() as session:
        session.add(
            Need(id="n1", title="柔轮" * 200, published=MOMENT, conditions=said, products=["柔轮", ""], demo=True)
        )
    with database.session() as session:
        need = session.get_one(Need, "n1")
        assert (need.published, need.conditions, need.products, need.demo) == (MOMENT, said, ["柔轮", ""], True)
        assert session.scalar(select(Need.id).where(Need.published <= MOMENT, Need.demo)) == "n1"
    with pytest.raises(DataError), database.session() as session:
        session.add(Need(title="no sign of any text: \0"))


def test_a_lost_update_is_noticed(database: Database) -> None:
    with database.session() as session:
        session.add(Need(id="n2", title="柔轮"))
    with pytest.raises(StaleDataError), database.session() as mine:
        need = mine.get_one(Need, "n2")
        need.title = "柔轮钢"
        with database.session() as other:
            other.get_one(Need, "n2").title = "谐波减速器"
    with database.session() as session:
        assert (session.get_one(Need, "n2").title, session.get_one(Need, "n2").version) == ("谐波减速器", 2)


def test_what_is_unique_is_so_and_the_transaction_goes_on(database: Database) -> None:
    with database.session() as session:
        session.add(Inquiry(title="a", deadline=MOMENT, key="k1"))
    with database.session() as session:
        made = select(Inquiry).where(Inquiry.key == "k1")
        assert add_once(session, Inquiry(title="b", deadline=MOMENT, key="k1"), made).title == "a"
        session.add(Inquiry(title="c", deadline=MOMENT, key="k2"))
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 2


def test_order_is_that_of_sqlite(database: Database, tmp_path: Path) -> None:
    names = ["甬", "B", "a", "Ａ", "宁波", "_", "10", "9"]
    found = []
    with closing(Database(f"sqlite:///{tmp_path / 'order.db'}")) as lite:
        for store in (lite, database):
            with store.session() as session:
                session.add_all(Organisation(name=name, kind="order", region="") for name in names)
            with store.session() as session:
                wanted = select(Organisation.name).where(Organisation.kind == "order").order_by(Organisation.name)
                found.append(list(session.scalars(wanted)))
    assert found[0] == found[1]


def test_no_query_leaves_the_order_of_empty_values_or_capitals_to_the_database() -> None:
    """Of columns that may be empty; a query that asks for them says where they stand."""
    nullable = {
        (mapper.class_.__name__, column.key)
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if column.nullable and column.key != "organisation_id"
    }
    wrong = []
    for path in sorted((Path(__file__).resolve().parents[2] / "web").rglob("*.py")):
        source = path.read_text("utf-8")
        for found in re.finditer(r"order_by\(((?:[^()]|\([^()]*\))*)\)", source):
            for part in found[1].split(","):
                named = re.match(r"\s*(?:\w+\.)*([A-Z]\w+)\.(\w+)", part)
                if named and (named[1], named[2]) in nullable and not re.search(r"nulls_|\bis_", part):
                    wrong.append(f"{path.name}: {part.strip()}")
        wrong += [f"{path.name}: {said}" for said in re.findall(r"\w+\.(?:i?like|contains)\([^()]*autoescape", source)]
    assert wrong == []


def test_a_store_of_a_newer_program_is_refused(postgres: Cluster) -> None:
    url = postgres.fresh()
    with closing(Database(url)) as opened, opened.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WebError, match="9999"):
        Database(url)


def test_what_one_process_began_another_knows(address: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, **CHEAP)
    with closing(Database(address)) as one, closing(Database(address)) as other:
        login = people(one, settings).user("operator", None)
        token = sign_in(one, settings, Attempts(99, 5), login, PASSWORD)
        actor = actor_of(other, settings, token)
        assert actor is not None and actor.session is not None
        end(other, actor, [actor.session])
        assert actor_of(one, settings, token) is None
        for at in range(settings.lockout_failures):  # each of them sees a part of the failures
            with pytest.raises(WebError, match="do not fit"):
                sign_in((one, other)[at % 2], settings, Attempts(99, 5), login, "wrong")
        with pytest.raises(WebError, match="do not fit"):
            sign_in(one, settings, Attempts(99, 5), login, PASSWORD)


def test_a_server_that_was_restarted_is_found_again(postgres: Cluster, database: Database) -> None:
    with database.session() as session:
        assert session.scalar(text("SELECT 1")) == 1
    postgres.stop()
    postgres.start()
    with database.session() as session:
        assert session.scalar(text("SELECT 2")) == 2


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://bulian:sesame@127.0.0.1:1/none", "cannot be opened"),
        ("mysql://bulian:sesame@127.0.0.1/none", "cannot be mysql"),
        ("sesame", "no address"),
    ],
)
def test_an_address_that_opens_nothing_is_named_without_its_password(url: str, said: str) -> None:
    with pytest.raises(WebError, match=said) as caught:
        Database(url)
    assert caught.value.code == "WE008" and "sesame" not in str(caught.value) + repr(Settings(database_url=url))


def test_a_missing_driver_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = builtins.__import__

    def no_driver(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'")
        return wanted(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", no_driver)
    with pytest.raises(WebError) as caught:
        Database("postgresql://127.0.0.1/none")
    assert (caught.value.code, caught.value.hint) == ("WE008", "pip install 'bulian[postgres]'")


def test_a_backup_goes_from_one_kind_to_the_other_and_back(postgres: Cluster, tmp_path: Path) -> None:
    first = Settings(home=tmp_path / "first", database_url=postgres.fresh())
    with Home(first) as home, home.database().session() as session:
        session.add_all(
            [Need(id="n1", title="柔轮", published=MOMENT, invited=["f1"]), Outbox(subject="need", subject_id="n1")]
        )
        session.add(Event(actor="operator", subject="need", subject_id="n1", to_state="active"))
    rows = [_all(first)]
    with Home(first) as home:
        backup(home, tmp_path / "a.zip", graph=False)
    second = Settings(home=tmp_path / "second")
    restore(second, tmp_path / "a.zip", graph=False)
    rows.append(_all(second))
    with Home(second) as home:
        backup(home, tmp_path / "b.zip", graph=False)
    third = Settings(home=tmp_path / "third", database_url=postgres.fresh())
    restore(third, tmp_path / "b.zip", graph=False)
    rows.append(_all(third))
    assert rows[0] == rows[1] == rows[2] and len(rows[0]["need"]) == 1
    assert not (third.folder / "bulian.db").exists()
    with Home(third) as home, home.database().session() as session:  # the next number is not one that is taken
        session.add(Event(actor="operator", subject="need", subject_id="n1", to_state="closed"))
    with pytest.raises(WebError, match="not empty") as caught:
        restore(third.model_copy(update={"home": tmp_path / "fourth"}), tmp_path / "a.zip", graph=False)
    assert caught.value.code == "WE052" and not (tmp_path / "fourth").exists()


def _all(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    with Home(settings) as home, home.database().engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }
