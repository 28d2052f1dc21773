"""neo4j-graphrag over the same products and needs, in an environment of its own: `python graphrag.py FOLDER`.

FOLDER has products.json (name and makers of each), needs.json (id and title of each) and their vectors as .npy; the
graph is named by NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD (NEO4J_PID is the server's process), and is filled here.
out.json gets, by retriever, the firms of each need with their scores, best first, the seconds that each need took once
the server is warm, and the processor's seconds of them all, server and client together.
"""

import json
import math
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import neo4j
import numpy as np
from neo4j_graphrag.indexes import create_vector_index
from neo4j_graphrag.retrievers import HybridRetriever, VectorRetriever
from neo4j_graphrag.types import RetrieverResultItem

LUCENE = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/])')
"""Signs that mean something to a full-text query."""

TO_WARM = 1000
"""Searches of each retriever before it is timed, at least: Java compiles what it runs often."""

BATCH = 2000
FILL = "UNWIND $rows AS row CREATE (p:Product {name: row.name, makers: row.makers}) "
FILL += "WITH p, row CALL db.create.setNodeVectorProperty(p, 'vector', row.vector)"

Search = Callable[[dict[str, str], list[float]], list[tuple[str, float]]]


def fill(driver: neo4j.Driver, products: list[dict[str, Any]], vectors: Any) -> float:
    """Products and both indexes into the empty graph; returns the seconds until they answer."""
    since = time.perf_counter()
    for first in range(0, len(products), BATCH):
        part = zip(products[first : first + BATCH], vectors[first : first + BATCH].tolist(), strict=True)
        driver.execute_query(FILL, rows=[{**product, "vector": vector} for product, vector in part])
    create_vector_index(driver, "vectors", "Product", "vector", vectors.shape[1], "cosine")
    driver.execute_query(
        "CREATE FULLTEXT INDEX names FOR (p:Product) ON EACH [p.name] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    )
    driver.execute_query("CALL db.awaitIndexes(3000)")
    return time.perf_counter() - since


def searches(driver: neo4j.Driver) -> dict[str, Search]:
    """Both retrievers with the settings that ranked best: a firm counts by its best product, or by the sum of all."""
    common = {"return_properties": ["makers"], "result_formatter": product_found}
    near = VectorRetriever(driver, "vectors", **common)
    both = HybridRetriever(driver, "vectors", "names", **common)
    return {
        "VectorRetriever": lambda need, vector: firms(near.search(query_vector=vector, top_k=400).items, max),
        "HybridRetriever": lambda need, vector: firms(
            both.search(query_text=LUCENE.sub(r"\\\1", need["title"]), query_vector=vector, top_k=100).items, sum
        ),
    }


def product_found(record: neo4j.Record) -> RetrieverResultItem:
    return RetrieverResultItem(content=record["node"]["makers"], metadata={"score": record["score"]})


def firms(
    items: Iterable[RetrieverResultItem], together: Callable[[Iterable[float]], float]
) -> list[tuple[str, float]]:
    """The makers of the products that were found, best first."""
    scores = defaultdict(list)
    for item in items:
        for maker in item.content:
            scores[maker].append(item.metadata["score"])
    return sorted(((firm, together(of)) for firm, of in scores.items()), key=lambda one: (-one[1], one[0]))


def asked(search: Search, needs: list[dict[str, str]], vectors: list[list[float]]) -> dict[str, Any]:
    run, seconds, before = {}, [], processor()
    for need, vector in zip(needs, vectors, strict=True):
        since = time.perf_counter()
        run[need["id"]] = search(need, vector)
        seconds.append(time.perf_counter() - since)
    return {"run": run, "seconds": seconds, "processor": processor() - before}


def processor() -> float:
    """Seconds of the processor so far, of the server's threads and of this process."""
    threads = Path(f"/proc/{os.environ['NEO4J_PID']}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9 + time.process_time()


def main(folder: Path) -> None:
    products, needs = (json.loads((folder / name).read_text("utf-8")) for name in ("products.json", "needs.json"))
    vectors = np.load(folder / "needs.npy").tolist()
    who = (os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"])
    with neo4j.GraphDatabase.driver(os.environ["NEO4J_URI"], auth=who) as driver:
        said: dict[str, Any] = {"fill_s": fill(driver, products, np.load(folder / "products.npy"))}
        for name, search in searches(driver).items():
            for _ in range(math.ceil(TO_WARM / len(needs))):
                asked(search, needs, vectors)
            said[name] = asked(search, needs, vectors)
    (folder / "out.json").write_text(json.dumps(said), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
