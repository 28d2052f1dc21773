"""What belongs to one organisation, asked for by each role of another one: on every route that takes an id."""

from __future__ import annotations

import dataclasses
import os
import re
import typing
from datetime import UTC, datetime
from types import UnionType
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Mapped, Session
from starlette.testclient import TestClient

from tests.web.routes import Asked, routes
from tests.web.test_rights import app, clients, wanted_by  # noqa: F401 (fixtures of that module)
from web.accounts.actor import rights
from web.db import models
from web.db.accounts import Organisation
from web.db.bounties import (
    Agreement,
    AgreementChange,
    Application,
    Bounty,
    BountyFile,
    Milestone,
    Objection,
    TeamMember,
)
from web.db.bounties import Review as BountyReview
from web.db.firms import Claim, Correction, FirmFile
from web.db.imports import PrivateRow
from web.db.inquiries import Inquiry, InquiryFile, InquiryParty
from web.db.lists import Shortlist, ShortlistItem, ShortlistVersion, Supplier
from web.db.meetings import Meeting, MeetingDay, MeetingParty
from web.db.models import Base, ImportBatch, Need
from web.db.pool import PoolDifficulty, PoolDraw, PoolEntry, PoolInspection
from web.db.warnings import KeptWarning
from web.db.watches import Watch

SECRET = "七二九机密字样"
AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)

PRIVATE: dict[tuple[str, str], str] = {
    ("/agreements", "agreement_id"): "agreement",
    ("/agreements", "change_id"): "change",
    ("/agreements", "milestone_id"): "milestone",
    ("/agreements", "file_id"): "milestone_file",
    ("/applications", "application_id"): "application",
    ("/applications", "file_id"): "application_file",
    ("/applications", "member_id"): "member",
    ("/bounties", "bounty_id"): "bounty",
    ("/bounties", "file_id"): "bounty_file",
    ("/bounties", "objection_id"): "objection",
    ("/bounties", "review_id"): "review",
    ("/difficulties", "difficulty_id"): "difficulty",
    ("/drafts", "batch_id"): "batch",
    ("/drafts", "need_id"): "need",
    ("/expert", "review_id"): "review",
    ("/inquiries", "file_id"): "inquiry_file",
    ("/inquiries", "inquiry_id"): "inquiry",
    ("/inquiries", "party_id"): "party",
    ("/lists", "list_id"): "list",
    ("/meetings", "day_id"): "day",
    ("/meetings", "meeting_id"): "meeting",
    ("/meetings", "party_id"): "meeting_party",
    ("/my", "file_id"): "firm_file",
    ("/own", "bounty_id"): "bounty",
    ("/own", "need_id"): "need",
    ("/pool", "draw_id"): "draw",
    ("/pool", "entry_id"): "entry",
    ("/pool", "inspection_id"): "inspection",
    ("/pool", "organisation_id"): "organisation",
    ("/suppliers", "row_id"): "supplier",
    ("/warnings", "warning_id"): "warning",
    ("/watches", "watch_id"): "watch",
}
"""First part of the address and parameter → which row of the other organisation stands there."""

OPEN = {
    "/answer file_id": "a link: its token is the right",
    "/queries query_id": "of its organisation: tests/web/test_questions.py asks as a stranger",
    "/snapshots snapshot_id": "of its organisation: as saved queries",
    "case_id": "pairs of public firms",
    "chain_id": "chains are public",
    "claim_id": "of the operator",
    "cluster_id": "clusters are public",
    "code": "a link: the code is the right",
    "correction_id": "of the operator",
    "document_id": "documents of the graph are public",
    "fact_id": "statements are public",
    "firm_id": "firms are public",
    "gap_id": "gaps are public",
    "key": "products are public",
    "kind": "no id",
    "label": "no id",
    "name": "no id",
    "need_id": "needs that were published; a draft is not in the graph",
    "node": "chains are public",
    "number": "of the list before it",
    "offer_id": "offers are public",
    "policy_id": "policies are public; their firms are for who holds pool.read",
    "relation": "no id",
    "scheme": "no id",
    "token": "a link: the token is the right",
    "version_id": "chains are public; drafts of them are for who holds chain.draft",
}
"""Parameters that name nobody's own (of one part of the addresses alone, where it stands before), with the reason."""

