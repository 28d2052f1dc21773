"""BULIAN_BENCH_FIRMS made firms (100,000) with ten products each, as the benches of pages find them.

A fifth of the products stand at nodes of the twelve chains; one firm in five is here, one in twenty has a tier, one
supply for every second firm. The running graph holds, of these, the firms that have a patent about what they make at a
node (one firm in seventeen), with their facts: what a page asks the graph for it finds there, each sentence of the
corpus too, by the indexes that a larger graph would have.
"""

from __future__ import annotations

import os
import random
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.rebuild import rebuild
from kg.records import Document, Fact, Mention
from matcher.chain.supply import Supply
from matcher.chain.template import packaged
from matcher.corpus import Corpus
from matcher.embed import CachedEmbedder
from matcher.firm import Firm, Item, Product
from tests.matcher.conftest import CharacterEmbedder
from tests.site_fixture import settings
from web.home import Home
from web.jobs.corpus import firm_of

FIRMS = int(os.environ.get("BULIAN_BENCH_FIRMS", "100000"))
EACH, PLACED, SEED = 10, 0.2, 20261126
REGIONS = (
    ("宁波市", "330200"),
    ("杭州市", "330100"),
    ("苏州市", "320500"),
    ("上海市", "310000"),
    ("深圳市", "440300"),
)
SAID = sorted({name for chain in packaged() for node in chain.nodes for name in node.products})
"""Names of products that chains' nodes say."""


def made(number: int) -> tuple[str, list[str], bool]:
    """A firm's name, its products, and whether the graph holds it."""
    drawn = random.Random(f"{SEED} {number}")
    names = [
        f"{number:06d}型{drawn.choice(SAID)}" if drawn.random() < PLACED else f"{number:06d}号服务{slot}"
        for slot in range(EACH)
    ]
    return f"测试{number:06d}制造有限公司", names, "型" in names[0] and number % 10 < 3


def facts(document: Document) -> Iterator[Fact]:
    """What one list says of the firms that the graph holds."""
    for row, number in enumerate(number for number in range(FIRMS) if made(number)[2]):
        name, products, _ = made(number)
        firm, place = Mention("Enterprise", name), REGIONS[number % 5]
        patent = Mention("Patent", f"一种{products[0]}的加工装置", f"ZL2020{number:08d}.{number % 10}")
        said: list[tuple[str, Mention, Mention, dict[str, object]]] = [
            ("LOCATED_IN", firm, Mention("Region", *place), {}),
            *(("PRODUCES", firm, Mention("Product", product), {}) for product in products if "型" in product),
            ("OWNS_PATENT", firm, patent, {"kind": "invention", "filed": "2020-03"}),
            ("ABOUT", patent, Mention("Product", products[0]), {}),
        ]
        for relation, source, target, properties in said:
            yield Fact(
                document.name, document.id, relation, source, target, properties, f"1:{row}", row * 60,
                row * 60 + len(target.name), target.name, "made", "disclosed",
            )  # fmt: skip


def corpus_of(home: Home) -> tuple[Corpus, list[Supply]]:
    """The corpus: the graph's firms as they are read, and all others, whose sentences are some of the graph's."""
    graph = home.graph()
    stamp = graph.stamp()
    assert stamp is not None
    day = date.fromisoformat(stamp.written[:10])
    read = {row["name"]: firm_of(row, day) for row in graph.stream("corpus_firms", ids=None)}
    told = [one.fact for firm in read.values() for one in firm.products]

    def firm(number: int) -> Firm:
        name, products, there = made(number)
        if there:
            return read[name]
        drawn = random.Random(number)
        fields = {"region": (Item(REGIONS[number % 5][1], drawn.choice(told)),)}
        fields |= {"tier": (Item("little_giant", drawn.choice(told)),)} if number % 20 == 0 else {}
        listed = tuple(Product(one, fact=drawn.choice(told)) for one in products)
        return Firm(f"f{number:07d}", name, listed, fields=fields)

    firms = [firm(number) for number in range(FIRMS)]
    drawn = random.Random(SEED)
    supplies = [
        Supply(firms[at].id, firms[at].name, other.id, other.name, f"{drawn.choice(SAID)}采购项目", drawn.choice(told))
        for at in range(0, FIRMS, 2)
        for other in [drawn.choice(firms)]
    ]
    return Corpus.build(firms, as_of=day), supplies


@contextmanager
def large_home(
    connection: Connection,
    parts: Parts,
    folder: Path,
    mark: Callable[[str], None],
    besides: Callable[[Home], None] = lambda home: None,
) -> Iterator[tuple[Home, dict[str, object]]]:
    """A data folder whose pages see the world, and how much of what it holds; `mark` is told as a part is made.

    `besides` brings more to the graph before the corpus is made.

    Vectors are those of tests: what is measured is the pages, and the ranker's model would be loaded beside them.
    """
    embedder = CachedEmbedder(CharacterEmbedder(), folder / "vectors")
    with pytest.MonkeyPatch.context() as patch, Home(settings(connection, parts, folder / "home")) as home:
        patch.setattr("web.embedding.embedder", lambda settings: embedder)
        document = home.documents.add(
            b"made", name="made", text="made", kind="list", published="2026-01-05", source="made"
        )
        home.journal.write(document.id, "made", facts(document))
        rebuild(home.graph(), home.ontology, home.documents, home.journal)
        besides(home)
        mark("graph")
        corpus, supplies = corpus_of(home)
        patch.setattr("web.jobs.corpus.present_corpus", lambda home, present: corpus)
        patch.setattr("web.jobs.network.known_supplies", lambda graph: supplies)
        index = home.ranker().index
        _ = index.towers, index.sides, index.records  # made with the index where a corpus lies in a folder
        mark("corpus")
        yield home, {"firms": FIRMS, "products": len(corpus.product_names), "supplies": len(supplies)}


def quantiles(taken: list[float]) -> dict[str, float]:
    """Milliseconds of the middle and of nineteen in twenty, and the most."""
    taken = sorted(taken)
    p95 = taken[min(len(taken) - 1, int(0.95 * len(taken)))]
    return {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(p95, 1), "most_ms": round(taken[-1], 1)}
