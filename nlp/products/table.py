"""The features of a filing's candidates: where they are said, how their places read, how the name is built.

Every column has a readable name (`COLUMNS`); a feature that does not apply is NaN. Counts are log(1 + n).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from kg.learned.trees import Table
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.foundation.words import load_words
from nlp.products.pool import Candidate, Place, Who
from nlp.products.rules import weighed

KINDS = (
    "scope",
    "main",
    "kinds",
    "business",
    "list",
    "revenue",
    "deed",
    "made",
    "own",
    "volume",
    "project",
    "heading",
    "named",
    "glossary",
    "part",
    "end",
)
COLUMNS: tuple[str, ...] = (
    *(f"places_{kind}" for kind in KINDS),
    *(f"first_{kind}" for kind in KINDS),
    "zones",
    "about_own",
    "about_other",
    "about_nobody",
    "above_own",
    "above_other",
    "own_lists",
    "clear_lists",
    "first_place",
    "said",
    "said_alone",
    "first_said",
    "middle_said",
    "right_ends",
    "right_product",
    "right_field",
    "right_deed",
    "right_one_sign",
    "right_firm",
    "left_ends",
    "left_listed",
    "left_deed",
    "left_use",
    "left_other",
    "left_own",
    "left_one_sign",
    "heads",
    "within",
    "parts",
    "said_of_core",
    "likeness",
    "length",
    "latin",
    "digits",
    "head_known",
    "head_service",
    "head_deed",
    "head_abstract",
    "has_of",
    "begins_deed",
    "in_issuer",
    "topic",
    "topic_of_head",
    "rank_likeness",
    "rank_said",
    "rule_weight",
    "rule_rank",
)

_LISTS = frozenset(("main", "kinds", "business", "list", "revenue", "made"))
_LOOKED = 60
"""Occurrences of a candidate whose surroundings are looked at."""
_ENDS = re.compile(r"[\s,。、;:()“”《》]|的|等|和|与|及|或|为|是|在|$")
_PRODUCT = re.compile(r"(?:类|系列)?(?:产品|业务|收入|销售|销量|产能|产量|价格|毛利|单价|订单|项目|生产线)")
_FIELD = re.compile(r"(?:行业|领域|市场|企业|客户|厂|公司|产业|工业|制造业|用户|商|技术)")
_FIRM = re.compile(r"[(]?(?:股份|有限|集团|公司|科技)")
_DEED_BEHIND = re.compile(r"的?(?:研发|生产|制造|销售|设计|加工|开发|经营|服务|安装)")
_LISTED_BEFORE = re.compile(r"[、和与及]$")
_DEED_BEFORE = re.compile(r"(?:研发|生产|制造|销售|设计|加工|开发|经营|提供|从事|推出|公司|发行人|本行)的?$")
_USE_BEFORE = re.compile(r"(?:用于|应用[于在]|采购|购买|进口|消耗|下游|所需|原材料|包括|如|以|对|向|为)的?$")
_OTHER_NEAR = re.compile(r"竞争对手|该公司|供应商|客户|同行|国外|采购|原材料|下游|他公司|关联方|股东")
_OWN_NEAR = re.compile(r"(?:本公司|(?<![\u4e00-\u9fff])公司|发行人|本行|本集团|报告期内)")
_SERVICE = re.compile(
    r"(?:服务|咨询|设计|工程|施工|检测|监理|代理|承包|安装|运营|维护|租赁|出版|印刷|贷款|理财|保险|存款|汇兑|托管|业务|运输|配送|评估|规划|总包|测评|加工|代收费?|经纪|承销|结算|培训|维修|屠宰)$"
)
_DEED_END = re.compile(r"(?:研发|生产|制造|销售|开发|推广|管理|建设|经营|研究|采购|投资|转让|贸易|批发|零售|出租)$")
_ABSTRACT = re.compile(
    r"(?:技术|能力|市场|行业|领域|项目|方案|产业|质量|环境|成本|价格|风险|制度|分析|优势|科技|平台|资源|渠道|网络|人员|中心|企业|工业|类|性|化|率|量|度|期|额|费|法|者|力|点)$"
)
_BEGINS_DEED = re.compile(
    r"(?:研发|生产|制造|销售|设计|开发|提供|从事|推动|加快|形成|建立|完成|确认|参与|满足|帮助|取得|获得)"
)


def table(filing: Filing, issuer: str, pool: Mapping[str, Candidate], likeness: Sequence[float]) -> Table:
    """One row for each candidate in the pool's order, float32 [candidates, COLUMNS]."""
    texts = [candidate.text for candidate in pool.values()]
    counts = {text: filing.text.count(text) for text in texts}
    nests, topics = _nests(texts, counts), _topics(pool)
    rules = _by_rules(filing.text, issuer)
    alike, said = _ranks(likeness), _ranks([counts[text] for text in texts])
    rows = [
        _places(candidate)
        | _surroundings(filing.text, candidate.text, counts[candidate.text])
        | nests[candidate.text]
        | _name(candidate.text, issuer)
        | _topic(candidate.text, topics)
        | rules.get(key, {"rule_weight": 0.0})
        | {"likeness": likeness[number], "rank_likeness": alike[number], "rank_said": said[number]}
        for number, (key, candidate) in enumerate(pool.items())
    ]
    return np.array([[row.get(column, math.nan) for column in COLUMNS] for row in rows], np.float32).reshape(
        len(rows), len(COLUMNS)
    )


