"""Gaps of chains: find them, make a draft need or bounty of one, publish it, and the counts of earlier runs."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json

gaps = typer.Typer(
    help="Gaps of chains in a region: find and keep them, make drafts of needs and bounties of them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
Chain = Annotated[str | None, typer.Option("--chain", help="Id of a chain; without it all.")]
Region = Annotated[
    str | None, typer.Option("--region", metavar="CODE|NAME", help="A region; without it the whole country.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(gaps, name="gaps")


@gaps.callback()
def find(context: typer.Context, chain: Chain = None, region: Region = None, as_json: AsJson = False) -> None:
    """Find the gaps of a chain, or of all, in a region, and keep them in the graph. Again changes nothing."""
    if context.invoked_subcommand is not None:
        return
    from web.jobs import gaps as job

    with opened_home() as home, working("gaps"):
        found = job.find(home, chain, region)
    names = ("id", "kind", "rule", "node", "region", "as_of", "firms_local", "firms_all", "firm", "firm_name", "fact")
    if as_json:
        print_json([{name: getattr(gap, name) for name in names} for one in found for gap in one.gaps])
        return
    for one in found:
        kept = f", {one.kept} older ones with needs" if one.kept else ""
        typer.echo(f"{one.chain} {one.region or 'CN'}: {len(one.gaps)} gaps by {one.rules}{kept}")
        for gap in one.gaps:
            typer.echo(f"  {gap.kind} {gap.firms_local:>4} of {gap.firms_all:<5} {gap.id}  {gap.firm_name}")


GapId = Annotated[str, typer.Argument(metavar="GAP", help="Id of a gap.")]


@gaps.command()
def need(gap: GapId, as_json: AsJson = False) -> None:
    """Make a draft need of a gap; nobody sees it until it is published. A second time gives the same draft."""
    _draft(gap, "need", as_json)


@gaps.command()
def bounty(gap: GapId, as_json: AsJson = False) -> None:
    """Make a draft bounty of a gap; nobody sees it until it is published. A second time gives the same draft."""
    _draft(gap, "bounty", as_json)


def _draft(gap: str, kind: Literal["need", "bounty"], as_json: bool) -> None:
    from web.jobs import gaps as job

    with opened_home() as home:
        made = job.draft(home, gap, kind)
    if as_json:
        names = ("id", "kind", "title", "state", "products", "text", "conditions", "buyer", "gap")
        print_json({name: getattr(made, name) for name in names})
    else:
        typer.echo(f"{made.id}  {made.state}  {made.title}  {'、'.join(made.products)}")


@gaps.command()
def publish(need: Annotated[str, typer.Argument(metavar="DRAFT", help="Id of a draft need or bounty.")]) -> None:
    """Publish a draft that was made of a gap: it goes to the graph with its edge to the gap."""
    from web.jobs import gaps as job

    with opened_home() as home, working("gaps publish"):
        made = job.publish(home, need)
    typer.echo(f"{made.id}  {made.state}  {made.title}")


@gaps.command()
def history(
    chain: Annotated[str, typer.Argument(help="Id of a chain.")], region: Region = None, as_json: AsJson = False
) -> None:
    """The counts of the runs of a chain in a region, oldest first."""
    from web.jobs import gaps as job
    from web.jobs.network import region_of

    with opened_home() as home:
        runs = job.history(home, chain, region_of(region) if region else "")
    if as_json:
        names = ("number", "chain", "region", "rules", "as_of", "counts", "nodes")
        print_json([{"at": run.at.isoformat()} | {name: getattr(run, name) for name in names} for run in runs])
        return
    for run in runs:
        counts = " · ".join(f"{name} {count}" for name, count in run.counts.items())
        typer.echo(f"{run.at:%Y-%m-%d %H:%M}  graph of {run.as_of}  {run.rules}  {counts}")
    if not runs:
        typer.echo("nothing yet: bulian gaps --chain CHAIN --region CODE")
