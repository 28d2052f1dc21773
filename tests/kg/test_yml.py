"""YAML by libyaml says what PyYAML's own parser says, and refuses what is nested without end."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kg.yml import read_yaml

ROOT = Path(__file__).resolve().parents[2]


def test_both_parsers_read_the_same() -> None:
    text = (ROOT / "kg" / "values" / "units.yml").read_text("utf-8") + "a: 2025-03-01\nb: 012\nc: 1e3\nd: ~\ne: 是\n"
    assert read_yaml(text) == read_yaml(text.encode()) == yaml.safe_load(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "a: [", "!!python/object/new:os.system [ls]"])
def test_what_cannot_be_read_is_a_yaml_error(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml(text)


def test_no_module_reads_yaml_by_itself() -> None:
    packages = (path for name in ("kg", "nlp", "matcher", "web") for path in (ROOT / name).rglob("*.py"))
    assert [path.name for path in packages if "yaml.safe_load(" in path.read_text("utf-8")] == []
