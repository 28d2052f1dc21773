"""Documents into the store, the journal and the graph."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from web.cli.files import Paths, Ray, Workers
from web.cli.opened import opened_home
from web.cli.report import AsJson, Report, ReportFile, print_json

Later = Annotated[
    bool, typer.Option("--later", help="Leave the graph as it is: `bulian rebuild`, or the next load, brings it in.")
]
Mix = Annotated[bool, typer.Option("--mix", help="Allow demo and real data in one data folder.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(ingest)


def ingest(
    paths: Paths,
    report: ReportFile = None,
    workers: Workers = 0,
    ray: Ray = None,
    later: Later = False,
    again: Annotated[bool, typer.Option("--again", help="Read files again that are loaded already.")] = False,
    mix: Mix = False,
    as_json: AsJson = False,
) -> None:
    """Load documents: their text and facts are kept, and projected to the graph. Loading twice changes nothing.

    A first load of many documents goes in with --later, and all at once into the graph by `bulian rebuild`.
    """
    from web.cli.progress import progress
    from web.jobs.files import documents_of
    from web.jobs.ingest import ingest as load

    with Report(report) as refusals, opened_home(ray) as home:
        with progress("documents", len(documents_of(paths))) as advance:
            done = load(
                home, paths, refusals.refuse, advance=advance, workers=workers, mix=mix, again=again, later=later
            )
        if as_json:
            print_json(asdict(done))
        else:
            typer.echo(
                f"{done.files} files: {done.loaded} loaded, {done.already} were loaded already, "
                f"{done.refused} refused; {done.facts} facts"
            )
    raise typer.Exit(refusals.status)
