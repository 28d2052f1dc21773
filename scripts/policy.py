"""Write docs/policy-sources.md: every set of rules and every published figure that ships, with where it was read.

`python scripts/policy.py` makes the page from the files themselves; a test compares it, so that no set ships without
its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.yml import read_yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "policy-sources.md"
SEEDS = ROOT / "seeds"
START = """# Policy sources

Sets of rules, plans and published figures that ship with the program, each with where it was read, made from the files by `python scripts/policy.py`. Sources are as they were noted: an address without an authority's name is a re-post, and the official text was then not fetched. What a source does not say is not filled in. *Not verified* counts the conditions of a set that no source was read for; pages say so beside each. Policies and offers to firms do not ship: an operator loads them ([offers.md](offers.md)).
"""  # noqa: E501 (a line of a page)


def page() -> str:
    """The page as it should be."""
    return "\n".join([START, *_criteria(), *_bounties(), *_plans(), *_published()])


def _table(title: str, file: str, heads: str, rows: Iterator[list[object]]) -> list[str]:
    body = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return [f"## {title}", "", f"`{file}`", "", f"| {heads} |", "|" + "---|" * (heads.count("|") + 1), *body, ""]


def _cell(value: object) -> str:
    """A value in a cell: lists by semicolons, nothing as a dash, addresses as text."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    text = " ".join(str(value if value not in (None, "") else "–").split())
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


def _read(pattern: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted(SEEDS.glob(pattern)):
        yield read_yaml(path.read_bytes())


def _criteria() -> list[str]:
    def rows() -> Iterator[list[object]]:
        for tree in _read("criteria/*.yml"):
            if "inputs" not in tree:
                asked = [*tree.get("indicators", ()), *tree.get("table", {}).get("items", ())]
                unread = sum(one.get("verified") is False for one in asked)
                held = f"{tree['effective_from']} to {tree.get('effective_to', 'now')}"
                name = tree.get("en", "Classes of size by industry")
                yield [tree.get("id", "size"), name, held, tree["source"], unread or "", tree.get("note_en")]

    return _table("Criteria of tiers", "seeds/criteria", "set | what | holds | source | not verified | note", rows())


def _bounties() -> list[str]:
    def rows() -> Iterator[list[object]]:
        for tree in _read("bounty_rules/*.yml"):
            says = len(tree.get("rules", ())) + len(tree.get("criteria", ()))
            yield [tree["id"], tree["title_en"], tree.get("effective_from"), tree.get("source", "none: its own"), says]

    return _table("Rules of bounties by city", "seeds/bounty_rules", "set | what | from | source | says", rows())


def _plans() -> list[str]:
    def rows() -> Iterator[list[object]]:
        for tree in _read("*/manifest.yml"):
            if tree.get("kind") == "cluster":
                for one in tree["documents"]:
                    yield [one["file"], one["title"], one["published"], one["url"]]

    return _table("Plans of clusters", "seeds/clusters", "file | what | of | source", rows())


def _published() -> list[str]:
    def rows() -> Iterator[list[object]]:
        for tree in _read("statistics/published.yml"):
            for one in tree["sets"]:
                yield [one["id"], one["en"], one["year"], one["source_en"], len(one["figures"])]

    return _table("Published figures", "seeds/statistics/published.yml", "set | what | year | source | figures", rows())


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
