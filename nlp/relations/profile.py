"""PROFILE: what a document says of its firm: founding date, registered address, names, codes, capital.

Reads the lines `label: value` of 公司简介, 发行人概况, 工商信息 (and rows of two cells), and the head line 证券代码.
Writes one fact for each field with its own quote. Only blocks of at least two different labels count, and only for the
firm that the document is about or that the block itself names. Limits: values wrapped over a table's cells are cut; a
founding date told only in the firm's history is `inferred`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.records import DocumentId, Fact
from kg.values.credit_code import find_credit_codes
from kg.values.credit_code import normalise as credit_code
from kg.values.date import find_dates
from kg.values.money import find_money
from kg.values.name import name_key
from kg.values.region import Regions
from nlp.names import Alias, Name, names
from nlp.reading import ANNUAL_REPORT, OTHER, PROSPECTUS, Reading
from nlp.relations.evidence import enterprise, fact
from nlp.relations.founding import founding_days
from nlp.relations.issuer import issuer_of

_LABELS: dict[str, str] = {
    "name": r"(?:公司|企业|发行人|单位|本行)?(?:注册|法定)?(?:中文)?(?:全称|名称)|公司的中文名称|发行人|中文名称",
    "english_name": r"(?:公司|发行人|法定|注册|本行)?(?:的)?(?:英文|外文)(?:名称|全称)|(?:公司)?英文名称?",
    "short_name": r"(?:公司)?(?:的)?(?:中文|股票|证券|A股)?简称",
    "former_short_name": r"变更前(?:股票|证券)简称",
    "stock_code": r"(?:股票|证券|A股)?代码",
    "legal_representative": r"(?:公司的?)?法定代表人",
    "registered_capital": r"注册资本(?:金)?",
    "founded": r"(?:[\u4e00-\u9fff]{2,8}|[\u4e00-\u9fff]{0,8}有限公司)?(?:成立|设立)(?:日期|时间)"
    r"|注册日期|工商注册日期",
    "address": r"(?:公司)?(?:注册地址|住所地?|注册地|注册住所|法定住所)",
    "office_address": r"(?:公司)?(?:办公地址|主要生产经营地|生产经营地址)",
    "website": r"(?:公司)?(?:国际)?(?:互联网|官方)?(?:网址|网站|网站地址)",
    "credit_code": r"(?:公司|企业)?统一社会信用代码(?:号)?|营业执照(?:注册号|统一社会信用代码)",
    "legal_form": r"(?:公司|企业)类型|企业性质",
    "other": r"邮政编码|邮编|电话(?:号码)?|联系电话|传真(?:号码)?|电子(?:信箱|邮箱)|经营范围|董事会秘书"
    r"|整体变更日期|变更设立日期|上市地",
}
_ANY = "|".join(f"(?P<{field}>{pattern})" for field, pattern in _LABELS.items())
_LINE = re.compile(
    rf"^(?:[(（]?[一二三四五六七八九十\d]{{1,2}}[)）]?[、.]?)?(?:{_ANY})(?:[(（][^()（）\n]{{1,8}}[)）])?(?:[:\t]+"
    rf"|(?<=名称) )\s*(?P<value>[^\n]{{1,160}}(?:\n[号层栋室楼座][^\n:]{{0,30}})?)$",
    re.M,
)
_HEAD = re.compile(
    r"(?:证券|股票)代码[:]?(?P<stock_code>\d{6}).{0,40}?(?:证券"
    r"|股票)?简称[:]?(?P<short_name>[*A-Za-z\u4e00-\u9fff]{2,8}?)(?=公告|编号|债券|证券|股票|[ \n\t,]"
    r"|$)"
)
_BARE = re.compile(
    r"^(?:公司的?)?(?:(?P<name>中文名称)|(?P<short_name>(?:中文|股票)简称)|(?P<english_name>外文名称)"
    r"|(?P<legal_representative>法定代表人)|(?P<address>注册地址)|(?P<office_address>办公地址)"
    r"|(?P<website>(?:公司|国际互联网)?网址)|(?P<founded>成立日期)|(?P<stock_code>(?:证券|股票)代码)"
    r"|(?P<credit_code>统一社会信用代码)|(?P<registered_capital>注册资本))"
    r"(?!的|缩写|变更|历史|[:\t])(?P<value>[^\n]{2,120})$",
    re.M,
)
_CONTACT = re.compile(r"\n?(?:供应商|采购人|单位|公司|联系|通讯)?地址[:]([^\n。;]{6,60})")
_TOLD = re.compile(
    r"(?:[(][^()]{0,40}[)])?[^。;\n,]{0,6}(?:成立|设立)于(?P<founded>\d{4}年\d{1,2}月\d{1,2}日)"
    r"(?:[^。;\n]{0,12}?(?:位于|地处|坐落于|住所(?:地)?为)(?P<office_address>[^。;,\n]{6,40}))?"
    r"(?:[^。;\n]{0,12}?注册资本(?:为)?(?P<registered_capital>[^。;\n]{2,24}))?"
)
_SHARE = re.compile(
    r"A股\t?(?:上海|深圳"
    r"|北京)证券交易所\t?(?P<short_name>[*A-Za-z\u4e00-\u9fff]{2,8}?)\t?(?P<stock_code>\d{6})\t?(?P<former_short_name>[*A-Za-z\u4e00-\u9fff]{2,8})?"
)
_CODE = re.compile(r"(?:本公司|公司)[^。]{0,160}?统一社会信用代码(?:为)?[:]?(?P<credit_code>[0-9A-Z]{18})")
_REGISTERED_AT = re.compile(
    r"(?:(?<=[。\n])公司|发行人|本公司)(?:的)?(?:注册地址|住所|注册地)(?:为|是|位于)[:]?([^。;,\n]{8,60})"
)
_COVER = 1_500
_COVER_ADDRESS = re.compile(r"^(?:公司|发行人)?(?:住所|注册地址)地?:([^\n]{8,60})", re.M)
_NEXT_LABEL = re.compile(rf"[,;。\s]?(?:{'|'.join(p for f, p in _LABELS.items())})[:]")
_ADDRESS_END = re.compile(r"[;。]|(?<=[\u4e00-\u9fff\d]),(?=邮|电)|邮编|邮政编码|电话")
_ADDRESS = re.compile(r"[省市区县州旗路街道号镇乡村园座楼]")


@dataclass(frozen=True, slots=True)
class _Entry:
    field: str
    value: str
    start: int
    end: int


def profile_facts(
    reading: Reading, found: Sequence[Name], shorts: Sequence[Alias], name: str, document: DocumentId
) -> list[Fact]:
    """The PROFILE facts: one for each field and value, the best stated first, at most two dates of founding."""
    issuer = issuer_of(reading, found)
    result: list[Fact] = []
    seen: set[tuple[str, str, str]] = set()
    single: set[tuple[str, str]] = set()
    told = [*_statements(reading, issuer), *_sentences(reading, found, issuer)]
    addresses = {(owner, value) for owner, entry, _ in told if entry.field == "address" and (value := _value(entry))}
    for owner, entry, level in told:
        value = _value(entry)
        if value is None or (entry.field == "address" and _is_cut(owner, str(value), addresses)):
            continue
        key = (name_key(owner), entry.field, str(value))
        if key in seen or ((level == "disclosed" or entry.field != "founded") and (key[0], key[1]) in single):
            continue
        seen.add(key)
        single.add((key[0], key[1]))
        source = enterprise(owner)
        method = "profile.label_rule" if level == "disclosed" else "profile.history_rule"
        result.append(
            fact(
                reading,
                name,
                document,
                "PROFILE",
                source,
                None,
                {entry.field: value},
                (entry.start, entry.end),
                method,
                level,
            )
        )
    return result


def _is_cut(owner: str, value: str, addresses: Collection[tuple[str, str | float]]) -> bool:
    """Whether the address stands elsewhere with its end, which a page's or column's edge cut off here."""
    return any(owner == other and str(longer) != value and str(longer).startswith(value) for other, longer in addresses)


def _statements(reading: Reading, issuer: str | None) -> Iterator[tuple[str, _Entry, str]]:
    text = reading.text
    known: str | None = None
    for block in _blocks(text):
        owner = _owner(text, block, issuer)
        if owner is None or (reading.kind != OTHER and len({entry.field for entry in block} - {"other"}) < 3):
            continue
        for entry in block:
            if entry.field == "founded" and owner == issuer and known is None:
                known = str(_value(entry))
            if entry.field not in ("other", "name"):
                yield owner, entry, "disclosed"
    if issuer is None:
        return
    for pattern, length in ((_HEAD, 400), (_SHARE, len(text)), (_CODE, len(text))):
        match = pattern.search(text, 0, length)
        for field, value in (match.groupdict() if match else {}).items():
            if match and value:
                yield issuer, _Entry(field, value, match.start(), match.end()), "disclosed"
    if reading.kind in (PROSPECTUS, ANNUAL_REPORT):
        yield from ((issuer, entry, "disclosed") for entry in (*_bare(text), *_cover(text, issuer)))
        yield from ((issuer, entry, "inferred") for entry in _history(text, issuer, known))
        short = _short_name(text, issuer)
        if short:
            at = text.find(short)
            yield issuer, _Entry("short_name", short, at, at + len(short)), "inferred"


def _sentences(reading: Reading, found: Sequence[Name], issuer: str | None) -> Iterator[tuple[str, _Entry, str]]:
    """What stands right behind a firm's name: 成立于…, 地址:…; and the firm's own code in a text about it."""
    if reading.kind in (PROSPECTUS, ANNUAL_REPORT):
        return
    text = reading.text
    for name in found:
        contact = _CONTACT.match(text, name.end)
        if contact:
            yield name.text, _Entry("office_address", contact[1], name.start, contact.end()), "disclosed"
        told = _TOLD.match(text, name.end) if name.company else None
        for field, value in (told.groupdict() if told else {}).items():
            if told and value:
                yield name.text, _Entry(field, value, name.start, told.end()), "disclosed"
    if issuer is not None and reading.kind == OTHER:
        for code, start, end in find_credit_codes(text)[:1]:
            yield issuer, _Entry("credit_code", code, text.rfind("\n", 0, start) + 1, end), "disclosed"


def _bare(text: str) -> Iterator[_Entry]:
    """Rows of a report's table 公司信息 whose cells are divided by nothing: 公司注册地址江苏省…."""
    for match in _BARE.finditer(text):
        field = match.lastgroup and next(f for f in match.re.groupindex if f != "value" and match[f] is not None)
        if field and field != "name":
            yield _Entry(field, match["value"], match.start(), match.end())


