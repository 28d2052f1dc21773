"""The analysts' copy from a notebook, without an address or a password (the extra `notebook`).

`graph()` gives a py2neo Graph, `driver()` one of Neo4j's own driver, `frame(cypher)` a pandas DataFrame. The program
starts the copy, and makes it where there is none; what it says of the address comes from `bulian copy start`.

py2neo is at its end of life: 2021.2.4 was its last release, and nobody mends it any more. It still works on Neo4j 5.26
for reading as shown in docs/notebooks; new work is better done by `driver()` or `frame()`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import neo4j

from kg.errors import KgError
from kg.neo4j.process import Connection
from kg.store import kg_failures

EXTRA = "notebook"

SECONDS = 25.0
"""What a query of a notebook may take. The copy's own limit is for people who wait for a page; past thirty it is killed
(kg/neo4j/copy.py).
"""


class MissingExtraError(KgError):
    """A package of an extra is not installed."""

    code = "KG741"


class CopyRefusedError(KgError):
    """The program could not start the analysts' copy."""

    code = "KG742"


def connection() -> Connection:
    """Where the copy of this data folder (BULIAN_HOME) answers; starts it. Raises CopyRefusedError (KG742)."""
    command = [sys.executable, "-m", "web.cli.main", "copy", "start", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing was said"]
        raise CopyRefusedError(f"the copy does not start: {said[0]}", hint="bulian copy status")
    found = json.loads(done.stdout)
    return Connection(found["url"], found["user"], Path(found["password_file"]).read_text("utf-8").strip())


def graph() -> Any:
    """A py2neo Graph on the copy. Raises MissingExtraError (KG741) where py2neo is not installed."""
    py2neo = _module("py2neo")
    found = connection()
    return py2neo.Graph(found.url, auth=(found.user, found.password))


def driver() -> neo4j.Driver:
    """A driver of Neo4j on the copy; close it, or use it as a context manager."""
    found = connection()
    return neo4j.GraphDatabase.driver(found.url, auth=(found.user, found.password))


def frame(cypher: str, /, seconds: float = SECONDS, **parameters: Any) -> Any:
    """Rows of a query on the copy as a pandas DataFrame, ended after `seconds`. Raises KG741 where pandas is not
    installed, KG704 where it is ended.
    """
    pandas = _module("pandas")
    with driver() as opened, kg_failures("the analysts' copy"):
        query = neo4j.Query(cast(Any, cypher), timeout=seconds)
        records, _, keys = opened.execute_query(query, parameters, routing_=neo4j.RoutingControl.READ)
    return pandas.DataFrame([record.values() for record in records], columns=keys)


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{name} is not installed", hint=f"pip install 'bulian[{EXTRA}]'") from error
