"""Risks of a firm, beside its rank and never in its score: each graded by a rule that can be read, with its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from kg.projection.words import day as whole_day
from kg.tier import Course, Said, courses, years_later
from matcher.fields import number
from matcher.firm import Firm, Item
from matcher.wording import value_name

Grade = Literal["high", "medium", "note"]
GRADES: tuple[Grade, ...] = ("high", "medium", "note")

ONE_CUSTOMER = {"high": 50.0, "medium": 30.0}
"""Percent of revenue from the largest customer. The thresholds are this program's own."""
FIVE = 80.0
"""Percent of the five largest customers (or suppliers) together, from which it is noted."""
CONTRACTS = 3
"""Contracts that all have one buyer, from which it counts."""
STALE = {"medium": 5, "note": 3}
"""Years since the newest source; three is the term after which the tiers are reviewed."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk: which rule, how grave by it, the sentence's values in both languages, and the facts it rests on."""

    kind: str
    grade: Grade
    zh: str
    en: str
    facts: tuple[str, ...] = ()

    def says(self, lang: str = "zh") -> str:
        """What is so, in a sentence."""
        return self.zh if lang == "zh" else self.en

    def to_json(self) -> dict[str, Any]:
        """As it is written in explanations."""
        return {"risk": self.kind, "grade": self.grade, "says": self.zh, "evidence": list(self.facts)}


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of risk: its names, when it has which grade (in words), and the function that finds it."""

    kind: str
    zh: str
    en: str
    find: Callable[[Firm, date], Iterator[Risk]]
    grades: Mapping[Grade, tuple[str, str]] = field(default_factory=dict)


def risks(firm: Firm, as_of: date) -> list[Risk]:
    """The risks of a firm on a day, the gravest first. What is not known is no risk, and no reassurance either."""
    found = [risk for rule in RULES.values() for risk in rule.find(firm, as_of)]
    return sorted(found, key=lambda risk: GRADES.index(risk.grade))


def _facts(*items: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.fact for item in items if item.fact))


def courses_of(firm: Firm, as_of: date) -> list[tuple[Course, list[Said]]]:
    """The firm's course on each tier, with the lines that it rests on."""
    said = []
    for item in firm.items("titles"):
        held = item.value
        dated = next((held[name] for name in ("dated", "date", "valid_from") if whole_day(held.get(name))), None)
        ends = held.get("valid_to") if held["status"] != "revoked" and whole_day(held.get("valid_to")) else None
        said.append(Said(held["tier"], held["status"], dated, held.get("batch"), ends, item.fact))
    return [(one, [line for line in said if line.tier == one.tier]) for one in courses(said, as_of.isoformat())]


def _notice_only(firm: Firm, as_of: date) -> Iterator[Risk]:
    for course, lines in courses_of(firm, as_of):
        if any(line.status != "notice" for line in lines) or course.standing == "revoked":
            continue
        newest = max(lines, key=lambda line: line.date or "")
        begun = whole_day(newest.date)
        old = begun is None or years_later(begun, 1) <= as_of.isoformat()
        zh, en = (value_name("tier", course.tier, lang) for lang in ("zh", "en"))
        day_zh, day_en = newest.date or "日期不详", newest.date or "of unknown date"
        facts = (newest.fact,) if newest.fact else ()
        yield Risk(
            "notice_only",
            "medium" if old else "note",
            f"{zh}：只有公示（{day_zh}），没有读到认定",
            f"{en}: a public notice only ({day_en}), no recognition was read",
            facts,
        )


def _title_expired(firm: Firm, as_of: date) -> Iterator[Risk]:
    for course, lines in courses_of(firm, as_of):
        if course.standing not in ("lapsed_or_unknown", "revoked") or all(line.status == "notice" for line in lines):
            continue
        zh, en = (value_name("tier", course.tier, lang) for lang in ("zh", "en"))
        last = max(lines, key=lambda line: line.date or "")
        end = next((step for step in course.steps if step.kind == "end"), None)
        facts = (last.fact,) if last.fact else ()
        if course.standing == "revoked":
            yield Risk("title_expired", "high", f"{zh}：已撤销", f"{en}: revoked", facts)
        elif end is not None and not end.reckoned:
            yield Risk("title_expired", "medium", f"{zh}：{end.date} 到期", f"{en}: ended on {end.date}", facts)
        else:
            day = end.date if end else None
            yield Risk(
                "title_expired",
                "note",
                f"{zh}：按三年推算已到期（{day or '日期不详'}），没有读到复核",
                f"{en}: past its reckoned term ({day or 'date unknown'}), no review was read",
                facts,
            )


def _one_customer(firm: Firm, as_of: date) -> Iterator[Risk]:
    largest = max(firm.items("top_customer_ratio"), key=lambda item: number(item.value) or 0, default=None)
    share = number(largest.value) if largest else None
    if largest is not None and share is not None and share >= ONE_CUSTOMER["medium"]:
        grade: Grade = "high" if share >= ONE_CUSTOMER["high"] else "medium"
        zh, en = f"最大客户占收入 {share:g}%", f"the largest customer makes {share:g} % of revenue"
        yield Risk("one_customer", grade, zh, en, _facts(largest))
    won = [item for item in firm.items("awards") if isinstance(item.value, Mapping) and item.value.get("buyer")]
    buyers = {str(item.value["buyer"]) for item in won}
    if len(buyers) == 1 and len(won) >= CONTRACTS:
        name = buyers.pop()
        zh, en = f"读到的 {len(won)} 份合同都来自{name}", f"all {len(won)} contracts with a known buyer are with {name}"
        yield Risk("one_customer", "medium", zh, en, _facts(*won))
    yield from _five(
        firm, "top5_customers_ratio", "one_customer", "前五大客户占收入", "the five largest customers make"
    )


