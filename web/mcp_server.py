"""What an assistant may ask by the Model Context Protocol: search, rank, evidence and query, all of them only read.

The tools call what the pages call, so that an answer has the same figures, sources and dates, and the same gate stands
before Cypher. They see what everybody sees: nothing of an organisation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec

from pydantic import Field

from kg.errors import BulianError
from web.errors import WebError
from web.jobs.query import text_of
from web.pages.console.asked import ROWS
from web.pages.console.console import ask, asked_origin
from web.pages.evidence.evidence import EvidencePage, evidence_page
from web.pages.firms.search import SearchPage, search_page
from web.pages.needs.conditions import Wanted
from web.pages.needs.shortlist import match_page, need_page
from web.switches import refuse_part
from web.tables import as_json

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from web.home import Home

P = ParamSpec("P")

ABOUT = (
    "Firms, products, needs and evidence of Chinese industrial chains, read from filings and official lists. Every "
    "statement has a fact id: open it by `evidence` before you rely on it. What is not said is unknown, never no."
)


def serve(home: Home) -> None:
    """Answer on standard input and output until the client goes away. Raises WebError WE020 (switched off), WE023."""
    refuse_part(home.settings.switched_off, "mcp")
    server(home).run()


def server(home: Home) -> MCPServer[Any]:
    """The server with its tools. Raises WebError WE023 where the package mcp is not installed."""
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise WebError("the extra mcp is not installed", code="WE023", hint="pip install 'bulian[mcp]'") from error

    def said(tool: Callable[P, dict[str, Any]]) -> Callable[P, dict[str, Any]]:
        """The tool, with failures told as the commands tell them."""

        @wraps(tool)
        def told(*args: P.args, **named: P.kwargs) -> dict[str, Any]:
            try:
                return tool(*args, **named)
            except BulianError as error:
                raise ToolError(str(error)) from error

        return told

    made: MCPServer[Any] = MCPServer("bulian", instructions=ABOUT, version=version("bulian"), log_level="WARNING")
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    for tool in tools(home):
        made.tool(annotations=reads)(said(tool))
    return made


def tools(home: Home) -> list[Callable[..., dict[str, Any]]]:
    """The four tools over a data folder; names, arguments and words are what the client is shown."""

    def search(
        text: Annotated[str, Field(min_length=1, max_length=400, description="any part of a name, a code, or pinyin")],
        kind: Annotated[Literal["firm", "product", "need"] | None, Field(description="only these; none: all")] = None,
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> dict[str, Any]:
        """Find firms, products and needs by a part of their names."""
        found: SearchPage = search_page(home.graph(), text, kind, "any", limit)
        return found.model_dump(mode="json")

    def rank(
        need: Annotated[str, Field(min_length=1, max_length=2000, description="id of a need, or what is sought")],
        top: Annotated[int, Field(ge=1, le=50)] = 10,
    ) -> dict[str, Any]:
        """Rank firms for a published need, or for a need in words: points with reasons and their fact ids, conditions
        met, missed or unknown, risks, and near misses."""
        graph, lang = home.graph(), home.settings.lang
        published = bool(graph.read("need_cards", ids=[need]))
        want = Wanted({}, top=top)
        page = need_page(home, graph, need, want, lang) if published else match_page(home, graph, need, want, lang)
        return page.model_dump(mode="json", exclude={"places"})

    def evidence(
        fact: Annotated[str, Field(min_length=1, max_length=400, description="id of a statement")],
    ) -> dict[str, Any]:
        """The sentence of a statement inside the page of its document, with source and date."""
        found: EvidencePage = evidence_page(home.graph(), home.documents, fact)
        return found.model_dump(mode="json")

    def query(
        cypher: Annotated[str, Field(min_length=1, max_length=20_000, description="Cypher that only reads")],
        parameters: Annotated[dict[str, Any] | None, Field(description="values of $parameters")] = None,
        limit: Annotated[int, Field(ge=1, le=ROWS[1])] = ROWS[0],
    ) -> dict[str, Any]:
        """Ask the analysts' read-only copy of the graph; what would write, read a file or ask an address is refused."""
        texts = {name: text_of(value) for name, value in (parameters or {}).items()}
        table = ask(home, cypher, texts, limit)
        if table is None:
            raise WebError("the analysts' copy is being made", code="WE021", hint="ask again in some seconds")
        return as_json(table, asked_origin(home, cypher, texts))

    return [search, rank, evidence, query]
