"""Runs a query of people: the gate, the server's limits, and the answer as a table."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import neo4j
from neo4j import exceptions as failures

from kg.console.cost import BUDGET, Cost, cost_of
from kg.console.errors import (
    CancelledQueryError,
    CostError,
    FailedError,
    FunctionError,
    MemoryLimitError,
    ParameterError,
    StuckError,
    TextError,
)
from kg.console.gate import admit, check_plan
from kg.console.result import Table, Values
from kg.console.running import Tickets
from kg.console.text import Statement
from kg.neo4j.process import Connection
from kg.ontology import Ontology
from kg.store import QueryTimeoutError, kg_failures

_PLAN = "EXPLAIN\n"
"""On a line of its own, so that a place in the server's words is a place in the query's, one line further down."""

R = TypeVar("R")

_PLACE = re.compile(r"\(line (\d+), column (\d+) \(offset: \d+\)\)")


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one query: rows shown, rows counted beyond, seconds on the server and until it is given up."""

    rows: int = 1_000
    counted: int = 100_000
    seconds: float = 5.0
    grace: float = 5.0


def prepare(text: str, parameters: Mapping[str, Any]) -> Statement:
    """What can be said of a query before a server is asked: its words, and whether every parameter has its value.

    Raises a Refused (KG711 to KG719).
    """
    statement = admit(text)
    missing = [name for name in statement.parameters if name not in parameters]
    if missing:
        raise ParameterError(
            f"the parameter ${missing[0]} has no value",
            hint=f"give it: --param {missing[0]}=…",
            place=f"${missing[0]}",
        )
    unknown = sorted(parameters.keys() - set(statement.parameters))
    if unknown:
        raise ParameterError(f"the query has no parameter ${unknown[0]}", hint="correct its name, or leave it out")
    return statement


