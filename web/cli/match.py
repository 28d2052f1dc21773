"""Match a need against the graph."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from web.cli.files import Ray
from web.cli.fit import match_firm
from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json
from web.cli.why import why_firm
from web.errors import Usage


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(match)


def match(
    need: Annotated[str | None, typer.Argument(help="Id of a need, or what is sought, in words.")] = None,
    firm: Annotated[
        str | None, typer.Option(help="The other direction: rank the open needs for this firm (id or whole name).")
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="Firms, or needs, to list.")] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="Every reason and risk, and who won the like.")] = False,
    why: Annotated[
        str | None, typer.Option(help="Why this firm (id or whole name) stands where it does, or is not listed.")
    ] = None,
    ray: Ray = None,
    as_json: AsJson = False,
) -> None:
    """Rank the firms of the graph for NEED, each with its reasons and the sentences that they rest on."""
    from web.jobs.match import match as rank
    from web.jobs.match import query_of
    from web.pages.needs.precedents import precedents_of

    if (need is None) is (firm is None):
        raise Usage("name a need, or a firm by --firm", hint="bulian match NEED, or bulian match --firm FIRM")
    if firm is not None or need is None:
        if why is not None:
            raise Usage("--why asks of one need", hint="bulian match NEED --why FIRM")
        match_firm(firm or "", top, as_json, ray)
        return
    if why is not None:
        why_firm(need, why, as_json, ray)
        return
    with opened_home(ray) as home, working("match"):
        shortlist = rank(home, need, top, home.settings.lang)
        precedents = precedents_of(home, home.graph(), query_of(home, need)) if explain else []
    if as_json:
        print_json(asdict(shortlist) | ({"precedents": [one.model_dump() for one in precedents]} if explain else {}))
    else:
        from web.cli.precedents import print_precedents
        from web.cli.shortlist import print_shortlist

        print_shortlist(shortlist, reasons=100 if explain else 3)
        if precedents:
            print_precedents(precedents)
