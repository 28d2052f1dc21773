"""The importer of Neo4j (`neo4j-admin database import full`): CSV files into the store of a new home."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from kg.errors import KgError
from kg.neo4j.java import java, not_run, wrong_java

DATABASE = "neo4j"
_NOT_RUN = (126, 127)
"""How `env` ends where it cannot run what it is told to."""


class ImportFailedError(KgError):
    """The importer refused its input or ended."""

    code = "KG607"


def import_full(
    home: Path,
    jars: Path,
    nodes: Iterable[tuple[str, Path]],
    links: Iterable[tuple[str, Path]],
    *,
    array_delimiter: str,
    multiline: Iterable[Path] = (),
    heap: str = "1g",
    off_heap: str = "1g",
) -> str:
    """Fill the database of a home that no server has used yet; returns what the importer printed.

    `nodes` are CSV files by label, `links` by type, each with its header; `multiline` those of them whose cells may
    hold line breaks. `heap` and `off_heap` bound the importer's memory (as Java writes sizes). Raises
    ImportFailedError (KG607); what was written of the store is then of no use.
    """
    (home / "conf").mkdir(parents=True, exist_ok=True)
    (home / "logs").mkdir(exist_ok=True)
    options = [
        *(f"--nodes={label}={path}" for label, path in nodes),
        *(f"--relationships={name}={path}" for name, path in links),
        # The lists of files come first: the last of them would take the database's name for a file.
        "--verbose",
        f"--report-file={home / 'logs' / 'import.report'}",
        f"--array-delimiter=U+{ord(array_delimiter):04X}",
        f"--max-off-heap-memory={off_heap}",
        "--bad-tolerance=0",
        "--overwrite-destination=true",
    ]
    lines = ",".join(map(str, multiline))
    if lines:
        options += ["--multiline-fields-format=v2", f"--multiline-fields={lines}"]
    # More files than a command line may name: the options come by a file.
    arguments = home / "conf" / "import.args"
    arguments.write_text("\n".join(map(_quoted, options)) + "\n", "utf8")
    # By `env`: Neo4j wants these two beside whatever the environment holds, which settings alone may read.
    command = ["env", f"NEO4J_HOME={home}", f"NEO4J_CONF={home / 'conf'}"]
    program = java()
    command += [str(program), f"-Xmx{heap}", *_OPENS, "-cp", f"{jars}/*"]
    command += ["org.neo4j.cli.AdminTool", "database", "import", "full", f"@{arguments}", DATABASE]
    done = subprocess.run(command, cwd=home, capture_output=True, check=False)
    said = done.stderr.decode("utf8", "replace") + done.stdout.decode("utf8", "replace")
    if done.returncode:
        (home / "logs" / "import.log").write_text(said, "utf8")
        if done.returncode in _NOT_RUN:
            raise not_run(program, said.strip()[-200:])
        if (wrong := wrong_java(said, home / "logs" / "import.log")) is not None:
            raise wrong
        raise ImportFailedError(
            f"the importer of Neo4j ended with {done.returncode}: {_reason(said)}",
            hint="make room on the disk or give it more memory; its log says more",
            file=str(home / "logs" / "import.log"),
        )
    return said


_OPENS = [
    f"--add-opens={package}=ALL-UNNAMED"
    for package in ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
]


def _quoted(option: str) -> str:
    return '"' + option.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _reason(said: str) -> str:
    """The root cause, else the first line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    causes = [line.split(": ", 1)[-1] for line in lines if line.startswith("Caused by: ")]
    return (causes[-1] if causes else lines[0] if lines else "it said nothing")[:300]
