"""Lists and sheets, loaded by the manifest of their source."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from web.cli.documents import Mix
from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, Report, ReportFile, print_json
from web.errors import Usage


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_list)


def import_list(
    source: Annotated[str | None, typer.Argument(help="Name of a manifest, or a folder that holds one.")] = None,
    file: Annotated[Path | None, typer.Argument(help="CSV, XLS, XLSX or JSON lines.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, load nothing.")] = False,
    undo: Annotated[str | None, typer.Option(metavar="BATCH", help="Take a batch back.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help="When the list was published.")] = None,
    report: ReportFile = None,
    mix: Mix = False,
    as_json: AsJson = False,
) -> None:
    """Load a list: rows become facts by the manifest of SOURCE. Without arguments: name the sources."""
    from web.jobs import lists

    if undo is not None and (source or file or dry_run):
        raise Usage("--undo BATCH stands alone", hint="bulian import --undo BATCH")
    if undo is None and source is None:
        for name in lists.sources():
            typer.echo(name)
        return
    if undo is None and file is None:
        raise Usage("FILE is missing", hint="bulian import SOURCE FILE")
    with Report(report) as refusals, opened_home() as home:
        with working("import"):
            if undo is not None:
                batch = lists.undo(home, undo)
            else:
                assert source is not None and file is not None
                batch = lists.import_list(
                    home, source, file, refusals.refuse, dry_run=dry_run, mix=mix, published=published
                )
        if as_json:
            print_json(asdict(batch))
        else:
            name = f"batch {batch.id}" if batch.id else "dry run"
            typer.echo(f"{name}: {batch.state}; {batch.rows} rows, {batch.refused} refused, {batch.facts} facts")
    raise typer.Exit(refusals.status)
