"""Writes the hostile files that tests/bad keeps: `python -m tests.hostile.make`, and what `check` says of each.

Without chance, so that they come out the same wherever zlib does. A file of a name that is there already is kept as it
is unless `--anew` is given; what each is to be answered stands in tests/bad/expected.tsv, written by `--expect` and
read by people before it is committed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.hostile import lists, packs, papers, texts, words

BAD = Path(__file__).resolve().parents[1] / "bad"
EXPECTED = BAD / "expected.tsv"
SECRET = "/tmp/bulian-secret.txt"
"""A file that hostile documents ask for; the check puts it there and looks that its words come out nowhere."""


def made() -> Iterator[tuple[str, bytes]]:
    """Every hostile file by its path below tests/bad."""
    secret = f"file://{SECRET}"
    for suffix, kind, found in (
        ("txt", "documents", texts.texts()),
        ("html", "documents", texts.pages()),
        ("docx", "documents", words.documents(secret)),
        ("pdf", "documents", papers.papers(secret)),
        ("csv", "lists", lists.separated()),
        ("xlsx", "lists", lists.books(secret)),
        ("ods", "lists", lists.opened()),
        ("jsonl", "lists", lists.lines()),
        ("zip", "lists", lists.archives()),
        ("zip", "backups", packs.backups()),
        ("tar", "packs", packs.packs()),
    ):
        for name, data in found:
            yield f"{kind}/{name}.{suffix}", data
    for name, data in papers.others():
        yield f"documents/{name}", data


def main() -> None:
    """Write what is missing, and where asked for what each file is answered now."""
    options = argparse.ArgumentParser()
    options.add_argument("--anew", action="store_true", help="write over what is there")
    options.add_argument("--expect", action="store_true", help="note what each is answered now")
    given = options.parse_args()
    for name, data in made():
        path = BAD / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if given.anew or not path.exists():
            path.write_bytes(data)
    if given.expect:
        from tests.hostile.check import answers

        rows = [f"{name}\t{answer}\n" for name, answer in sorted(answers().items())]
        EXPECTED.write_text("file\tanswer\n" + "".join(rows), "utf-8")


if __name__ == "__main__":
    main()
