"""Templates compiled once and kept for the next process."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment

from kg.ontology import Ontology
from web.render import Renderer

_CARD = {"counts": [("published", 2)], "link": "", "all": 2}


def test_compiled_templates_are_kept_and_serve_every_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Renderer(Ontology.load(), tmp_path)
    pages = {lang: first.page("notice_card.html", lang, _CARD) for lang in ("zh", "en")}
    assert "2" in pages["zh"] and pages["zh"] != pages["en"]
    assert list(tmp_path.rglob("*.cache"))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a template was compiled again")

    monkeypatch.setattr(Environment, "compile", refuse)
    again = Renderer(Ontology.load(), tmp_path)
    assert {lang: again.page("notice_card.html", lang, _CARD) for lang in pages} == pages


def test_a_folder_that_cannot_be_made_costs_time_alone(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "2" in Renderer(Ontology.load(), blocked / "templates").page("notice_card.html", "zh", _CARD)
