"""From documents, journal and decisions to a running graph in a home of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from kg.bulk.project import FACTS_A_SHARD, project_into
from kg.bulk.sheets import ARRAY_DELIMITER, LINES
from kg.documents import DocumentStore
from kg.errors import KgError
from kg.journal import Journal
from kg.loader import fresh_stamp
from kg.neo4j.admin import import_full
from kg.neo4j.process import Connection, LocalNeo4j
from kg.ontology import Ontology
from kg.records import Decision
from kg.store import Counts, Graph

Say = Callable[[str], None]
"""Told the name of each step when it begins."""


class IncompleteError(KgError):
    """The new graph does not hold what was projected."""

    code = "KG608"


def make_home(
    server: LocalNeo4j,
    ontology: Ontology,
    documents: DocumentStore,
    journal: Journal,
    decisions: Iterable[Decision] = (),
    *,
    workers: int = 0,
    facts_a_shard: int = FACTS_A_SHARD,
    progress: Say | None = None,
) -> Connection:
    """Fill the home of a server that does not run, whatever lay there before, and start it.

    The graph is the one that `kg.rebuild.rebuild` makes: nodes and edges of the projection, schema and indexes
    (online), a stamp. Published needs are the outbox's to bring. `workers` processes project (0: one for each core), in
    shards of about `facts_a_shard` facts.
    Returns the connection of the running server. Raises KG301 and KG202 for damaged input, ImportFailedError
    (KG607), IncompleteError (KG608), and what a start may raise; the folder is then of no use.
    """
    say = progress or (lambda text: None)
    folder = server.home.folder
    shutil.rmtree(folder, ignore_errors=True)
    server.home.prepare()
    sheets = folder / "import"
    sheets.mkdir()
    say("project")
    scratch = folder / "scratch"
    scratch.mkdir()
    counts = project_into(
        sheets, scratch, ontology, documents, journal, decisions, workers or os.cpu_count() or 1, facts_a_shard
    )
    shutil.rmtree(scratch)
    say("import")
    if any(counts.labels.values()):
        import_full(
            folder,
            server.jars,
            _named(sheets, "nodes"),
            _named(sheets, "links"),
            array_delimiter=ARRAY_DELIMITER,
            multiline=sorted(sheets.glob(f"*{LINES}")),
            heap=server.heap,
        )
    shutil.rmtree(sheets)
    say("start")
    connection = server.start()
    with Graph(connection.url, connection.user, connection.password) as graph:
        say("index")
        graph.schema(ontology)
        _compare(counts, graph.counts())
        graph.put_stamp(fresh_stamp())
    return connection


def _named(folder: Path, what: str) -> list[tuple[str, Path]]:
    """Files by the label or type that their names bear."""
    return [(path.name.split("-")[1], path) for path in sorted(folder.glob(f"{what}-*.csv"))]


def _compare(written: Counts, held: Counts) -> None:
    """Raises IncompleteError (KG608) where the graph holds other numbers than were written."""
    for wanted, found in ((written.labels, held.labels), (written.types, held.types)):
        for name in sorted({*wanted, *found}):
            if wanted.get(name, 0) != found.get(name, 0):
                raise IncompleteError(
                    f"{found.get(name, 0)} of {wanted.get(name, 0)} {name} came into the new graph",
                    hint="the graph before it is kept; try again, and report it where it stays so",
                )
