"""Settings and what is documented of them and of the commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from kg.errors import BulianError, KgError
from web.cli.main import app
from web.errors import Usage, WebError, exit_status, http_status
from web.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `BULIAN_(\w+)` \|", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.M))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for package in ("kg", "nlp", "matcher", "web", "seeds")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\b(os\.environ|getenv|BaseSettings)\b", path.read_text("utf-8"))
    ]
    assert readers == ["web/settings.py"]


def test_every_command_is_in_the_readme() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    said = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in commands if not re.search(rf"`(bulian )?{name}\b|bulian {name}\b", said)] == []


def test_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULIAN_HOME", "~/somewhere")
    monkeypatch.setenv("BULIAN_HOSTS", "a.example, b.example,")
    settings = load_settings()
    assert settings.folder == Path.home() / "somewhere" and settings.host_names == ("a.example", "b.example")
    monkeypatch.setenv("BULIAN_PORT", "high")
    with pytest.raises(WebError, match="BULIAN_PORT"):
        load_settings()


def test_passwords_are_not_printed() -> None:
    assert "kept-from-all" not in repr(Settings(graph_password="kept-from-all"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "status", "http"),
    [
        (Usage("x"), 2, 400),
        (WebError("x", code="WE002"), 2, 500),
        (WebError("x", code="WE005"), 1, 404),
        (WebError("x", code="WE404"), 1, 404),
        (KgError("x", code="KG701"), 1, 503),
        (BulianError("x"), 1, 422),
    ],
)
def test_what_a_code_means_outside(error: BulianError, status: int, http: int) -> None:
    assert (exit_status(error), http_status(error)) == (status, http)
