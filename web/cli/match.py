"""Match a need against the graph."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(match)


def match(
    need: Annotated[str, typer.Argument(help="Id of a need, or what is sought, in words.")],
    top: Annotated[int, typer.Option(min=1, max=1000, help="Firms to list.")] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="Print every reason, not the heaviest three.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rank the firms of the graph for NEED, each with its reasons and the sentences that they rest on."""
    from web.jobs.match import match as rank

    with opened_home() as home, working("match"):
        shortlist = rank(home, need, top, home.settings.lang)
    if as_json:
        print_json(asdict(shortlist))
    else:
        from web.cli.shortlist import print_shortlist

        print_shortlist(shortlist, reasons=100 if explain else 3)
