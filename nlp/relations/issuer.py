"""The firm that a document is about: the one that publishes it.

Reads names and their surroundings; writes one name or none. Limits: brokers and agencies are told by their names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from nlp.names import Name
from nlp.reading import ANNUAL_REPORT, PROSPECTUS, Reading

NO_PARTY = re.compile(
    r"证券交易所|证监|会计师|律师|巨潮|证券报|证券时报|证券有限|证券股份|工商行政|工商局|税务"
    r"|报社|法院|委员会第|董事会|监事会|银监|评标委员会|招标办|登记结算|联合体$"
)
_TITLE_BEHIND = re.compile(
    r"\n?(?:关于|重大|[^。\n]{0,40}公告|董事会|签订|第[一二三四五六七八九十]届|首次公开|公开增发"
    r"|公开发行|招股|募集说明书|\d{4}年年?度?报告)"
)
_STATUTE = re.compile(r"[^。\n《》]{0,16}(?:管理制度|工作细则|议事规则|章程[(]草案[)])》")
_SIGNS = re.compile(r"\s*(?:董\s*事\s*会|\d{4}年|二|$)")
_CALLED_SELF = re.compile(r"[(][^()]{0,60}[“\"](?:公司|本公司|上市公司|发行人|本行)[”\"]")
_IS_ISSUER = re.compile(
    r"(?:发行人|股份公司|本公司|公司(?:的)?(?:中文|法定)?名称|中文名称|法定名称|本行)[^。\n]{0,12}(?:[:\t]|指)\s*$"
)


def issuer_of(reading: Reading, found: Sequence[Name]) -> str | None:
    """The firm that publishes the document: named at its head, signing at its end, calling itself 公司 or 发行人."""
    text = reading.text
    seen: dict[str, dict[str, int]] = {}
    filing = reading.kind in (PROSPECTUS, ANNUAL_REPORT)
    tail = len(text) - 220
    for name in found:
        if not name.company or NO_PARTY.search(name.text) or not name.text.endswith(_FIRM):
            continue
        if filing and _WORDS.search(name.text):
            continue
        marks = seen.setdefault(name.text, {})
        behind = text[name.end : name.end + 64]
        marks["named"] = marks.get("named", 0) + 1
        for mark, holds in (
            ("head", name.start < 400),
            ("title", bool(_TITLE_BEHIND.match(behind) or (filing and _STATUTE.match(behind)))),
            ("signs", name.start > tail and bool(_SIGNS.match(behind[:12]))),
            ("self", bool(_CALLED_SELF.match(behind))),
            ("issuer", bool(_IS_ISSUER.search(text[max(0, name.start - 24) : name.start]))),
        ):
            marks[mark] = marks.get(mark, 0) + holds
    weight = {name: _issuer_weight(name, marks) for name, marks in seen.items()}
    best = max(weight, key=lambda name: (weight[name], -len(name)), default=None)
    return best if best is not None and weight[best] >= 2.0 else None


_WORDS = re.compile(r"[^限任团总份]公司$")
"""公司 behind a word of the sentence (…共同组成公司第一届监事会): whoever files bears a legal form."""
_FIRM = ("公司", "银行", "集团", "Limited", "Ltd", "LTD", "厂", "合伙)")


def _issuer_weight(name: str, marks: dict[str, int]) -> float:
    """Each mark counts up to three times, so that a much named daughter does not outweigh the head of the document."""
    worth = {"head": 2.0, "title": 2.0, "signs": 4.0, "self": 3.5, "issuer": 3.5, "named": 0.3}
    weight: float = sum(value * math.sqrt(min(3, marks[mark])) for mark, value in worth.items())
    return weight + 0.3 * math.log1p(marks["named"]) + (1.0 if name.endswith("股份有限公司") else 0.0)
