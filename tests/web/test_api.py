"""The API as its description says it: fuzzed from the description by each role, errors of one shape, quotas, parts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
import schemathesis.specs.openapi.schemas  # what it would import lazily is compiled at collection, not in a test
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.web.people import far_client
from web.accounts.actor import rights, rights_of
from web.accounts.tokens import hashed, new_key
from web.app import create_app
from web.db.accounts import ApiKey, Membership, SignIn
from web.db.models import now
from web.deps import SESSION
from web.home import Home
from web.limits import Quota
from web.pages.routes import router
from web.problem import MEDIA

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]


KEEPS_NOTHING = {"/api/v1/requirement", "/api/v1/query", "/api/v1/reconcile", "/api/v1/snapshots/{snapshot_id}"}
"""What may be sent to without a step being taken."""
MORE = int(os.environ.get("BULIAN_FUZZ", "1"))
"""How many times as much is asked."""


def fuzz(examples: int) -> settings:
    """So many made requests of an operation, the same ones each time."""
    return settings(
        max_examples=examples * MORE,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )


CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]


def operations(client: TestClient) -> list[Any]:
    """All that the description offers."""
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", client.app)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def answered(operation: Any, examples: int, **headers: str) -> None:
    """Made requests are answered as the description says, and never by a failure of ours."""

    @fuzz(examples)
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    answers()


def test_each_operation_answers_as_it_is_described(client: TestClient) -> None:
    found = operations(client)
    assert len(found) >= 40
    for operation in found:
        answered(operation, 4)


@pytest.fixture(scope="module")
def keys(demo_home: Home) -> dict[str, str]:
    """A key of each role of the demo's accounts, with all scopes; for a role without one, of nobody's organisation."""
    made = {}
    with demo_home.database().session() as session:
        for role in rights()["roles"]:
            person = session.scalar(select(Membership).where(Membership.role == role, Membership.ended.is_(None)))
            if person is None:
                continue
            made[role] = new_key()
            session.add(
                ApiKey(
                    user_id=person.user_id,
                    organisation_id=person.organisation_id,
                    name=f"fuzz {role}",
                    token=hashed(made[role]),
                    scopes=["read", *rights_of(frozenset([role]))],
                    expires=now() + timedelta(days=1),
                )
            )
    return made


def pages() -> list[Any]:
    """What the pages' addresses may say, as a description that nobody is shown."""
    described = FastAPI()
    for route in page_routes(router):
        if "GET" in route.methods:
            described.add_api_route(route.path, route.endpoint, methods=["GET"], response_class=HTMLResponse)
    schema = schemathesis.openapi.from_dict(described.openapi())
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def page_routes(of: Any) -> Iterator[APIRoute]:
    """The routes of a router and of those in it."""
    for one in of.routes:
        if isinstance(one, APIRoute):
            yield one
        else:
            yield from page_routes(one.original_router)


THERE = {"firm_id": "", "need_id": "demo-n1", "chain_id": "robot", "node": "harmonic-reducer", "relation": "PRODUCES"}
"""Ids of the demo, so that pages are asked for what there is; `firm_id` is that of a firm."""
SAID = {200, 303, 307, 401, 403, 404, 409, 410, 413, 415, 422, 429}
"""Statuses that docs/errors.md and docs/pages.md know; a failure is a page with its code."""


def test_each_page_answers_whatever_its_address_says(client: TestClient, demo_home: Home) -> None:
    with demo_home.database().session() as session:
        people = {one.role: one for one in session.scalars(select(Membership).where(Membership.ended.is_(None)))}
        tokens = {role: new_key() for role in people}
        for role, one in people.items():
            session.add(SignIn(token=hashed(tokens[role]), user_id=one.user_id, organisation_id=one.organisation_id))
    asking = [None, *tokens.values()]
    readers = [far_client(client.app) for _ in asking]
    for reader, token in zip(readers, asking, strict=True):
        reader.cookies.update({} if token is None else {SESSION: token})
    there = THERE | {"firm_id": client.get("/api/v1/firms?limit=1").json()["firms"][0]["id"]}
    found = pages()
    assert len(found) > 120
    wrong: dict[str, int] = {}
    for at, operation in enumerate(found):
        wrong |= unsaid(operation, readers if MORE > 1 else [readers[at % len(readers)]], there)
    assert not wrong


