"""What a firm is known by beside its name: traits, each a number read from its fields, with the facts behind it.

A trait that nothing was read of is unknown (None), never zero. `counted` traits count what was read: there may be
more, so that they can prove that something is there and never that it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.fields import TIERS, number, plain
from matcher.firm import Firm, Item

Fields = Mapping[str, tuple[Item, ...]]

LARGE = {"staff": 1000, "revenue": 4e8}
"""Persons and yuan that an industrial firm has both of or more where it is large (300号, 2011)."""

_CENTRE = re.compile(
    r"(?:工程技术(?:研究)?中心|工程研究中心|重点实验室|企业技术中心|企业研究院|博士后科研工作站|院士(?:专家)?工作站)$"
)
"""What the measures name as a firm's own or joint research institution."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read of a trait: its value, what it rests on in words, and the facts."""

    value: float
    names: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait: its names for people, its unit (percent, CNY, years, or none), the fields it reads, and how."""

    name: str
    zh: str
    en: str
    fields: tuple[str, ...]
    read: Callable[[Fields, date], Seen | None]
    unit: str = ""
    counted: bool = False

    def shown(self, value: float, lang: str = "zh") -> str:
        """The value in words of the language."""
        zh = lang == "zh"
        if self.name == "sme":
            return ("不是大型" if value else "大型") if zh else ("not large" if value else "large")
        if self.name == "lower_tier":
            return _TIER_NAMES[int(value) - 1][0 if zh else 1]
        if self.name == "high_tech":
            return "有" if zh else "yes"
        if self.unit == "CNY":
            return f"{value / 1e4:,.0f} 万元" if zh else f"CNY {value / 1e6:,.1f} million"
        ends = {"percent": ("%", " %"), "years": (" 年", " years")}.get(self.unit, ("", ""))
        return f"{value:.4g}{ends[0 if zh else 1]}"


_TIER_NAMES = (
    ("创新型中小企业", "innovative SME"),
    ("专精特新中小企业", "specialised SME"),
    ("专精特新“小巨人”", "little giant"),
    ("制造业单项冠军", "champion"),
)


def _facts(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.fact for item in items if item.fact))


def _counted(items: Sequence[Item]) -> Seen | None:
    """Distinct values; a bare number is a count of its own."""
    if not items:
        return None
    numbers = [count for item in items if (count := number(item.value)) is not None]
    names = tuple(dict.fromkeys(str(item.value) for item in items if number(item.value) is None))
    return Seen(float(max([len(names), *numbers])), names, _facts(items))


def _count(field: str) -> Callable[[Fields, date], Seen | None]:
    return lambda fields, day: _counted(fields.get(field, ()))


def _figure(field: str) -> Callable[[Fields, date], Seen | None]:
    def read(fields: Fields, day: date) -> Seen | None:
        for item in fields.get(field, ()):
            value = number(item.value)
            if value is not None:
                return Seen(value, (), _facts([item]))
        return None

    return read


def _centres(fields: Fields, day: date) -> Seen | None:
    return _counted([item for item in fields.get("honour", ()) if _CENTRE.search(str(item.value))])


def _high_tech(fields: Fields, day: date) -> Seen | None:
    held = [item for item in fields.get("honour", ()) if str(item.value).endswith("高新技术企业")]
    return Seen(1.0, (), _facts(held)) if held else None


def _lower_tier(fields: Fields, day: date) -> Seen | None:
    held = [(TIERS.index(tier), item) for item in fields.get("tier", ()) if (tier := plain(item.value)) in TIERS]
    if not held:
        return None
    best = max(place for place, _ in held)
    return Seen(best + 1.0, (), _facts([item for place, item in held if place == best]))


def _age(fields: Fields, day: date) -> Seen | None:
    founded = fields.get("founded", ()) or fields.get("age", ())
    ages = Firm("", fields={name: fields[name] for name in ("founded", "age") if name in fields}).values("age", day)
    known = [age for value in ages if (age := number(value)) is not None]
    return Seen(min(known), tuple(str(item.value) for item in founded), _facts(founded)) if known else None


def _sme(fields: Fields, day: date) -> Seen | None:
    """No large firm (1), or one (0): by its size as stated, else by staff and revenue, one of which may decide."""
    sizes = fields.get("size", ())
    if sizes:
        return Seen(float(all(plain(item.value) != "large" for item in sizes)), (), _facts(sizes))
    below: list[Item] = []
    known = 0
    for name, bound in LARGE.items():
        figures = [(value, item) for item in fields.get(name, ()) if (value := number(item.value)) is not None]
        known += bool(figures)
        below += [item for value, item in figures if value < bound]
    if below:
        return Seen(1.0, (), _facts(below))
    return Seen(0.0, (), _facts([*fields["staff"], *fields["revenue"]])) if known == len(LARGE) else None


LIKENESS = Trait(
    "likeness", "与在册企业的产品相近", "products near to those of listed firms", (), lambda fields, day: None
)
"""Cosine with the listed firms whose products are nearest: reckoned over the corpus, not read from the firm alone."""

TRAITS = (
    LIKENESS,
    Trait("lower_tier", "已有的梯度", "tier held", ("tier",), _lower_tier, counted=True),
    Trait("inventions", "发明专利", "invention patents", ("inventions",), _count("inventions"), counted=True),
    Trait("patents", "专利", "patents", ("patents",), _count("patents"), counted=True),
    Trait("standards", "参与起草的标准", "standards drafted", ("standards",), _count("standards"), counted=True),
    Trait("centres", "研发机构", "research institutions", ("honour",), _centres, counted=True),
    Trait("high_tech", "高新技术企业", "high-tech enterprise", ("honour",), _high_tech, counted=True),
    Trait("foundation", "产业基础领域", "foundation fields", ("foundation",), _count("foundation"), counted=True),
    Trait("certificates", "有效证书", "certificates in force", ("certificate",), _count("certificate"), counted=True),
    Trait("contracts", "中标合同", "contracts won", ("contracts",), _count("contracts"), counted=True),
    Trait(
        "main_business",
        "主营业务占比",
        "share of the main business",
        ("main_business_ratio",),
        _figure("main_business_ratio"),
        "percent",
    ),
    Trait(
        "main_product",
        "第一大产品占比",
        "share of the largest product",
        ("main_share",),
        _figure("main_share"),
        "percent",
        counted=True,
    ),
    Trait("rd_ratio", "研发投入占比", "R&D share of revenue", ("rd_ratio",), _figure("rd_ratio"), "percent"),
    Trait("market_share", "市场占有率", "market share", ("market_share",), _figure("market_share"), "percent"),
    Trait("revenue", "营业收入", "revenue", ("revenue",), _figure("revenue"), "CNY"),
    Trait("debt_ratio", "资产负债率", "debt ratio", ("debt_ratio",), _figure("debt_ratio"), "percent"),
    Trait("age", "成立年数", "years since founding", ("founded", "age"), _age, "years"),
    Trait("sme", "规模", "size", ("size", "staff", "revenue"), _sme),
)
NAMES = tuple(trait.name for trait in TRAITS)
BY_NAME = {trait.name: trait for trait in TRAITS}
