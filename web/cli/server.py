"""What stays running: up, down, status, serve."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the pages; by default BULIAN_PORT.")]
Processes = Annotated[
    int | None, typer.Option(min=1, max=64, help="Processes that serve the pages; by default BULIAN_PROCESSES.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(up)
    app.command()(down)
    app.command()(status)
    app.command()(serve)


def up(port: Port = None, processes: Processes = None) -> None:
    """Start the local Neo4j and the pages as processes that stay; both are reachable from this machine alone."""
    from web.jobs.server import PageServer

    with opened_home() as home:
        home.stay()
        with working("start"):
            home.graph()
            address = PageServer(home).start(port, processes)
    typer.echo(f"pages   {address}")
    typer.echo(f"graph   {home.settings.graph_url or 'local Neo4j'}")
    typer.echo("stop both with: bulian down")


def down() -> None:
    """Stop the pages, the local Neo4j and the analysts' copy."""
    from web.jobs.server import PageServer

    with opened_home() as home:
        pages = PageServer(home).stop()
        graph = home.stop_neo4j()
        home.analysts.stop()
    typer.echo(f"pages {'stopped' if pages else 'were not running'}, Neo4j {'stopped' if graph else 'was not running'}")


def status(as_json: AsJson = False) -> None:
    """Say what runs, where, in which versions, how much is loaded and how old it is."""
    from web.jobs.health import status as state_of

    with opened_home() as home:
        state = state_of(home)
    if as_json:
        print_json(state)
    else:
        _print_tree(state)


def _print_tree(tree: dict[str, Any], indent: str = "") -> None:
    for name, value in tree.items():
        if isinstance(value, dict):
            typer.echo(f"{indent}{name}")
            _print_tree(value, indent + "  ")
        else:
            typer.echo(f"{indent}{name:{max(1, 20 - len(indent))}} {'-' if value is None else value}")


def serve(port: Port = None, processes: Processes = None) -> None:
    """Serve the pages in this process, or in several that it starts, until it is stopped."""
    from web.jobs.server import PageServer

    with opened_home() as home:
        server = PageServer(home)
        with server.listening(port) as (socket, address):
            typer.echo("the pages start …", err=True)
            server.run(socket, lambda: typer.echo(f"pages   {address}"), processes)
