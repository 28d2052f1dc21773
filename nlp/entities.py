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
from nlp.institutions import institutions, with_part
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
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return text[at] == "\n" and bool(_BEFORE_WRAP.match(before) and _AFTER_WRAP.match(after))


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
            if not name.company:
                end = with_part(reading.text, end) or end
            kind = "ENTERPRISE" if _is_firm(reading.text[start:end], name.company) else "ORG"
            yield _entity(reading, kind, start, end, "name.suffix_rule")
    places = list(Regions.load().spans(reading.text))
    for low, high in institutions(reading.text, places):
        kind = "ENTERPRISE" if _WORKS.search(reading.text[low:high]) else "ORG"
        yield _entity(reading, kind, low, high, "name.institution_rule")
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
    if _STATE.match(plain) or _LATIN.fullmatch(plain):
        return True
    place = Regions.load().at(plain)
    return place is not None and len(plain) - place.end > 1


def _is_firm(text: str, company: bool) -> bool:
    return bool(_WORKS.search(text)) or (company and not text.startswith("中国人民银行"))


def _left_edge(text: str, start: int, end: int) -> int:
    """Where a name begins: running words before its place are cut, and words that lead up to a name."""
    name = text[start:end]
    for place in Regions.load().spans(name):
        before = name[: place.start]
        if before and _RUNNING.search(before) and not _BRANCHED.search(before):
            return start + place.start
    lead = _LEAD.match(name)
    if lead:
        return start + lead.end()
    return start


_FORM = re.compile(
    r"(?:有限责任|有限|股份|集团|总|合伙)公司|分公司|支行$|分行$|事务所|合作社|联社|株式会社|\((?:有限|普通)合伙\)"
)
_BRANCH = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:分公司|分行|支行)")
_KIND = re.compile(r"(?:该|本|这|其|新|母|子|一人|几|各|两)?(?:家)?(?:有限责任|有限|股份有限|股份|集团|总|分)公司")
_STATE = re.compile(r"中国|中华|国家|国务院|全国|中共|中央|最高人民")
_BRANCHED = re.compile(r"(?:公司|银行|集团)$")
_RUNNING = re.compile(r"[到受由与及在向对为被经购托请决立商司—\d\s]")
_BEFORE_WRAP = re.compile("[\u4e00-\u9fff)）]")
_AFTER_WRAP = re.compile("[\u4e00-\u9fff(（]")
_LEAD = re.compile(
    r"^.{0,16}(?:设立|成立|判决|供应商|客户|子公司|收购|转让|所持|持有|同意|委托|聘请|认购|请求)[—:]*(?=.{4})",
    re.DOTALL,
)
_LATIN = re.compile(r"[A-Z][A-Za-z0-9&.,'()\- ]{5,}")
_WORKS = re.compile(r"[厂矿店]$|饭店$|事务所$")


def _products(reading: Reading) -> Iterator[Entity]:
    for start, end in product_spans(reading.text):
        yield _entity(reading, "PRODUCT", start, end, "product.zone_rule")


def _entity(reading: Reading, label: str, start: int, end: int, method: str) -> Entity:
    low, high = reading.original(start, end)
    return Entity(label, low, high, reading.source.text[low:high], method)
