"""Speed of links of supply over many firms: a made corpus, as many made contracts as firms, a fifth as many buyers.

BULIAN_BENCH_FIRMS firms (10,000) with ten products each. All is written to .bench/links-N.json, with the time of a
scan of a million made vectors by numpy in the same run: that ratio can be compared between machines.
"""

from __future__ import annotations

import json
import os
import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matcher.award import Award
from matcher.corpus import Corpus
from matcher.index import Index
from matcher.links import Links
from tests.bench.test_rank import HEADS, SIGNS, MadeVectors, made_firms, quantiles, resident, timed

pytestmark = pytest.mark.bench

ROUNDS = 30


def test_links_of_many_firms(tmp_path: Path) -> None:
    count = int(os.environ.get("BULIAN_BENCH_FIRMS", "10000"))
    embedder, rng = MadeVectors(), random.Random(5)
    corpus = Corpus.build(made_firms(count, 10), as_of=date(2026, 11, 25)).save(tmp_path / "corpus")
    index = Index.of(corpus, embedder)
    buyers = [
        f"{rng.choice(SIGNS)}{rng.choice(SIGNS)}市{rng.choice(SIGNS)}{rng.choice(HEADS)}公司" for _ in range(count // 5)
    ]
    awards = [
        Award(
            "".join(rng.sample(SIGNS, 3)) + rng.choice(HEADS) + "采购",
            rng.choice(buyers),
            f"f{rng.randrange(count):07}",
            fact=f"a{n}",
        )
        for n in range(count)
    ]
    made, links = timed(lambda: Links(corpus, awards, embedder, index))
    first, _ = timed(lambda: (links.of_firm(awards[0].firm), links.of_buyer(awards[0].buyer)))
    chosen = rng.sample(awards, ROUNDS)
    firms = [timed(lambda one=one: links.of_firm(one.firm))[0] for one in chosen]  # type: ignore[misc]
    of_buyers = [timed(lambda one=one: links.of_buyer(one.buyer))[0] for one in chosen]  # type: ignore[misc]
    scan = np.ones((1_000_000, 128), np.float32)
    anchor = min(timed(lambda: scan @ scan[0])[0] for _ in range(5))
    figures = {
        "firms": count,
        "contracts": len(awards),
        "made_s": round(made, 2),
        "first_s": round(first, 2),
        **quantiles("customers", firms),
        **quantiles("suppliers", of_buyers),
        "anchor_ms": round(anchor * 1000, 1),
        **resident(),
    }
    folder = Path(".bench")
    folder.mkdir(exist_ok=True)
    (folder / f"links-{count}.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
