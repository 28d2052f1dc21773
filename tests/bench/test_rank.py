"""Speed and memory of one need over many firms: made products, made vectors (the time of the model is measured apart).

BULIAN_BENCH_FIRMS firms (10,000) with ten products each, of as many names. All is written to .bench/rank-N.json, with
the time of a scan of as many vectors by numpy in the same run: that ratio can be compared between machines.
"""

from __future__ import annotations

import json
import os
import random
import resource
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.parts import Parts
from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import OnnxEmbedder, Vectors
from matcher.index import Index
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from matcher.turns import one_thread_each, shared_by, turn

pytestmark = pytest.mark.bench

HEADS = (
    *("电机", "轴承", "减速器", "柱塞泵", "传感器", "阀门", "模具", "齿轮", "电缆", "薄膜"),
    *("涂料", "钢管", "铝材", "树脂", "芯片", "电池", "风机", "仪表", "刀具", "密封件"),
)
SIGNS = "高低精密柔硬轻重微纳超快慢冷热干湿内外双单多全半新旧大小长短宽窄厚薄红蓝绿黑白金银铜铁锡铝镁钛"
CERTIFICATES = ("ISO9001", "ISO14001", "IATF16949", "AS9100", "CE")
ROUNDS = 40


class MadeVectors:
    """Vectors near one of a thousand centres, so that nearest products are as uneven as real ones; made quickly."""

    name = "made"
    size = 512

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self._centres = rng.standard_normal((1000, self.size), np.float32)
        self._noise = rng.standard_normal((4096, self.size), np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        seeds = np.array([hash_of(text) for text in texts], np.int64)
        vectors = self._centres[seeds % 1000] + 0.5 * self._noise[seeds // 1000 % 4096]
        vectors += 0.5 * self._noise[seeds // 4096000 % 4096]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def hash_of(text: str) -> int:
    """A number of the text that is the same in every process."""
    return int.from_bytes(text.encode()[-16:], "big") * 2654435761 % 2**40


def made_firms(count: int, products: int, seed: int = 7) -> Iterator[Firm]:
    """Firms with names, places, papers and patents; of a thousand products nearly all have one maker."""
    rng = random.Random(seed)
    for place in range(count):
        names = {"".join(rng.sample(SIGNS, 4)) + rng.choice(HEADS) for _ in range(products)}
        yield Firm(
            f"f{place:07}",
            f"第{place}公司",
            tuple(Product(name, fact=f"x{place}") for name in names),
            (f"行业{rng.randrange(200)}",),
            {
                "region": (Item(f"33{rng.randrange(1, 12):02}00", f"x{place}"),),
                "staff": (Item(rng.randrange(5, 2000)),),
                "certificate": (Item(rng.choice(CERTIFICATES), f"x{place}"),),
                "patents": (Item(f"一种{rng.choice(HEADS)}的加工装置", f"x{place}"),),
            },
        )


def needs(conditions: list[dict[str, Any]] | None, count: int) -> list[Query]:
    """Needs of names that occur as parts of the products, each with a text."""
    rng = random.Random(3)
    made = []
    for place in range(count):
        title = "".join(rng.sample(SIGNS, 2)) + HEADS[place % 20]
        text = f"用于{rng.choice(HEADS)}的{title}，要求耐温、寿命长，年用量1000件。" if place % 2 else ""
        made.append(parse_query({"id": str(place), "title": title, "text": text, "conditions": conditions}))
    return made


CONDITIONS = [
    {"field": "region", "op": "within", "value": "330200"},
    {"field": "staff", "op": "<", "value": 1000},
    {"field": "certificate", "op": "=", "value": "IATF16949"},
]


def quantiles(name: str, times: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    return {f"{name}_p{q}_ms": round(float(np.quantile(times, q / 100)) * 1000, 1) for q in (50, 95)}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    begun = time.monotonic()
    done = work()
    return time.monotonic() - begun, done


def resident() -> dict[str, int]:
    """Megabytes of this process now: its own, and with the parts of mapped files that it has touched."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "own_mb": int(lines["RssAnon"].split()[0]) // 1024,
        "resident_mb": int(lines["VmRSS"].split()[0]) // 1024,
    }


def asked(ranker: Ranker, query: Query) -> float:
    """Seconds of one need, the reasons of the first twenty firms included."""

    def work() -> list[list[str]]:
        with turn():  # as a shortlist asks
            return [[part.says() for part in one.contributions] for one in ranker.rank(query, 20).entries]

    return timed(work)[0]


def eight_of_two(folder: Path) -> list[float]:
    """Seconds of each need of eight clients at once, whose pages come from two processes (`serve --processes 2`)."""
    spawned = get_context("spawn")
    gate = spawned.Barrier(2)
    with ProcessPoolExecutor(2, spawned, initializer=begin, initargs=(gate,)) as pool:
        return [seconds for times in pool.map(four, [folder] * 2, range(2)) for seconds in times]


def begin(gate: Barrier) -> None:
    """What a process is given at its start."""
    globals()["GATE"] = gate


def four(folder: Path, number: int) -> list[float]:
    """Four clients of one of two processes: each asks what it asks of a process alone."""
    shared_by(2)
    ranker = Ranker(Corpus.open(folder), MadeVectors())
    one_thread_each()
    work = [query for one in needs(CONDITIONS, ROUNDS) for query in (one, one, one, one)][number::2]
    for query in work[:2]:
        asked(ranker, query)
    globals()["GATE"].wait()
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda client: [asked(ranker, query) for query in work[client::4]], range(4))
        return [seconds for times in found for seconds in times]


def test_one_need(tmp_path: Path) -> None:
    """Building, opening, one client plain and with conditions, eight clients of one process and of two, and 1,000
    changed products."""
    count = int(os.environ.get("BULIAN_BENCH_FIRMS", "10000"))
    folder = Path(os.environ.get("BULIAN_BENCH_FOLDER", tmp_path)) / f"rank-{count}"
    figures: dict[str, float] = {"firms": count}
    embedder = MadeVectors()
    if not folder.is_dir():
        firms = list(made_firms(count, 10))
        seconds, corpus = timed(lambda: Corpus.build(firms, [], date(2026, 11, 25)).save(folder))
        del firms
        figures["corpus_s"] = round(seconds, 1)
        figures["index_s"] = round(timed(lambda: Index.of(corpus, embedder))[0], 1)
        figures["build_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        del corpus
    figures["before_mb"] = resident()["own_mb"]
    seconds, ranker = timed(lambda: Ranker(Corpus.open(folder), embedder))
    one_thread_each()
    figures |= {"open_s": round(seconds, 3), "products": len(ranker.corpus.product_names)}
    for name, conditions in (("plain", None), ("conditions", CONDITIONS)):
        first, *rest = needs(conditions, ROUNDS + 1)
        figures[f"{name}_first_ms"] = round(asked(ranker, first) * 1000, 1)
        processor = time.process_time()
        figures |= quantiles(name, [asked(ranker, query) for query in rest])
        figures[f"{name}_processor_ms"] = round((time.process_time() - processor) * 1000 / ROUNDS, 1)
    with ThreadPoolExecutor(8) as pool:
        gate = threading.Barrier(8)
        work = [query for one in needs(CONDITIONS, ROUNDS) for query in (one, one, one, one)]

        def client(number: int) -> list[float]:
            gate.wait()
            return [asked(ranker, query) for query in work[number::8]]

        figures |= quantiles("eight", [seconds for times in pool.map(client, range(8)) for seconds in times])
    figures |= quantiles("eight_of_two", eight_of_two(folder))
    figures |= resident()
    figures |= anchor(len(ranker.corpus.product_names))
    figures |= changed(ranker, embedder, folder.parent / "changed")
    out = Path(__file__).resolve().parents[2] / ".bench"
    out.mkdir(exist_ok=True)
    (out / f"rank-{count}.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))


def test_embedding(parts: Parts) -> None:
    """Names a second of one core, each distinct one once."""
    names = sorted({product.name for firm in made_firms(150, 10) for product in firm.products})
    model = OnnxEmbedder(parts.model())
    model.embed(names[:48])
    seconds = sorted(timed(lambda: model.embed(names))[0] for _ in range(3))[1]
    figures = {"names": len(names), "names_s": round(len(names) / seconds)}
    out = Path(__file__).resolve().parents[2] / ".bench"
    out.mkdir(exist_ok=True)
    (out / "embed.json").write_text(json.dumps(figures))
    print(json.dumps(figures))


def anchor(products: int) -> dict[str, float]:
    """A scan of as many float32 vectors of 64 dimensions by numpy, median of five: what this machine does just now."""
    table = np.random.default_rng(0).standard_normal((min(products, 1_000_000), 64), np.float32)
    return {"scan_ms": round(sorted(timed(lambda: table @ table[0])[0] for _ in range(5))[2] * 1000, 1)}


def changed(ranker: Ranker, embedder: MadeVectors, folder: Path) -> dict[str, float]:
    """1,000 changed products of 100 firms: seconds until a ranker finds the first of them."""
    fresh = [
        Firm(f"f{number:07}", "改", tuple(Product(f"全新{number}号{place}耦合器") for place in range(10)))
        for number in range(0, 500, 5)
    ]
    begun = time.monotonic()
    corpus = ranker.corpus.changed(fresh).save(folder)
    corpus_s = time.monotonic() - begun
    found = Ranker(corpus, embedder, before=ranker).rank(parse_query({"id": "n", "title": "全新5号7耦合器"}), 20)
    seconds = time.monotonic() - begun
    assert found.entries[0].firm.id == "f0000005"
    return {"changed_s": round(seconds, 2), "changed_corpus_s": round(corpus_s, 2)}
