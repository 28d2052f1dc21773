"""`bulian mcp`: a read-only server for assistants, on standard input and output."""

from __future__ import annotations

import typer

from web.cli.opened import opened_home


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(mcp)


def mcp() -> None:
    """Answer an assistant by the Model Context Protocol on standard input and output: search, rank, evidence, query."""
    from web.mcp_server import serve

    with opened_home() as home:
        serve(home)
