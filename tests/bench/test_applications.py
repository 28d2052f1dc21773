"""Pages of applications with many bounties in the store, without a graph:
`pytest -m bench -s tests/bench/test_applications.py`.

`BULIAN_BENCH_BOUNTIES` bounties (1,000), each with 20 applications of one lead and one member, half of them by a
broker; an expert has all of those under review. Printed are median and p95 of 40 requests a page and their median of
processor time, which other work on the machine does not change, in milliseconds, through the whole application.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from kg.parts import Parts
from tests.web.bounties import AT, bounty
from tests.web.people import people, quiet_home, sign_in
from web.app import create_app
from web.db.accounts import Organisation
from web.db.bounties import Application, Review, TeamMember
from web.work.bounties.application_rules import Check

pytestmark = pytest.mark.bench

BOUNTIES, EACH, TIMES = int(os.environ.get("BULIAN_BENCH_BOUNTIES", "1000")), 20, 40


def test_pages_of_applications(tmp_path: Path, parts: Parts) -> None:
    with quiet_home(tmp_path, parts) as home:
        world, app = people(home.database(), home.settings), create_app(home)
        buyer, bureau = world.organisation("buyer", "云桁采购"), world.organisation("authority", "某市科技局")
        firm, campus = (
            world.organisation("firm", "启朔精工", enterprise="f0"),
            world.organisation("institute", "甬江大学"),
        )
        house = world.organisation("intermediary", "某技术转移中心")
        judge = world.ids[campus, "expert"]
        with home.database().session() as session:
            places = {place.id: place for place in session.scalars(select(Organisation))}
            states = ("closed", "reviewing", "negotiating", "open")
            made = [bounty(session, places[buyer], places[bureau], states[number % 4]).id for number in range(BOUNTIES)]
            for number, ident in enumerate(made):
                for place in range(EACH):
                    row = Application(bounty_id=ident, firm_id=f"f{place}", firm_name=f"第{place}精工有限公司")
                    row.organisation_id = firm if place == 0 else f"o{place}"
                    row.state, row.submitted, row.plan = "eligible", AT, "拉拔" * 500
                    row.broker_id, row.broker_share = (house, 3.0) if place % 2 else (None, None)
                    row.checks = [Check("lead_named", "pass", "one_lead").kept()]
                    lead = TeamMember(application_id=row.id, firm_name=row.firm_name, role="lead", state="confirmed")
                    lead.organisation_id = row.organisation_id
                    mate = TeamMember(application_id=row.id, firm_name=f"第{place}研究院", state="confirmed")
                    session.add_all([row, lead, mate])
                    if number % 4 == 1:
                        session.add(Review(bounty_id=ident, application_id=row.id, expert=judge, state="accepted"))
                session.flush()
        with home.database().session() as session:
            own = session.scalars(select(Application).where(Application.organisation_id == firm).limit(1)).one().id
        owner, host, expert, broker = (
            sign_in(app, world.login(*who))
            for who in ((firm, "firm_owner"), (bureau, "organiser"), (campus, "expert"), (house, "organiser"))
        )
        asked = {
            "applications": (owner, "/applications"),
            "brought": (broker, "/applications/brought"),
            "mine": (host, "/bounties/mine"),
            "bounty": (owner, f"/bounties/{made[3]}"),
            "thread": (owner, f"/bounties/{made[2]}/thread"),
            "thread_host": (host, f"/bounties/{made[2]}/thread"),
            "application": (owner, f"/applications/{own}"),
            "applied": (host, f"/bounties/{made[0]}/applications"),
            "reviews": (host, f"/bounties/{made[1]}/reviews"),
            "expert": (expert, "/expert"),
            "portal": (owner, "/bounties"),
            "portal_words": (owner, "/bounties?q=强度"),
            "archive": (owner, "/bounties/archive"),
            "portal_statistics": (owner, "/bounties/statistics"),
            "portal_api": (owner, "/api/v1/bounties"),
            "feed": (owner, "/bounties.atom"),
            "calendar": (owner, "/bounties.ics"),
            "xlsx": (owner, "/bounties.xlsx"),
            "archive_xlsx": (owner, "/bounties/archive.xlsx"),
            "statistics_xlsx": (owner, "/bounties/statistics.xlsx"),
        }
        measured = {}
        for name, (client, address) in asked.items():
            taken, worked = [], []
            for _ in range(TIMES):
                begun, cpu = time.perf_counter(), time.process_time()
                assert client.get(address).status_code == 200
                taken.append((time.perf_counter() - begun) * 1000)
                worked.append((time.process_time() - cpu) * 1000)
            measured[name] = {
                "median_ms": round(statistics.median(taken), 1),
                "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
                "processor_ms": round(statistics.median(worked), 1),
            }
        print(json.dumps({"bounties": BOUNTIES, "applications": BOUNTIES * EACH, **measured}))
