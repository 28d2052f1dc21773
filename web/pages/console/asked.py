"""What comes of a query that a page asks of the analysts' copy: the answer, why there is none, what it would cost, or
that the copy is being made. Parameters stand in forms and addresses as `p:NAME`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from kg.console import BUDGET, Cost, Table
from kg.errors import BulianError
from web.jobs.query import ask, estimate
from web.pages.console.answer import Answer

if TYPE_CHECKING:
    from web.home import Home

ROWS = (100, 1_000, 10_000)
"""How many rows one may ask for."""
FIELD = "p:"
"""What stands before a parameter's name in the name of its field."""


class Problem(BaseModel):
    """Why there is no answer."""

    code: str
    reason: str
    hint: str
    place: str | None = None


class Outcome(BaseModel):
    """The part of a page that shows what came of its query; `state` is that of the copy, `cost` what the query would
    take where that was asked, or where it is beyond the `budget`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    state: dict[str, Any]
    limit: int = ROWS[0]
    answer: Answer | None = None
    problem: Problem | None = None
    cost: Cost | None = None
    budget: int = BUDGET
    making: bool = False


def ask_for(
    page: Outcome,
    home: Home,
    query: str,
    values: Mapping[str, Any],
    answered: Callable[[Table], Answer],
    *,
    confirmed: bool = False,
    ticket: str = "",
) -> None:
    """Ask the query and keep on the page what came of it; without `confirmed` one beyond the budget is not run."""
    try:
        table = ask(home, query, values, page.limit, confirmed=confirmed, ticket=ticket)
        page.making = table is None
        page.answer = None if table is None else answered(table)
    except BulianError as error:
        page.problem = problem_of(error)
        if error.code == "KG723":
            page.cost = estimate(home, query, values)
    page.state = asdict(home.analysts.state())


def ask_cost(page: Outcome, home: Home, query: str, values: Mapping[str, Any]) -> None:
    """Keep on the page what the query would cost; it is not run."""
    try:
        page.cost = estimate(home, query, values)
        page.making = page.cost is None
    except BulianError as error:
        page.problem = problem_of(error)
    page.state = asdict(home.analysts.state())


def problem_of(error: BulianError) -> Problem:
    """An error as the page shows it."""
    return Problem(code=error.code, reason=error.reason, hint=error.hint, place=error.place)


def given(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters among the fields of an address or a form; of several values of one the first."""
    found: dict[str, str] = {}
    for name, value in fields:
        if name.startswith(FIELD):
            found.setdefault(name.removeprefix(FIELD), value)
    return found


def fields_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as fields of an address, the other way round."""
    return {f"{FIELD}{name}": str(value) for name, value in parameters.items()}
