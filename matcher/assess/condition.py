"""Conditions in one line, as people write them into a cell: `revenue >= 3000万`, `rd_ratio >= 3 each 2`, `!high_tech`.

A line is one or several tests parted by `|`, of which one is enough. A test is the id of an input that is true or false
(`!` before it turns it round), or an input, `>=`, `>`, `<=` or `<`, and a number in the input's unit (万 and 亿 count);
`each`, `any`, `mean`, `sum` or `compound` with a number of years takes several of them.
"""

from __future__ import annotations

import re

from pydantic import ValidationError

from kg.errors import BulianError
from matcher.assess.criteria import Any_, Check, Indicator, Node
from matcher.assess.inputs import inputs

_TEST = re.compile(
    r"(?P<not>[!！])?\s*(?P<input>[a-z][a-z0-9_]*)"
    r"(?:\s*(?P<op>>=|<=|>|<|≥|≤)\s*(?P<number>-?\d+(?:\.\d+)?)\s*(?P<scale>[万亿])?"
    r"(?:\s+(?P<take>each|any|mean|sum|compound)\s+(?P<years>\d{1,2}))?)?"
)
_BOUNDS = {">=": "at_least", "≥": "at_least", ">": "above", "<=": "at_most", "≤": "at_most", "<": "below"}
_SCALES = {"万": 1e4, "亿": 1e8, None: 1.0}
_SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
_UNITS = {
    "CNY": ("万元", "CNY 10,000"), "percent": ("%", "%"), "person": ("人", "persons"), "year": ("年", "years"),
    "piece": ("项", ""), "point": ("分", "points"), "rank": ("名", ""), "level": ("级", ""),
}  # fmt: skip
_TAKES = {
    "each": ("近{n}年每年", "in each of {n} years"), "any": ("近{n}年任一年", "in one of {n} years"),
    "mean": ("近{n}年平均", "on average of {n} years"), "sum": ("近{n}年合计", "in {n} years together"),
    "compound": ("近{n}年复合增长", "grown yearly over {n} years by"),
}  # fmt: skip


class ConditionError(BulianError):
    """A line that is no condition; its reason says where."""

    code = "MA042"


def condition(line: str, number: int) -> Indicator:
    """A line as an indicator with its words. Raises ConditionError."""
    tests = [_test(part.strip()) for part in re.split(r"[|｜]", line)]
    node: Node = tests[0] if len(tests) == 1 else Any_(any=tuple(tests))
    zh, en = ("或".join(said(one, "zh") for one in tests), " or ".join(said(one, "en") for one in tests))
    return Indicator(id=f"c{number}", zh=zh, en=en, test=node)


def _test(text: str) -> Check:
    found = _TEST.fullmatch(text)
    if found is None:
        raise ConditionError(f"no condition: {text[:60] or 'nothing'}")
    if found["input"] not in inputs():
        raise ConditionError(f"no input {found['input']}")
    asked: dict[str, object] = {"input": found["input"], "otherwise": bool(found["not"])}
    if found["op"]:
        asked[_BOUNDS[found["op"]]] = float(found["number"]) * _SCALES[found["scale"]]
    if found["take"]:
        asked |= {"take": found["take"], "years": int(found["years"])}
    try:
        return Check.model_validate(asked)
    except ValidationError as error:
        raise ConditionError(f"{text[:60]}: {error.errors()[0]['msg']}") from error


def said(check: Check, lang: str) -> str:
    """A test in words."""
    one, english = inputs()[check.input], lang == "en"
    if not check.bounded:
        name = one.named(lang)
        return name if not check.otherwise else f"not: {name}" if english else f"不是：{name}"
    unit = "%" if check.take == "compound" else _UNITS[one.unit][english]
    scale = 1e4 if one.unit == "CNY" and check.take != "compound" else 1.0
    parts = []
    for bound, sign in _SIGNS.items():
        value = getattr(check, bound)
        if value is not None:
            parts.append(f"{sign} {value / scale:,.10g}{'' if unit in ('%', '') else ' '}{unit}")
    takes = _TAKES[check.take][english].format(n=check.years) if check.take in _TAKES else ""
    head = f"{one.named(lang)} {takes}".strip() if english else f"{takes}{one.named(lang)}"
    return f"{head} {' '.join(parts)}"


SIDES = {
    "region": ("所在地", "place"), "industry": ("行业", "industry"),
    "size": ("规模（从业人员或营业收入）", "size (staff or revenue)"),
    "growth": ("营业收入增长率（连续两年）", "growth of revenue (two years)"),
}  # fmt: skip
"""What a scope may lack of a firm, in words."""
