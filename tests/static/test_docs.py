"""The documentation as a site: it is built, each link and anchor leads somewhere, nothing comes from elsewhere."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from scripts import policy, site

ROOT = Path(__file__).resolve().parents[2]


def test_the_site_is_built_and_its_links_lead_somewhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "mkdocs"):
        site.make(tmp_path / "site")
    assert [record.getMessage() for record in caplog.records] == []
    pages = {path.relative_to(tmp_path / "site").as_posix(): path.read_text("utf-8") for path in
             (tmp_path / "site").rglob("*.html")}  # fmt: skip
    assert {"index.html", "docs/licences.html", "CHANGELOG.html"} < set(pages)
    assert {f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md")} < set(pages)
    for user in ("buyer", "firm", "analyst"):
        assert "<img " in pages[f"docs/first-steps-{user}.html"]
    asked = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//")
    assert [name for name, text in pages.items() if asked.search(text)] == []


@pytest.mark.parametrize("target", ["none.md", "page.md#none", "other.md#two-words--here"])
def test_a_link_that_leads_nowhere_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(f"# A\n\n[b]({target}) [c](other.md#two-words-here)\n", "utf-8")
    (tmp_path / "other.md").write_text("# Two words, here\n", "utf-8")
    (tmp_path / "page.md").write_text("# Page\n", "utf-8")
    (tmp_path / "docs" / "site.yml").write_text(
        (ROOT / "docs" / "site.yml").read_text("utf-8").partition("nav:\n  -")[0]
    )
    monkeypatch.setattr(site, "ROOT", tmp_path)
    monkeypatch.setattr(site, "sources", lambda: map(Path, ("README.md", "other.md", "page.md")))
    with pytest.raises(Abort):
        site.make(tmp_path / "site")


def test_the_page_of_policy_sources_is_current_and_every_set_has_one() -> None:
    """`python scripts/policy.py` makes it anew."""
    text = policy.PAGE.read_text("utf-8")
    assert text == policy.page()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| set", "| file"))]
    assert len(rows) > 15 and not [row for row in rows if row.split(" | ")[3] in ("–", "")]