OF_THE_GRAPH = {"/bounties/{bounty_id}/team", "/drafts/{need_id}/invited", "/api/v1/own/invited/{need_id}"}
"""Routes that ask the graph first, where nothing private stands; here none answers (503)."""

MAY = {"GET /my/files/{file_id}": {"operator"}}
"""Who sees what another organisation has: a proof is for its firm and for who decides on its correction."""

FINDING: dict[str, Any] = {"day": "2026-05-04", "inspector": "x", "result": "in_order"}
BODIES: dict[str, Any] = {
    "/agreements/{agreement_id}": {"do": "accept"},
    "/agreements/{agreement_id}/changes/{change_id}": {"consent": True},
    "/agreements/{agreement_id}/milestones/{milestone_id}": {"do": "pay"},
    "/bounties/{bounty_id}/award": {"reason": "x"},
    "/bounties/{bounty_id}/objections/{objection_id}": {"verdict": "rejected", "answer": "x"},
    "/bounties/{bounty_id}/reviews/open": None,
    "/bounties/{bounty_id}/work": {"to": "terminated", "reason": "x"},
    "/applications/{application_id}/members/answer": {"confirms": True},
    "/applications/{application_id}/state": {"to": "withdrawn"},
    "/difficulties/{difficulty_id}": {"do": "close", "text": "x"},
    "/expert/{review_id}": {"do": "accept"},
    "/inquiries/received/{party_id}": {"do": "read"},
    "/inquiries/{inquiry_id}/open": None,
    "/inquiries/{inquiry_id}/parties/{party_id}/decision": {"decision": "chosen", "reason": "price"},
    "/inquiries/{inquiry_id}/state": {"to": "withdrawn"},
    "/lists/{list_id}/firms": {"firm": "f1", "state": "off"},
    "/lists/{list_id}/freeze": None,
    "/lists/{list_id}/notes": {"text": "x"},
    "/lists/{list_id}/state": {"to": "archived"},
    "/meetings/called/{party_id}": {"wishes": {}},
    "/meetings/called/{party_id}/notes/{meeting_id}": {"text": "x"},
    "/meetings/{day_id}/meetings/{meeting_id}": {"to": "confirmed"},
    "/meetings/{day_id}/meetings/{meeting_id}/notes": {"text": "x"},
    "/meetings/{day_id}/state": {"to": "cancelled"},
    "/meetings/{day_id}/wishes": {"wishes": {}},
    "/pool/draws/{draw_id}": {"entries": ["x"]} | FINDING,
    "/pool/{entry_id}": {"to": "invited"},
    "/pool/{entry_id}/inspections": FINDING,
    "/pool/{entry_id}/inspections/{inspection_id}": FINDING,
    "/warnings/{warning_id}": {"do": "acknowledged", "note": "x"},
    "/watches/{watch_id}": {"ended": True},
}
"""What a stranger sends to the steps of the API: each would be taken by who may."""

ALL = int(os.environ.get("BULIAN_FUZZ", "1")) > 1
"""Whether each role that a route lets in asks it, and not two of them, other ones from route to route."""

_FILLED = {"kind": "docx", "number": "1", "relation": "PRODUCES"}


