"""The data folder and everything in it. Commands, jobs and pages get at documents, journal, graph and tables here."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import IO, TYPE_CHECKING

import psutil
from sqlalchemy import select

from kg.documents import DocumentStore
from kg.errors import KgError
from kg.journal import Journal
from kg.ontology import Ontology
from kg.parts import Parts
from kg.records import Decision, RecordId
from web.db import models
from web.db.store import Database
from web.errors import WebError
from web.settings import Settings

if TYPE_CHECKING:
    from kg.neo4j.live import LiveHome
    from kg.neo4j.process import LocalNeo4j
    from kg.store import Graph, Stamp
    from matcher.corpus import Corpus
    from matcher.embed import Embedder
    from matcher.rank import Ranker
    from web.analysts import Analysts

REFERENCE = ("chain", "cluster", "classes", "dependences")
"""Kinds of documents that hold knowledge of no firm: neither demo nor real data, and no news."""


class Home:
    """One data folder: what is true (documents, journal, tables) and what is made from it (graph, corpus).

    A context manager. What it opened it closes; a local Neo4j that it had to start it also stops, unless `stay` was
    asked for (`bulian up`) or another process uses it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.folder
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise WebError(
                f"the data folder cannot be made: {error.strerror}",
                code="WE004",
                hint="set BULIAN_HOME to a folder that may be written",
                file=str(self.folder),
            ) from error
        self._database: Database | None = None
        self._graph: Graph | None = None
        self._graph_home: Path | None = None
        self._before: Graph | None = None
        self._server: LocalNeo4j | None = None
        self._corpus: Corpus | None = None
        self._embedder: Embedder | None = None
        self._ranker: Ranker | None = None
        self._use: IO[str] | None = None
        self._opening = RLock()  # pages are served by several threads

    def __enter__(self) -> Home:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def documents(self) -> DocumentStore:
        """Received files by their SHA-256."""
        return DocumentStore(self.folder / "documents")

    @cached_property
    def journal(self) -> Journal:
        """The facts, one file for each document and extractor."""
        return Journal(self.folder / "journal")

    @cached_property
    def parts(self) -> Parts:
        """Third-party parts: Neo4j's jars, the embedding model, browser files."""
        return Parts(self.settings.parts_folder, self.settings.repository)

    @cached_property
    def ontology(self) -> Ontology:
        """The packaged ontology with the operator's own types and relations, where there are any. Raises KG101."""
        own = self.settings.ontology or self.folder / "ontology.yml"
        return Ontology.load(own) if self.settings.ontology or own.exists() else Ontology.load()

    def database(self) -> Database:
        """The relational store, at its newest schema."""
        with self._opening:
            if self._database is None:
                self._database = Database(self.settings.database_url or f"sqlite:///{self.folder / 'bulian.db'}")
            return self._database

    def decisions(self) -> list[Decision]:
        """All identity decisions, undone ones included (they say so)."""
        with self.database().session() as session:
            rows = session.scalars(select(models.Decision).order_by(models.Decision.at, models.Decision.id))
            return [
                Decision(
                    id=row.id,
                    verdict=row.verdict,
                    records=(RecordId(row.record_a), RecordId(row.record_b)),
                    reason=row.reason,
                    by_role=row.by_role,
                    at=row.at.isoformat(),
                    score=row.score,
                    undone_at=row.undone_at.isoformat() if row.undone_at else None,
                    statement=row.statement,
                )
                for row in rows
            ]

    # --- the graph -----------------------------------------------------------------------------------------------

    @cached_property
    def live(self) -> LiveHome:
        """Which home of a local Neo4j is the live one; a rebuild makes another one and switches to it."""
        from kg.neo4j.live import LiveHome

        return LiveHome(self.folder)

    @property
    def neo4j(self) -> LocalNeo4j:
        """The local Neo4j that is live now, running or not. Fetches its jars where they are missing."""
        folder = self.live.path
        with self._opening:
            if self._server is None or self._server.home.folder != folder.resolve():
                self._server = self.local(folder)
            return self._server

    def local(self, folder: Path) -> LocalNeo4j:
        """A local Neo4j in a folder, with the memory that the settings give it."""
        from kg.neo4j.process import LocalNeo4j

        return LocalNeo4j(folder, self.parts.neo4j_jars(), heap=self.settings.heap, pagecache=self.settings.pagecache)

    def graph(self) -> Graph:
        """The live graph: at BULIAN_GRAPH_URL where that is set, else in the local Neo4j, started if need be.

        Ask for it anew for each piece of work: after a rebuild it is another one, and the one before ends soon.
        """
        with self._opening:
            if self._graph is not None and self._graph_home not in (None, self.live.path):
                # Other threads may still read it: it is closed at the next switch, or with the folder.
                if self._before is not None:
                    self._before.close()
                self._before, self._graph = self._graph, None
            if self._graph is None:
                self._graph = self._open_graph()
            return self._graph

    def _open_graph(self) -> Graph:
        from kg.store import Graph

        settings = self.settings
        if settings.graph_url:
            password = settings.graph_password.get_secret_value()
            bookmarks = self.folder / "bookmarks.json"
            return Graph(
                settings.graph_url, settings.graph_user, password, settings.graph_database, bookmarks=bookmarks
            )
        self._hold_neo4j()
        self._last.unlink(missing_ok=True)  # what it holds may change from now on
        self._graph_home = self.live.path
        connection = self.neo4j.start()
        return Graph(connection.url, connection.user, connection.password)

    def revive(self) -> bool:
        """Start the local Neo4j again where it has ended under a process that uses it; says whether it had.

        For what runs for weeks: a command finds out by itself, since it begins with `graph`. Raises as `graph`.
        """
        with self._opening:
            if self.settings.graph_url or self._graph is None or self._neo4j_runs:
                return False
            if self._before is not None:
                self._before.close()
            # Threads that wait for it may hold the connection: where the port stays, they find the server again.
            self._before, self._graph = self._graph, None
            self.graph()
            return True

    def live_stamp(self) -> Stamp | None:
        """Which projection the live graph holds; None where that is not known without starting it.

        Where it does not run, what it held when a command last closed it.
        """
        from kg.store import Stamp

        if self._graph is not None or self.settings.graph_url or self._neo4j_runs:
            return self.graph().stamp()
        try:
            return Stamp(**json.loads(self._last.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    @property
    def _neo4j_runs(self) -> bool:
        return self.live.path.is_dir() and self.neo4j.status().running

    @property
    def _last(self) -> Path:
        return self.folder / "graph.json"

    def _note_stamp(self, graph: Graph) -> None:
        """Keep what the live graph holds, for those who want to know it without starting it."""
        self._last.unlink(missing_ok=True)
        with suppress(KgError):
            stamp = graph.stamp()
            if stamp is not None:
                self._last.write_text(json.dumps(asdict(stamp)), encoding="utf-8")

    def stay(self) -> None:
        """Leave the local Neo4j running after this process (until `bulian down`)."""
        self._stay.write_text("started by: bulian up\n", encoding="utf-8")

    def leave(self) -> None:
        """Take `stay` back: whoever uses the local Neo4j last stops it."""
        self._stay.unlink(missing_ok=True)

    def stop_neo4j(self) -> bool:
        """Stop the local Neo4j whoever uses it; False where it did not run."""
        self.leave()
        with suppress(WebError), self.writing("down"):  # throws away what a rebuild left, unless one is under way
            pass
        if self.settings.graph_url or not self._neo4j_runs:
            return False
        self.neo4j.stop()
        return True

    @property
    def _stay(self) -> Path:
        return self.folder / "neo4j.stay"

    def _hold_neo4j(self) -> None:
        """Every process that uses the local Neo4j holds this lock shared; the last one may have it alone."""
        if self._use is not None:
            return
        self._use = (self.folder / "neo4j.use").open("a", encoding="utf-8")
        fcntl.flock(self._use, fcntl.LOCK_SH)

    def _let_neo4j_go(self) -> None:
        if self._use is None:
            return
        with suppress(BlockingIOError):  # another process uses it: it stays up
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not self._stay.exists():
                self.neo4j.stop()
        self._use.close()
        self._use = None

    @cached_property
    def analysts(self) -> Analysts:
        """How analysts reach the graph: a read-only copy, or a login that may only read."""
        from web.analysts import Analysts

        return Analysts(self)

    # --- the corpus ----------------------------------------------------------------------------------------------

    def embedder(self) -> Embedder:
        """The embedding model of the pinned parts, or the operator's own, with its vectors kept; loaded once."""
        from web.embedding import embedder

        with self._opening:
            if self._embedder is None:
                self._embedder = embedder(self.settings)
            return self._embedder

    def corpus(self) -> Corpus:
        """The matcher's snapshot of the graph, made anew where the graph has moved on since."""
        from web.jobs.corpus import present_corpus

        with self._opening:
            self._corpus = present_corpus(self, self._corpus)
            return self._corpus

    def ranker(self) -> Ranker:
        """The ranker over the present corpus; its index is kept as long as the corpus is."""
        from matcher.aliases import Aliases
        from matcher.rank import Ranker
        from matcher.turns import one_thread_each

        with self._opening:
            corpus = self.corpus()
            if self._ranker is None or self._ranker.corpus is not corpus:
                self._ranker = Ranker(corpus, self.embedder(), before=self._ranker)
                one_thread_each()
            self._ranker.aliases = Aliases.load(self.folder / "aliases.csv")
            return self._ranker

    # --- one writer ----------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Be the only writer of this folder. Raises WebError WE006 that names who writes now."""
        path = self.folder / "lock"
        with path.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise WebError(
                    f"another command writes to this data folder: {file.read().strip() or 'unknown'}",
                    code="WE006",
                    hint="wait until it has ended",
                    file=str(self.folder),
                ) from error
            file.truncate(0)
            file.write(json.dumps({"what": what, "pid": os.getpid()}))
            file.flush()
            try:
                self._discard_leftovers()
                yield
            finally:
                file.truncate(0)

    def writer(self) -> str | None:
        """Who writes now, as it noted itself. The lock is not tried: to try it is to hold it for a moment."""
        try:
            noted = json.loads((self.folder / "lock").read_text("utf-8"))
            return str(noted["what"]) if psutil.pid_exists(int(noted["pid"])) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _discard_leftovers(self) -> None:
        """Homes of a rebuild that was cut off, or of one that could not throw the old home away."""
        leftovers = self.live.leftovers()
        if leftovers:
            from kg.neo4j.live import discard

            for folder in leftovers:
                discard(self.local(folder))

    def kinds(self) -> set[bool]:
        """Which data lies here: {True} demo, {False} real, both or none."""
        with self.database().session() as session:
            loaded = select(models.Document.demo).where(
                models.Document.state != "withdrawn", models.Document.kind.not_in(REFERENCE)
            )
            return set(session.scalars(loaded.distinct()))

    def refuse_mix(self, coming: set[bool], mix: bool) -> None:
        """Demo (True) and real data (False) do not go into one folder: WebError WE007, unless `mix` asks for it."""
        here = self.kinds()
        if not mix and len(here | coming) > 1:
            names = {True: "demo", False: "real"}
            raise WebError(
                f"this data folder holds {' and '.join(names[kind] for kind in sorted(here)) or 'no'} data, "
                f"and what is to be loaded is {' and '.join(names[kind] for kind in sorted(coming))} data",
                code="WE007",
                hint="use another folder (BULIAN_HOME), or ask for both with --mix",
                file=str(self.folder),
            )

    def close(self) -> None:
        """Close what was opened."""
        self.analysts.close()
        if self._graph is not None:
            if not self.settings.graph_url and self._neo4j_runs:
                self._note_stamp(self._graph)
            self._graph.close()
            self._graph = None
        if self._before is not None:
            self._before.close()
            self._before = None
        self._let_neo4j_go()
        if self._database is not None:
            self._database.close()
            self._database = None
