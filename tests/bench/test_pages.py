"""How long a person waits: the first page after a start, then each kind of page. JSON in .bench/pages.json."""

from __future__ import annotations

import json
import os
import statistics
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.site_fixture import LOCAL
from web.app import create_app
from web.home import Home

pytestmark = [pytest.mark.bench, pytest.mark.graph]
OUT = Path(__file__).resolve().parents[2] / ".bench" / "pages.json"
RUNS = 30


def test_pages(demo_home: Home) -> None:
    figures: dict[str, object] = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0], "runs": RUNS}
    begun = time.perf_counter()
    with TestClient(create_app(demo_home), base_url=LOCAL) as client:
        assert client.get("/").status_code == 200
        figures["first_page_s"] = round(time.perf_counter() - begun, 3)
        firm = client.get("/api/v1/needs/demo-n1").json()["entries"][0]["id"]
        for path in (
            "/",
            "/search?q=轴承",
            "/needs/demo-n1",
            "/match?text=耐高温的钕铁硼磁体",
            f"/firms/{firm}",
            "/sources",
        ):
            taken = []
            for _ in range(RUNS):
                begun = time.perf_counter()
                assert client.get(path).status_code == 200
                taken.append(1000 * (time.perf_counter() - begun))
            taken.sort()
            figures[path.replace(firm, "ID")] = {
                "p50_ms": round(statistics.median(taken), 1),
                "p95_ms": round(taken[int(0.95 * RUNS)], 1),
            }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
