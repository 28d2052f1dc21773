"""Forms: which senders are let in, how large they may be, what their fields become."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from web.errors import WebError, http_status
from web.forms import MAX_FIELDS, MAX_FILES, FormDep, UploadDep
from web.security import MAX_BODY, Guard


@pytest.fixture(scope="module")
def site() -> TestClient:
    app = FastAPI()

    @app.post("/form")
    def echo(fields: FormDep) -> dict[str, list[str]]:
        return fields

    @app.post("/files")
    def files(sent: UploadDep) -> list[object]:
        return [sent.fields, {name: [(f.name, len(f.content)) for f in found] for name, found in sent.files.items()}]

    @app.post("/json")
    def number(body: dict[str, str]) -> int:
        return len(body)

    @app.exception_handler(WebError)
    def refused(_: Request, error: WebError) -> JSONResponse:
        return JSONResponse(error.code, status_code=http_status(error))

    @app.exception_handler(HTTPException)
    def http(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse(error.detail, status_code=error.status_code)

    app.add_middleware(Guard, hosts=(), docs_path="/docs")
    return TestClient(app, base_url="http://127.0.0.1:8321")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://127.0.0.1:8321"}, 200),
        ({"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_only_our_own_pages_and_programs_may_send(site: TestClient, headers: dict[str, str], status: int) -> None:
    answer = site.post("/form", data={"a": "1"}, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"]
    if status == 403:
        assert answer.text.startswith("WE403")


def test_fields_keep_their_order_and_their_signs(site: TestClient) -> None:
    body = "a=1&b=%E9%92%A2%0D%0A%E9%93%81&a=&a=%FF&c=%26"
    answer = site.post("/form", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.json() == {"a": ["1", "", "\ufffd"], "b": ["钢\n铁"], "c": ["&"]}


def test_what_is_too_large_or_of_another_kind_is_refused(site: TestClient) -> None:
    assert site.post("/form", json={}).json() == "WE415"
    many = "&".join(["a=1"] * (MAX_FIELDS + 1))
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    assert site.post("/form", content=many, headers=urlencoded).json() == "WE413"
    large = b"a" * (MAX_BODY + 1)
    for address in ("/form", "/json"):
        whole = site.post(address, content=large, headers=urlencoded if address == "/form" else {})
        pieces = site.post(address, content=iter([large[:1000], large]), headers=urlencoded)
        assert (whole.status_code, pieces.status_code) == (413, 413), address


def test_files_come_with_their_fields(site: TestClient) -> None:
    sent = [("sheet", ("../清单.xlsx", b"1234")), ("sheet", ("b.csv", b""))]
    answer = site.post("/files", data={"note": "一\r\n二"}, files=sent)
    assert answer.json() == [{"note": ["一\n二"]}, {"sheet": [["清单.xlsx", 4], ["b.csv", 0]]}]
    assert site.post("/files", data={"note": "only"}).json() == [{"note": ["only"]}, {}]
    many = site.post("/files", files=[("f", (f"{n}.txt", b"x")) for n in range(MAX_FILES + 1)])
    assert (many.status_code, many.json()) == (413, "WE413")
    kind = {"content-type": "multipart/form-data; boundary=x"}
    broken = site.post("/files", content=b"--y\r\nnonsense", headers=kind)
    assert (broken.status_code, broken.json()) == (415, "WE415")
    large = site.post("/files", files={"f": ("large.pdf", b"a" * (MAX_BODY + 1))})
    assert large.status_code == 200