def with_likeness(rows: Table, likeness: Sequence[float]) -> Table:
    """The rows with another likeness of their names."""
    changed = rows.copy()
    changed[:, COLUMNS.index("likeness")] = likeness
    changed[:, COLUMNS.index("rank_likeness")] = _ranks(likeness)
    return changed


def _ranks(values: Sequence[float]) -> list[float]:
    """Share of the document's candidates that have a smaller value."""
    order = sorted(values)
    return [bisect_left(order, value) / len(order) for value in values]


def _pairs(name: str) -> list[str]:
    return [name[at : at + 2] for at in range(len(name) - 1)]


def _by_rules(text: str, issuer: str) -> dict[str, dict[str, float]]:
    """What the rules alone say of a name, by its key: weight and rank."""
    return {
        name_key(item.text): {"rule_weight": math.log1p(weight), "rule_rank": float(rank)}
        for rank, (weight, item) in enumerate(weighed(text, issuer))
    }


def _topics(pool: Mapping[str, Candidate]) -> Counter[str]:
    """How many places that list what the firm makes hold each pair of signs."""
    topics: Counter[str] = Counter()
    for candidate in pool.values():
        places = sum(place.kind in _LISTS and place.who is not Who.OTHER for place in candidate.places)
        topics.update(dict.fromkeys(_pairs(candidate.text), places))
    return topics


def _topic(name: str, topics: Mapping[str, int]) -> dict[str, float]:
    """How much a name speaks of what the firm makes, by its pairs of signs and by its last pair."""
    weights = [math.log1p(topics[pair]) for pair in _pairs(name)]
    return {"topic": sum(weights) / len(weights), "topic_of_head": weights[-1]}


def _places(candidate: Candidate) -> dict[str, float]:
    row: dict[str, float] = {}
    by_kind: dict[str, list[Place]] = {}
    for place in candidate.places:
        by_kind.setdefault(place.kind, []).append(place)
    for kind in KINDS:
        row[f"places_{kind}"] = math.log1p(len(by_kind.get(kind, ())))
    for kind, places in by_kind.items():
        row[f"first_{kind}"] = float(places[0].number)
    count = len(candidate.places)
    for who in Who:
        row[f"about_{who}"] = sum(place.who is who for place in candidate.places) / count
        row[f"above_{who}"] = sum(place.above is who for place in candidate.places) / count
    lists = [place for place in candidate.places if place.kind in _LISTS]
    row["own_lists"] = math.log1p(sum(place.who is Who.OWN for place in lists))
    row["clear_lists"] = math.log1p(sum(Who.OTHER not in (place.who, place.above) for place in lists))
    row["zones"] = float(len(by_kind))
    row["first_place"] = math.log1p(min(place.item.start for place in candidate.places))
    return row


