"""What every answer carries, and that the page on security names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from kg.parts import Parts
from tests.web.people import far_client, quiet_home
from tests.web.routes import routes
from web.app import create_app
from web.forms import upload
from web.security import HEADERS, Guard
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_what_this_page_names_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    tests = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page))
    assert len(tests) > 60
    absent = [
        f"{path}::{name}"
        for path, name in tests
        if not re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.M)
    ]
    assert absent == []
    assert page.count("::") == len(re.findall(r"`tests/[\w/]+\.py::\w+`", page)), "a test is named otherwise"
    files = re.findall(r"`((?:docs|web|kg|nlp|tests|deploy)/[\w./]*)`", page)
    assert [path for path in files if not (ROOT / path).exists()] == []
    named = set(re.findall(r"BULIAN_(\w+)", page))
    assert named <= {name.upper() for name in Settings.model_fields}


def test_over_https_browsers_are_told_to_stay_there() -> None:
    app = Guard(PlainTextResponse("here"), hosts=(), docs_path="/docs")
    told = {
        scheme: TestClient(app, base_url=f"{scheme}://127.0.0.1").get("/").headers.get("strict-transport-security")
        for scheme in ("http", "https")
    }
    assert told == {"http": None, "https": "max-age=31536000"}


def test_no_file_is_read_before_it_is_known_who_sends(tmp_path: Path, parts: Parts) -> None:
    broken = {"content": b"--y nonsense", "headers": {"content-type": "multipart/form-data; boundary=x"}}
    with quiet_home(tmp_path, parts) as home:
        app = create_app(home)
        taking = [route for route in routes(app) if any(one.call is upload for one in route.dependant.dependencies)]
        read = [
            route.path
            for route in taking
            if far_client(app).post(re.sub(r"\{[^}]*\}", "x", route.path), **broken).status_code == 415
        ]
    assert len(taking) > 8
    assert read == ["/answer/{token}"], "there the link is the right, and the form brings files with it"


def test_a_failure_of_ours_carries_what_every_answer_carries(
    tmp_path: Path, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("web.api.routes.search_page", broken)
    with quiet_home(tmp_path, parts) as home:
        client = TestClient(create_app(home), base_url="https://127.0.0.1", raise_server_exceptions=False)
        for address, status in (("/api/v1/search?q=x", 500), ("/api/v1/none", 404), ("/api/v1/me", 401)):
            answer = client.get(address)
            assert answer.status_code == status
            kept = {name: answer.headers.get(name) for name in HEADERS}
            assert kept == HEADERS, address
            assert "default-src 'self'" in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] and answer.headers["strict-transport-security"]
            assert "server" not in answer.headers
