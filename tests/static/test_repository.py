"""Rules of the house that no linter knows: documents are true, nothing of a machine or a registry is in the tree."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kg", "nlp", "matcher", "web", "seeds")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".cypher",
    ".html",
    ".css",
    ".js",
    ".json",
    ".sh",
    ".txt",
    ".po",
    ".cfg",
}


def files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def text_files() -> list[Path]:
    return [path for path in files() if path.suffix in TEXT or path.name in ("Makefile", "run")]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("host of a registry", r"(?<![\w.])(?:pypi\.org|pythonhosted|repo1?\.maven|maven\.org|npmjs|debian\.org)"),
        ("path of a machine", r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/"),
    ],
)
def test_nothing_of_a_machine_is_in_the_tree(what: str, pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in text_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf8", errors="ignore").split("\n"), 1)
        if re.search(pattern, line)
    ]
    assert not found, f"{what}: {found}"


def test_every_error_code_is_documented() -> None:
    rows = re.findall(r"^\| ([A-Z]{2}\d{3}) \|", (ROOT / "docs/errors.md").read_text("utf8"), re.M)
    documented = set(rows)
    assert len(rows) == len(documented), "a code with two meanings"
    used = {
        code
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for code in re.findall(r"[\"']((?:KG|NL|MA|WE|BL)\d{3})[\"']", path.read_text("utf8"))
        if not code.endswith("000")
    }
    assert used - documented == set(), "codes without a row in docs/errors.md"
    assert documented - used == set(), "rows in docs/errors.md that no code raises"


def test_each_package_belongs_to_one_distribution() -> None:
    owners = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["bulian"])) == {"bulian"}, f"{package}: {owners.get(package)}"


def test_constraints_hold_versions_and_no_addresses() -> None:
    for line in (ROOT / "constraints.txt").read_text("utf8").split("\n"):
        assert not line or re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_the_wheel_carries_all_data(tmp_path: Path) -> None:
    subprocess.run(
        [
            str(ROOT / ".venv/bin/python"),
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    import zipfile

    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {str(p.relative_to(ROOT)) for p in files() if p.relative_to(ROOT).parts[0] in PACKAGES}
    assert wanted - inside == set()
