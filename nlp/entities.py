"""Entities of a text: enterprises, other organisations, products, patents, credit codes, places.

Reads a text; writes spans with label and method, as `bulian entities` prints them. Products are found in the zones that
name them (主要产品, 从事…的生产) alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.values.credit_code import find_credit_codes
from kg.values.patent import find_patents
from kg.values.region import Regions
from nlp.names import Name, names
from nlp.organisations import organisations
from nlp.products.item import product_spans
from nlp.reading import Reading, read_for_rules
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
    """The entities of one sentence or paragraph, in order, not overlapping; the longer span wins.

    A line that breaks between two Chinese signs is a wrapped one: names are read across it.
    """
    places = [at for at in range(len(text)) if not _wraps(text, at)]
    reading = read_for_rules(Text(_LATIN_WRAP.sub(" ", "".join(text[at] for at in places))))
    found = names(reading.text)
    spans = [*entity_spans(reading, found), *_products(reading)]
    kept: list[Entity] = []
    for entity in sorted(spans, key=lambda e: (e.start - e.end, e.start)):
        if all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
    return [_unwrapped(entity, text, places) for entity in sorted(kept, key=lambda e: e.start)]


def _wraps(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return text[at] == "\n" and bool(_BEFORE_WRAP.match(before) and _AFTER_WRAP.match(after))


def _unwrapped(entity: Entity, text: str, places: Sequence[int]) -> Entity:
    start, end = places[entity.start], places[entity.end - 1] + 1
    return replace(entity, start=start, end=end, text=text[start:end])


def entity_spans(reading: Reading, found: Sequence[Name]) -> Iterator[Entity]:
    """Organisations, patents, credit codes and places of a reading; spans may overlap."""
    places = list(Regions.load().spans(reading.text))
    for each in organisations(reading.text, found, places):
        yield _entity(reading, "ENTERPRISE" if each.firm else "ORG", each.start, each.end, each.method)
    for patent in find_patents(reading.text):
        yield _entity(reading, "PATENT", patent.start, patent.end, "patent.number_rule")
    for _, start, end in find_credit_codes(reading.text):
        yield _entity(reading, "CREDIT_CODE", start, end, "code.check_rule")
    for place in places:
        yield _entity(reading, "REGION", place.start, place.end, "region.name_rule")


_BEFORE_WRAP = re.compile("[\u4e00-\u9fff)）]")
_AFTER_WRAP = re.compile("[\u4e00-\u9fff(（]")
_LATIN_WRAP = re.compile(r"(?<=[A-Za-z,.&])\n(?=[A-Za-z])")


def _products(reading: Reading) -> Iterator[Entity]:
    for start, end in product_spans(reading.text):
        yield _entity(reading, "PRODUCT", start, end, "product.zone_rule")


def _entity(reading: Reading, label: str, start: int, end: int, method: str) -> Entity:
    low, high = reading.original(start, end)
    return Entity(label, low, high, reading.source.text[low:high], method)
