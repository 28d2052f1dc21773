"""Milliseconds of searches among 100,000 made firms and 1,000,000 made products, by what is typed.

BULIAN_SEARCH_FIRMS names another number of firms (ten products each). JSON in .bench/search.json. What is typed is
drawn by a fixed seed from the names: whole names, parts of two to five signs, single signs, traditional signs, letters,
first letters, words in another order, a wrong sign, credit codes, texts that nothing holds. Each is searched as the box
of the pages does it, in firms, products and needs. `cpu` is the processor time that server and client took for a
search, to the nanosecond, which other work on the machine does not lengthen much; `anchor_ms` is an empty query. All is
taken twice: for the first thousand searches after a start (`after_start`), and for those that follow, which the goal is
for.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from opencc import OpenCC
from pypinyin import lazy_pinyin

from kg.neo4j.process import LocalNeo4j
from kg.ontology import Ontology
from kg.parts import Parts
from kg.projection.words import grams, pinyin
from kg.search import search
from kg.store import Graph
from kg.values.credit_code import check_sign
from tests.bench.made import firm_name, product_name

pytestmark = [pytest.mark.bench, pytest.mark.graph]

OUT = Path(__file__).resolve().parents[2] / ".bench" / "search.json"
FIRMS = int(os.environ.get("BULIAN_SEARCH_FIRMS", "100000"))
PRODUCTS = 10 * FIRMS
EACH = 100
"""Searches of each kind of text, after EACH // 5 that warm the index."""
GOAL_MS = 50.0

Typed = Callable[[random.Random], str]


def code(number: int) -> str:
    body = f"91330200MA{number:07d}"
    return body + check_sign(body)


def firms() -> Iterator[dict[str, Any]]:
    for number in range(FIRMS):
        name = firm_name(number)
        yield {
            "id": f"e{number}", "name": name, "grams": grams(name), "pinyin": pinyin(name), "credit_code": code(number)
        }  # fmt: skip


def products() -> Iterator[dict[str, Any]]:
    for number in range(PRODUCTS):
        name = product_name(number)
        yield {"key": name, "name": name, "grams": grams(name), "pinyin": pinyin(name)}


def a_name(draw: random.Random) -> str:
    return firm_name(draw.randrange(FIRMS)) if draw.random() < 0.5 else product_name(draw.randrange(PRODUCTS))


def a_part(draw: random.Random, low: int = 2, high: int = 5) -> str:
    name, size = a_name(draw), draw.randint(low, high)
    start = draw.randrange(len(name) - size)
    return name[start : start + size]


def a_wrong_sign(draw: random.Random) -> str:
    name = a_name(draw)
    at = draw.randrange(len(name) - 1)
    return f"{name[:at]}囍{name[at + 1 :]}"


def in_another_order(draw: random.Random) -> str:
    name = a_name(draw)
    return f"{name[-5:]} {name[:4]}"


_TRADITIONAL = OpenCC("s2t")

TEXTS: dict[str, Typed] = {
    "whole name": a_name,
    "two to five signs": a_part,
    "one sign": lambda draw: a_part(draw, 1, 1),
    "traditional": lambda draw: str(_TRADITIONAL.convert(a_part(draw, 3, 6))),
    "pinyin": lambda draw: "".join(lazy_pinyin(firm_name(draw.randrange(FIRMS))[: draw.randint(2, 8)])),
    "first letters": lambda draw: "".join(s[0] for s in lazy_pinyin(firm_name(draw.randrange(FIRMS))[2:9])),
    "words in another order": in_another_order,
    "a wrong sign": a_wrong_sign,
    "credit code": lambda draw: code(draw.randrange(FIRMS)),
    "nothing holds it": lambda draw: draw.choice("饕餮魑魅魍魉囹圄耄耋") + draw.choice("龘靐齉爩"),
}


def test_search(parts: Parts, tmp_path: Path) -> None:
    figures: dict[str, Any] = {"firms": FIRMS, "products": PRODUCTS, "load_before": round(os.getloadavg()[0], 2)}
    server = LocalNeo4j(tmp_path / "neo4j", parts.neo4j_jars(), heap="1g", pagecache="512m")
    try:
        connection = server.start()
        with Graph(connection.url, connection.user, connection.password) as graph:
            since = time.perf_counter()
            graph.write_rows("UNWIND $rows AS row CREATE (n:Enterprise) SET n = row", firms(), batch=5000)
            graph.write_rows("UNWIND $rows AS row CREATE (n:Product) SET n = row", products(), batch=5000)
            figures["write_s"] = round(time.perf_counter() - since, 1)
            graph.schema(Ontology.load())
            figures["with_indexes_s"] = round(time.perf_counter() - since, 1)
            process = server.home.running()
            assert process is not None
            threads = Path(f"/proc/{process.pid}/task")
            figures["after_start"] = {}  # the server still compiles its code during the first thousand
            measure(figures["after_start"], graph, threads)
            measure(figures, graph, threads)
    finally:
        server.stop()
        figures |= {"load_after": round(os.getloadavg()[0], 2), "goal_p95_ms": GOAL_MS}
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf8")
        print(json.dumps(figures, ensure_ascii=False, indent=1))


def cpu_ms(threads: Path) -> float:
    """Processor time of the server's threads and of this process so far."""
    taken = sum(int(each.read_text().split()[0]) for each in threads.glob("*/schedstat"))
    return taken / 1e6 + time.process_time() * 1000


def measure(figures: dict[str, Any], graph: Graph, threads: Path) -> None:
    """Warm, then time each kind of text, and the empty query between."""
    draw, taken, anchor, worked = random.Random(20261125), [], [], []
    for text in TEXTS.values():
        for _ in range(EACH // 5):
            search(graph, text(draw))
    for kind, text in TEXTS.items():
        walls, works, found = [], [], 0
        for typed in [text(draw) for _ in range(EACH)]:
            since = time.perf_counter()
            graph.read_statement("RETURN 1 AS one")
            anchor.append((time.perf_counter() - since) * 1000)
            before, since = cpu_ms(threads), time.perf_counter()
            found += bool(search(graph, typed))
            walls.append((time.perf_counter() - since) * 1000)
            works.append(cpu_ms(threads) - before)
        taken += walls
        worked += works
        figures[kind] = {**spread(walls), **{f"cpu_{name}": ms for name, ms in spread(works).items()}, "found": found}
    figures |= {**spread(taken), **{f"cpu_{name}": ms for name, ms in spread(worked).items()}}
    figures["anchor_ms"] = spread(anchor)["p50_ms"]


def spread(milliseconds: list[float]) -> dict[str, float]:
    """The middle one, and the one that nineteen in twenty do not pass."""
    return {f"p{part}_ms": round(float(np.percentile(milliseconds, part)), 1) for part in (50, 95)}
