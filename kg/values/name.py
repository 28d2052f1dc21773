"""Names of enterprises and products: cleaning, the key under which equal names meet, and the parts of a firm's name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from kg.values.region import Regions
from kg.values.trade import product_of, split_core

_DROPPED = re.compile(r"[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


def clean_name(name: str) -> str:
    """The name as a person would write it: control and zero-width characters gone, blanks at the ends gone."""
    text = re.sub(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060\ufeff]", "", name)
    return re.sub(r"\s+", " ", text).strip()


def name_key(name: str) -> str:
    """The normalised name: NFKC, lower case, no blanks, round brackets alike; the legal form is kept.

    Two names with one key are the same string to a reader; they are not yet the same firm.
    """
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", name).lower())
    # once more: signs can only compose now that the blank between them is gone
    return unicodedata.normalize("NFKC", text).replace("〔", "(").replace("〕", ")").replace("[", "(").replace("]", ")")


Unit = Literal["company", "branch", "plant", "group", "institute", ""]
"""What kind of unit a name names: a firm of its own, a part of one without a legal person, a group of firms."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """A firm's name taken apart; the parts are empty where the name lacks them.

    `place` as the name writes it (宁波市, from brackets too) and its code (GB/T 2260), `brand` (中意), `trade`
    (液压马达), `form` (有限公司, with 集团), `former` the name in a note like （曾用名：…）. `bare` is the name without
    signs, in lower case; `core` lacks legal form and group word too, `rest` the place as well. `listed`: written as an
    exchange writes it (ST…, G…, …股份), or with the legal form of a company by shares.
    """

    place: str
    brand: str
    trade: str
    form: str
    former: str = ""
    place_code: str | None = None
    unit: Unit = ""
    bare: str = ""
    core: str = ""
    rest: str = ""
    listed: bool = False


_NOTE = re.compile(
    r"\((?:曾用名|原企业名称|原名称?|原|更名前|现更名为|现名|更名为)[:为]?([^()]*(?:\([^()]*\)[^()]*)*)\)$"
)
_SEAL = re.compile(r"\((?:盖章|公章|签章)\)|(?<=公司)[-_#]\d+$|[。;,、]+$|^\(?\d+[.、)]\s*")
_EXCHANGE = re.compile(
    r"^(?:s\*st|g\*st|\*st|sst|gst|st|xd|xr|dr|pt|g|s|n)(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[ab]$", re.I
)
_BRACKETS_ALIKE = str.maketrans({**dict.fromkeys("[〔【﹝{〈「『", "("), **dict.fromkeys("]〕】﹞}〉」』", ")")})
_QUOTES = re.compile("[“”\"‘’'《》]")
_PART = r"[^()]{0,14}?(?:\([^()]*\))?[^()]{0,14}(?:分公司|分厂|营业部|办事处|分行|分所|分院|厂)"
_FORM = re.compile(
    rf"(?:\(?(?:集团|控股)\)?)*(?:股份|控股|集团)*(?:有限责任公司|有限公司|总公司|公司)(?:{_PART})?$"
    r"|(?:股份|控股|集团)*有限(?:责任|公)?$|(?:\(?集团\)?)$|合伙企业(?:\(.*\))?$|(?:研究院|研究所|总厂|分厂|厂)$"
)
_BRANCH = re.compile(rf"公司{_PART}$|分公司$")
_INSTITUTE = re.compile(r"(?:大学|学院|学校|医院|科学院|研究中心|实验室)(?:\([^()]*\))?$|大学附属")
_COMPANY = re.compile(r"公司$|有限(?:责任|公)?$")
_GROUP = re.compile(r"(?:控股|集团|股份|有限)+$")
_ZONE = re.compile(
    r"(?:高新技术产业开发|经济技术开发|高新技术|国家高新|科技园|工业园|保税|开发|高新|杭州湾新|大榭开发|梅山保税港)区"
)
_SIGNS = re.compile(r"[\s()\-·.,、。:;'\"]")
_BRACKETS = re.compile(r"\(([^()]*)\)")


def written_names(text: str) -> list[str]:
    """The names in one string of a list: 新名（曾用名：旧名） holds two. Numbering, seals and quotes are gone."""
    plain = unicodedata.normalize("NFKC", clean_name(text)).translate(_BRACKETS_ALIKE)
    plain = _SEAL.sub("", _SEAL.sub("", _QUOTES.sub("", re.sub(r"\s", "", plain))))
    note = _NOTE.search(plain)
    return [name for name in (plain[: note.start()], note[1]) if name] if note else [plain]


def split_name(name: str) -> NameParts:
    """A firm's name taken apart, by lists of places and trade words (see `kg.values.trade`).

    宁波中意液压马达有限公司 → 宁波, 中意, 液压马达, 有限公司. Prefixes of exchanges (*ST) are dropped.
    """
    plain, *former = written_names(name)
    form = _FORM.search(plain)
    form_text = form.group() if form and form.start() > 1 else ""
    short = plain if form_text else _EXCHANGE.sub("", plain)
    listed = "股份" in form_text or (not form_text and (short != plain or plain.endswith("股份")))
    plain = short if len(short) > 1 else plain
    body = plain[: len(plain) - len(form_text)] if form_text else plain
    place, code, rest = _bracketed_place(body)
    if not place:
        place, code, rest = _leading_place(body)
    brand, trade = split_core(_BRACKETS.sub("", rest))
    return NameParts(
        place,
        brand,
        trade,
        form_text,
        former[0] if former else "",
        code,
        _unit(plain, form_text),
        _key(plain),
        _without_group(_key(body)),
        _without_group(_key(rest)),
        listed,
    )


def _unit(plain: str, form: str) -> Unit:
    if _BRANCH.search(plain):
        return "branch"
    if _COMPANY.search(form):
        return "company"
    if form.endswith("厂"):
        return "plant"
    if "集团" in form and not _INSTITUTE.search(plain):
        return "group"
    return "institute" if form.startswith("研究") or _INSTITUTE.search(plain) else ""


def _key(text: str) -> str:
    return _SIGNS.sub("", text).lower()


def _without_group(key: str) -> str:
    group = _GROUP.search(key)
    return key[: group.start()] if group and group.start() > 1 else key


def trade_product(name: str) -> str | None:
    """The product that a firm's name tells of (an inference); None where it holds only general words."""
    return product_of(split_name(name).trade)


def _bracketed_place(core: str) -> tuple[str, str | None, str]:
    for bracket in _BRACKETS.finditer(core):
        found = Regions.load().find(bracket[1])
        if found is not None or bracket[1] == "中国":
            return bracket[1], found.code if found else None, core[: bracket.start()] + core[bracket.end() :]
    return "", None, core


def _leading_place(core: str) -> tuple[str, str | None, str]:
    if core.startswith("中国") and len(core) > 3:
        return "中国", None, core[2:]
    regions = Regions.load()
    span = regions.at(core)
    end, code = (span.end, span.region.code) if span else (0, None)
    if not end:
        # a county's short name is a place only where a brand and a trade follow: 慈溪|汇丽|机电, not 东方|电子
        for length in (3, 2):
            brand, trade = split_core(core[length:])
            region = regions.find(core[:length])
            if region is not None and len(brand) > 1 and trade:
                end, code = length, region.code
                break
    zone = _ZONE.match(core, end)
    if zone and end:
        end = zone.end()
    return core[:end], code, core[end:]
