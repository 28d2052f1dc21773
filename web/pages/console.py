"""The console's page: a query, its parameters as fields, the answer as a table with links, the schema beside it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from kg.console import BUDGET, Cost, Table, parameters_of
from kg.console.cookbook import Question, question, questions
from kg.console.text import MAX_SIGNS
from kg.errors import BulianError
from kg.ontology import Label, Ontology, Relation
from web.jobs.query import ask as ask_values
from web.jobs.query import estimate, origin, text_of, values_of, wanted_values
from web.pages.answer import Answer, answer_of
from web.tables import Origin

if TYPE_CHECKING:
    from web.home import Home

ROWS = (100, 1_000, 10_000)
MAX_PARAMETERS = 30


class Problem(BaseModel):
    """Why there is no answer."""

    code: str
    reason: str
    hint: str
    place: str | None = None


class Kind(BaseModel):
    """A label or a relation beside the console: its properties, and where a relation leads from and to."""

    name: str
    properties: list[str]
    ends: str | None = None


class ConsolePage(BaseModel):
    """What the page shows. `ticket` is that of the query which this page may send, and cancel; `cost` what it would
    take; `words` are those that the completion of a browser with scripts offers."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    query: str = ""
    parameters: dict[str, str] = {}
    limit: int = ROWS[0]
    answer: Answer | None = None
    problem: Problem | None = None
    state: dict[str, Any]
    making: bool = False
    examples: list[Question]
    labels: list[Kind]
    relations: list[Kind]
    ticket: str
    cost: Cost | None = None
    budget: int = BUDGET
    words: list[str]
    saved: str = ""
    title: str = ""


def empty_page(home: Home, example: str = "", query: str = "", given: Mapping[str, str] | None = None) -> ConsolePage:
    """The form, with an example in it where one is named, or with a query; values as they are written into fields."""
    found = question(example)
    if found is not None:
        return _page(home, found.cypher, {name: text_of(value) for name, value in found.values.items()}, ROWS[0])
    query = query[: MAX_SIGNS + 1]
    parameters = {name: (given or {}).get(name, "") for name in parameters_of(query)[:MAX_PARAMETERS]}
    return _page(home, query, parameters, ROWS[0])


def asked_page(
    home: Home,
    query: str,
    given: Mapping[str, str],
    limit: int,
    do: str = "run",
    *,
    show: str = "table",
    lang: str = "zh",
    ticket: str = "",
) -> ConsolePage:
    """The form as it was sent, with the answer or the problem: `do` is run, confirm (though it costs more than the
    budget), cost (only estimated), or anything else: its parameters become fields alone."""
    page = empty_page(home, "", query, given)
    page.limit = limit
    if do not in ("run", "confirm", "cost"):
        return page
    try:
        values = wanted_values(page.query, given)
        if do == "cost":
            page.cost = estimate(home, page.query, values)
            page.making = page.cost is None
        else:
            table = ask_values(home, page.query, values, limit, confirmed=do == "confirm", ticket=ticket)
            page.answer = answer_of(table, show, lang, back=_back(page)) if table else None
            page.making = table is None
    except BulianError as error:
        page.problem = problem_of(error)
        if error.code == "KG723":
            page.cost = estimate(home, page.query, values)
    page.state = asdict(home.analysts.state())
    return page


LONGEST_BACK = 1_500


def _back(page: ConsolePage) -> str:
    """The address of the form with this query in it, not asked; of the empty one where that would be too long."""
    fields = [("query", page.query), *((f"p:{name}", value) for name, value in page.parameters.items())]
    address = f"/console?{urlencode(fields)}"
    return address if len(address) <= LONGEST_BACK else "/console"


def problem_of(error: BulianError) -> Problem:
    """An error as the page shows it."""
    return Problem(code=error.code, reason=error.reason, hint=error.hint, place=error.place)


def ask(home: Home, query: str, texts: Mapping[str, str], limit: int) -> Table | None:
    """Ask the copy, whatever it is estimated to cost; None while the copy is being made.

    `texts` are the values of parameters as people write them. Raises as `web.jobs.query.ask`.
    """
    return ask_values(home, query, wanted_values(query, texts), limit, confirmed=True)


def asked_origin(home: Home, query: str, texts: Mapping[str, str]) -> Origin:
    """Where the answer comes from, for a file."""
    return origin(home.analysts.state(), query, values_of(texts))


def renew(home: Home) -> None:
    """Make a new copy in the background, where the graph has moved on since."""
    if home.analysts.state().stale:
        home.analysts.begin()


def _page(home: Home, query: str, parameters: Mapping[str, str], limit: int) -> ConsolePage:
    ontology = home.ontology
    return ConsolePage(
        query=query,
        parameters=dict(parameters),
        limit=limit,
        state=asdict(home.analysts.state()),
        examples=list(questions()),
        labels=[_label(label) for label in ontology.labels.values()],
        relations=[_relation(relation, ontology) for relation in ontology.relations.values() if relation.edge],
        ticket=secrets.token_hex(12),
        words=_words(ontology),
    )


def _words(ontology: Ontology) -> list[str]:
    """Labels and types with the colon before them, properties with the stop."""
    relations = [one for one in ontology.relations.values() if one.edge]
    properties = {name for label in ontology.labels.values() for name in label.properties}
    properties.update(name for relation in relations for name in relation.edge_properties)
    names = [*ontology.labels, *(relation.name for relation in relations)]
    return [*(f":{name}" for name in sorted(names)), *(f".{name}" for name in sorted(properties))]


def _label(label: Label) -> Kind:
    return Kind(name=label.name, properties=list(label.properties))


def _relation(relation: Relation, ontology: Ontology) -> Kind:
    ends = f"({'|'.join(relation.sources)})→({'|'.join(relation.targets)})" if relation.targets else None
    return Kind(name=relation.name, properties=list(relation.edge_properties), ends=ends)
