"""The figures that Prometheus reads: counted by route, never by address, and for the operator alone."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.site_fixture import HERE, LOCAL
from tests.web.people import far_client, quiet_home
from web.app import create_app
from web.db.models import Outbox


def figures(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get("/api/v1/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def test_requests_outbox_job_and_memory(tmp_path: Path, parts: Parts) -> None:
    with quiet_home(tmp_path, parts) as home:
        app = create_app(home)
        client = TestClient(app, base_url=LOCAL, client=HERE, raise_server_exceptions=False)
        with home.database().session() as session:
            session.add(Outbox(subject="need", subject_id="n1"))
        assert client.get("/invitation/secret-token").status_code >= 400
        for made_up in ("/api/made-up-1", "/api/made-up-2"):
            assert client.get(made_up).status_code == 404
        client.request("MADEUP", "/api/made-up-3")
        with home.writing("rebuild"):
            found = figures(client)
        none = frozenset({"method": "GET", "route": "none", "status": "404"}.items())
        assert found["bulian_requests_total", none] == 2
        routes = {dict(labels).get("route") for _, labels in found}
        assert "/invitation/{token}" in routes and not any("made-up" in str(one) for one in routes)
        assert "secret-token" not in client.get("/api/v1/metrics").text
        assert found["bulian_outbox_waiting", frozenset()] == 1
        assert found["bulian_outbox_oldest_seconds", frozenset()] >= 0
        assert found["bulian_jobs_running", frozenset({("job", "rebuild")})] == 1
        assert not any(name == "bulian_jobs_running" for name, _ in figures(client))
        assert found["process_resident_memory_bytes", frozenset()] > 1 << 20
        # No graph answers here: what cannot be asked is left out.
        assert ("bulian_corpus_stamp_age_seconds", frozenset()) not in found
        (home.folder / "lock").write_text(f'{{"what": "gone", "pid": {2**22 + os.getpid()}}}', "utf-8")
        assert not any(name == "bulian_jobs_running" for name, _ in figures(client))
        assert far_client(app).get("/api/v1/metrics").status_code == 401