def unsaid(operation: Any, readers: list[TestClient], there: dict[str, str]) -> dict[str, int]:
    """The addresses of a page that were answered otherwise than is said, with their statuses."""
    wrong: dict[str, int] = {}

    @fuzz(1)
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        named = {name: there.get(name, value) for name, value in (case.path_parameters or {}).items()}
        address = re.sub(r"\{(\w+)[^}]*\}", lambda one: quote(str(named[one[1]]), safe=""), case.path)
        for reader in readers:
            answer = reader.get(address, params=case.query or {})
            failed = answer.status_code >= 400 and not re.search(r"(WE|KG|MA|NL)\d{3}", answer.text)
            elsewhere = case.path.startswith("/login/oidc") and "WE078" in answer.text  # no provider is set
            if failed or (answer.status_code not in SAID and not elsewhere):
                wrong[str(answer.request.url)] = answer.status_code

    answers()
    return wrong


OWN = ("/lists", "/own/", "/pool", "/audit", "/query", "/me", "/metrics", "/bounties/{", "/reconcile")
"""What differs by who asks; the rest is asked by each role where more is asked (`BULIAN_FUZZ=2` and more)."""


def test_each_role_is_answered_as_it_is_described(client: TestClient, keys: dict[str, str]) -> None:
    served: Any = client.app
    served.state.site.quota = Quota(0, 0)
    assert len(keys) >= 8, "accounts of the demo"
    found = [one for one in operations(client) if MORE > 1 or any(part in one.path for part in OWN)]
    assert len(found) >= 15
    for key in keys.values():
        for operation in found:
            answered(operation, 1, Authorization=f"Bearer {key}")


READS = """city trends monthly-index clusters fields chains/robot/versions chains/robot/report firms/{firm}/report
questions desk warnings thresholds review claims own/needs needs/demo-n1/compare?firm={firm}&firm={other}"""


def test_what_pages_make_of_the_graph_is_given(client: TestClient, keys: dict[str, str]) -> None:
    [one, two] = [entry["id"] for entry in client.get("/api/v1/needs/demo-n1").json()["entries"][:2]]
    for address in READS.format(firm=one, other=two).split():
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 200 and len(answer.content) > 2, (address, answer.text[:200])
    program = {"Authorization": f"Bearer {keys['buyer_editor']}", "Idempotency-Key": "one"}
    asked = {"title": "减速器", "deadline": "2099-01-01T17:00", "unit": "台", "firms": [one, two]}
    made = [client.post("/api/v1/inquiries", json=asked, headers=program) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201] and made[0].json() == made[1].json()
    assert {party["firm_id"] for party in made[0].json()["parties"]} == {one, two}
    unknown = client.post("/api/v1/inquiries", json=asked | {"firms": ["并不存在"]}, headers=program)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "WE090")


