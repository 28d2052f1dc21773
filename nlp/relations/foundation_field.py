"""IN_FOUNDATION_FIELD: the class of the industrial foundation that a firm's product or patented thing belongs to.

Reads facts that name products (PRODUCES, ABOUT) and gives each product, and each patent about it, its class under a
scheme, with score and reason; the evidence is that of the fact. Written only where the score is at least `LEAST` and a
listed word of the class stands in the name. Limits: the classifier knows only things of the foundation; services and
designs, drugs, food and household goods are left by words, other goods may get the class of the goods that they
resemble, so that the facts are `inferred`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.foundation.classify import Classified, Classifier
from nlp.foundation.scheme import LEARNT

LEAST = 0.9
"""The least score of a class that is written."""
_CHUNK = 512
_NAMES = ("PRODUCES", "ABOUT")
_NO_GOODS = re.compile(r"(?:服务|设计|施工|工程|销售|贸易|租赁|咨询|运营|业务|项目|方案)$")
_OUTSIDE = re.compile(
    r"疫苗|[奶乳]粉|药|制剂|胶囊|注射液|片剂|血液|诊断|多肽|食品|食用|饮料|饲料|酒|肉|火腿|蔬菜|水果|粮|茶|糖果|服装|服饰|家纺|鞋|家具"
    r"|家居|卫浴|玩具|化妆品|日用|珠宝|图书|广告|[米面]粉|售检?票|检票|票务|车站|旅客|终端|阅读|商品|产品$"
)
"""Words of goods that are no part of the industrial foundation, which the classifier does not know to refuse."""
_BY_WORDS = "常用的词"


@lru_cache(maxsize=1)
def _classifier() -> Classifier:
    return Classifier(LEARNT)


def with_fields(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts, and behind those of a chunk the classes of the products that they name and of patents about them."""
    left, seen = iter(facts), set[tuple[str, str, str | None]]()
    while part := list(islice(left, _CHUNK)):
        yield from part
        told = [fact for fact in part if fact.relation in _NAMES and fact.target and _is_goods(fact.target.name)]
        names = list(dict.fromkeys(fact.target.name for fact in told if fact.target))
        sure = {
            name: found
            for name, found in zip(names, _classifier().classify(names), strict=True)
            if found.category and found.scores[found.category] >= LEAST and _BY_WORDS in found.reason
        }
        for fact in told:
            product = fact.target
            if product is None or product.name not in sure:
                continue
            for source in (product, fact.source):
                key = (source.type, source.key or name_key(source.name), source.local)
                if source.type != "Enterprise" and key not in seen:
                    seen.add(key)
                    yield _field(fact, source, sure[product.name])


def _is_goods(name: str) -> bool:
    return not _NO_GOODS.search(name) and not _OUTSIDE.search(name)


def _field(fact: Fact, source: Mention, found: Classified) -> Fact:
    category = str(found.category)
    return replace(
        fact,
        relation="IN_FOUNDATION_FIELD",
        source=source,
        target=Mention("FoundationField", category, f"{LEARNT}:{category}"),
        properties={"scheme": LEARNT, "score": found.scores[category], "reason": found.reason},
        method="foundation.class_rule",
        level="inferred",
        valid_to=None,
    )
