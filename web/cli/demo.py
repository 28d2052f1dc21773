"""The main job on the demo corpus, from files to a ranked shortlist with its evidence."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from web.cli.documents import Mix
from web.cli.opened import opened_home
from web.errors import REFUSED


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(demo)


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Print the shortlist and end.")] = False,
    top: Annotated[int, typer.Option(min=1, max=100, help="Firms to print.")] = 5,
    mix: Mix = False,
) -> None:
    """Load an invented corpus, match one need, print the shortlist with its evidence, serve the pages."""
    from nlp.readers.ocr import INSTALL, available
    from web.cli.parts import fetch_parts
    from web.cli.progress import progress
    from web.cli.shortlist import print_shortlist
    from web.jobs.demo import first_need, load_demo
    from web.jobs.match import match
    from web.jobs.server import PageServer

    with opened_home() as home:
        fetch_parts(home.parts)
        with progress("demo corpus") as advance:
            loaded = load_demo(home, mix=mix, advance=advance)
        typer.echo(
            f"invented data: {loaded.documents + loaded.already} documents ({loaded.already} were loaded already), "
            f"{loaded.lists} lists loaded now, {loaded.facts} new facts, {loaded.needs} needs, "
            f"{loaded.bounties} bounties; "
            f"{loaded.refused - len(loaded.unexpected)} files refused that are broken on purpose"
        )
        if not available():
            typer.echo(f"one of them is a scanned certificate: {INSTALL}")
        for error in loaded.unexpected:
            print(f"refused: {error}", file=sys.stderr)
        typer.echo("")
        print_shortlist(match(home, first_need(), top, home.settings.lang))
        if not no_serve:
            server = PageServer(home)
            with server.listening() as (socket, address):
                typer.echo("the pages start …", err=True)
                server.run(socket, lambda: typer.echo(f"pages   {address}   (stop with Ctrl+C)"))
    raise typer.Exit(REFUSED if loaded.unexpected else 0)