def _cover(text: str, issuer: str) -> Iterator[_Entry]:
    """The address on the cover, where the issuer is the last firm named before it."""
    match = _COVER_ADDRESS.search(text, 0, _COVER)
    above = names(text[: match.start()], offices=False) if match else []
    if match and (not above or name_key(above[-1].text) == name_key(issuer)):
        yield _Entry("address", match[1], match.start(), match.end())


def _history(text: str, issuer: str, known: str | None) -> Iterator[_Entry]:
    """A registered address, and days of founding other than the `known` one, that the running text tells."""
    address = _REGISTERED_AT.search(text)
    if address:
        yield _Entry("address", address[1], address.start(), address.end())
    for day, start, end in founding_days(text, issuer, known):
        yield _Entry("founded", day, start, end)


@lru_cache(maxsize=1)
def _regions() -> Regions:
    return Regions.load()


_LEGAL = re.compile(r"(?:集团)?(?:股份)?有限(?:责任)?公司$")


def _short_name(text: str, issuer: str) -> str | None:
    """The short name by which a long document calls its firm most often.

    Four (or three) signs of the name in order from the two behind its place on, or place and these two.
    """
    place = _regions().at(issuer)
    core = _LEGAL.sub("", issuer[place.end :] if place else issuer)
    with_place = issuer[:2] + core[:2] if place else ""
    signs = "".join(sorted({*core, *with_place, "股", "份"}))
    counts: dict[str, int] = {}
    body = text.replace(issuer, "\n")
    for size in (4, 3):
        for match in re.finditer(rf"(?=([{re.escape(signs)}]{{{size}}}))", body):
            counts[match[1]] = counts.get(match[1], 0) + 1
    best, most = None, 8.0
    for value, count in counts.items():
        stem = value[:-2] if value.endswith("股份") else value
        if value != with_place and (not core.startswith(stem[:2]) or not _in_order(stem, core)):
            continue
        worth = count * (0.4 if len(value) == 3 else 0.5 if value == with_place else 1.0)
        if worth > most:
            best, most = value, worth
    return best


