"""Which listed firms the other files of a folder of data describe: without any, nothing can be hidden and sought again.

`python -m matcher.evaluate.overlap DATA` counts, of the firms of an official list (`enterprises/*.jsonl`), those that
are issuers of prospectuses, parties of contract announcements, firms of the ranking's and of ChainKnowledgeGraph's
lists, and assignees of patents, by their whole names as they are compared; and the prospectuses that name a tier.
"""

from __future__ import annotations

import argparse
import json
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kg.values.name import name_key

TIER = re.compile("小巨人|单项冠军|专精特新|隐形冠军")


def lines(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a file of JSON lines."""
    return map(json.loads, path.read_text("utf-8").splitlines())


def companies(archive: Path) -> Iterator[dict[str, object]]:
    """The firms of ChainKnowledgeGraph's archive."""
    with zipfile.ZipFile(archive) as opened:
        yield from map(json.loads, opened.read("company.json").decode("utf-8").splitlines())


def described(data: Path) -> Iterator[tuple[str, set[str]]]:
    """Each file beside the list with the compared names of the firms that it describes."""

    def keys(names: Iterable[object]) -> set[str]:
        return {name_key(part) for name in names for part in re.split("[;；、,，]", str(name)) if part.strip()}

    filings = data / "filings"
    for name in ("prospectus_products", "prospectus_profile"):
        said = json.loads((filings / f"{name}.dev.json").read_text("utf-8"))
        yield name, keys(one.get("issuer") or one.get("name") for one in said)
    rows = [row.split("\t") for row in (filings / "contracts.dev.tsv").read_text("utf-8").splitlines()]
    yield "contracts", keys(name for row in rows for name in row[1:3])
    yield "ranking", keys(one["name"] for one in lines(data / "ranking" / "enterprises.jsonl"))
    yield "chainkg", keys(one["fullname"] for one in companies(data / "chainkg" / "chainkg.zip"))
    yield "patents", keys(one["assignee"] for one in lines(data / "patents" / "patents.dev.jsonl"))


def naming_a_tier(archive: Path) -> tuple[int, int]:
    """Prospectuses of an archive, and how many of them name a tier."""
    with tarfile.open(archive) as opened:
        texts = [file.read().decode("utf-8", "replace") for one in opened if (file := opened.extractfile(one))]
    return len(texts), sum(TIER.search(text) is not None for text in texts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data: Path = parser.parse_args(arguments).data
    named = {name_key(str(one["name"])) for path in (data / "enterprises").glob("*.jsonl") for one in lines(path)}
    print(f"{len(named)} firms on the list")
    every: set[str] = set()
    for source, keys in described(data):
        found = named & keys
        every |= found
        print(f"{source:20} describes {len(keys):6} firms, of the list {len(found)}")
    print(f"{'any of them':20} describes of the list {len(every)}")
    whole, naming = naming_a_tier(data / "filings" / "prospectuses.tar.gz")
    print(f"{whole} prospectuses, {naming} of which name a tier")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
