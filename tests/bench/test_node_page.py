"""How long a node's page takes at 100,000 firms and 1,000,000 product names:
`pytest -m bench -n 0 -s tests/bench/test_node_page.py`. A line of JSON, also in .bench/node_page.json.

The corpus holds BULIAN_BENCH_FIRMS made firms (100,000) with ten products each, a fifth of them at nodes of the twelve
chains; one firm in five here, one in twenty with a tier, one supply for every second firm. The running graph holds, of
these, the firms that have a patent about what they make at a node (one firm in seventeen), with their facts: what a
page asks the graph for it finds there, each sentence of the corpus too, by the indexes that a larger graph would have.
Pages of nodes drawn by a seed are asked for once (cold) and once more (warm), the part with proposals apart:
milliseconds of the clock, and of this process' processor. Before them, what if a firm, a city, or all makers of each
of five nodes are gone.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.rebuild import rebuild
from kg.records import Document, Fact, Mention
from kg.store import Graph
from matcher.chain.supply import Supply
from matcher.chain.template import packaged
from matcher.chain.whatif import Scenario, what_if
from matcher.corpus import Corpus
from matcher.embed import CachedEmbedder
from matcher.firm import Firm, Item, Product
from tests.matcher.conftest import CharacterEmbedder
from tests.site_fixture import HERE, LOCAL, settings
from web.app import create_app
from web.home import Home
from web.jobs.corpus import firm_of
from web.jobs.network import network

pytestmark = [pytest.mark.bench, pytest.mark.graph]

FIRMS = int(os.environ.get("BULIAN_BENCH_FIRMS", "100000"))
EACH, PLACED, SEED, NODES, GONE = 10, 0.2, 20261126, 60, 5
OUT = Path(__file__).resolve().parents[2] / ".bench" / "node_page.json"
_REGIONS = (
    ("宁波市", "330200"),
    ("杭州市", "330100"),
    ("苏州市", "320500"),
    ("上海市", "310000"),
    ("深圳市", "440300"),
)
_SAID = sorted({name for chain in packaged() for node in chain.nodes for name in node.products})


def made(number: int) -> tuple[str, list[str], bool]:
    """A firm's name, its products, and whether the graph holds it."""
    drawn = random.Random(f"{SEED} {number}")
    names = [
        f"{number:06d}型{drawn.choice(_SAID)}" if drawn.random() < PLACED else f"{number:06d}号服务{slot}"
        for slot in range(EACH)
    ]
    return f"测试{number:06d}制造有限公司", names, "型" in names[0] and number % 10 < 3


def facts(document: Document) -> Iterator[Fact]:
    """What one list says of the firms that the graph holds."""
    for row, number in enumerate(number for number in range(FIRMS) if made(number)[2]):
        name, products, _ = made(number)
        firm, place = Mention("Enterprise", name), _REGIONS[number % 5]
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
        fields = {"region": (Item(_REGIONS[number % 5][1], drawn.choice(told)),)}
        fields |= {"tier": (Item("little_giant", drawn.choice(told)),)} if number % 20 == 0 else {}
        listed = tuple(Product(one, fact=drawn.choice(told)) for one in products)
        return Firm(f"f{number:07d}", name, listed, fields=fields)

    firms = [firm(number) for number in range(FIRMS)]
    drawn = random.Random(SEED)
    supplies = [
        Supply(firms[at].id, firms[at].name, other.id, other.name, f"{drawn.choice(_SAID)}采购项目", drawn.choice(told))
        for at in range(0, FIRMS, 2)
        for other in [drawn.choice(firms)]
    ]
    return Corpus.build(firms, as_of=day), supplies


def quantiles(taken: list[float]) -> dict[str, object]:
    """Milliseconds of the middle and of nineteen in twenty."""
    taken = sorted(taken)
    p95 = taken[min(len(taken) - 1, int(0.95 * len(taken)))]
    return {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(p95, 1), "most_ms": round(taken[-1], 1)}


def test_node_page(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.perf_counter()
    figures: dict[str, object] = {"firms": FIRMS, "load_before": round(os.getloadavg()[0], 1)}

    def mark(name: str) -> None:
        nonlocal begun
        figures[f"{name}_s"] = round(time.perf_counter() - begun, 1)
        print(name, figures[f"{name}_s"], flush=True)
        begun = time.perf_counter()

    embedder = CachedEmbedder(CharacterEmbedder(), tmp_path / "vectors")
    monkeypatch.setattr("web.embedding.embedder", lambda settings: embedder)
    with Home(settings(neo4j_server, parts, tmp_path / "home")) as home:
        document = home.documents.add(
            b"made", name="made", text="made", kind="list", published="2026-01-05", source="made"
        )
        home.journal.write(document.id, "made", facts(document))
        rebuild(home.graph(), home.ontology, home.documents, home.journal)
        mark("graph")
        corpus, supplies = corpus_of(home)
        figures |= {"products": len(corpus.product_names), "supplies": len(supplies)}
        monkeypatch.setattr("web.jobs.corpus.present_corpus", lambda home, present: corpus)
        monkeypatch.setattr("web.jobs.network.known_supplies", lambda graph: supplies)
        index = home.ranker().index
        _ = index.towers, index.sides, index.records  # made with the index where a corpus lies in a folder
        mark("corpus")
        measure(home, figures)
    figures["load_after"] = round(os.getloadavg()[0], 1)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(figures, ensure_ascii=False))


def measure(home: Home, figures: dict[str, object]) -> None:
    """Ask for the pages."""
    idents = [(chain.id, node.id) for chain in packaged() for node in chain.nodes]
    drawn = random.Random(SEED).sample(idents, NODES)
    net = network(home)
    gone = [
        tuple(net.corpus.ids[row] for row in net.placement.firms(f"{chain}:{node}").tolist())
        for chain, node in drawn[:GONE]
    ]
    net.placement.pairs  # noqa: B018 (kept with the placement from here on)
    for name, scenario in (
        ("firm", Scenario(firms=gone[0][:1])),
        ("city", Scenario(region="310000")),
        *((f"all_makers_of_node_{number}", Scenario(firms=makers)) for number, makers in enumerate(gone, 1)),
    ):
        begun, processor = time.perf_counter(), time.process_time()
        hit = what_if(net, scenario)
        spent = {"s": round(time.perf_counter() - begun, 2), "processor_s": round(time.process_time() - processor, 2)}
        figures[f"what_if_{name}"] = spent | {"nodes": hit.node_count, "near": sum(len(one.near) for one in hit.nodes)}
        print(name, figures[f"what_if_{name}"], flush=True)
    with TestClient(create_app(home), base_url=LOCAL, client=HERE) as client:
        begun = time.perf_counter()
        assert client.get("/chains/robot?region=330200").status_code == 200
        figures["first_chain_page_s"] = round(time.perf_counter() - begun, 2)
        for name, query, headers in (
            ("page_here", "?region=330200", {}),
            ("page_country", "", {}),
            ("proposals", "?region=330200&proposals=1", {"HX-Request": "true"}),
        ):
            for turn in ("cold", "warm"):
                taken, worked = [], []
                for chain, node in drawn[: NODES if name != "proposals" else NODES // 6]:
                    begun, processor = time.perf_counter(), time.process_time()
                    assert client.get(f"/chains/{chain}/nodes/{node}{query}", headers=headers).status_code == 200
                    taken.append(1000 * (time.perf_counter() - begun))
                    worked.append(1000 * (time.process_time() - processor))
                figures[f"{name}_{turn}"] = quantiles(taken) | {"processor": quantiles(worked)}
                print(name, turn, figures[f"{name}_{turn}"], flush=True)