def _in_order(part: str, whole: str) -> bool:
    """Whether the signs of `part` stand in `whole` in this order."""
    rest = iter(whole)
    return all(sign in rest for sign in part)


def _blocks(text: str) -> Iterator[list[_Entry]]:
    """Runs of label lines that stand near one another, with at least two different fields."""
    block: list[_Entry] = []
    for match in _LINE.finditer(text):
        field = next(f for f in _LABELS if match[f] is not None)
        value = match["value"].strip()
        following = _NEXT_LABEL.search(value)
        if following and field != "other":
            value = value[: following.start()]
        start = match.start()
        if field in ("address", "office_address") and "\n" in text[start : match.start("value")]:
            line = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
            if ":" not in line and _ADDRESS.search(line):  # two lines with their label set between them
                start, value = start - 1 - len(line), line + value
        entry = _Entry(field, value, start, match.end())
        near = block and match.start() - block[-1].end < 120
        again = block and field == "name" and any(e.field == "name" for e in block)
        if block and (not near or again):
            if len({e.field for e in block}) >= 2:
                yield block
            block = []
        block.append(entry)
    if len({e.field for e in block}) >= 2:
        yield block


_OTHER_FIRM = re.compile(r"([\u4e00-\u9fff]{2,12}?)的?(?:基本)?(?:情况|信息|概况)(?:如下|简介)?[:]?\s*(?:<[^>]*>\s*)*$")


