"""A made world of any size, written into a store and a journal: firms, what they make and whom they supply.

`python -m tests.bench.made FOLDER FIRMS` writes it with two processes. For each firm there are five products (each made
by it, and four tenths of them by a second firm as well), a place, a supplier relation and a half, for one firm in five
an honour, for six in ten a patent: ten typed edges a firm. One firm in five is named by a second source too, with its
credit code, one in four by a filing with a sentence; all else stands in rows of lists. Nothing here is read from
anywhere: names are made of syllables.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kg.documents import DocumentStore
from kg.journal import Journal
from kg.records import Document, DocumentId, Fact, Mention

FIRMS_A_DOCUMENT = 1000
SEED = 20261125
_REGIONS = ("330203", "330205", "330206", "330211", "330212", "330213", "330281", "330282", "320505", "440305")
_PLACES = ("宁波", "苏州", "深圳", "杭州", "无锡", "温州", "台州", "常州", "东莞", "青岛")
_SIGNS = "华东方正新海天科宏达瑞丰盛泰恒信安康明光大成立创远博中力兴隆金宝龙凯鼎合众联同德润和佳美利源通顺发永嘉"
_TRADES = ("精密机械", "轴承", "电子", "新材料", "模具", "液压", "阀门", "传动", "自动化", "光电")
_STUFF = ("不锈钢", "铜", "铝合金", "陶瓷", "碳纤维", "尼龙", "钛合金", "硅胶", "铸铁", "石墨")
_THINGS = (
    "减速器",
    "轴承",
    "密封圈",
    "连接器",
    "阀体",
    "齿轮",
    "传感器",
    "电机",
    "滤芯",
    "导轨",
    "丝杠",
    "联轴器",
    "弹簧",
    "垫片",
)


def firm_name(number: int) -> str:
    """The name of a firm, one for each number."""
    signs, left = "", number
    for _ in range(4):
        left, sign = divmod(left, len(_SIGNS))
        signs += _SIGNS[sign]
    return f"{_PLACES[number % 10]}{signs}{_TRADES[number // 10 % 10]}有限公司"


def product_name(number: int) -> str:
    """The name of a product, one for each number."""
    stuff, thing = _STUFF[number % 10], _THINGS[number // 10 % len(_THINGS)]
    return f"{stuff}{thing}{_SIGNS[number // 140 % len(_SIGNS)]}型{number // 7000:03d}-{number % 7000:04d}"


def _code(number: int) -> str:
    return f"91330200MA{number:08d}"[:18]


class Maker:
    """Facts of one document: a part of the firms, from a list, from a second list, or from a filing."""

    def __init__(self, document: Document, firms: int, part: int) -> None:
        self.document = document
        self.firms = firms
        self.random = random.Random(f"{SEED}-{document.name}")
        self.mine = range(part * FIRMS_A_DOCUMENT, min(firms, (part + 1) * FIRMS_A_DOCUMENT))

    def fact(
        self, firm: int, relation: str, target: Mention | None, quote: str, row: int, **properties: object
    ) -> Fact:
        page = 1 if self.document.source is None else f"表1:{row}"
        start = row * 60 if self.document.source is None else 4
        source = Mention("Enterprise", firm_name(firm), properties.pop("code", None))  # type: ignore[arg-type]
        return Fact(
            self.document.name, self.document.id, relation, source, target, properties, page, start,
            start + len(quote), quote, "made", "disclosed",
        )  # fmt: skip

    def listed(self) -> Iterator[Fact]:
        """The first list: place, products, customers, honours and patents of every firm."""
        for firm in self.mine:
            yield self.fact(firm, "LOCATED_IN", Mention("Region", "", _REGIONS[firm % 10]), _PLACES[firm % 10], firm)
            made = [firm * 5 + number for number in range(5)]
            made += [(firm + 7) * 5 % (self.firms * 5) + number for number in range(2)]
            for number in made:
                if number % 20:
                    name = product_name(number)
                    yield self.fact(firm, "PRODUCES", Mention("Product", name), name, firm)
            for number in range(1 + firm % 2):
                other = self.random.randrange(self.firms)
                if other != firm:
                    buyer, product = Mention("Enterprise", firm_name(other)), product_name(firm * 5 + number)
                    yield self.fact(firm, "SUPPLIES", buyer, buyer.name, firm, product=product)
            if firm % 5 == 3:
                honour = Mention("Honour", "专精特新小巨人")
                yield self.fact(
                    firm,
                    "HAS_HONOUR",
                    honour,
                    honour.name,
                    firm,
                    tier="little_giant",
                    batch=str(firm % 7),
                    status="recognised",
                )
            if firm % 5 < 3:
                patent = Mention("Patent", f"一种{product_name(firm * 5)}的加工装置", f"ZL2020{firm:08d}.{firm % 10}")
                yield self.fact(firm, "OWNS_PATENT", patent, patent.name, firm, kind="invention", filed="2020-03")

    def profiled(self) -> Iterator[Fact]:
        """The second list: one firm in five once more, with code and founding year."""
        for firm in self.mine:
            if firm % 5 == 1:
                yield self.fact(
                    firm, "PROFILE", None, firm_name(firm), firm, code=_code(firm), credit_code=_code(firm),
                    founded=str(1985 + firm % 35),
                )  # fmt: skip

    def filed(self) -> Iterator[Fact]:
        """A filing: sentences of products that the lists leave out."""
        for firm in self.mine:
            for number in range(firm * 5, firm * 5 + 5):
                if not number % 20:
                    name = product_name(number)
                    quote = f"公司主要从事{name}的研发、生产和销售,主要客户为境内整机厂。"
                    yield self.fact(
                        firm, "PRODUCES", Mention("Product", name), quote, firm * 5 % 500, share=firm % 100 / 2
                    )


def make(folder: Path, firms: int, kind: str, part: int) -> int:
    """Write one document and its journal; returns its facts."""
    name = f"made {kind} {part}"
    store = DocumentStore(folder / "documents")
    source = None if kind == "filed" else f"made-{kind}"
    document = store.add(name.encode(), name=name, text=name, kind="list", published="2026-01-05", source=source)
    facts = getattr(Maker(document, firms, part), kind)()
    return Journal(folder / "journal").write(DocumentId(document.id), "made", facts)


def make_all(folder: Path, firms: int, workers: int = 2) -> int:
    """Write the whole world; returns its facts."""
    parts = range((firms + FIRMS_A_DOCUMENT - 1) // FIRMS_A_DOCUMENT)
    work = [(folder, firms, kind, part) for kind in ("listed", "profiled", "filed") for part in parts]
    if workers < 2:
        return sum(make(*item) for item in work)
    with ProcessPoolExecutor(workers) as pool:
        return sum(pool.map(make, *zip(*work, strict=True), chunksize=4))


if __name__ == "__main__":
    begin = time.perf_counter()
    count = make_all(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"{count} facts in {time.perf_counter() - begin:.0f} s")
