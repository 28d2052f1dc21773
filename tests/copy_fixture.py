"""The fixture `analysts_copy`: a read-only copy of a small invented graph, one for each worker, with short limits; and
`copy_home`, a data folder that has it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.loader import Loader
from kg.neo4j.copy import AnalystsCopy, CopyNote
from kg.neo4j.process import Connection, LocalNeo4j
from kg.ontology import Ontology
from kg.parts import Parts
from kg.projection import project
from kg.store import Graph
from tests.graph_fixture import QUICK
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import settings
from web.home import Home

NOTE = CopyNote("stamp-of-the-copy", "2026-01-02T03:04:05+00:00", "2026-01-02T03:04:06+00:00", 0, 0)


def small_world() -> World:
    """Some firms with products, one that supplies another, one in a place, some doubles of products."""
    world = World()
    page = document("filing", "2025-03-01")
    names = ["甬川砺岚精密传动有限公司", "甬川榫道机器人有限公司", "海陵云杼机械有限公司", "海陵阔野研究院"]
    for name in names:
        for what in ("谐波减速器", "轴承", f"{name[2:4]}样机"):
            world.say(page, firm(name), "PRODUCES", product(what), quote=f"{name}生产{what}", level="disclosed")
    world.say(page, firm(names[0]), "SUPPLIES", firm(names[1]), product="谐波减速器")
    world.say(page, firm(names[1]), "SUPPLIES", firm(names[2]), product="整机")
    return world


def fill(server: LocalNeo4j) -> CopyNote:
    """The small world in a home that may be written."""
    connection, world, ontology = server.start(), small_world(), Ontology.load()
    with Graph(connection.url, connection.user, connection.password) as graph:
        Loader(graph, ontology).load(project(world.documents, world.facts, [], ontology))
        counts = graph.counts()
    nodes, edges = sum(counts.labels.values()), sum(counts.types.values())
    return CopyNote(NOTE.stamp, NOTE.written, NOTE.made, nodes, edges)


@pytest.fixture(scope="session")
def analysts_copy(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnalystsCopy]:
    """The copy, made and running; ended with the session."""
    copy = AnalystsCopy(
        tmp_path_factory.mktemp("analysts") / "copy",
        parts.neo4j_jars,
        heap="512m",
        pagecache="64m",
        java_options=QUICK,
    )
    try:
        copy.make(fill)
        copy.start()
        yield copy
    finally:
        copy.drop()


@pytest.fixture(scope="module")
def copy_home(
    analysts_copy: AnalystsCopy,
    graph: Graph,
    neo4j_server: Connection,
    parts: Parts,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Home]:
    """A data folder whose analysts' copy is that of the test session, which stays when this folder is closed."""
    with Home(settings(neo4j_server, parts, tmp_path_factory.mktemp("console"))) as opened:
        opened.analysts.__dict__["copy"] = analysts_copy
        opened.analysts.stay()
        yield opened
