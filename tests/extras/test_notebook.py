"""The extra `notebook`: the example notebook from first to last cell on the copy of the demo, and py2neo by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import notebook

nbclient = pytest.importorskip("nbclient", reason="the extra notebook is not installed here: make test-extras")
nbformat = pytest.importorskip("nbformat", reason="the extra notebook is not installed here: make test-extras")
py2neo = pytest.importorskip("py2neo", reason="the extra notebook is not installed here: make test-extras")

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs/notebooks/analysts.ipynb"


def bulian(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "web.cli.main", *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the demo; its copy is made by the notebook."""
    folder, before = tmp_path_factory.mktemp("home"), os.environ.get("BULIAN_HOME")
    os.environ["BULIAN_HOME"] = str(folder)
    try:
        bulian("demo", "--no-serve")
        yield folder
    finally:
        bulian("copy", "drop")
        bulian("down")
        os.environ.pop("BULIAN_HOME")
        if before is not None:
            os.environ["BULIAN_HOME"] = before


@pytest.fixture(scope="module")
def run(home: Path) -> Any:
    """The notebook with its outputs."""
    found = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(found, timeout=600, kernel_name="python3").execute()
    return found


def test_every_cell_shows_something(run: Any) -> None:
    cells = [cell for cell in run.cells if cell.cell_type == "code"]
    shown = [set().union(*(item.get("data", {}) for item in cell.outputs)) for cell in cells]
    assert all(shown)
    assert sum("text/html" in kinds for kinds in shown) >= 4
    assert sum("image/svg+xml" in kinds for kinds in shown) == 2


def test_ten_questions_of_the_cookbook_have_answers_by_py2neo(run: Any) -> None:
    counts = next(
        eval(cell.outputs[0]["data"]["text/plain"])  # what the cell shows is a dictionary of numbers
        for cell in run.cells
        if "notebook.graph()" in cell.source
    )
    assert len(counts) == 10
    assert all(counts.values())


def test_a_graph_of_py2neo_that_cannot_write(run: Any, home: Path) -> None:
    graph = notebook.graph()
    assert isinstance(graph, py2neo.Graph)
    before = graph.evaluate("MATCH (n) RETURN count(n)")
    with pytest.raises(Exception, match=r"(?i)read|write"):
        graph.run("CREATE (n:Enterprise {id: 'x'})")
    assert graph.evaluate("MATCH (n) RETURN count(n)") == before > 0