def filled(model: type[Base], **given: Any) -> Any:
    """A row of a table: what it must say and is not given is the secret, one, or the day."""
    hints = typing.get_type_hints(model, include_extras=True)
    for field in dataclasses.fields(model):
        if not field.init or field.name in given or field.default is not dataclasses.MISSING:
            continue
        if field.default_factory is not dataclasses.MISSING:
            continue
        hint = hints.get(field.name)
        kind = typing.get_args(hint)[0] if typing.get_origin(hint) is Mapped else hint
        if isinstance(kind, UnionType):
            kind = typing.get_args(kind)[0]
        given[field.name] = {int: 1, float: 1.0, datetime: AT, bytes: SECRET.encode(), bool: False}.get(kind, SECRET)
    return model(**given)


def rows_of(session: Session, owner: str) -> dict[str, str]:
    """A row of each kind that belongs to an organisation, by its name in PRIVATE."""
    made: dict[str, str] = {}

    def add(name: str, model: type[Base], **given: Any) -> str:
        columns = inspect(model).columns.keys()
        row = filled(model, **({"organisation_id": owner} if "organisation_id" in columns else {}), **given)
        session.add(row)
        session.flush()
        made[name] = row.id
        return made[name]

    need = add("need", Need, text=SECRET)
    bounty = add("bounty", Bounty, text=SECRET, deadline="2026-05-31")
    application = add("application", Application, bounty_id=bounty, plan=SECRET, firm_name=SECRET)
    agreement = add("agreement", Agreement, bounty_id=bounty, application_id=application, terms={"about": SECRET})
    milestone = add("milestone", Milestone, agreement_id=agreement)
    add("change", AgreementChange, agreement_id=agreement, side="poster", what="due")
    add("member", TeamMember, application_id=application)
    add("review", BountyReview, bounty_id=bounty, application_id=application, expert="somebody", words=SECRET)
    add("objection", Objection, bounty_id=bounty, notice="notice")
    for name, subject, ident in (
        ("bounty_file", "bounty", bounty),
        ("application_file", "application", application),
        ("milestone_file", "milestone", milestone),
    ):
        add(name, BountyFile, bounty_id=bounty, subject=subject, subject_id=ident, sha256="0" * 64)
    made["list"] = add("list", Shortlist, need_id=need)
    add("item", ShortlistItem, list_id=made["list"], firm_id="f1", state="kept", note=SECRET)
    add("frozen", ShortlistVersion, list_id=made["list"], digest="0" * 64, content={"items": [], "said": SECRET})
    inquiry = add("inquiry", Inquiry, text=SECRET, buyer=SECRET, state="sent")
    party = add("party", InquiryParty, inquiry_id=inquiry, firm_id="f1")
    add("inquiry_file", InquiryFile, inquiry_id=inquiry, party_id=party, sha256="0" * 64)
    day = add("day", MeetingDay, date="2026-06-01", place=SECRET)
    add("meeting_party", MeetingParty, day_id=day, firm_id="f1")
    add("meeting", Meeting, day_id=day)
    add("firm_file", FirmFile, firm_id="f1", state="kept", sha256="0" * 64)
    add("claim", Claim, firm_id="f1", way="letter")
    add("correction", Correction, firm_id="f1")
    entry = add("entry", PoolEntry, firm_id="f1", state="candidate", district="330200", tier="innovative")
    add("draw", PoolDraw, day="2026-05-04", seed="7", digest="0" * 64)
    made["inspection"] = "i1"
    add("finding", PoolInspection, entry_id=entry, inspection="i1", number=1, finding=SECRET)
    made["organisation"] = owner
    add("difficulty", PoolDifficulty, entry_id=entry, firm_organisation="nobody")
    batch = add("batch", ImportBatch, source="bom", state="loaded", sha256="0" * 64)
    row = add("private_row", PrivateRow, batch_id=batch, source="supplier-sheet", kind="supplier", values={"n": SECRET})
    add("supplier", Supplier, row_id=row)
    add("watch", Watch, user_id="somebody", kind="firm", subject_id="f1")
    add("warning", KeptWarning, user_id="somebody", first_seen="2026-05-04", last_seen="2026-05-04")
    return made