def _five(firm: Firm, name: str, kind: str, zh: str, en: str) -> Iterator[Risk]:
    for item in firm.items(name)[:1]:
        share = number(item.value)
        if share is not None and share >= FIVE:
            yield Risk(kind, "note", f"{zh} {share:g}%", f"{en} {share:g} % together", _facts(item))


def _single_source(firm: Firm, as_of: date) -> Iterator[Risk]:
    for item in firm.items("depends_on"):
        single, imported, what = item.value.get("single_source"), item.value.get("imported"), item.value["name"]
        if single and imported:
            zh, en = f"“{what}”依赖进口，且来源单一", f"“{what}” is imported from a single source"
        elif single:
            zh, en = f"“{what}”来源单一", f"“{what}” comes from a single source"
        elif imported:
            zh, en = f"“{what}”依赖进口", f"“{what}” is imported"
        else:
            continue
        yield Risk(
            "single_source", "high" if single and imported else "medium" if single else "note", zh, en, _facts(item)
        )
    suppliers = "the five largest suppliers make"
    yield from _five(firm, "top5_suppliers_ratio", "single_source", "前五大供应商占采购", suppliers)


def _stale(firm: Firm, as_of: date) -> Iterator[Risk]:
    newest = max(firm.items("as_of"), key=lambda item: str(item.value), default=None)
    day = whole_day(str(newest.value)[:10]) if newest is not None else None
    if newest is None or day is None:
        return
    for grade in ("medium", "note"):
        if years_later(day, STALE[grade]) <= as_of.isoformat():
            yield Risk("stale", grade, f"最新的来源是 {day}", f"the newest source is of {day}", _facts(newest))
            return


def _listed(kind: str, grade: Grade, zh: str, en: str) -> Callable[[Firm, date], Iterator[Risk]]:
    def find(firm: Firm, as_of: date) -> Iterator[Risk]:
        on = [item for item in firm.items(kind) if item.value is True]
        if on:
            yield Risk(kind, grade, zh, en, _facts(*on))

    return find


_DISHONEST = ("列入失信名单", "on an imported list of dishonest debtors")
_ABNORMAL = ("列入经营异常名录", "on an imported list of abnormal operation")

RULES: dict[str, Rule] = {
    rule.kind: rule
    for rule in (
        Rule("dishonest", "失信", "dishonesty", _listed("dishonest", "high", *_DISHONEST), {"high": _DISHONEST}),
        Rule(
            "abnormal",
            "经营异常",
            "abnormal operation",
            _listed("abnormal", "medium", *_ABNORMAL),
            {"medium": _ABNORMAL},
        ),
        Rule(
            "single_source",
            "自身来源单一",
            "own single source",
            _single_source,
            {
                "high": ("所需之物来源单一且依赖进口", "something it needs is imported from a single source"),
                "medium": ("所需之物来源单一", "something it needs comes from a single source"),
                "note": (
                    f"所需之物依赖进口，或前五大供应商占采购 {FIVE:g}% 及以上",
                    f"something it needs is imported, or five suppliers make {FIVE:g} % or more",
                ),
            },
        ),
        Rule(
            "one_customer",
            "客户单一",
            "one customer",
            _one_customer,
            {
                "high": (
                    f"最大客户占收入 {ONE_CUSTOMER['high']:g}% 及以上",
                    f"the largest customer makes {ONE_CUSTOMER['high']:g} % of revenue or more",
                ),
                "medium": (
                    f"最大客户占 {ONE_CUSTOMER['medium']:g}% 及以上，或读到的 {CONTRACTS} 份及以上合同同属一个买方",
                    f"{ONE_CUSTOMER['medium']:g} % or more, or {CONTRACTS} or more contracts, all with one buyer",
                ),
                "note": (
                    f"前五大客户占收入 {FIVE:g}% 及以上",
                    f"the five largest customers make {FIVE:g} % of revenue or more",
                ),
            },
        ),
        Rule(
            "title_expired",
            "称号过期",
            "title expired",
            _title_expired,
            {
                "high": ("已撤销", "revoked"),
                "medium": ("名单写明的有效期已过", "past the end that a list states"),
                "note": (
                    "按三年推算已过期，没有读到复核",
                    "past the three years that are reckoned, no review was read",
                ),
            },
        ),
        Rule(
            "notice_only",
            "仅有公示",
            "notice only",
            _notice_only,
            {
                "medium": (
                    "公示一年及以上（或日期不详），没有读到认定",
                    "a notice of a year ago or more, no recognition read",
                ),
                "note": ("公示不满一年，没有读到认定", "a notice of less than a year ago, no recognition read"),
            },
        ),
        Rule(
            "stale",
            "信息陈旧",
            "stale facts",
            _stale,
            {
                "medium": (
                    f"最新的来源在 {STALE['medium']} 年前或更早",
                    f"newest source {STALE['medium']} years old or more",
                ),
                "note": (
                    f"最新的来源在 {STALE['note']} 年前或更早",
                    f"newest source {STALE['note']} years old or more",
                ),
            },
        ),
    )
}
"""All kinds of risks with their rules, in the order in which they are told. The rules are this program's own."""
