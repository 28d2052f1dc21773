"""The picture around one node of the analysts' copy, reached from a picture of an answer, with the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel

from kg.console.around import around_statement
from kg.console.result import Node
from web.errors import WebError
from web.jobs.query import ask
from web.pages.accounts.account import own_address
from web.pages.console.answer import Answer, answer_of, page_of
from web.pages.console.graph_picture import MOST, GraphPicture, around, picture

if TYPE_CHECKING:
    from web.home import Home

STEPS = 8
"""Nodes that the way back names."""


class WayBack(BaseModel):
    """A node of the way, and the address of the picture around it."""

    name: str
    href: str


class AroundPage(BaseModel):
    """A node with its neighbours; `page` is its own page where it has one, `left_off` relations are not shown."""

    label: str
    key: str
    name: str
    page: str | None
    picture: GraphPicture | None
    answer: Answer | None
    left_off: int = 0
    back: str
    way: list[WayBack]
    stamp: str
    as_of: str | None
    making: bool = False


def around_page(home: Home, label: str, key: str, back: str, via: list[str]) -> AroundPage:
    """The page of a node; still without its picture while the copy is being made. Raises WebError WE404."""
    found = home.ontology.labels.get(label)
    if found is None:
        raise WebError("no such kind of node", code="WE404", hint="begin from an answer of the console")
    table = ask(home, around_statement(found, home.ontology), {"key": key}, MOST - 1)
    state = home.analysts.state()
    back = own_address(back) if back else ""
    steps = [one for one in via if one.count("|") >= 2 and len(one) <= 300][-STEPS:]
    page = AroundPage(
        label=label,
        key=key,
        name=key,
        page=None,
        picture=None,
        answer=None,
        back=back,
        way=_way(steps, back),
        stamp=state.stamp or "?",
        as_of=state.as_of,
        making=table is None,
    )
    if table is None:
        return page
    node = next((row[0] for row in table.rows if isinstance(row[0], Node)), None)
    if node is None:
        raise WebError("no such node", code="WE404", hint="it may have another key since: look it up by the search")
    page.name, page.page, page.left_off = node.caption, page_of(node), table.left_off
    page.picture = picture(table, back, (*steps, f"{label}|{key}|{node.caption[:60]}")[-STEPS:])
    page.answer = answer_of(replace(table, columns=table.columns[1:2], rows=tuple(row[1:2] for row in table.rows)))
    return page


def _way(steps: list[str], back: str) -> list[WayBack]:
    """Each step as a link to its picture, which has the steps before it as its own way back."""
    found = []
    for at, step in enumerate(steps):
        label, _, rest = step.partition("|")
        key, _, name = rest.rpartition("|")
        found.append(WayBack(name=name or key, href=around(label, key, back, tuple(steps[:at]))))
    return found
