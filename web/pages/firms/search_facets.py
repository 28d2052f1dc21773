"""Firms and products by name and by condition, with how many each further condition would leave.

Counts are of the corpus; each facet is counted under the other conditions, so that its choices can be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from kg.search import search
from kg.validity import NOW
from kg.values.region import Regions
from matcher.conditions import AnyOf, Condition
from matcher.corpus import Corpus, find
from matcher.fields import SIZES, TIERS, plain
from matcher.judge import judge
from matcher.wording import value_name, worded
from web.pages.criteria.tier import tiers
from web.pages.firms.search import FirmCard, ProductCard
from web.pages.needs.own import ASKS, own_conditions
from web.workbook import Sheet, workbook

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

FOUND = 500
"""Firms or products by name that are looked at; without a name all firms are."""

PAGE = 50
CHOICES = 12
_STEPS = (1, 5, 20, 50)
"""Numbers of patents that may be asked for."""

Rows = NDArray[np.int64]
KINDS = {"firm": "Enterprise", "product": "Product"}


class Choice(BaseModel):
    """A value of a facet with the firms that would be left."""

    value: str
    words: str
    firms: int
    chosen: bool = False


class Facet(BaseModel):
    """One condition that may be asked for: its name in the address, its choices."""

    name: str
    choices: list[Choice]


class FacetPage(BaseModel):
    """Firms or products that a name and conditions leave."""

    text: str
    kind: str
    own: dict[str, str]
    conditions: list[str] = Field(description="what is asked for, in words")
    named: int = Field(description="firms that the name alone leaves; for products, their makers")
    left: int = Field(description="firms that the conditions leave of them; for products, the products")
    more: bool = Field(description="whether the name leaves more than were looked at")
    facets: list[Facet]
    firms: list[FirmCard] = []
    products: list[ProductCard] = []
    page: int = 1
    corpus: str
    as_of: str


def facets_page(
    home: Home, graph: Graph, text: str, kind: str, own: Mapping[str, str], lang: str, page: int = 1, size: int = PAGE
) -> FacetPage:
    """Firms or products whose names hold the text and that pass the conditions, a page of them, with the facets.

    A firm of which nothing is known that decides a condition does not pass it here. Raises WE422 for what cannot be
    asked, WE015 where nothing is loaded.
    """
    corpus, text = home.corpus(), text.strip()
    asked = {name: _judged(corpus, own, name) for name in ASKS if own.get(name, "").strip()}
    hits = search(graph, text, [KINDS[kind]], FOUND) if text else []
    if kind == "product":
        named, makers = _makers(corpus, [hit.id for hit in hits], graph)
    else:
        found = [corpus.row(hit.id) for hit in hits] if text else range(len(corpus))
        makers = np.array([row for row in found if row is not None], np.int64)
        named = {}
    passing = _passing(makers, asked)
    left = set(passing.tolist())
    products = [key for key, rows in named.items() if left.intersection(rows)]
    first = (page - 1) * size
    return FacetPage(
        text=text,
        kind=kind,
        own=dict(own),
        conditions=[worded(part, lang) for part in own_conditions(own, {}, True, "")],
        named=len(makers),
        left=len(products) if kind == "product" else len(passing),
        more=len(hits) >= FOUND,
        facets=list(_facets(corpus, makers, asked, own, lang)),
        firms=[] if kind == "product" else _firms(graph, corpus, passing[first : first + size]),
        products=_products(graph, products[first : first + size]),
        page=page,
        corpus=corpus.stamp,
        as_of=corpus.as_of.isoformat(),
    )


def facet_sheet(page: FacetPage, lang: str, demo: bool) -> bytes:
    """The view as a workbook: what was found, the facets, and the definition."""
    zh = lang == "zh"
    if page.kind == "product":
        head: Sequence[str] = ("产品", "企业数") if zh else ("product", "makers")
        rows: list[Sequence[Any]] = [(one.name, one.makers) for one in page.products]
    else:
        head = (
            ("企业", "统一社会信用代码", "所在地代码", "梯度", "产品", "最新依据")
            if zh
            else ("firm", "credit code", "place (GB/T 2260)", "tiers", "products", "newest source")
        )
        rows = [
            (
                one.name,
                one.code,
                one.region,
                "、".join(value_name("tier", tier.tier, lang) for tier in one.tiers),
                "、".join(product.name for product in one.products),
                one.as_of,
            )
            for one in page.firms
        ]
    names = ("结果", "筛选项", "口径") if zh else ("results", "facets", "definition")
    counted = [(facet.name, choice.words, choice.firms) for facet in page.facets for choice in facet.choices]
    lines = [("演示数据", "企业都是虚构的") if zh else ("demo data", "the firms are invented")] if demo else []
    lines += [
        ("查找" if zh else "searched", page.text or ("全部企业" if zh else "all firms")),
        ("条件" if zh else "conditions", ("；" if zh else "; ").join(page.conditions)),
        ("符合" if zh else "left", str(page.left)),
        ("语料" if zh else "corpus", f"{page.corpus}, {page.as_of}"),
        (
            "口径" if zh else "definition",
            "不详的不算符合；数的是语料里的企业"
            if zh
            else "unknown does not pass here; firms of the corpus are counted",
        ),
    ]
    sheets = [
        Sheet(names[0], head, rows),
        Sheet(names[1], ("条件", "值", "企业数") if zh else ("condition", "value", "firms"), counted),
    ]
    return workbook(sheets, names[2], lines)


def _judged(corpus: Corpus, own: Mapping[str, str], name: str) -> NDArray[np.bool_]:
    """For each firm of the corpus, whether it passes one of the conditions."""
    parts: list[Condition | AnyOf] = own_conditions({name: own[name]}, {}, True, "")
    passes: NDArray[np.bool_] = np.logical_and.reduce([judge(part, corpus).passes for part in parts])
    return passes


def _passing(rows: Rows, asked: Mapping[str, NDArray[np.bool_]], but: str = "") -> Rows:
    for name, passes in asked.items():
        if name != but:
            rows = rows[passes[rows]]
    return rows


def _makers(corpus: Corpus, keys: Sequence[str], graph: Graph) -> tuple[dict[str, list[int]], Rows]:
    """Of each product of the graph the rows of its makers, and of all of them."""
    named = {}
    cards = {row["key"]: row["name"] for row in graph.read("product_cards", keys=list(keys), **NOW.params())}
    for key in keys:
        row = find(corpus.product_names, cards.get(key, ""))
        if row is not None:
            start, end = int(corpus.maker_start[row]), int(corpus.maker_start[row + 1])
            named[key] = [int(maker) for maker in corpus.maker[start:end]]
    makers = sorted({maker for found in named.values() for maker in found})
    return named, np.array(makers, np.int64)


def _facets(
    corpus: Corpus, rows: Rows, asked: Mapping[str, NDArray[np.bool_]], own: Mapping[str, str], lang: str
) -> Iterator[Facet]:
    for name, count in (("place", _places), ("tier", _tiers), ("certificate", _texts), ("size", _sizes),
                        ("patents", _patents)):  # fmt: skip
        under = _passing(rows, asked, but=name)
        chosen = own.get(name, "").split() if name == "tier" else [own.get(name, "")]
        choices = [
            Choice(value=value, words=words, firms=firms, chosen=value in chosen)
            for value, words, firms in count(corpus, under, lang)
            if firms
        ]
        yield Facet(name=name, choices=choices)


def _counted(corpus: Corpus, name: str, rows: Rows) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Each set of values that some of the firms have, and how many have it."""
    codes, distinct = corpus.column(name)
    counts = np.bincount(codes[rows], minlength=len(distinct)) if len(rows) else np.zeros(len(distinct), int)
    for at in np.flatnonzero(counts).tolist():
        yield distinct[at], int(counts[at])


