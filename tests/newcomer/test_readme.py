"""The README's commands, in their order, in a clean clone with a data folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.graph_fixture import QUICK

ROOT = Path(__file__).resolve().parents[2]
MINUTES = 60


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf8"), re.S)
    return [line for block in blocks for line in block.split("\n") if line.strip() and not line.startswith("#")]


def serve(command: str, cwd: Path, env: dict[str, str]) -> str:
    """Run a command that serves until it is interrupted; returns what it printed."""
    log = cwd / "served.log"
    with log.open("w", encoding="utf8") as out:
        process = subprocess.Popen(
            command.split(), cwd=cwd, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            address = None
            deadline = time.monotonic() + 8 * MINUTES
            while address is None and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.3)
                address = re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf8"))
            assert address, log.read_text("utf8")[-3000:]
            with urllib.request.urlopen(address.group(), timeout=30) as page:
                assert page.status == 200 and "补链" in page.read().decode("utf8")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            process.wait(60)
    return log.read_text("utf8")


@pytest.mark.graph
@pytest.mark.xdist_group("newcomer")
def test_the_readme_works_in_a_clean_clone(tmp_path: Path) -> None:
    clone = tmp_path / "bulian"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    env = {key: value for key, value in os.environ.items() if not key.startswith(("BULIAN_HOME", "VIRTUAL_ENV"))}
    env |= {"BULIAN_HOME": str(tmp_path / "home"), "JAVA_TOOL_OPTIONS": " ".join(QUICK)}
    env["PIP_NO_COMPILE"] = "0"  # pip's way to say yes: of 900 MB of packages these commands import a part
    if os.environ.get("CI"):  # there `make test` has just installed this very commit on a clean machine
        (clone / ".venv").symlink_to(ROOT / ".venv")
    listed = commands()
    assert "make demo" in listed and "make test" in listed
    try:
        for command in listed:
            if command == "make test":
                continue
            if command == "make demo":
                first = serve(command, clone, env)
                assert "demo-n1" in first and "“" in first, first[-3000:]
                if not os.environ.get("CI"):
                    start = time.monotonic()
                    serve(command, clone, env)
                    print(f"second make demo: {time.monotonic() - start:.1f} s")
                continue
            done = subprocess.run(
                command, shell=True, cwd=clone, env=env, capture_output=True, text=True, timeout=5 * MINUTES
            )
            assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            assert "Traceback" not in done.stderr
    finally:
        subprocess.run([".venv/bin/bulian", "down"], cwd=clone, env=env, capture_output=True)
