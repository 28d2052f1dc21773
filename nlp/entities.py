"""Entities of a text: enterprises, other organisations, products, patents, credit codes, places.

Reads a text; writes spans with label and method, as `bulian entities` prints them. Products are found in the zones that
name them (主要产品, 从事…的生产) alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.values.credit_code import find_credit_codes
from kg.values.patent import find_patents
from kg.values.region import Regions
from nlp.names import Name, names
from nlp.reading import Reading, read_for_rules
from nlp.relations.product import product_spans
from nlp.text import Text

LABELS = ("ENTERPRISE", "ORG", "PRODUCT", "PATENT", "CREDIT_CODE", "REGION")


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the document's own text: `text` is that slice, `method` the rule that found it."""

    label: str
    start: int
    end: int
    text: str
    method: str


def entities(text: str) -> list[Entity]:
    """The entities of one sentence or document, in order, not overlapping; the longer span wins."""
    reading = read_for_rules(Text(text))
    found = names(reading.text)
    spans = [*entity_spans(reading, found), *_products(reading)]
    kept: list[Entity] = []
    for entity in sorted(spans, key=lambda e: (e.start - e.end, e.start)):
        if all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda e: e.start)


def entity_spans(reading: Reading, found: Sequence[Name]) -> Iterator[Entity]:
    """Organisations, patents, credit codes and places of a reading; spans may overlap."""
    for name in found:
        yield _entity(reading, "ENTERPRISE" if name.company else "ORG", name.start, name.end, "name.suffix_rule")
    for patent in find_patents(reading.text):
        yield _entity(reading, "PATENT", patent.start, patent.end, "patent.number_rule")
    for _, start, end in find_credit_codes(reading.text):
        yield _entity(reading, "CREDIT_CODE", start, end, "code.check_rule")
    for place in _regions().spans(reading.text):
        yield _entity(reading, "REGION", place.start, place.end, "region.name_rule")


def _products(reading: Reading) -> Iterator[Entity]:
    for start, end in product_spans(reading.text):
        yield _entity(reading, "PRODUCT", start, end, "product.zone_rule")


def _entity(reading: Reading, label: str, start: int, end: int, method: str) -> Entity:
    low, high = reading.original(start, end)
    return Entity(label, low, high, reading.source.text[low:high], method)


@lru_cache(maxsize=1)
def _regions() -> Regions:
    return Regions.load()