def _surroundings(text: str, name: str, count: int) -> dict[str, float]:
    """How the occurrences read: what stands on their sides, as shares."""
    seen: Counter[str] = Counter()
    left: Counter[str] = Counter()
    right: Counter[str] = Counter()
    starts: list[int] = []
    at = text.find(name)
    while at >= 0 and len(starts) < _LOOKED:
        starts.append(at)
        behind, before = text[at + len(name) : at + len(name) + 8], text[max(0, at - 6) : at]
        right[behind[:1]] += 1
        left[before[-1:]] += 1
        for mark, holds in (
            ("right_ends", _ENDS.match(behind)),
            ("right_product", _PRODUCT.match(behind)),
            ("right_field", _FIELD.match(behind)),
            ("right_firm", _FIRM.match(behind)),
            ("right_deed", _DEED_BEHIND.match(behind)),
            ("left_ends", not before or _ENDS.match(before[-1:])),
            ("left_listed", _LISTED_BEFORE.search(before)),
            ("left_deed", _DEED_BEFORE.search(before)),
            ("left_use", _USE_BEFORE.search(before)),
            ("left_own", _OWN_NEAR.search(text, max(0, at - 40), at)),
            ("left_other", _OTHER_NEAR.search(text, max(0, at - 30), at)),
        ):
            seen[mark] += bool(holds)
        at = text.find(name, at + len(name))
    looked = max(1, len(starts))
    row = {mark: number / looked for mark, number in seen.items()}
    row["right_one_sign"] = _one_sign(right, looked)
    row["left_one_sign"] = _one_sign(left, looked)
    row["said"] = math.log1p(count)
    row["first_said"] = starts[0] / len(text) if starts else math.nan
    row["middle_said"] = starts[len(starts) // 2] / len(text) if starts else math.nan
    return row


def _one_sign(beside: Counter[str], looked: int) -> float:
    """Share of the commonest sign beside a name: near 1 where the name is a piece of a longer one."""
    return max((number for sign, number in beside.items() if sign.isalnum()), default=0) / looked


def _nests(texts: Sequence[str], counts: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """How many longer candidates end in a name or hold it, how many it holds, and how often it is said outside them."""
    known = set(texts)
    heads: Counter[str] = Counter()
    within: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    largest: dict[str, int] = {}
    cores: dict[str, int] = {}
    for text in texts:
        pieces = {
            text[start:end]
            for start in range(len(text))
            for end in range(start + 2, len(text) + 1)
            if end - start < len(text)
        } & known
        parts[text] = len(pieces)
        for piece in pieces:
            within[piece] += 1
            heads[piece] += text.endswith(piece)
            if text.endswith(piece):
                cores[text] = max(cores.get(text, 0), counts[piece])
            largest[piece] = max(largest.get(piece, 0), counts[text])
    return {
        text: {
            "heads": math.log1p(heads[text]),
            "within": math.log1p(within[text]),
            "parts": float(parts[text]),
            "said_of_core": counts[text] / max(1, cores[text]) if text in cores else math.nan,
            "said_alone": 1 - largest.get(text, 0) / max(1, counts[text]),
        }
        for text in texts
    }


def _name(name: str, issuer: str) -> dict[str, float]:
    head = load_words().head(name)
    return {
        "length": float(len(name)),
        "latin": sum(sign.isascii() and sign.isalpha() for sign in name) / len(name),
        "digits": float(sum(sign.isdigit() for sign in name)),
        "head_known": float(len(head)) if head else 0.0,
        "head_service": float(bool(_SERVICE.search(name))),
        "head_deed": float(bool(_DEED_END.search(name))),
        "head_abstract": float(bool(_ABSTRACT.search(name))),
        "in_issuer": sum(pair in issuer for pair in _pairs(name)) / (len(name) - 1),
        "has_of": float("的" in name),
        "begins_deed": float(bool(_BEGINS_DEED.match(name))),
    }