def test_the_description_names_every_operation(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    for path, methods in described["paths"].items():
        assert set(methods) <= {"get", "post", "put"}, path
        for method, operation in methods.items():
            if method != "get" and path not in KEEPS_NOTHING:
                assert {"401", "403"} <= set(operation["responses"]), f"{path}: a step needs a right"
            assert operation["summary"] and operation["description"], path
            assert {"422", "429", "503"} <= set(operation["responses"]), path
            for status, said in operation["responses"].items():
                assert status[0] not in "45" or list(said["content"]) == [MEDIA], (path, status)


def test_a_key_has_a_quota_and_is_told_what_is_left(demo_home: Home, keys: dict[str, str]) -> None:
    present = [0.0]
    app = create_app(demo_home)
    app.state.site.quota = Quota(2, 3, lambda: present[0])
    program = far_client(app)
    one, other = ({"Authorization": f"Bearer {keys[role]}"} for role in ("buyer_editor", "firm_owner"))
    said = [program.get("/api/v1/me", headers=one) for _ in range(3)]
    assert [answer.status_code for answer in said] == [200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in said] == ["1", "0", "0"]
    assert said[2].json()["code"] == "WE429" and 1 <= int(said[2].headers["retry-after"]) <= 61
    assert said[2].headers["content-type"] == MEDIA and "retry-after" not in said[0].headers
    assert program.get("/api/v1/me", headers=other).status_code == 200, "each key has its own"
    present[0] = 60.0
    assert program.get("/api/v1/me", headers=one).headers["ratelimit-limit"] == "3", "the day is nearer to its end"
    spent = program.get("/api/v1/me", headers=one)
    assert spent.status_code == 429 and int(spent.headers["retry-after"]) > 80_000
    wrong = program.get("/api/v1/state", headers={"Authorization": "Bearer bulian_none"})
    assert wrong.status_code == 401 and "ratelimit-limit" not in wrong.headers
    assert "ratelimit-limit" not in program.get("/api/v1/method").headers


def test_what_has_not_changed_is_not_made_again(client: TestClient) -> None:
    first = client.get("/api/v1/search?q=减速器")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for asked in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get("/api/v1/search?q=减速器", headers={"If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/api/v1/search?q=减速器", headers={"If-None-Match": '"x"'}).status_code == 200
    for other in ("/api/v1/search?q=减速机", "/api/v1/search?q=减速器&lang=en", "/api/v1/needs"):
        answer = client.get(other, headers={"If-None-Match": tag})
        assert answer.status_code == 200 and answer.headers["etag"] != tag
    assert client.get("/api/v1/firms/none", headers={"If-None-Match": "x"}).status_code == 404
    assert "etag" not in client.get("/api/v1/bounties").headers, "what changes without the graph has none"


def parts(client: TestClient, address: str) -> Iterator[Any]:
    """All parts of a list, each by the link of the one before."""
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text[:200]
        yield answer.json()
        address = answer.links.get("next", {}).get("url", "")


def test_long_lists_come_in_parts_that_join(client: TestClient) -> None:
    whole = client.get("/api/v1/firms?limit=200").json()
    found = list(parts(client, "/api/v1/firms?limit=7"))
    assert [one["id"] for part in found for one in part["firms"]] == [one["id"] for one in whole["firms"]]
    assert len(found) == -(-whole["left"] // 7) > 2
    firm = max(whole["firms"], key=lambda one: one["more"])["id"]
    rows = client.get(f"/api/v1/firms/{firm}/PRODUCES").json()
    assert [row for part in parts(client, f"/api/v1/firms/{firm}/PRODUCES?limit=1") for row in part] == rows
    assert [one["id"] for part in parts(client, "/api/v1/needs") for one in part["needs"]]
    listed = [row for part in parts(client, "/api/v1/statistics?limit=9") for row in part["firms"]]
    assert len(listed) == client.get("/api/v1/statistics").json()["count"]


def test_a_cursor_is_of_one_list_and_one_graph(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    following = client.get("/api/v1/firms?limit=7").links["next"]["url"]
    assert client.get(following).status_code == 200
    other = client.get(following.replace("limit=7", "limit=8"))
    assert (other.status_code, other.json()["code"]) == (410, "WE022")
    assert client.get("/api/v1/firms?after=nonsense").json()["code"] == "WE422"
    monkeypatch.setattr("web.api.paging.stable_hash", lambda *_: "0" * 24)
    assert client.get(following).json()["code"] == "WE022"


RESULT = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name", "score"],
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                        "type": {"type": "array", "items": {"type": "object", "required": ["id"]}},
                        "features": {"type": "array", "items": {"required": ["id", "value"]}},
                    },
                },
            }
        },
    },
}
"""What the reconciliation API 0.2 asks of an answer to a batch, in our words."""

CELL = {"oneOf": [{"required": [name], "maxProperties": 1} for name in ("str", "float", "int", "date")]}
EXTENDED = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "array", "items": {"type": "object", "required": ["id", "name"]}},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "object", **CELL}},
            },
        },
    },
}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "contains": {"const": "0.2"}},
        "view": {"required": ["url"], "properties": {"url": {"pattern": r"\{\{id\}\}"}}},
        "defaultTypes": {"type": "array", "items": {"required": ["id", "name"]}},
        "suggest": {"additionalProperties": {"required": ["service_url", "service_path"]}},
    },
}


