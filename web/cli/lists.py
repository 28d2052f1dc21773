"""Lists and sheets, loaded by the manifest of their source."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.documents import Later, Mix
from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, Report, ReportFile, print_json
from web.errors import Usage

if TYPE_CHECKING:
    from web.db.imports import PrivateRow
    from web.jobs.lists import Batch

Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="SHEET:ROW", help="Take a doubtful row all the same; may be repeated; or all."),
]
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it is taken; kept in the log.")]
Organisation = Annotated[
    str | None, typer.Option(metavar="ID", help="Whose private sheet it is: suppliers, a bill of materials.")
]
ContributorName = Annotated[
    str | None, typer.Option("--contributor", metavar="NAME", help="Who brought it, not to be named in public.")
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_list)


def import_list(
    source: Annotated[str | None, typer.Argument(help="Name of a manifest, or a folder that holds one.")] = None,
    file: Annotated[Path | None, typer.Argument(help="CSV, XLS, XLSX, HTML or JSON lines.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, load nothing.")] = False,
    undo: Annotated[str | None, typer.Option(metavar="BATCH", help="Take a batch back.")] = None,
    rows: Annotated[str | None, typer.Option(metavar="BATCH", help="Show the private rows of a batch.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help="When the list was published.")] = None,
    accept: Accept = None,
    because: Because = "",
    organisation: Organisation = None,
    contributor: ContributorName = None,
    shown_as: Annotated[str | None, typer.Option(metavar="TEXT", help="How the public names that contributor.")] = None,
    later: Later = False,
    report: ReportFile = None,
    mix: Mix = False,
    as_json: AsJson = False,
) -> None:
    """Load a list: rows become facts by the manifest of SOURCE. Without arguments: name the sources."""
    from web.jobs import lists
    from web.jobs.private import HIDDEN_BUYER, Contributor

    if (undo or rows) and (source or file or dry_run or (undo and rows)):
        raise Usage("--undo BATCH and --rows BATCH stand alone", hint="bulian import --undo BATCH")
    if rows is not None:
        _show_rows(rows, as_json)
        return
    if undo is None and source is None:
        for name in lists.sources():
            typer.echo(name)
        return
    if undo is None and file is None:
        raise Usage("FILE is missing", hint="bulian import SOURCE FILE")
    if shown_as and not contributor:
        raise Usage("--shown-as is the public name of a hidden contributor", hint="name it: --contributor NAME")
    with Report(report) as refusals, opened_home() as home:
        with working("import"):
            if undo is not None:
                batch = lists.undo(home, undo)
            else:
                assert source is not None and file is not None
                batch = lists.import_list(
                    home,
                    source,
                    file,
                    refusals.refuse,
                    dry_run=dry_run,
                    mix=mix,
                    published=published,
                    organisation=organisation,
                    contributor=Contributor(contributor, shown_as or HIDDEN_BUYER) if contributor else None,
                    accept=accept or (),
                    because=because,
                    later=later,
                )
        _print(batch, as_json)
    raise typer.Exit(refusals.status)


def _print(batch: Batch, as_json: bool) -> None:
    if as_json:
        print_json(asdict(batch))
        return
    name = f"batch {batch.id}" if batch.id else "dry run"
    typer.echo(f"{name}: {batch.state}; {batch.rows} rows, {batch.refused} refused, {batch.facts} facts")


def _show_rows(batch: str, as_json: bool) -> None:
    from web.jobs.private import rows_in

    with opened_home() as home:
        found: list[PrivateRow] = rows_in(home, batch)
    if as_json:
        print_json([{"place": row.place, "firm": row.firm, "code": row.code, "values": row.values} for row in found])
        return
    for row in found:
        values = "  ".join(f"{name}={value}" for name, value in row.values.items())
        typer.echo(f"{row.place}  {values}")
