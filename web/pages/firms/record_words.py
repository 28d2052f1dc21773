"""A firm's record in words, for documents: what a row of a relation says, how old a source is, sums and figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.ontology import Ontology
from web.pages.firms.firm import Statement
from web.words import age, number, place

Words = tuple[str, str]

STANDING: dict[str, Words] = {
    "recognised": ("认定，在有效期内", "recognised, within its term"),
    "implied": ("复核公示，可推知此前已认定", "notice of review, which implies an earlier recognition"),
    "notice": ("仅公示，尚未认定", "on public notice alone, not recognised"),
    "lapsed_or_unknown": ("已过推算的有效期，没有读到复核", "past its reckoned term, no review was read"),
    "revoked": ("已撤销", "revoked"),
}
_AGES: dict[str, Words] = {
    "years": ("{} 年前", "{} years ago"),
    "months": ("{} 个月前", "{} months ago"),
    "days": ("{} 天前", "{} days ago"),
    "today": ("今天", "today"),
}
_PLAIN = frozenset({"unit", "fact", "facts", "level", "derived", "as_of", "valid_from"})
"""Properties that say how a value is to be read, and nothing by themselves."""


_SUMS = frozenset({"revenue", "registered_capital"})
_OPERATORS: dict[str, Words] = {"range": ("", ""), "approx": ("约", "about"), ">=": ("≥", "≥"), "<=": ("≤", "≤")}


class RecordWords:
    """Puts rows of a firm's record in words of one language."""

    def __init__(self, ontology: Ontology, lang: str) -> None:
        self.ontology, self.lang = ontology, lang

    @property
    def colon(self) -> str:
        """A colon of the language."""
        return self.say(("：", ": "))

    @property
    def stop(self) -> str:
        """What parts items of a line."""
        return self.say(("；", "; "))

    def say(self, words: Words) -> str:
        """The words in the language."""
        return words[self.lang != "zh"]

    def label(self, term: str) -> str:
        """The ontology's word."""
        return self.ontology.label(term, self.lang)

    def aged(self, date: str | None) -> str:
        """A day and how long ago that is."""
        unit, count = age(date)
        if unit == "unknown":
            return self.say(("日期不详", "date unknown"))
        ago = f"（{self.say(_AGES[unit]).format(count)}）" if unit in _AGES else ""
        return f"{date}{ago if self.lang == 'zh' else ago.replace('（', ' (').replace('）', ')')}"

    def target(self, row: Statement) -> str:
        """What a row is about."""
        if row.relation == "LOCATED_IN":
            return place(row.key)
        if row.label == "Metric":
            return self.label(f"metric.{row.key}")
        if row.label == "Honour" and row.values.get("tier") not in (None, "other"):
            return f"{self.label('tier.' + str(row.values['tier']))} {row.values.get('batch') or ''}".strip()
        return row.name or row.key or ""

    def values(self, row: Statement, shown: Sequence[str]) -> Iterator[str]:
        """The properties of a row, each with its name; empty where there is nothing to say."""
        values = row.values
        for name in shown:
            words = f"{row.relation}.{name}"
            if name == "amount":
                low, high = values.get("amount_min", values.get("amount")), values.get("amount_max")
                both = [
                    self.money(one, values.get("currency")) for one in dict.fromkeys((low, high)) if one is not None
                ]
                yield f"{self.label('amount')} {' – '.join(both)}" if both else ""
            elif name == "buyer":
                who = row.buyer.name if row.buyer else values.get("buyer")
                yield f"{self.label('buyer')} {who}" if who else ""
            elif name in ("figure", "parameter"):
                yield self._figure(values)
            elif name.isupper():
                found = [one.name for one in row.further if one.relation == name]
                yield f"{self.label(name)} {'、'.join(found)}" if found else ""
            elif name in _SUMS and values.get(name) is not None:
                yield f"{self.label(words)} {self.money(values[name], values.get('currency'))}"
            elif name == "share" and values.get(name) is not None:
                yield f"{self.label(words)} {self.plain(values[name])} %"
            elif name == "kind" and values.get(name) is not None:
                yield f"{self.label(words)} {self.label(f'patent_kind.{values[name]}')}"
            elif values.get(name) is not None:
                said = self.ontology.worded(row.relation, name, values[name], self.lang)
                yield f"{self.label(words)} {said or self.plain(values[name])}"

    def _figure(self, values: Mapping[str, Any]) -> str:
        if values.get("unit") == "CNY":
            return self.money(values.get("value"), "CNY")
        unit = {"percent": "%", "persons": self.say(("人", "persons"))}.get(str(values.get("unit")), values.get("unit"))
        bounds = [self.plain(values[name]) for name in ("value", "value_max") if values.get(name) is not None]
        said = str(values.get("operator") or "")
        return f"{self.say(_OPERATORS.get(said, (said, said)))} {' – '.join(bounds)} {unit or ''}".strip()

    def money(self, yuan: float | None, currency: Any = None) -> str:
        """A sum in 万元 or millions; another currency is named."""
        if yuan is None:
            return ""
        if currency not in (None, "CNY"):
            return f"{number(yuan)} {currency}"
        return f"{number(yuan / 1e4)} 万元" if self.lang == "zh" else f"CNY {number(yuan / 1e6)} million"

    def bare(self, values: Mapping[str, Any]) -> str:
        """Values of a disagreement without their names."""
        if "value" in values:
            return self._figure(values)
        money = {name: value for name, value in values.items() if name.startswith(("amount", "revenue"))}
        if money:
            return " – ".join(self.money(value, values.get("currency")) for value in dict.fromkeys(money.values()))
        return " ".join(self.plain(value) for name, value in values.items() if name not in _PLAIN)

    def plain(self, value: Any) -> str:
        """A value without its name."""
        if isinstance(value, bool):
            return self.say(("是", "yes") if value else ("否", "no"))
        if isinstance(value, list | tuple):
            return "、".join(map(str, value))
        return number(value) if isinstance(value, int | float) else str(value)
