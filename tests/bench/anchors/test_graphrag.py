"""The ranker against neo4j-graphrag on the same data in the same run: time of a need, nDCG@10 and Recall@50.

`sh tests/bench/anchors/setup.sh` makes the anchor's environment; `pytest -m bench -s tests/bench/anchors` compares.
Both sides get the vectors of products and needs ready made, and list firms. The ranker is timed with the reasons of its
first twenty firms as well, which the anchor has not, and before and after the anchor, so that a machine that others use
too favours nobody for long. What comes out is written to .bench/anchors-NAME.json. BULIAN_BENCH_FIRMS says how many
made firms (10,000), of ten products each, are compared in time.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.neo4j.process import LocalNeo4j
from kg.parts import Parts
from matcher.corpus import Corpus, Firm
from matcher.embed import CachedEmbedder, Embedder, OnnxEmbedder
from matcher.evaluate.ranking import evaluate
from matcher.files import read_firms, read_queries
from matcher.query import Query, parse_query
from matcher.rank import Ranker
from matcher.scorecard import Scorecard
from tests.bench import test_rank as made

pytestmark = pytest.mark.bench

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-anchors" / "bin" / "python"

ANCHORS = ("VectorRetriever", "HybridRetriever")
CARDS = ("v0", "v1")
LISTED = 1000
AS_ANCHOR = 200
"""Firms that are listed where time alone is compared: as many as make the products that the hybrid retriever finds."""
EXPLAINED = 20

Found = dict[str, Any]
"""`run`: firms with scores by need, best first; `seconds` of each need, `reasons`: the same with the reasons where
there are any; `processor`: its seconds for all needs, reasons included."""


@pytest.fixture(autouse=True)
def _anchor() -> None:
    if not PYTHON.is_file():
        pytest.skip("no .venv-anchors: run `sh tests/bench/anchors/setup.sh`")


def test_masked_gaps(shared: Path, parts: Parts, pytestconfig: pytest.Config, tmp_path: Path) -> None:
    data = shared / "data" / "ranking"
    gaps, enterprises = data / "gaps.dev.jsonl", data / "enterprises.jsonl"
    assert pytestconfig.cache is not None
    embedder = CachedEmbedder(OnnxEmbedder(parts.model()), Path(pytestconfig.cache.mkdir("vectors")))
    found = compared(read_firms(enterprises)[0], read_queries(gaps)[0], embedder, parts, tmp_path)
    figures = times(found)
    for name in (*ANCHORS, *CARDS):
        run = tmp_path / name
        run.write_text(trec(found[name]["run"]), "utf-8")
        measures = evaluate(run, data / "qrels.dev.txt", enterprises, gaps).to_json()["measures"]
        figures[name] |= {measure: measures[measure] for measure in ("nDCG@10", "Recall@50")}
    written("masked-gaps", figures)
    for anchor in ANCHORS:
        assert figures["v0"]["nDCG@10"]["mean"] > figures[anchor]["nDCG@10"]["mean"]


def test_made_firms(parts: Parts, tmp_path: Path) -> None:
    count = int(os.environ.get("BULIAN_BENCH_FIRMS", "10000"))
    needs = [parse_query({"id": need.id, "title": need.terms[0]}) for need in made.needs(None, 100)]
    found = compared(list(made.made_firms(count, 10)), needs, made.MadeVectors(), parts, tmp_path, AS_ANCHOR)
    written(f"made-{count}", times(found))


def compared(
    firms: Sequence[Firm],
    needs: Sequence[Query],
    embedder: Embedder,
    parts: Parts,
    folder: Path,
    listed: int = LISTED,
) -> dict[str, Any]:
    """What anchors and scorecards find, in which time; the scorecards list so many firms."""
    corpus = Corpus.build(firms).save(folder / "corpus")
    rankers = {card: Ranker(corpus, embedder, Scorecard.load(card)) for card in CARDS}
    embedder.embed([need.terms[0] for need in needs])
    found = {}
    for card, ranker in rankers.items():
        ranked(ranker, needs[:20], listed)
        found[card] = ranked(ranker, needs, listed)
    found |= anchored(firms, needs, embedder, parts, folder)
    for card, ranker in rankers.items():
        again = ranked(ranker, needs, listed)
        for taken in ("seconds", "reasons", "processor"):
            found[card][taken] += again[taken]
    return found


def ranked(ranker: Ranker, needs: Sequence[Query], listed: int) -> Found:
    found: Found = {"run": {}, "seconds": [], "reasons": []}
    before = time.process_time()
    for need in needs:
        since = time.perf_counter()
        ranking = ranker.rank(need, listed)
        found["run"][need.id] = list(ranking.pairs())
        found["seconds"].append(time.perf_counter() - since)
        for entry in ranking.entries[:EXPLAINED]:
            for part in entry.contributions:
                part.says()
        found["reasons"].append(time.perf_counter() - since)
    return found | {"processor": time.process_time() - before}


def anchored(
    firms: Sequence[Firm], needs: Sequence[Query], embedder: Embedder, parts: Parts, folder: Path
) -> dict[str, Any]:
    """Both retrievers in the environment of their own, on a Neo4j of their own."""
    makers: dict[str, list[str]] = defaultdict(list)
    for firm in firms:
        for product in firm.products:
            makers[product.name].append(firm.id)
    products = [{"name": name, "makers": of} for name, of in makers.items()]
    titles = [need.terms[0] for need in needs]
    (folder / "products.json").write_text(json.dumps(products), "utf-8")
    (folder / "needs.json").write_text(json.dumps([{"id": need.id, "title": need.terms[0]} for need in needs]), "utf-8")
    np.save(folder / "products.npy", embedder.embed(list(makers)))
    np.save(folder / "needs.npy", embedder.embed(titles))
    server = LocalNeo4j(folder / "neo4j", parts.neo4j_jars(), heap="1g", pagecache="1g")
    try:
        graph = server.start()
        process = server.home.running()
        assert process is not None
        known = {"NEO4J_URI": graph.url, "NEO4J_USERNAME": graph.user, "NEO4J_PASSWORD": graph.password}
        known["NEO4J_PID"] = str(process.pid)
        script = Path(__file__).with_name("graphrag.py")
        subprocess.run([str(PYTHON), str(script), str(folder)], check=True, env={**os.environ, **known})
    finally:
        server.stop()
    return dict(json.loads((folder / "out.json").read_text("utf-8")))


def times(found: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of a need, and how many times as long as a scorecard's, reasons included, each retriever takes."""
    figures: dict[str, Any] = {"fill_s": round(found.pop("fill_s"), 1)}
    for name, of in found.items():
        figures[name] = made.quantiles("list", of["seconds"])
        if "reasons" in of:
            figures[name] |= made.quantiles("with_reasons", of["reasons"])
        figures[name]["processor_ms"] = round(of["processor"] * 1000 / len(of["seconds"]), 1)
    figures["times_as_long"] = {
        f"{anchor} / {card}": {
            "p50": round(figures[anchor]["list_p50_ms"] / figures[card]["with_reasons_p50_ms"], 2),
            "p95": round(figures[anchor]["list_p95_ms"] / figures[card]["with_reasons_p95_ms"], 2),
            "processor": round(figures[anchor]["processor_ms"] / figures[card]["processor_ms"], 2),
        }
        for anchor in ANCHORS
        for card in CARDS
    }
    return figures


def trec(run: dict[str, list[tuple[str, float]]]) -> str:
    return "".join(
        f"{need} Q0 {firm} {place} {score} -\n"
        for need, firms in run.items()
        for place, (firm, score) in enumerate(firms, 1)
    )


def written(name: str, figures: dict[str, Any]) -> None:
    figures["load"] = round(os.getloadavg()[0], 1)
    out = ROOT / ".bench"
    out.mkdir(exist_ok=True)
    (out / f"anchors-{name}.json").write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures, indent=1))