def _owner(text: str, block: list[_Entry], issuer: str | None) -> str | None:
    """The firm of a block: what it names itself, else the nearest firm just above it."""
    for entry in block:
        if entry.field == "name":
            inside = [n for n in names(entry.value) if n.start <= 2]
            if inside:
                return inside[0].text
    above = text[max(0, block[0].start - 160) : block[0].start]
    other = _OTHER_FIRM.search(above)
    if other and not other[1].endswith(("公司", "发行人", "本行")):
        return None
    near = names(above, offices=False)
    if near:
        return near[-1].text if issuer is None or name_key(near[-1].text) == name_key(issuer) else None
    heading = re.search(
        r"(?:发行人|本公司|公司|本行)(?:的)?(?:基本情况|概况|简介|基本信息|信息"
        r"|简要情况)[^\n]{0,10}\n[^\n]{0,40}$|公司信息\s*$",
        above,
    )
    return issuer if heading else None


def _value(entry: _Entry) -> str | float | None:
    """The value in its own form, or None where the line does not hold one."""
    value = entry.value.replace("\n", "").strip(" :,。;")
    if entry.field == "founded":
        dates = find_dates(value)
        return dates[0].iso if dates else None
    if entry.field == "credit_code":
        return credit_code(value)
    if entry.field == "registered_capital":
        money = find_money(value if "元" in value else value + "元")
        return money[0].high if money else None
    if entry.field == "stock_code":
        code = re.search(r"\d{6}", value)
        return code.group() if code else None
    if entry.field in ("address", "office_address"):
        value = _ADDRESS_END.split(value)[0].strip(" ,\t")
        value = value.split("\t")[0]
        return value if len(value) >= 6 and _ADDRESS.search(value) else None
    if entry.field == "website":
        site = re.search(r"(?:https?://)?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+(?:/[^\s\u4e00-\u9fff]*)?", value)
        return site.group() if site else None
    if entry.field == "english_name":
        english = re.match(r"[A-Za-z][A-Za-z0-9 .,&()'\-]{4,100}", value)
        return english.group().strip(" (,") if english else None
    if entry.field in ("short_name", "former_short_name"):
        value = re.split(r"[\t ,(]", value)[0]
        return value if 2 <= len(value) <= 10 and re.search(r"[\u4e00-\u9fff]", value) else None
    if entry.field == "legal_representative":
        value = re.split(r"[\t ,(;]", value)[0]
        return value if re.fullmatch(r"[\u4e00-\u9fff·]{2,6}|[A-Za-z .]{4,30}", value) else None
    return value.split("\t")[0] if 2 <= len(value) <= 60 else None