@pytest.fixture(scope="module")
def theirs(app: FastAPI) -> dict[str, str]:  # noqa: F811
    """Ids of rows of an organisation to which nobody here belongs."""
    with app.state.site.home.database().session() as session:
        for place in session.scalars(select(Organisation)):
            place.enterprise_id = f"own-{place.id}"  # firms are proved to be firms, but not that one
        other = Organisation(name=SECRET, kind="buyer")
        session.add(other)
        session.flush()
        return rows_of(session, other.id)


def stands(route: Asked, theirs: dict[str, str]) -> tuple[str, bool]:
    """The route's address with the ids of others in it, and whether one of them is private."""
    prefix = re.match(r"(?:/api/v1)?(/[\w-]+)", route.path)
    assert prefix is not None
    private = False
    address = route.path
    for name in re.findall(r"\{(\w+)[^}]*\}", route.path):
        kind = PRIVATE.get((prefix[1], name))
        open_one = name in OPEN or f"{prefix[1]} {name}" in OPEN
        assert kind or open_one, f"{route.path}: say in PRIVATE which row its {name} names, or in OPEN why none"
        private = private or kind is not None
        value = theirs[kind] if kind else _FILLED.get(name, theirs.get(name.removesuffix("_id"), "x"))
        address = re.sub(rf"\{{{name}(:\w+)?\}}", value, address, count=1)
    return address, private


def everything(session: Session) -> dict[str, Any]:
    """How many rows each table has and their versions together: what a stranger must not change."""
    found = {}
    for table in models.Base.metadata.tables.values():
        version = table.c.get("version")
        found[table.name] = session.execute(
            select(func.count(), func.sum(version) if version is not None else func.count()).select_from(table)
        ).one()
    return {name: tuple(row) for name, row in found.items() if name not in ("sign_in",)}


def holders(route: Asked, clients: dict[str, TestClient]) -> list[tuple[str, TestClient]]:  # noqa: F811
    """Those of the roles that the route lets in; the others are refused before any id is looked at."""
    wanted = wanted_by(route)
    found = [
        (role, client)
        for role, client in clients.items()
        if wanted == (None,) or any(right in rights()["roles"][role] for right in wanted)
    ]
    first = len(route.path) % len(found)
    return found if ALL else (found[first:] + found[:first])[:: max(1, len(found) // 2)][:2]


def sent(path: str, method: str) -> dict[str, Any]:
    """What goes with a request of a stranger."""
    if method == "GET":
        return {}
    if not path.startswith("/api/"):
        return {"data": {"version": "1"}}
    return {"json": BODIES[path.removeprefix("/api/v1")], "headers": {"If-Match": "*"}}


def test_nothing_of_another_organisation_is_shown_or_changed(
    app: FastAPI,  # noqa: F811
    clients: dict[str, TestClient],  # noqa: F811
    theirs: dict[str, str],
) -> None:
    database = app.state.site.home.database()
    with database.session() as session:
        before = everything(session)
    private, found = 0, dict[str, set[str]]()
    for route in routes(app):
        if "{" not in route.path:
            continue
        address, is_private = stands(route, theirs)
        if not is_private:
            continue
        private += 1
        for method in sorted(route.methods - {"HEAD"}):
            for role, client in holders(route, clients):
                if role in MAY.get(f"{method} {route.path}", ()):
                    continue
                answer = client.request(method, address, **sent(route.path, method))
                refused = (401, 403, 404, 410, 422, *((503,) if route.path in OF_THE_GRAPH else ()))
                step = method != "GET" and route.path.startswith("/api/")
                if SECRET in answer.text or answer.status_code not in refused or (step and answer.status_code == 422):
                    found.setdefault(f"{method} {route.path}", set()).add(f"{role} {answer.status_code}")
    assert not found
    assert private > 60
    with database.session() as session:
        assert everything(session) == before, "a stranger changed something"
