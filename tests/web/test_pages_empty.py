"""Pages where nothing is loaded, or no graph answers: they say what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.parts import Parts
from web.app import create_app
from web.home import Home
from web.settings import Settings

LOCAL = "http://127.0.0.1"


@pytest.mark.graph
def test_empty_pages_say_what_to_do_next(empty_home: Home) -> None:
    with TestClient(create_app(empty_home), base_url=LOCAL, raise_server_exceptions=False) as client:
        for address in ("/", "/needs", "/sources", "/discover", "/chains"):
            answer = client.get(address)
            assert answer.status_code == 200, answer.text[-300:]
            assert "bulian demo" in answer.text
            assert "虚构" not in answer.text
        assert "没有找到" in client.get("/search?q=轴承").text
        nothing = client.get("/match?text=轴承")
        assert nothing.status_code == 503 and "WE015" in nothing.text


def test_without_a_graph_each_page_is_an_error_with_its_code(tmp_path: Path, parts: Parts) -> None:
    home = Home(Settings(home=tmp_path, parts=parts.folder, graph_url="bolt://127.0.0.1:9"))
    with home, TestClient(create_app(home), base_url=LOCAL, raise_server_exceptions=False) as client:
        for address in ("/", "/search?q=轴承", "/needs", "/sources"):
            answer = client.get(address)
            assert answer.status_code == 503
            assert "KG701" in answer.text and "Traceback" not in answer.text
        assert client.get("/api/v1/state").json()["code"] == "KG701"
        assert client.get("/styleguide").status_code == 200
