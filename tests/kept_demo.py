"""The loaded demo, made once for a whole run: each module gets a copy of its data folder and of its graph.

Loading takes a minute of two slow cores, mostly Neo4j's and the projection's; a copy takes some seconds. What is kept
lies beside the temporary folders of the run's workers, and whoever needs it first makes it while the others wait.
"""

from __future__ import annotations

import fcntl
import pickle
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import neo4j

from kg.neo4j.process import Connection

Row = TypeVar("Row")

BATCH = 4000
NODES = "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS props"
EDGES = "MATCH (a)-[r]->(b) RETURN elementId(a) AS a, elementId(b) AS b, type(r) AS type, properties(r) AS props"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One worker at a time, and none after another that is still at it."""
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(home: Path, connection: Connection, kept: Path) -> None:
    """Keep a data folder that nobody writes to, and its graph; `kept` is there when all of it is."""
    half = kept.with_suffix(".half")
    shutil.copytree(home, half / "home")
    with _session(connection) as session:
        nodes = [tuple(row.values()) for row in session.run(NODES)]
        edges = [tuple(row.values()) for row in session.run(EDGES)]
    (half / "graph.pickle").write_bytes(pickle.dumps((nodes, edges)))
    half.rename(kept)


def bring(kept: Path, connection: Connection, home: Path) -> None:
    """Copy what is kept to a new data folder and to an empty graph that has its schema."""
    shutil.copytree(kept / "home", home)
    nodes, edges = pickle.loads((kept / "graph.pickle").read_bytes())
    by_labels: dict[tuple[str, ...], list[tuple[str, Any]]] = defaultdict(list)
    by_type: dict[str, list[tuple[str, str, Any]]] = defaultdict(list)
    for node, labels, props in nodes:
        by_labels[tuple(labels)].append((node, props))
    for start, end, kind, props in edges:
        by_type[kind].append((start, end, props))
    new: dict[str, str] = {}
    made_edges = 0
    with _session(connection) as session:
        for labels, alike in by_labels.items():
            named = "".join(f":`{label}`" for label in labels)
            # one row in, one row out
            text = f"UNWIND range(0, size($rows) - 1) AS at CREATE (n{named}) SET n = $rows[at] RETURN at, elementId(n)"
            for part in _parts(alike):
                for at, made in session.run(text, rows=[props for _, props in part]):
                    new[part[at][0]] = made
        for kind, of_kind in by_type.items():
            text = (
                "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0] MATCH (b) WHERE elementId(b) = row[1] "
                f"CREATE (a)-[r:`{kind}`]->(b) SET r = row[2]"
            )
            for some in _parts(of_kind):
                done = session.run(text, rows=[(new[start], new[end], props) for start, end, props in some]).consume()
                made_edges += done.counters.relationships_created
    assert (len(new), made_edges) == (len(nodes), len(edges)), "the kept demo came back in parts"


def _parts(rows: list[Row]) -> Iterator[list[Row]]:
    return (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))


@contextmanager
def _session(connection: Connection) -> Iterator[neo4j.Session]:
    auth = (connection.user, connection.password)
    with neo4j.GraphDatabase.driver(connection.url, auth=auth) as driver, driver.session() as session:
        yield session
