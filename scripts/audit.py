"""Known holes in the pinned packages, asked by pip-audit: `make audit`.

Exit status 1 where a hole is known, 2 where one or more packages could not be asked for: pip-audit itself calls that
a success, although nothing was looked up (a mirror of the package index has no such service). `.ci/run` goes on at 2
and says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
HOLES, NOT_ASKED = 1, 2


def judged(report: dict[str, Any]) -> tuple[int, list[str]]:
    """The exit status for pip-audit's report, and what is to be said."""
    packages = report["dependencies"]
    found = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    asked = len(packages) - len(skipped)
    lines = [*found, f"audit: {asked} of {len(packages)} packages asked for, {len(found)} known holes"]
    if skipped:
        lines.append(f"audit: not asked for: {', '.join(skipped[:5])}{' and others' if len(skipped) > 5 else ''}")
    return HOLES if found else NOT_ASKED if skipped else 0, lines


def main() -> int:
    """Ask, print, and say by the status how it stands."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--requirement", str(ROOT / "constraints.txt")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        status, lines = judged(json.loads(done.stdout))
    except ValueError:  # no service answered at all
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        status, lines = NOT_ASKED, [f"audit: nothing was asked for: {last[:300]}"]
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