def _places(corpus: Corpus, rows: Rows, lang: str) -> list[tuple[str, str, int]]:
    """Provinces and cities, most firms first."""
    regions, counts = Regions.load(), Counter[str]()
    for values, firms in _counted(corpus, "region", rows):
        around = {one.code for value in values for one in regions.path(str(value))[:2]}
        counts.update(dict.fromkeys(around, firms))
    named = ((code, "".join(one.name for one in regions.path(code)), firms) for code, firms in counts.items())
    return sorted(named, key=lambda one: (-one[2], one[0]))[:CHOICES]


def _tiers(corpus: Corpus, rows: Rows, lang: str) -> list[tuple[str, str, int]]:
    counts = Counter[str]()
    for values, firms in _counted(corpus, "tier", rows):
        counts.update(dict.fromkeys({str(plain(value)) for value in values}, firms))
    return [(tier, value_name("tier", tier, lang), counts[tier]) for tier in TIERS]


def _sizes(corpus: Corpus, rows: Rows, lang: str) -> list[tuple[str, str, int]]:
    """At most this size."""
    counts = Counter[str]()
    for values, firms in _counted(corpus, "size", rows):
        least = min((SIZES.index(str(value)) for value in values if value in SIZES), default=len(SIZES))
        counts.update(dict.fromkeys(SIZES[least:-1], firms))
    return [(size, value_name("size", size, lang), counts[size]) for size in SIZES[:-1]]


def _texts(corpus: Corpus, rows: Rows, lang: str) -> list[tuple[str, str, int]]:
    """The certificates that most firms hold."""
    counts = Counter[str]()
    for values, firms in _counted(corpus, "certificate", rows):
        counts.update(dict.fromkeys({str(value) for value in values}, firms))
    return [(name, name, firms) for name, firms in counts.most_common(CHOICES)]


def _patents(corpus: Corpus, rows: Rows, lang: str) -> list[tuple[str, str, int]]:
    """At least so many."""
    counts = Counter[int]()
    for values, firms in _counted(corpus, "patents", rows):
        most = max((value for value in values if isinstance(value, int | float)), default=0)
        counts.update(dict.fromkeys((step for step in _STEPS if most >= step), firms))
    return [(str(step), f"≥ {step}", counts[step]) for step in _STEPS]


def _firms(graph: Graph, corpus: Corpus, rows: Rows) -> list[FirmCard]:
    ids = [corpus.id_list[row] for row in rows.tolist()]
    found = {row["id"]: row for row in graph.read("cards", ids=ids, **NOW.params())} if ids else {}
    return [
        FirmCard(**{**found[ident], "tiers": tiers(found[ident]["tiers"], None)}, how="any")
        for ident in ids
        if ident in found
    ]


def _products(graph: Graph, keys: Sequence[str]) -> list[ProductCard]:
    rows = {row["key"]: row for row in graph.read("product_cards", keys=list(keys), **NOW.params())} if keys else {}
    return [ProductCard(**rows[key], how="any") for key in keys if key in rows]
