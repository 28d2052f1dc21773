"""From a journal of made firms to a running graph, by size: seconds of each step and the most memory at any time; then
10,000 changed facts brought into that graph. BULIAN_BULK_FIRMS names the sizes. JSON in .bench/bulk.json."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from kg.bulk import make_home
from kg.documents import DocumentStore
from kg.journal import Journal
from kg.loader import Loader
from kg.neo4j.process import LocalNeo4j
from kg.ontology import Ontology
from kg.parts import Parts
from kg.records import DocumentId, Mention
from kg.store import Graph
from kg.values.name import name_key
from tests.bench.made import make_all

pytestmark = [pytest.mark.bench, pytest.mark.graph]

OUT = Path(__file__).resolve().parents[2] / ".bench" / "bulk.json"
ONTOLOGY = Ontology.load()
SIZES = [int(size) for size in os.environ.get("BULIAN_BULK_FIRMS", "20000").split(",")]
KEPT = os.environ.get("BULIAN_BULK_FOLDER")
"""A folder in which made worlds are kept from run to run."""
CHANGED = 10_000


class Watch(threading.Thread):
    """The most resident memory (MB) of this process and all under it, and of the Java processes among them; and the
    processor seconds that all of them took.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.all_mb = self.java_mb = 0
        self.taken: dict[int, float] = {}
        self.ended = threading.Event()
        self.start()

    def run(self) -> None:
        own = psutil.Process()
        while not self.ended.wait(0.5):
            java = other = 0
            for process in [own, *own.children(recursive=True)]:
                try:
                    memory = process.memory_info().rss >> 20
                    times = process.cpu_times()
                    self.taken[process.pid] = times.user + times.system
                    java, other = (java + memory, other) if "java" in process.name() else (java, other + memory)
                except psutil.Error:
                    continue
            self.java_mb, self.all_mb = max(self.java_mb, java), max(self.all_mb, java + other)

    @property
    def seconds(self) -> float:
        """Processor seconds so far."""
        return sum(list(self.taken.values()))


def change(journal: Journal, sign: str) -> tuple[list[DocumentId], int, set[str]]:
    """Rename what firms make, by a sign at the end, until enough facts have changed; the keys of the new names."""
    documents, changed, keys = [], 0, set()
    for item in journal.documents():
        if changed >= CHANGED:
            break
        facts = list(journal.read(item))
        if facts and facts[0].doc.startswith("made listed"):
            for at, fact in enumerate(facts):
                target = fact.target
                if target is not None and target.type == "Product" and changed < CHANGED:
                    facts[at] = replace(fact, target=Mention("Product", f"{target.name}{sign}"))
                    changed += 1
                    keys.add(name_key(f"{target.name}{sign}"))
            journal.write(item, "made", facts)
            documents.append(item)
    return documents, changed, keys


@pytest.mark.parametrize("firms", SIZES)
def test_bulk(parts: Parts, tmp_path: Path, firms: int) -> None:
    figures: dict[str, Any] = {"firms": firms, "cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}
    world = (Path(KEPT) if KEPT else tmp_path) / f"made-{firms}"
    if not world.exists():
        make_all(world, firms)
    store, journal = DocumentStore(world / "documents"), Journal(world / "journal")
    server = LocalNeo4j(tmp_path / "neo4j", parts.neo4j_jars(), heap="2g", pagecache="1g")
    watch = Watch()
    marks: list[tuple[str, float, float]] = []

    def mark(step: str) -> None:
        marks.append((step, time.perf_counter(), watch.seconds))
        if len(marks) > 1:  # at once: a run that is cut off leaves what it got to
            (name, since, taken), (_, until, then) = marks[-2:]
            figures[f"{name}_s"], figures[f"{name}_cpu_s"] = round(until - since, 1), round(then - taken, 1)

    try:
        connection = make_home(server, ONTOLOGY, store, journal, progress=mark)
        mark("end")
        figures["whole_s"] = round(marks[-1][1] - marks[0][1], 1)
        figures["whole_cpu_s"] = round(marks[-1][2] - marks[0][2], 1)
        with Graph(connection.url, connection.user, connection.password) as graph:
            counts = graph.counts()
            figures["nodes"], figures["edges"] = sum(counts.labels.values()), sum(counts.types.values())
            figures["typed_edges"] = sum(
                number for name, number in counts.types.items() if ONTOLOGY.relations[name].layer in ("fact", "derived")
            )
            figures |= {"enterprises": counts.labels["Enterprise"], "products": counts.labels["Product"]}
            update(figures, graph, store, journal, tmp_path)
    finally:
        server.stop()
        watch.ended.set()
        figures["peak_mb"], figures["peak_java_mb"] = watch.all_mb, watch.java_mb
        figures["load_after"] = round(os.getloadavg()[0], 2)
        size = sum(path.stat().st_size for path in (tmp_path / "neo4j").rglob("*") if path.is_file())
        figures["store_mb"] = size >> 20
        keep(figures)
        shutil.rmtree(tmp_path / "neo4j", ignore_errors=True)


def update(figures: dict[str, Any], graph: Graph, store: DocumentStore, journal: Journal, folder: Path) -> None:
    """Changed facts of a few documents, brought in and seen, and the same facts changed once more on the graph that is
    warm now; the world's own journal is left as it was."""
    shadow = Journal(folder / "journal")
    shutil.copytree(journal.folder, shadow.folder, copy_function=os.link)
    loader = Loader(graph, ONTOLOGY)
    for turn, sign in (("update_s", "改"), ("update_again_s", "新")):
        documents, figures["changed_facts"], keys = change(shadow, sign)
        since = time.perf_counter()
        loader.update(store, shadow, documents)
        # By key: a search for names that end with a sign reads every product, and is no part of the change.
        seen = graph.read_statement(
            "UNWIND $keys AS key MATCH (p:Product {key: key}) RETURN count(p) AS products", keys=sorted(keys)
        )
        figures[turn] = round(time.perf_counter() - since, 1)
        assert seen[0]["products"] == len(keys)


def keep(figures: dict[str, Any]) -> None:
    """Add a line to what earlier runs left."""
    OUT.parent.mkdir(exist_ok=True)
    with OUT.open("a", encoding="utf-8") as file:
        file.write(json.dumps(figures) + "\n")
