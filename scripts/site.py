"""Build the documentation as a site: `make docs`, or `python scripts/site.py FOLDER`.

README, CHANGELOG, docs/ and what they link to are laid out as in the repository, so that their links are those of the
site too, and MkDocs makes pages that open without a server and without a network. A link or an anchor that leads
nowhere stops it (exit status 1).
"""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
_SITE = Path("docs/site.yml")


def anchor(heading: str, separator: str) -> str:
    """The anchor of a heading, as platforms that show Markdown make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", separator)


def sources() -> Iterator[Path]:
    """Documents of the repository and the files that they link to, by their paths in it."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
    pages = [Path(name) for name in done.stdout.splitlines() if (ROOT / name).is_file()]
    yield from pages
    for page in pages:
        for target in _LINK.findall((ROOT / page).read_text("utf-8")):
            path = (ROOT / page.parent / target).resolve()
            if path.is_file() and path.is_relative_to(ROOT) and path.suffix != ".md":
                yield path.relative_to(ROOT)


def make(target: Path) -> None:
    """Build the site into `target`. Raises Abort where a link or an anchor leads nowhere."""
    with tempfile.TemporaryDirectory() as folder:
        for path in set(sources()):
            copy = Path(folder) / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy)
        config = load_config(
            str(ROOT / _SITE), docs_dir=folder, site_dir=str(target), strict=True,
            markdown_extensions=["tables", "fenced_code", {"toc": {"slugify": anchor}}],
        )  # fmt: skip
        named = (ROOT / _SITE).read_text("utf-8")
        others = [path.relative_to(folder) for path in sorted(Path(folder).glob("docs/*.md"))]
        others = [path for path in others if str(path) not in named]
        if others:  # a new document is found before somebody says where it belongs
            config.nav.append({"Further": [str(path) for path in others]})
        build(config)


def main() -> int:
    """Build it, and say where it begins."""
    logging.basicConfig(level=logging.WARNING, format="docs: %(message)s")
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "build/site").resolve()
    try:
        make(target)
    except Abort as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    print(f"docs: {target / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
