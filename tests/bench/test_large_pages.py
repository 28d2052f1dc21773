"""How long the pages of analysts, buyers and firms take at 100,000 firms, against the goal of 500 ms for nineteen in
twenty: `pytest -m bench -n 0 -s tests/bench/test_large_pages.py`. JSON in .bench/large_pages.json.

The world is that of `large_world` (BULIAN_BENCH_FIRMS names another number of firms), with the packaged chains and
clusters, the offers of the demo, fifty published needs, and accounts with their rows as `users_at_work` makes them.
One person at a time goes BULIAN_BENCH_ROUNDS times (20) the way of the own role; analysts also open what is made of
figures. Of each page the first answer stands apart, since it makes what the later ones find made; of the others the
clock's milliseconds and those of this process' processor. Neo4j shares the cores. An answer of 400 and above fails the
run once its figures are written.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from matcher.chain.template import packaged
from tests.bench.large_world import REGIONS, SAID, SEED, large_home, quantiles
from tests.bench.users_at_work import PASSWORD, Person, Step, Things, make_people, way
from tests.site_fixture import LOCAL
from tests.web.people import FAR, sign_in
from web.app import create_app
from web.db.models import now
from web.home import Home
from web.jobs import chains, offers, warnings
from web.jobs.demo import demo_folder
from web.jobs.needs import deliver, read_needs

pytestmark = [pytest.mark.bench, pytest.mark.graph]

OUT = Path(__file__).resolve().parents[2] / ".bench" / "large_pages.json"
ROUNDS = int(os.environ.get("BULIAN_BENCH_ROUNDS", "20"))
ROLES = ("analyst", "buyer_editor", "buyer_approver", "firm_owner", "firm_editor")
NEEDS = 50
GOAL_MS = 500.0


def besides(home: Home) -> None:
    """Chains, clusters, offers and needs, beside what the list says of the firms."""
    chains.load(home, names=())
    offers.load(home, demo_folder().parent / "offers" / "demo.yml", _refuse)
    drawn = random.Random(SEED)
    file = home.folder / "needs.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for number in range(NEEDS):
            product, place = drawn.choice(SAID), REGIONS[number % 5][1]
            wanted = {"all": [{"field": "region", "op": "within", "value": place, "hard": False, "unknown": "keep"}]}
            need = {"id": f"bench-n{number}", "title": f"第{number}号寻源：{product}", "products": [product]}
            out.write(json.dumps(need | {"conditions": wanted, "accept": "made"}, ensure_ascii=False) + "\n")
    read_needs(home, file, _refuse)
    deliver(home)


def _refuse(error: Exception) -> None:
    raise error


def figures_way(chance: random.Random) -> Iterator[Step]:
    """What an analyst opens that is made of figures, of one region."""
    region = chance.choice(REGIONS)[1]
    chain = chance.choice(packaged())
    for page in (
        "/city", "/trends", "/statistics", "/fields", "/discover", "/discover/visits", "/warnings", "/monthly-index",
        "/single-sources", "/offers", "/clusters/{id}", "/fields/{scheme}/{name}",
    ):  # fmt: skip
        address = page.replace("{id}", quote("ningbo-361-2025:人工智能与机器人", safe=":"))
        address = address.replace("{scheme}/{name}", "liuji-2026/" + quote("关键基础材料"))
        yield page, f"{address}?region={region}", None
    yield "/trends.svg", f"/trends.svg?region={region}", None
    yield "/statistics tier", f"/statistics?region={region}&tier=little_giant&in=age%3Aover_10", None
    yield "/chains/{id}/versions", f"/chains/{chain.id}/versions", None
    for page in ("/clusters", "/questions", "/questions/{name}", "/queries"):
        yield page, page.replace("{name}", "makers_in_place"), None


def things_of(home: Home) -> Things:
    """What there is to look at. The chains' nodes are those of the templates: pages place products by themselves."""
    found = Things.of(home.graph(), home)
    nodes = [(chain.id, node.id) for chain in packaged() for node in chain.nodes]
    return replace(found, nodes=nodes, documents=[one.id for one in home.documents.all()][:1])


def test_large_pages(graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path: Path) -> None:
    begun = time.perf_counter()
    figures: dict[str, object] = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1)}

    def mark(name: str) -> None:
        nonlocal begun
        figures[f"{name}_s"] = round(time.perf_counter() - begun, 1)
        print(name, figures[f"{name}_s"], flush=True)
        begun = time.perf_counter()

    with large_home(neo4j_server, parts, tmp_path, mark, besides) as (home, held):
        figures |= held | {"rounds": ROUNDS, "goal_p95_ms": GOAL_MS}
        things = things_of(home)
        people = make_people(home, things, random.Random(SEED))
        mark("people")
        app = create_app(home)
        with TestClient(app, base_url=LOCAL, client=FAR) as anybody:
            assert anybody.get(f"/firms/{things.firms[0][0]}/needs").status_code == 200  # waits for the boards
            mark("boards")
            warnings.look(home, now())
            mark("warnings")
            pages: dict[str, dict[str, object]] = {}
            errors: Counter[str] = Counter()
            for role in ROLES:
                person = next(one for one in people if one.role == role)
                pages |= walked(sign_in(app, person.login, PASSWORD), person, things, errors)
                mark(role)
    slow = sorted(pages.items(), key=lambda page: -float(str(page[1]["p95_ms"])))
    figures["load_after"] = round(os.getloadavg()[0], 1)
    figures["over_goal"] = [page for page, one in slow if float(str(one["p95_ms"])) > GOAL_MS]
    figures["errors"], figures["pages"] = dict(errors), dict(slow)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({name: figures[name] for name in ("firms", "over_goal", "errors")}, ensure_ascii=False))
    assert not errors, errors


def walked(client: TestClient, person: Person, things: Things, errors: Counter[str]) -> dict[str, dict[str, object]]:
    """The pages of a person by role and page: the first answer, and quantiles of those that follow."""
    chance = random.Random(f"{SEED} {person.role}")
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(ROUNDS + 1):
        steps = [*way(person, things, chance)]
        steps += [*figures_way(chance)] if person.role == "analyst" else []
        for page, address, form in steps:
            begun, processor = time.perf_counter(), time.process_time()
            answer = client.get(address) if form is None else client.post(address, data=form, follow_redirects=False)
            spent = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - processor)
            errors.update([f"{person.role} {page} {answer.status_code}"] if answer.status_code >= 400 else [])
            taken[page].append(spent)
    return {
        f"{person.role} {page}": {
            "first_ms": round(spent[0][0], 1),
            **quantiles([clock for clock, _ in spent[1:]]),
            "processor": quantiles([worked for _, worked in spent[1:]]),
        }
        for page, spent in taken.items()
    }
