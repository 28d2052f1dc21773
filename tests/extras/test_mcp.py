"""The extra `mcp`: an assistant's client starts `bulian mcp`, sees its tools, and asks each of them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.console import Console
from kg.neo4j.process import Connection
from kg.parts import Parts
from kg.store import Graph
from tests.kg.worlds import World, document, firm, product
from tests.site_fixture import load_world, settings
from web.home import Home
from web.jobs.graph import settle
from web.mcp_server import server

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed here: make test-extras")

pytestmark = pytest.mark.graph

MAKERS = {"启朔精工有限公司": "谐波减速器", "栎庭液压有限公司": "轴向柱塞泵", "珩川传动有限公司": "谐波减速器"}
MADE = "MATCH (e:Enterprise)-[r:PRODUCES]->(p) RETURN e.name AS firm, p.name AS product, r.fact AS fact ORDER BY fact"


@pytest.fixture(scope="module")
def told(
    graph: Graph, neo4j_server: Connection, parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The settings of a data folder with a small world, as a client hands them to the command."""
    folder, world = tmp_path_factory.mktemp("home"), World()
    text = "".join(f"{name}主要生产{made}。" for name, made in MAKERS.items())
    filing = document(text)
    for name, made in MAKERS.items():
        quote = f"{name}主要生产{made}。"
        start = text.index(quote)
        said = {"quote": quote, "start": start, "end": start + len(quote), "page": 1}
        world.say(filing, firm(name), "PRODUCES", product(made), **said)
    with Home(settings(neo4j_server, parts, folder)) as home:
        load_world(home, world)
        settle(home)
    given = {"graph_url": neo4j_server.url, "graph_user": neo4j_server.user, "graph_password": neo4j_server.password}
    given |= {"home": str(folder), "parts": str(parts.folder)}
    yield {f"BULIAN_{name.upper()}": value for name, value in given.items()}


def asked(settings: dict[str, str], *calls: tuple[str, dict[str, Any]]) -> tuple[Any, list[Any]]:
    """The tools that the command offers, and its answers."""

    async def run() -> tuple[Any, list[Any]]:
        command = mcp.StdioServerParameters(
            command=sys.executable,
            args=["-m", "web.cli.main", "mcp"],
            env={**os.environ, **settings},
            cwd=Path(__file__).resolve().parents[2],
        )
        async with mcp.Client(command, read_timeout_seconds=120) as client:
            tools = (await client.list_tools()).tools
            return tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(run())


def test_an_assistant_searches_ranks_and_opens(told: dict[str, str], graph: Graph) -> None:
    tools, (unknown, written, missing, found, ranked) = asked(
        told,
        ("evidence", {"fact": "none"}),
        ("query", {"cypher": "CREATE (n:Enterprise {id: 'x'})"}),
        ("query", {"cypher": "MATCH (n) RETURN $n"}),
        ("search", {"text": "启朔"}),
        ("rank", {"need": "谐波减速器", "top": 3}),
    )
    assert [tool.name for tool in tools] == ["search", "rank", "evidence", "query"]
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert unknown.is_error and "WE404" in unknown.content[0].text
    assert written.is_error and "KG711" in written.content[0].text and "Traceback" not in written.content[0].text
    assert missing.is_error and "KG719" in missing.content[0].text
    assert [one["name"] for one in found.structured_content["firms"]] == ["启朔精工有限公司"]
    entries = ranked.structured_content["entries"]
    assert 1 <= len(entries) <= 3 and all(one["reasons"] for one in entries)
    facts = [one["fact"] for entry in entries for reason in entry["reasons"] for one in reason["evidence"]]
    _, (opened,) = asked(told, ("evidence", {"fact": facts[0]}))
    assert opened.structured_content["id"] == facts[0] and "谐波减速器" in str(opened.structured_content)


def test_a_query_is_asked_where_analysts_ask(
    told: dict[str, str], neo4j_server: Connection, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, on the server itself: to make the analysts' copy is the matter of other tests."""
    monkeypatch.setattr("web.jobs.query._is_ready", lambda home: True)
    monkeypatch.setattr("web.analysts.Analysts.console", lambda own: Console(neo4j_server, own._home.ontology))

    async def run(home: Home) -> Any:
        async with mcp.Client(server(home)) as client:
            return await client.call_tool("query", {"cypher": f"{MADE} LIMIT $n", "parameters": {"n": 2}})

    with Home(settings(neo4j_server, parts, told["BULIAN_HOME"])) as home:
        answer = asyncio.run(run(home))
    assert not answer.is_error, answer.content
    said = answer.structured_content
    assert said["total"] == 2 and all(MAKERS[firm] == product and fact for firm, product, fact in said["rows"])
    assert said["source"] and said["query"]


def test_switched_off_it_says_so_in_one_line(told: dict[str, str]) -> None:
    import subprocess

    off = subprocess.run(
        [sys.executable, "-m", "web.cli.main", "mcp"],
        env={**os.environ, **told, "BULIAN_MCP": "false"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert off.returncode == 1 and off.stderr.startswith("bulian: WE020") and off.stderr.count("\n") == 1
    assert off.stdout == ""
