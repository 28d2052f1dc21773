"""Classes of products: the products of the graph that bear the very name of a class are in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select

from kg.records import Fact, Mention
from kg.values.name import name_key
from web.db import models
from web.home import Home

KIND = "classes"
"""Kind of the documents that tables of classes are."""

EXTRACTOR = "placement"
METHOD = "class.same_name"


def link(home: Home, products: Mapping[str, str]) -> int:
    """State IN_CLASS in every table of classes for `products` (names by key). Returns how many tables now differ.

    What the operator's own column of products says is a fact of the table's rows and stays as it is.
    """
    with home.database().session() as session:
        tables = select(models.Document).where(
            models.Document.kind == KIND, models.Document.state.in_(("read", "loaded"))
        )
        changed = 0
        for row in session.scalars(tables):
            stated = list(home.journal.read(row.sha256))
            linked = [found for fact in stated if (found := _linked(fact, products)) is not None]
            if _lines(linked) != _lines(fact for fact in stated if fact.method == METHOD):
                home.journal.write(row.sha256, EXTRACTOR, linked)
                row.state, row.facts = "read", home.journal.count(row.sha256)
                changed += 1
        return changed


def _linked(fact: Fact, products: Mapping[str, str]) -> Fact | None:
    """The fact that a product is in a class, of the row that lists the class."""
    if fact.relation != "LISTED" or fact.source.type != "ProductClass":
        return None
    name = products.get(name_key(fact.source.name))
    if name is None:
        return None
    return replace(
        fact,
        relation="IN_CLASS",
        source=Mention("Product", name),
        target=fact.source,
        properties={"rule": "same", "reason": fact.source.name},
        method=METHOD,
        level="strongly_inferred",
    )


def _lines(facts: Iterable[Fact]) -> set[str]:
    return {json.dumps(fact.to_json(), sort_keys=True) for fact in facts}
