"""Speed and quality of the review on a graph of many made firms: all compared, then one load of fifty records more.

`BULIAN_RECORDS` says how many records (17,000 unless told, of about 10,000 firms). The anchor is the plain reading of
all firms from the same graph in the same run.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import pytest

from kg.identity.cluster import Identity, cluster
from kg.identity.firm import Firm, region_code
from kg.identity.review import findings
from kg.neo4j.process import LocalNeo4j
from kg.parts import Parts
from kg.records import Document, Fact, Mention, RecordId, record_id
from kg.values.name import name_key
from kg.values.region import Regions
from tests.bench.made_records import records
from tests.kg.worlds import World, document
from tests.site_fixture import settings
from tests.web.test_decisions import load
from web.home import Home
from web.jobs.duplicates import look
from web.jobs.review import Filter, waiting

pytestmark = pytest.mark.bench
SHEET = 2000
"""Records of one made list."""


@pytest.fixture
def home(parts: Parts, tmp_path: Path) -> Iterator[Home]:
    server = LocalNeo4j(tmp_path / "neo4j", parts.neo4j_jars(), heap="2g", pagecache="512m")
    try:
        with Home(settings(server.start(), parts, tmp_path / "home")) as opened:
            yield opened
    finally:
        server.stop()


def test_all_firms_and_one_more_load(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    count = int(os.environ.get("BULIAN_RECORDS", "17000"))
    truth: dict[str, int] = {}
    with monkeypatch.context() as patch:
        patch.setattr("web.jobs.graph.look", lambda *_: type("Looked", (), {"merged": 0}))
        load(home, sheets(count, truth))
    firms = home.graph().counts().labels["Enterprise"]
    begun = time.perf_counter()
    read = sum(1 for _ in home.graph().stream("described_firms", ids=None))
    anchor = time.perf_counter() - begun
    looked = look(home)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"\n{count} records, {firms} firms: read in {anchor:.1f} s, compared in {looked.seconds:.1f} s ({memory} MB);"
    )
    merged, _ = waiting(home, Filter("merged"), 0, 10**6)
    right = Counter(truth[case.records[0]] == truth[case.records[1]] for case in merged)
    print(f"{right.total()} pairs joined, {right[True]} of them right; {looked.waiting} wait")
    assert read == firms and right[True] / right.total() > 0.98
    begun = time.perf_counter()
    load(home, World({}, []))
    settled = time.perf_counter() - begun
    one = World()
    for firm, _ in islice(records(count + 50), count, None):
        say(one, document("one more", "2026-01-01"), firm)
    begun = time.perf_counter()
    load(home, one)
    print(f"decisions in the graph in {settled:.1f} s; 50 records more in {time.perf_counter() - begun:.1f} s")
    print(f"load {os.getloadavg()[0]:.1f}")


def test_what_is_joined_of_a_register_and_the_names_that_mean_its_firms(shared: Path) -> None:
    """Every name a firm of its own: what the program would join by itself, and what it would ask."""
    folder = shared / "data" / "names"
    made, truth = [], {}
    for line in (folder / "firms.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        made.append(Firm(row["id"], row["name"], tuple(row["aliases"]), row["key"], row["region"]))
        truth[row["id"]] = row["id"]
    for line in (folder / "queries.dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        made.append(Firm(row["id"], row["name"], region=row.get("region")))
        truth[row["id"]] = row["truth"] or row["id"]
    begun = time.process_time()
    found = findings(made, {firm.id: [firm.id] for firm in made}, [])
    seconds = time.process_time() - begun
    counts = Counter((item.doubt or "joined", truth[item.pair[0]] == truth[item.pair[1]]) for item in found)
    print(f"\n{len(made)} firms in {seconds:.1f} s of processor; {sorted(counts.items())}")
    assert counts["joined", False] <= 0.01 * counts["joined", True]


def test_made_firms() -> None:
    """As many made records as BULIAN_RECORDS says, those of one name or code one firm beforehand, without a graph."""
    made = list(records(int(os.environ.get("BULIAN_RECORDS", "17000"))))
    truth, by_id = {firm.id: number for firm, number in made}, {firm.id: firm for firm, _ in made}
    judged = [Identity(RecordId(one.id), name_key(one.name), one.key, region_code(one.region)) for one, _ in made]
    members: dict[str, list[str]] = {}
    for key, of in cluster(judged).items():
        members.setdefault(of, []).append(key)
    firms = [merged([by_id[key] for key in [of, *keys]]) for of, keys in members.items()]
    begun = time.process_time()
    found = findings(firms, members, [])
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    counts = Counter((item.doubt or "joined", truth[item.pair[0]] == truth[item.pair[1]]) for item in found)
    print(f"\n{len(made)} records, {len(firms)} firms: {seconds:.1f} s of processor, {memory} MB;")
    print(sorted(counts.items()))
    assert counts["joined", False] <= 0.01 * counts["joined", True]


def merged(of: Sequence[Firm]) -> Firm:
    """What several records say of one firm."""
    key, region = (next((getattr(one, name) for one in of if getattr(one, name)), None) for name in ("key", "region"))
    return Firm(of[0].id, of[0].name, tuple({one.name for one in of} - {of[0].name}), key, region)


def sheets(count: int, truth: dict[str, int]) -> World:
    made = World()
    for number, (firm, of) in enumerate(records(count)):
        doc = document(f"list {number // SHEET}", "2025-01-01")
        truth[record_id(doc, say(made, doc, firm).source)] = of
    return made


def say(made: World, doc: Document, firm: Firm) -> Fact:
    """One row of a list: a firm, its place where the list gives one, else its code or its mere name."""
    mention = Mention("Enterprise", firm.name, firm.key, firm.id)
    place = Regions.load().find(firm.region) if firm.region else None
    if place is None:
        return made.say(doc, mention, "PROFILE", None, founded="2001-01-01")
    return made.say(doc, mention, "LOCATED_IN", Mention("Region", place.name, place.code))
