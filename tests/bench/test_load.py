"""How fast facts become a graph: the ChainKnowledgeGraph archive by the loader, beside the bare driver and beside one
statement a row, in one run on one server. JSON in .bench/load.json."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import neo4j
import pytest

from kg.documents import DocumentStore
from kg.journal import Journal
from kg.loader import Loader
from kg.mapping import Manifest, facts
from kg.neo4j.process import Connection, LocalNeo4j
from kg.ontology import Ontology
from kg.parts import Parts
from kg.projection import Projection, project
from kg.queries import queries
from kg.records import Document, DocumentId, Fact
from kg.store import BATCH, Graph
from kg.templates import constraint_statements, link_statement, node_statement
from tests.kg.worlds import World, document, firm, product

pytestmark = [pytest.mark.bench, pytest.mark.graph, pytest.mark.shared]

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / ".bench" / "load.json"
ONTOLOGY = Ontology.load()
SAMPLE = 100
"""Rows of each label and kind of edge that are written one statement each."""
OVERHEAD = 0.30
"""The most that projection and loader may cost beside what the same writes cost by the bare driver."""


def timed(figures: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    begin = time.perf_counter()
    result = work()
    figures[name] = round(time.perf_counter() - begin, 2)
    keep(figures)
    return result


def keep(figures: dict[str, Any]) -> None:
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1) + "\n")


@pytest.fixture(scope="module")
def server(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    local = LocalNeo4j(tmp_path_factory.mktemp("bench"), parts.neo4j_jars(), heap="1g", pagecache="512m")
    yield local.start()
    local.stop()


def statements(projection: Projection) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    labels = ONTOLOGY.labels
    for label, rows in projection.nodes.items():
        yield node_statement(labels[label]), rows
    for kind, rows in projection.links.items():
        yield link_statement(ONTOLOGY.relations[kind.type], labels[kind.start], labels[kind.end]), rows


def bare(driver: neo4j.Driver, projection: Projection) -> None:
    """The same nodes and edges with nothing but the driver: constraints, rows, search indexes, in the same batches."""
    for text in constraint_statements(ONTOLOGY):
        driver.execute_query(text)
    with driver.session() as session:
        for text, rows in statements(projection):
            left = iter(rows)
            while part := list(islice(left, BATCH)):
                session.execute_write(lambda tx, text=text, part=part: tx.run(text, rows=part).consume())
    for item in queries("schema"):
        driver.execute_query(item.text)
    driver.execute_query("CALL db.awaitIndexes(600)")


def one_by_one(driver: neo4j.Driver, projection: Projection) -> int:
    """A sample of rows of every kind, one statement in one transaction each; returns how many."""
    number = 0
    with driver.session() as session:
        for text, rows in statements(projection):
            for row in rows[:SAMPLE]:
                session.execute_write(lambda tx, text=text, row=row: tx.run(text, rows=[row]).consume())
                number += 1
    return number


def forget(driver: neo4j.Driver, graph: Graph) -> None:
    graph.wipe()
    for kind, shown in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
        for name in driver.execute_query(f"SHOW {shown} YIELD name, type WHERE type <> 'LOOKUP' RETURN name").records:
            driver.execute_query(f"DROP {kind} {name['name']} IF EXISTS")


def test_the_archive(shared: Path, server: Connection, tmp_path: Path) -> None:
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}
    path = shared / "data" / "chainkg" / "chainkg.zip"
    manifest = Manifest.load(ROOT / "seeds" / "chainkg")
    data = path.read_bytes()
    archive = Document(
        DocumentId(hashlib.sha256(data).hexdigest()), path.name, "archive", "list", "zip", source=manifest.id
    )
    made: list[Fact] = timed(figures, "rows_to_facts_s", lambda: list(facts(manifest, path, archive)[0]))
    projection = timed(figures, "project_s", lambda: project({archive.id: archive}, made, [], ONTOLOGY))
    figures["facts"], figures["rows"] = len(made), len(projection)
    figures["nodes"] = sum(map(len, projection.nodes.values()))
    connect = neo4j.GraphDatabase.driver(server.url, auth=(server.user, server.password))
    with connect as driver, Graph(server.url, server.user, server.password) as graph:
        loader = Loader(graph, ONTOLOGY)
        timed(figures, "load_cold_s", lambda: loader.load(projection))
        first = held(graph)
        forget(driver, graph)
        # By turns, and the better of two of each: plans, page cache and other work on the machine change meanwhile.
        for turn in ("1", "2"):
            timed(figures, f"bare_{turn}_s", lambda: bare(driver, projection))
            assert held(graph) == first
            forget(driver, graph)
            timed(figures, f"load_{turn}_s", lambda: loader.load(projection))
            assert held(graph) == first
            if turn == "1":
                forget(driver, graph)
        for name in ("bare", "load"):
            figures[f"{name}_s"] = min(figures[f"{name}_1_s"], figures[f"{name}_2_s"])
        timed(figures, "load_again_s", lambda: loader.load(projection))
        assert held(graph) == first
        update_one(figures, graph, tmp_path, archive, data, made)
        forget(driver, graph)
        graph.schema(ONTOLOGY)
        number = timed(figures, "one_by_one_sample_s", lambda: one_by_one(driver, projection))
        figures["one_by_one_rows"] = number
    figures["overhead"] = round((figures["project_s"] + figures["load_s"]) / figures["bare_s"] - 1, 3)
    figures["one_by_one_times_slower"] = round(
        (figures["one_by_one_sample_s"] / number) / (figures["load_s"] / len(projection)), 1
    )
    figures["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    figures["load_after"] = round(os.getloadavg()[0], 2)
    figures["goal_overhead"] = OVERHEAD
    keep(figures)


def held(graph: Graph) -> tuple[dict[str, int], dict[str, int]]:
    counts = graph.counts()
    return {name: number for name, number in counts.labels.items() if name != "Meta"}, dict(counts.types)


def update_one(
    figures: dict[str, Any], graph: Graph, folder: Path, archive: Document, data: bytes, made: list[Fact]
) -> None:
    """One new filing about a listed firm, into the graph of the whole archive."""
    store, journal = DocumentStore(folder / "documents"), Journal(folder / "journal")
    store.add(data, name=archive.name, text="", source=archive.source)
    timed(figures, "journal_write_s", lambda: journal.write(archive.id, "list", made))
    timed(figures, "journal_read_s", lambda: sum(1 for _ in journal.read(archive.id)))
    known = next(fact.source.name for fact in made if fact.relation == "PROFILE")
    world = World()
    filing = document("filing", "2025-01-01")
    for name in ("谐波减速器", "轴承", "减速器"):
        world.say(filing, firm(known), "PRODUCES", product(name))
    store.add(b"filing", name="filing", text="", published="2025-01-01")
    journal.write(filing.id, "rules", world.facts)
    loader = Loader(graph, ONTOLOGY)
    timed(figures, "update_one_filing_cold_s", lambda: loader.update(store, journal, [filing.id]))
    timed(figures, "update_one_filing_s", lambda: loader.update(store, journal, [filing.id]))
    timed(figures, "update_archive_s", lambda: loader.update(store, journal, [archive.id]))
