"""Policies and offers to firms: what is loaded, a check of a file, its way in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.opened import opened_home
from web.cli.report import AsJson, Report, ReportFile, print_json

if TYPE_CHECKING:
    from matcher.assess.offer import Offer

offers = typer.Typer(
    help="Policies and offers to firms (subsidies, loans, fairs): list, check, load and drop files of them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="YAML, CSV, XLS or XLSX.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(offers, name="offers")


@offers.callback()
def list_offers(context: typer.Context, as_json: AsJson = False) -> None:
    """List the offers of this data folder by file, with their days."""
    if context.invoked_subcommand is not None:
        return
    from web.jobs import offers as job

    with opened_home() as home:
        found = job.offers(home)
        names = [path.name for path in job.files(home)]
    if not as_json:
        typer.echo(f"{len(names)} files: {', '.join(names) or '-'}")
    _print(found, as_json)


@offers.command()
def check(file: File, report: ReportFile = None, as_json: AsJson = False) -> None:
    """Say what is wrong with a file of offers, row by row; nothing is loaded. Exit status 1 where a row is refused."""
    from web.jobs import offers as job

    with Report(report) as refusals, opened_home() as home:
        _print(job.check(home, file, refusals.refuse), as_json)
    raise typer.Exit(refusals.status)


@offers.command()
def load(file: File, report: ReportFile = None, as_json: AsJson = False) -> None:
    """Keep a file of offers; one of the same name is replaced. Rows that cannot be used are named, the others count."""
    from web.jobs import offers as job

    with Report(report) as refusals, opened_home() as home:
        done = job.load(home, file, refusals.refuse)
    if as_json:
        counted = {"new": done.new, "changed": done.changed, "gone": done.gone, "refused": refusals.refused}
        print_json({"file": done.file, "offers": len(done.offers), **counted})
    else:
        typer.echo(
            f"{done.file}: {len(done.offers)} offers, {len(done.new)} new, {len(done.changed)} changed, "
            f"{len(done.gone)} gone, {refusals.refused} refused"
        )
    raise typer.Exit(refusals.status)


@offers.command()
def drop(name: Annotated[str, typer.Argument(metavar="FILE", help="Name of a loaded file.")]) -> None:
    """Take a file of offers out of the data folder."""
    from web.jobs import offers as job

    with opened_home() as home:
        typer.echo(f"{name}: {job.drop(home, name)} offers gone")


def _print(found: list[Offer], as_json: bool) -> None:
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        invented = " (invented)" if one.demo else ""
        typer.echo(f"{one.id:32} {one.kind:10} {one.since} - {one.until or ''}  {one.zh}, {one.provider}{invented}")
