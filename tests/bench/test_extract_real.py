"""Speed of extraction on real filings, by the command as users run it. JSON in .bench/extract_real.json."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.bench, pytest.mark.shared]
ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / ".bench" / "extract_real.json"


def seconds(*arguments: str) -> float:
    begun = time.perf_counter()
    done = subprocess.run([str(ROOT / ".venv/bin/bulian"), "extract", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return time.perf_counter() - begun


def test_real_filings(shared: Path, tmp_path: Path) -> None:
    filings = shared / "data" / "filings"
    for name in ("contracts", "prospectuses"):
        with tarfile.open(filings / f"{name}.tar.gz") as archive:
            archive.extractall(tmp_path / name, filter="data")
    out = ("--jsonl", str(tmp_path / "facts.jsonl"))
    announcements = seconds(str(tmp_path / "contracts"), *out, "--workers", "2")
    one = seconds(str(tmp_path / "contracts"), *out, "--workers", "1")
    prospectuses = seconds(str(tmp_path / "prospectuses"), *out, "--workers", "2")
    report = seconds(str(filings / "annual_report_2019.pdf"), *out, "--workers", "1")
    figures = {
        "cores": os.cpu_count(),
        "load_after": os.getloadavg()[0],
        "announcements": 1516,
        "announcements_per_s_two_workers": round(1516 / announcements, 1),
        "announcements_per_s_one_worker": round(1516 / one, 1),
        "prospectuses_34_s": round(prospectuses, 1),
        "annual_report_156_pages_s": round(report, 2),
        "note": "whole commands, start of Python and of the workers included",
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1) + "\n")
