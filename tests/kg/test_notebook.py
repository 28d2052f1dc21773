"""What a notebook reaches without its extra, and that the example is kept without outputs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kg import notebook
from kg.notebook import CopyRefusedError, MissingExtraError

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs/notebooks/analysts.ipynb"


def test_the_example_holds_no_outputs_and_no_address() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells if cell["cell_type"] == "code")
    assert not any(word in NOTEBOOK.read_text("utf-8") for word in ("bolt://", "neo4j://", "password=", "/home/"))


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(notebook, "import_module", missing)
    for call in (notebook.graph, lambda: notebook.frame("RETURN 1")):
        with pytest.raises(MissingExtraError) as caught:
            call()
        assert str(caught.value).count("\n") == 0
        assert "pip install 'bulian[notebook]'" in str(caught.value)


def test_a_copy_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 1, stdout="", stderr="…\nKG732 another process makes the copy\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(CopyRefusedError, match="KG732 another process"):
        notebook.connection()
