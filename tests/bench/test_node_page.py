"""How long a node's page takes at 100,000 firms and 1,000,000 product names:
`pytest -m bench -n 0 -s tests/bench/test_node_page.py`. A line of JSON, also in .bench/node_page.json.

The world is that of `large_world`. Pages of nodes drawn by a seed are asked for once (cold) and once more (warm), the
part with proposals apart: milliseconds of the clock, and of this process' processor. Before them, what if a firm, a
city, or all makers of each of five nodes are gone.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from matcher.chain.template import packaged
from matcher.chain.whatif import Scenario, what_if
from tests.bench.large_world import SEED, large_home, quantiles
from tests.site_fixture import HERE, LOCAL
from web.app import create_app
from web.home import Home
from web.jobs.network import network

pytestmark = [pytest.mark.bench, pytest.mark.graph]

NODES, GONE = 60, 5
OUT = Path(__file__).resolve().parents[2] / ".bench" / "node_page.json"


def test_node_page(graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path) -> None:
    begun = time.perf_counter()
    figures: dict[str, object] = {"load_before": round(os.getloadavg()[0], 1)}

    def mark(name: str) -> None:
        nonlocal begun
        figures[f"{name}_s"] = round(time.perf_counter() - begun, 1)
        print(name, figures[f"{name}_s"], flush=True)
        begun = time.perf_counter()

    with large_home(neo4j_server, parts, tmp_path, mark) as (home, held):
        figures |= held
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
                figures[f"{name}_{turn}"] = {**quantiles(taken), "processor": quantiles(worked)}
                print(name, turn, figures[f"{name}_{turn}"], flush=True)
