"""IN_FOUNDATION_FIELD: the class of the industrial foundation that a firm's product or patented thing belongs to.

Reads facts that name products (PRODUCES, ABOUT) and gives each product, and each patent about it, its class under a
scheme, with score and reason; the evidence is that of the fact. Written only where the score is at least `LEAST` and a
listed word of the class stands in the name. Limits: the classifier knows only things of the foundation; services and
designs, drugs, food and household goods are left by words, other goods may get the class of the goods that they
resemble, so that the facts are `inferred`. A person's word on a product and a class wins over the rule, in any scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from kg.records import LEVELS, Fact, Level, Mention
from kg.values.name import name_key
from nlp.foundation.classify import Classifier
from nlp.foundation.scheme import LEARNT

LEAST = 0.9
"""The least score of a class that is written."""
CORRECTED = "foundation.corrected"
"""Method of the facts that rest on a person's word."""
_CHUNK = 512
_NAMES = ("PRODUCES", "ABOUT")
_NO_GOODS = re.compile(r"(?:服务|设计|施工|工程|销售|贸易|租赁|咨询|运营|业务|项目|方案)$")
_OUTSIDE = re.compile(
    r"疫苗|[奶乳]粉|药|制剂|胶囊|注射液|片剂|血液|诊断|多肽|食品|食用|饮料|饲料|酒|肉|火腿|蔬菜|水果|粮|茶|糖果|服装|服饰|家纺|鞋|家具"
    r"|家居|卫浴|玩具|化妆品|日用|珠宝|图书|广告|[米面]粉|售检?票|检票|票务|车站|旅客|终端|阅读|商品|产品$"
)
"""Words of goods that are no part of the industrial foundation, which the classifier does not know to refuse."""
_BY_WORDS = "常用的词"


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word on a product: it belongs to a class of a scheme, or does not, and why."""

    scheme: str
    category: str
    stands: bool
    reason: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A class that is written: by the rule or by a person."""

    scheme: str
    category: str
    score: float
    reason: str
    method: str
    level: Level


@lru_cache(maxsize=1)
def _classifier() -> Classifier:
    return Classifier(LEARNT)


def with_fields(facts: Iterable[Fact], said: Mapping[str, Sequence[Word]] | None = None) -> Iterator[Fact]:
    """The facts, and behind those of a chunk the classes of the products that they name and of patents about them.

    `said` are people's words by the key of the product; they count for each statement that names it.
    """
    left, seen = iter(facts), set[tuple[str, str, str | None, str, str]]()
    while part := list(islice(left, _CHUNK)):
        yield from part
        told = [fact for fact in part if fact.relation in _NAMES and fact.target]
        names = dict.fromkeys(fact.target.name for fact in told if fact.target)
        places = _classes(list(names), said or {})
        for fact in told:
            product = fact.target
            if product is None:
                continue
            for place in places[product.name]:
                for source in (product, fact.source):
                    key = (source.type, source.key or name_key(source.name), source.local, place.scheme, place.category)
                    if source.type != "Enterprise" and key not in seen:
                        seen.add(key)
                        yield _field(fact, source, place)


def _classes(names: Sequence[str], said: Mapping[str, Sequence[Word]]) -> dict[str, list[_Place]]:
    """The classes of products by name: what the rule is sure of, but where a person said otherwise."""
    found: dict[str, list[_Place]] = {name: [] for name in names}
    goods = [name for name in names if _is_goods(name)]
    for name, one in zip(goods, _classifier().classify(goods), strict=True):
        if one.category and one.scores[one.category] >= LEAST and _BY_WORDS in one.reason:
            score = one.scores[one.category]
            found[name].append(_Place(LEARNT, one.category, score, one.reason, "foundation.class_rule", "inferred"))
    for name in names:
        words = said.get(name_key(name), ())
        about = {(word.scheme, word.category) for word in words}
        kept = [place for place in found[name] if (place.scheme, place.category) not in about]
        found[name] = kept + [
            _Place(word.scheme, word.category, 1.0, word.reason, CORRECTED, LEVELS[1]) for word in words if word.stands
        ]
    return found


def _is_goods(name: str) -> bool:
    return not _NO_GOODS.search(name) and not _OUTSIDE.search(name)


def _field(fact: Fact, source: Mention, place: _Place) -> Fact:
    return replace(
        fact,
        relation="IN_FOUNDATION_FIELD",
        source=source,
        target=Mention("FoundationField", place.category, f"{place.scheme}:{place.category}"),
        properties={"scheme": place.scheme, "score": place.score, "reason": place.reason},
        method=place.method,
        level=place.level,
        valid_to=None,
    )
