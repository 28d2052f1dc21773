"""Speed of one need over many firms: made products, made vectors (the time of the model is measured apart)."""

from __future__ import annotations

import json
import os
import random
import resource
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matcher.corpus import Corpus, Firm, Item, Product
from matcher.embed import Vectors
from matcher.query import parse_query
from matcher.rank import Ranker

pytestmark = pytest.mark.bench

HEADS = (
    *("电机", "轴承", "减速器", "柱塞泵", "传感器", "阀门", "模具", "齿轮", "电缆", "薄膜"),
    *("涂料", "钢管", "铝材", "树脂", "芯片", "电池", "风机", "仪表", "刀具", "密封件"),
)
SIGNS = "高低精密柔硬轻重微纳超快慢冷热干湿内外双单多全半新旧大小长短宽窄厚薄红蓝绿黑白金银铜铁锡铝镁钛"


class MadeVectors:
    """Vectors near one of a thousand centres, so that nearest products are as uneven as real ones."""

    name = "made"
    size = 512

    def __init__(self) -> None:
        self._centres = np.random.default_rng(1).standard_normal((1000, self.size), np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        seeds = np.array([sum(ord(sign) * 31**place for place, sign in enumerate(text)) % 2**31 for text in texts])
        noise = np.random.default_rng(int(seeds.sum()) % 2**31).standard_normal((len(texts), self.size), np.float32)
        vectors = self._centres[seeds % 1000] + 0.7 * noise
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def made_firms(count: int, products: int) -> list[Firm]:
    rng = random.Random(7)
    return [
        Firm(
            f"f{place:07}",
            f"第{place}公司",
            tuple(
                Product(name) for name in {"".join(rng.sample(SIGNS, 3)) + rng.choice(HEADS) for _ in range(products)}
            ),
            (f"行业{rng.randrange(200)}",),
            {"region": (Item(f"33{rng.randrange(1, 12):02}00"),), "staff": (Item(rng.randrange(5, 2000)),)},
        )
        for place in range(count)
    ]


def test_one_need(tmp_path: Path) -> None:
    """p50 and p95 of one need, cold and with conditions; BULIAN_BENCH_FIRMS firms (10,000) with ten products each."""
    count = int(os.environ.get("BULIAN_BENCH_FIRMS", "10000"))
    figures: dict[str, float] = {"firms": count}

    def timed(name: str, begun: float) -> None:
        figures[name] = round(time.monotonic() - begun, 3)

    begun = time.monotonic()
    corpus = Corpus.build(made_firms(count, 10), [], date(2026, 11, 25)).save(tmp_path / "corpus")
    timed("build_s", begun)
    begun = time.monotonic()
    Ranker(corpus, MadeVectors())
    timed("index_s", begun)
    begun = time.monotonic()
    ranker = Ranker(Corpus.open(tmp_path / "corpus"), MadeVectors())
    timed("open_s", begun)
    conditions = [{"field": "region", "op": "within", "value": "330200"}, {"field": "staff", "op": "<", "value": 1000}]
    for name, asked in (("plain", None), ("conditions", conditions)):
        times = []
        for place in range(21):
            need = parse_query({"id": "n", "title": f"{SIGNS[place]}型{HEADS[place % 20]}", "conditions": asked})
            begun = time.monotonic()
            list(ranker.rank(need, 20).entries)
            times.append(time.monotonic() - begun)
        figures[f"{name}_first_ms"] = round(times[0] * 1000, 1)
        figures[f"{name}_p50_ms"] = round(float(np.quantile(times[1:], 0.5)) * 1000, 1)
        figures[f"{name}_p95_ms"] = round(float(np.quantile(times[1:], 0.95)) * 1000, 1)
    figures["products"] = len(corpus.product_names)
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    folder = Path(__file__).resolve().parents[2] / ".bench"
    folder.mkdir(exist_ok=True)
    (folder / f"rank-{count}.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))
    assert figures["plain_p95_ms"] < 1000
