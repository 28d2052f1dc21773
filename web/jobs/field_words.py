"""Which class of the industrial foundation a product has, as people say it: in the journal, and so in every graph.

A word is kept in the log of corrections. It is worked into what the documents that name the product state, now and at
each later reading of any document, so that it survives extraction, import and rebuild; taken back, the rule counts
again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from kg.values.name import name_key
from nlp.foundation.scheme import scheme
from nlp.relations.foundation_field import Word, with_fields
from web.db import models
from web.db.chains import ChainCorrection
from web.errors import WebError
from web.home import Home
from web.jobs.corrections import ACTS, FIELD, Corrected, corrections, known_product, say
from web.jobs.graph import settle

RELATION = "IN_FOUNDATION_FIELD"

READERS = ("nlp", "list")
"""Extractors whose products are classed (`web.jobs.ingest`, `web.jobs.lists`)."""


def place_of(scheme_id: str, category: str) -> str:
    """The place of a class in the log. Raises UnknownSchemeError (NL031), WebError WE005 (no such class)."""
    if category not in {one.name for one in scheme(scheme_id).classes}:
        raise WebError(f"no class {category[:40]} in {scheme_id}", code="WE005", hint="see the page of fields")
    return f"{FIELD}{scheme_id}:{category}"


def parted(place: str) -> tuple[str, str]:
    """Scheme and class of a place of the log."""
    scheme_id, _, category = place.removeprefix(FIELD).partition(":")
    return scheme_id, category


def counting(home: Home) -> list[ChainCorrection]:
    """The words on classes that count now."""
    return [row for row in corrections(home) if row.node.startswith(FIELD)]


def words(home: Home) -> Mapping[str, Sequence[Word]]:
    """The same by the key of the product, as the classifier takes them."""
    found: dict[str, list[Word]] = defaultdict(list)
    for row in counting(home):
        found[name_key(row.product)].append(Word(*parted(row.node), row.act == "stands", row.reason))
    return found


def correct_field(home: Home, said: Corrected) -> int:
    """Write a person's word on a product and a class (`place_of`), and bring journal and graph along.

    Returns how many documents state something else now; 0 for a word that only proposes. Raises as `corrections.say`,
    and WE006 (another writer).
    """
    say(home, said, _check(home, said))
    if said.act not in ACTS:
        return 0
    with home.writing("fields correct"):
        named = home.graph().read("documents_naming", key=name_key(said.product))
        changed = sum(_again(home, str(row["document"])) for row in named)
        settle(home)
    return changed


def _check(home: Home, said: Corrected) -> Callable[[], None]:
    def check() -> None:
        place_of(*parted(said.node))
        known_product(home, said.product)

    return check


def _again(home: Home, document: str) -> bool:
    """Class what a document names once more; whether that changed what it states."""
    said = words(home)
    changed = False
    for extractor in set(READERS) & set(home.journal.extractors(document)):
        before = list(home.journal.read(document, extractor))
        after = list(with_fields((fact for fact in before if fact.relation != RELATION), said))
        if {repr(fact) for fact in before} != {repr(fact) for fact in after}:
            home.journal.write(document, extractor, after)
            changed = True
    if changed:
        with home.database().session() as session:
            row = session.scalar(select(models.Document).where(models.Document.sha256 == document))
            if row is not None:
                row.state, row.facts = "read", home.journal.count(document)
    return changed
