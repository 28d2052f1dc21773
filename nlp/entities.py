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
from kg.values.region import Regions, RegionSpan
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
    """The entities of one sentence or paragraph, in order, not overlapping; the longer span wins.

    A line that breaks between two Chinese signs is a wrapped one: names are read across it.
    """
    places = [at for at in range(len(text)) if not _wraps(text, at)]
    reading = read_for_rules(Text("".join(text[at] for at in places)))
    found = names(reading.text)
    spans = [*entity_spans(reading, found), *_products(reading)]
    kept: list[Entity] = []
    for entity in sorted(spans, key=lambda e: (e.start - e.end, e.start)):
        if all(entity.end <= other.start or other.end <= entity.start for other in kept):
            kept.append(entity)
    return [_unwrapped(entity, text, places) for entity in sorted(kept, key=lambda e: e.start)]


def _wraps(text: str, at: int) -> bool:
    return text[at] == "\n" and bool(_CHINESE.match(text[at - 1 : at]) and _CHINESE.match(text[at + 1 : at + 2]))


def _unwrapped(entity: Entity, text: str, places: Sequence[int]) -> Entity:
    start, end = places[entity.start], places[entity.end - 1] + 1
    return replace(entity, start=start, end=end, text=text[start:end])


def entity_spans(reading: Reading, found: Sequence[Name]) -> Iterator[Entity]:
    """Organisations, patents, credit codes and places of a reading; spans may overlap."""
    for name in found:
        start = _left_edge(reading.text, name.start, name.end)
        if is_full_name(reading.text[start : name.end]):
            branch = _BRANCH.match(reading.text, name.end) if name.company else None
            end = branch.end() if branch and not _RUNNING.search(branch.group()[:-3]) else name.end
            yield _entity(reading, "ENTERPRISE" if name.company else "ORG", start, end, "name.suffix_rule")
    places = list(Regions.load().spans(reading.text))
    yield from _institutions(reading, places)
    for patent in find_patents(reading.text):
        yield _entity(reading, "PATENT", patent.start, patent.end, "patent.number_rule")
    for _, start, end in find_credit_codes(reading.text):
        yield _entity(reading, "CREDIT_CODE", start, end, "code.check_rule")
    for place in places:
        yield _entity(reading, "REGION", place.start, place.end, "region.name_rule")


def is_full_name(text: str) -> bool:
    """Whether a name that ends like an organisation's is the whole of it, no role, kind or organ of a firm.

    A legal form behind two signs makes one; without it (电力公司, 审计委员会, 加工厂) the name has to begin with a
    place or with a word of the state.
    """
    plain = "".join(text.split())
    form = _FORM.search(plain)
    if form and form.start() > 1 and not _KIND.match(plain):
        return True
    if _STATE.match(plain):
        return True
    place = Regions.load().at(plain)
    return place is not None and len(plain) - place.end > 1


def _left_edge(text: str, start: int, end: int) -> int:
    """Where a name begins: running words before its place are cut, and words that lead up to a name."""
    name = text[start:end]
    for place in Regions.load().spans(name):
        if place.start and _RUNNING.search(name[: place.start]):
            return start + place.start
    lead = _LEAD.match(name)
    if lead:
        return start + lead.end()
    return start


def _institutions(reading: Reading, places: Sequence[RegionSpan]) -> Iterator[Entity]:
    """Public bodies and schools: a place and what kind of body it is; ministries by name."""
    for place in places:
        found = _INSTITUTION.match(reading.text, place.end)
        if found and not _RUNNING.search(found.group()):
            yield _entity(reading, "ORG", place.start, found.end(), "name.place_rule")
    for found in _MINISTRY.finditer(reading.text):
        yield _entity(reading, "ORG", found.start(), found.end(), "name.ministry_rule")


_FORM = re.compile(
    r"(?:有限责任|有限|股份|集团|总|合伙)公司|分公司|支行$|分行$|事务所|合作社|联社|株式会社|\((?:有限|普通)合伙\)"
)
_BRANCH = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:分公司|分行|支行)")
_KIND = re.compile(r"(?:该|本|这|其|新|母|子|一人|几|各|两)?(?:家)?(?:有限责任|有限|股份有限|股份|集团|总|分)公司")
_STATE = re.compile(r"中国|中华|国家|国务院|全国|中共|中央|最高人民")
_RUNNING = re.compile(r"[到受由与及在向对为被经购托请决立商司—\d\s]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LEAD = re.compile(r"^(?:.{0,4}(?:出资设立|设立|判决|供应商|客户|子公司|收购|委托|聘请)[—:：]*)(?=.{6})", re.DOTALL)
_INSTITUTION = re.compile(
    r"[\u4e00-\u9fff]{0,12}?(?:大学|学院|研究院|研究所|设计院|委员会|[省市县区]委|[厅局厂](?![长部级])|法院|检察院|交易所|协会|学会|银监会)"
)
_MINISTRY = re.compile(
    r"(?:财政|科学技术|科技|商务|工业和信息化|教育|交通运输|生态环境|环境保护|住房和城乡建设|农业农村|国防|公安)部(?![门分件长位])"
)


def _products(reading: Reading) -> Iterator[Entity]:
    for start, end in product_spans(reading.text):
        yield _entity(reading, "PRODUCT", start, end, "product.zone_rule")


def _entity(reading: Reading, label: str, start: int, end: int, method: str) -> Entity:
    low, high = reading.original(start, end)
    return Entity(label, low, high, reading.source.text[low:high], method)
