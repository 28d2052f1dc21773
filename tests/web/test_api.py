"""The API as its description says it: fuzzed from the description, errors of one shape."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
import schemathesis.specs.openapi.schemas  # what it would import lazily is compiled at collection, not in a test
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from starlette.testclient import TestClient

pytestmark = [pytest.mark.graph, pytest.mark.xdist_group("pages")]


READS_WHAT_IS_SENT = {"/api/v1/requirement"}
FUZZ = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]


def test_each_operation_answers_as_it_is_described(client: TestClient) -> None:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", client.app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) >= 10
    for operation in operations:

        @FUZZ
        @given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        answers()


def test_the_description_names_every_operation(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    for path, methods in described["paths"].items():
        assert set(methods) == ({"post"} if path in READS_WHAT_IS_SENT else {"get"}), path
        for operation in methods.values():
            assert operation["summary"] and operation["description"], path
            assert {"422", "503"} <= set(operation["responses"]), path