def reconciled(client: TestClient, queries: Any, status: int = 200) -> Any:
    answer = client.post("/api/v1/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == status, answer.text[:300]
    return answer.json()


def test_a_column_of_names_is_reconciled(client: TestClient) -> None:
    manifest = client.get("/api/v1/reconcile").json()
    Draft202012Validator(MANIFEST).validate(manifest)
    firms = client.get("/api/v1/firms?limit=200").json()["firms"]
    coded = next(one for one in firms if one["code"])
    queries = {f"q{at}": {"query": one["name"], "limit": 3} for at, one in enumerate(firms[:20])}
    queries["code"] = {"query": "随便一个名字", "properties": [{"pid": "credit_code", "v": coded["code"]}]}
    queries["none"] = {"query": "并不存在的远方企业有限公司"}
    queries["other"] = {"query": firms[0]["name"], "type": "Product", "type_strict": "any"}
    found = reconciled(client, queries)
    Draft202012Validator(RESULT).validate(found)
    assert set(found) == set(queries) and found["other"] == {"result": []}
    for at, one in enumerate(firms[:20]):
        best = found[f"q{at}"]["result"][0]
        assert best["name"] == one["name"] and len(found[f"q{at}"]["result"]) <= 3
        assert best["match"] or "不止一家" in best["description"] or best["score"] >= 90, best
    assert next((one["id"], one["match"]) for one in found["code"]["result"]) == (coded["id"], True)
    assert not any(one["match"] for one in found["none"]["result"])
    assert client.get("/api/v1/reconcile", params={"queries": json.dumps(queries)}).json() == found
    page = manifest["view"]["url"].replace("{{id}}", coded["id"])
    assert client.get(page).status_code == 200


def test_columns_are_fetched_and_suggested(client: TestClient) -> None:
    proposed = client.get("/api/v1/reconcile/properties?type=Enterprise").json()["properties"]
    firm = client.get("/api/v1/firms").json()["firms"]
    asked = {"ids": [firm[0]["id"], "none"], "properties": [{"id": one["id"]} for one in proposed]}
    found = client.post("/api/v1/reconcile", data={"extend": json.dumps(asked)}).json()
    Draft202012Validator(EXTENDED).validate(found)
    assert [one["id"] for one in found["meta"]] == [one["id"] for one in proposed]
    assert not any(found["rows"]["none"].values()) and any(found["rows"][firm[0]["id"]].values())
    hits = client.get("/api/v1/reconcile/suggest/entity", params={"prefix": firm[0]["name"][:4]}).json()["result"]
    assert firm[0]["id"] in [one["id"] for one in hits]
    assert [one["id"] for one in client.get("/api/v1/reconcile/suggest/property?prefix=代码").json()["result"]] == [
        "credit_code",
        "region",
        "stock_code",
    ]
    assert client.get("/api/v1/reconcile/suggest/type?prefix=企").json()["result"][0]["id"] == "Enterprise"


def test_batches_have_limits(client: TestClient) -> None:
    many = {f"q{at}": {"query": "甲"} for at in range(101)}
    assert reconciled(client, many, 413)["code"] == "WE413"
    for wrong in ([], {"q": {}}, {"q": {"query": "x", "unknown": 1}}, {"q": {"query": "x" * 500}}, {"q": 7}):
        answer = client.post("/api/v1/reconcile", data={"queries": json.dumps(wrong)})
        assert answer.status_code == 422, wrong
    for text in ("", "{", "[" * 100_000):
        assert client.post("/api/v1/reconcile", data={"queries": text}).json()["code"] == "WE422"
    for asked in ({"ids": ["x"] * 101, "properties": []}, {"ids": [], "properties": [{"id": "none"}]}):
        assert client.post("/api/v1/reconcile", data={"extend": json.dumps(asked)}).json()["code"] == "WE422"
