"""Who could take up a node of a chain in a region, in the terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json

if TYPE_CHECKING:
    from web.jobs.proposals import NodeProposals, PathStep, ProposedFirm

REASONS = 3
"""Reasons that are printed of a firm."""


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(proposals)


def proposals(
    node: Annotated[str, typer.Argument(metavar="NODE", help="A node of a chain, as chain:node.")],
    region: Annotated[str, typer.Option(metavar="CODE|NAME", help="The place that is to have it.")],
    top: Annotated[int, typer.Option(min=1, max=100, help="Firms of each kind to list.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Who could take up NODE in a region: firms near to it, firms elsewhere, buyers, and firms whose trade borders on
    it, each with its reasons."""
    from web.jobs.proposals import proposals as propose

    with opened_home() as home, working("proposals"):
        found = propose(home, node, region, home.settings.lang, top)
    if as_json:
        print_json(asdict(found))
    else:
        _print(found)


def _print(found: NodeProposals) -> None:
    typer.echo(f"{found.chain} · {found.name} ({found.node}) in {found.place} ({found.region})")
    typer.echo(f"graph as of {found.as_of[:16]}, scorecard {found.scorecard}")
    typer.echo(f"makers here {found.makers_here}, in all {found.makers_all}, of unknown place {found.unplaced}")
    _firms("near, do not make it yet", found.local_near)
    _firms("make it elsewhere", found.elsewhere)
    typer.echo("\nneed it here")
    for buyer in found.buyers:
        place = buyer.region or "place unknown"
        typer.echo(f"   {buyer.name}  {place}")
        for ground, path in buyer.grounds:
            typer.echo(f"      {ground}: {_path(path)}")
    if not found.buyers:
        typer.echo("   none in what was read")
    _firms("border on it", found.extensions)


def _firms(title: str, firms: tuple[ProposedFirm, ...]) -> None:
    typer.echo(f"\n{title}")
    for firm in firms:
        score = "   –" if firm.score is None else f"{firm.score:6.1f}"
        typer.echo(f"   {score}  {firm.name}  {firm.place or 'place unknown'}")
        for reason in [one for one in firm.reasons if one.feature != "way"][:REASONS]:
            typer.echo(f"           {reason.points:+.1f}  {reason.says}")
        for ability in firm.abilities:
            typer.echo(f"           {ability.process}" + (f"（{ability.equipment}）" if ability.equipment else ""))
        for path in firm.paths:
            typer.echo(f"           {_path(path)}")
    if not firms:
        typer.echo("   none in what was read")


def _path(path: tuple[PathStep, ...]) -> str:
    return " → ".join(step.says for step in path)
