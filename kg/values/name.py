"""Names of enterprises and products: cleaning, the key under which equal names meet, and the parts of a firm's name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class NameParts:
    """A firm's name taken apart; the parts are empty where the name lacks them.

    `place` as the name writes it (宁波市, from brackets too), `brand` (中意), `trade` (液压马达), `form` (有限公司,
    with 集团), `former` the name in a note like （曾用名：…）.
    """

    place: str
    brand: str
    trade: str
    form: str
    former: str = ""


_NOTE = re.compile(r"\((?:曾用名|原名|原|更名前)[:为]?([^()]{4,})\)")
_STOCK = re.compile(r"^(?:\d+[.、]|)(?:(?:N|XD|XR|DR|G|S|SST|S\*ST|\*ST|ST|PT)(?=[\u4e00-\u9fff]))?")
_FORM = re.compile(
    r"(?:\(?(?:集团|控股)\)?)?(?:股份|控股|集团)?(?:有限责任公司|有限公司|有限公|总公司|公司)(?:[^()]{0,12}分公司)?$"
    r"|(?:\(?集团\)?)$|合伙企业(?:\(.*\))?$|(?:研究院|研究所|总厂|厂)$"
)
_ZONE = re.compile(
    r"(?:高新技术产业开发|经济技术开发|高新技术|国家高新|科技园|工业园|保税|开发|高新|杭州湾新|大榭开发|梅山保税港)区"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")


def split_name(name: str) -> NameParts:
    """Place, brand, trade and legal form of a firm's name, by lists of places and trade words (see `kg.values.trade`).

    宁波中意液压马达有限公司 → 宁波, 中意, 液压马达, 有限公司. Prefixes of exchanges (*ST) are dropped.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", clean_name(name))).replace("[", "(").replace("]", ")")
    former = ""
    note = _NOTE.search(text)
    if note:
        former, text = note[1], text[: note.start()] + text[note.end() :]
    text = _STOCK.sub("", text)
    form = _FORM.search(text)
    core = text[: form.start()] if form and form.start() else text
    place, core = _bracketed_place(core)
    if not place:
        place, core = _leading_place(core)
    brand, trade = split_core(_BRACKETS.sub("", core))
    return NameParts(place, brand, trade, form.group() if form and form.start() else "", former)


def trade_product(name: str) -> str | None:
    """The product that a firm's name tells of (an inference); None where it holds only general words."""
    return product_of(split_name(name).trade)


def _bracketed_place(core: str) -> tuple[str, str]:
    for bracket in _BRACKETS.finditer(core):
        if Regions.load().find(bracket[1]) is not None or bracket[1] == "中国":
            return bracket[1], core[: bracket.start()] + core[bracket.end() :]
    return "", core


def _leading_place(core: str) -> tuple[str, str]:
    if core.startswith("中国") and len(core) > 3:
        return "中国", core[2:]
    regions = Regions.load()
    span = regions.at(core)
    end = span.end if span else 0
    if not end:
        # a county's short name is a place only where a brand and a trade follow: 慈溪|汇丽|机电, not 东方|电子
        for length in (3, 2):
            brand, trade = split_core(core[length:])
            if regions.find(core[:length]) is not None and len(brand) > 1 and trade:
                end = length
                break
    zone = _ZONE.match(core, end)
    if zone and end:
        end = zone.end()
    return core[:end], core[end:]
