"""The console's page: a query, its parameters as fields, the answer as a table with links, the schema beside it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from kg.console import Table, parameters_of
from kg.console.cookbook import Question, question, questions
from kg.console.text import MAX_SIGNS
from kg.errors import BulianError
from kg.ontology import Label, Ontology, Relation
from web.jobs.query import ask as ask_values
from web.jobs.query import origin, text_of, values_of, wanted_values
from web.pages.console.answer import Answer, answer_of
from web.pages.console.asked import ROWS, Outcome, ask_cost, ask_for, fields_of, problem_of
from web.tables import Origin

if TYPE_CHECKING:
    from web.home import Home

MAX_PARAMETERS = 30


class Kind(BaseModel):
    """A label or a relation beside the console: its properties, and where a relation leads from and to."""

    name: str
    properties: list[str]
    ends: str | None = None


class ConsolePage(Outcome):
    """What the page shows. `ticket` is that of the query which this page may send, and cancel; `words` are those that
    the completion of a browser with scripts offers."""

    query: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    examples: list[Question]
    labels: list[Kind]
    relations: list[Kind]
    ticket: str
    words: list[str]


def empty_page(home: Home, example: str = "", query: str = "", given: Mapping[str, str] | None = None) -> ConsolePage:
    """The form, with an example in it where one is named, or with a query; values as they are written into fields, the
    example's own where none are given."""
    found = question(example)
    if found is not None:
        own = {name: text_of(value) for name, value in found.values.items()}
        return _page(home, found.cypher, {name: (given or {}).get(name, value) for name, value in own.items()}, ROWS[0])
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
    except BulianError as error:
        page.problem = problem_of(error)
        return page
    if do == "cost":
        ask_cost(page, home, page.query, values)
    else:

        def answered(table: Table) -> Answer:
            return answer_of(table, show, lang, back=_back(page))

        ask_for(page, home, page.query, values, answered, confirmed=do == "confirm", ticket=ticket)
    return page


LONGEST_BACK = 1_500


def _back(page: ConsolePage) -> str:
    """The address of the form with this query in it, not asked; of the empty one where that would be too long."""
    address = f"/console?{urlencode({'query': page.query} | fields_of(page.parameters))}"
    return address if len(address) <= LONGEST_BACK else "/console"


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