class Console:
    """Queries of people on one server, which is a read-only copy or is reached by a login that may only read."""

    def __init__(
        self,
        connection: Connection,
        ontology: Ontology,
        database: str | None = None,
        limits: Limits | None = None,
        when_stuck: Callable[[], None] | None = None,
        tickets: Tickets | None = None,
    ) -> None:
        """By `tickets` queries can be cancelled. `when_stuck` is called when the server did not end a query in time,
        and does not come to an end by itself.

        Neo4j looks at its clock between rows, never inside an expression: `reduce` over a long range goes on for ever.
        """
        self.connection = connection
        self.limits = limits or Limits()
        self._ontology = ontology
        self._database = database
        self._when_stuck = when_stuck
        self._tickets = tickets

    def run(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        rows: int | None = None,
        *,
        within_budget: bool = False,
        ticket: str = "",
    ) -> Table:
        """The answer to a query, at most `rows` rows of it.

        With `within_budget` one that is estimated beyond BUDGET is not run (CostError KG723). Under a `ticket` it can
        be cancelled (`kg.console.running`). Raises a Refused (KG711 to KG719) before anything runs; QueryTimeoutError
        (KG704), MemoryLimitError (KG720), StuckError (KG721), FailedError (KG722), CancelledQueryError (KG724), or what
        `kg.store` raises where no server answers (KG701, KG702).
        """
        given = dict(parameters or {})
        statement = prepare(text, given)
        limit = self.limits.rows if rows is None else rows

        async def ask(session: neo4j.AsyncSession, began: float) -> Table:
            cost = await self._plan(session, statement, given)
            if within_budget and cost.over:
                raise CostError(
                    f"about {cost.rows:,.0f} rows would be handled, more than {BUDGET:,}",
                    hint="narrow the query down, or confirm it",
                )
            transaction = await session.begin_transaction(timeout=self.limits.seconds)
            async with transaction:
                result = await transaction.run(cast(Any, statement.text), given)
                return await self._table(result, limit, began)

        return asyncio.run(self._within(ask, ticket))

    def plan(self, text: str, parameters: Mapping[str, Any] | None = None) -> Cost:
        """What a query would cost; nothing of it is run. Raises as `run`."""
        given = dict(parameters or {})
        statement = prepare(text, given)

        async def ask(session: neo4j.AsyncSession, began: float) -> Cost:
            return await self._plan(session, statement, given)

        return asyncio.run(self._within(ask, ""))

    async def _within(self, ask: Callable[[neo4j.AsyncSession, float], Awaitable[R]], ticket: str) -> R:
        seconds = self.limits.seconds + self.limits.grace
        try:
            cancelled = self._tickets.running(ticket) if self._tickets else nullcontext()
            with kg_failures(self.connection.url), cancelled:
                try:
                    async with asyncio.timeout(seconds):
                        return await self._ask(ask)
                except failures.Neo4jError as error:
                    raise _refusal(error) from error
        except TimeoutError:
            if self._when_stuck:
                self._when_stuck()
            raise StuckError(
                f"the query was given up after {seconds:g} seconds: the server could not end it",
                hint="ask for less: no reduce, all or list over long ranges",
            ) from None
        except asyncio.CancelledError:
            raise CancelledQueryError("the query was cancelled", hint="run it again, or another one") from None

    async def _ask(self, ask: Callable[[neo4j.AsyncSession, float], Awaitable[R]]) -> R:
        began = time.perf_counter()
        driver = neo4j.AsyncGraphDatabase.driver(
            self.connection.url,
            auth=(self.connection.user, self.connection.password),
            connection_timeout=5.0,
            max_transaction_retry_time=0.0,
            notifications_min_severity=neo4j.NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
        )
        async with driver, self._session(driver) as session:
            return await ask(session, began)

    async def _plan(self, session: neo4j.AsyncSession, statement: Statement, parameters: dict[str, Any]) -> Cost:
        """The plan has passed the gate, or a Refused is raised."""
        # Cypher comes as data here; the driver's type asks for text that is known before.
        planned = neo4j.Query(cast(Any, _PLAN + statement.text), timeout=self.limits.seconds)
        summary = await (await session.run(planned, parameters)).consume()
        plan = cast("Mapping[str, Any] | None", summary.plan)
        check_plan(summary.query_type, plan)
        return cost_of(plan or {"operatorType": ""})

    def _session(self, driver: neo4j.AsyncDriver) -> AbstractAsyncContextManager[neo4j.AsyncSession]:
        return driver.session(database=self._database, default_access_mode=neo4j.READ_ACCESS)

    async def _table(self, result: neo4j.AsyncResult, limit: int, began: float) -> Table:
        values = Values(self._ontology)
        kept: list[tuple[Any, ...]] = []
        total, whole, counting_ends = 0, True, 0.0
        async for record in result:
            total += 1
            if len(kept) < limit and not values.full:
                kept.append(values.row(record.values()))
                counting_ends = time.perf_counter() + self.limits.seconds / 2
            elif total >= self.limits.counted or time.perf_counter() > counting_ends:
                whole = False
                break
        columns = values.columns(result.keys())
        seconds = round(time.perf_counter() - began, 3)
        return Table(columns, tuple(kept), total, not whole, values.shortened, seconds)


def _refusal(error: failures.Neo4jError) -> Exception:
    """What a server's refusal means to the one who asked; the error itself where it is not about the query."""
    code, message = error.code or "", error.message or str(error)
    place = None
    found = _PLACE.search(message)
    if found:
        place = f"line {max(1, int(found[1]) - 1)}, column {found[2]}"
    reason = _PLACE.sub("", message.split("\n")[0]).strip()[:500]
    if "TransactionTimedOut" in code or code.endswith("Transaction.Terminated"):
        return QueryTimeoutError("the query ran past its time limit and was ended", hint="ask for less: see its plan")
    if "OutOfMemory" in code or "MemoryPool" in code:
        return MemoryLimitError("the query needed more memory than one may have", hint="collect and sort fewer rows")
    if "ProcedureNotFound" in code or "Unknown function" in reason:
        return FunctionError(reason, hint="see docs/operations.md for those that are allowed", place=place)
    if ".Statement.SyntaxError" in code or ".Statement.SemanticError" in code:
        return TextError(reason, hint="correct the query", place=place)
    if ".ClientError." in code and ".Security." not in code:
        return FailedError(f"{reason} [{code}]", hint="correct the query or its parameters", place=place)
    return error
