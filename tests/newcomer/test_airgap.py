"""A fresh environment on a machine without a network: parts from a pack, our wheel, documents to a list.

The wheels of other makers are not fetched again here: the fresh environment reads those of this one, and no more than
those. With all wheels carried over, it was tried by hand (docs/operations.md, Without a network).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from kg.parts import Parts
from tests.faults.apart import apart, no_network
from tests.graph_fixture import QUICK

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted((ROOT / "seeds" / "demo" / "documents").glob("c0*.html"))[:3]


@pytest.mark.graph
@pytest.mark.long
def test_a_fresh_environment_works_without_a_network(tmp_path: Path, parts: Parts) -> None:
    pack = parts.pack(tmp_path / "parts.pack")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("bulian-*.whl")
    fresh = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True)
    (packages,) = fresh.glob("lib/python*/site-packages")
    (packages / "of-others.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BULIAN_", "PYTHON"))}
    environment = {
        **kept,
        "BULIAN_HOME": str(tmp_path / "home"),
        "BULIAN_PARTS": str(tmp_path / "cache" / "parts"),
        "JAVA_TOOL_OPTIONS": " ".join(QUICK),
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    }

    def run(*words: object) -> str:
        done = subprocess.run([*map(str, words)], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def work() -> list[str]:
        with pytest.raises(OSError, match=r"unreachable|No route|resolution"):
            socket.create_connection(("192.0.2.1", 80), timeout=5)
        bulian = fresh / "bin" / "bulian"
        run(fresh / "bin" / "pip", "install", "-q", "--no-index", "--no-deps", wheel)
        said = [run(fresh / "bin" / "python", "-c", "import kg; print(kg.__file__)")]
        said.append(run(bulian, "parts", "unpack", pack))
        said.append(run(bulian, "parts", "list", "--verify"))
        run(bulian, "ingest", *TEXTS)
        said.append(run(bulian, "match", "柔性齿圈坯料", "--top", "3"))
        said.append(run(bulian, "check", "--quick"))
        return said

    try:
        where, unpacked, listed, ranked, checked = apart(work, no_network)
    finally:
        subprocess.run([str(ROOT / ".venv" / "bin" / "bulian"), "down"], env=environment, capture_output=True)
    assert where.startswith(str(fresh))
    assert unpacked.startswith(f"{len(parts.list())} parts taken out") and "MISSING" not in listed
    assert "有限公司" in ranked and "WRONG" not in checked
