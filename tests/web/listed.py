"""A list of the demo as somebody at the machine makes it: kept, rejected, frozen, changed; for the tests of pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from starlette.testclient import TestClient

NEED = "demo-n1"
ASKED = "top=10"


def sent(client: TestClient, address: str, status: int = 303, **more: Any) -> str:
    """Where a form leads to."""
    answer = client.post(address, follow_redirects=False, **more)
    assert answer.status_code == status, (address, answer.status_code, answer.text[-800:])
    return answer.headers.get("location", "")


@cache
def listed(client: TestClient) -> tuple[str, list[str]]:
    """The id of the list, made at the first call, and the firms of the need in their order."""
    firms = [one["id"] for one in client.get(f"/api/v1/needs/{NEED}?{ASKED}").json()["entries"]]
    begun = sent(client, f"/needs/{NEED}/keep?{ASKED}", data={"key": "k1"})
    ident = begun.rpartition("/")[2]
    for firm in firms[:2]:
        sent(client, f"/needs/{NEED}/keep?{ASKED}", data={"firm": firm, "state": "kept", "version": "0"})
    rejected = {"firm": firms[-1], "state": "rejected", "reason": "other", "note": "另有安排", "version": "0"}
    sent(client, f"/lists/{ident}/firms", data=rejected)
    sent(client, f"/lists/{ident}/notes", data={"text": "先问两家", "firm": firms[0]})
    sent(client, f"/lists/{ident}/freeze", data={"after": "0"})
    sent(client, f"/lists/{ident}/firms", data={"firm": firms[0], "state": "contacted"})
    return ident, firms


def list_addresses(client: TestClient) -> list[str]:
    """One address of each kind of page of lists."""
    ident, firms = listed(client)
    chosen = "&".join(f"firm={firm}" for firm in firms[:3])
    return [
        "/lists",
        f"/lists/{ident}",
        f"/lists/{ident}/versions/1",
        f"/lists/{ident}/diff?before=1",
        f"/lists/{ident}/compare?{chosen}",
        f"/needs/{NEED}/compare?{chosen}",
        "/suppliers",
    ]
