"""A day of meetings in the terminal: a workbook to fill in, and the programme that is planned from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from web.cli.report import AsJson, Report, ReportFile, print_json

_group = typer.Typer(no_args_is_help=True, help="Meetings of a buyer's needs with many firms: workbook and programme.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(_group, name="meeting")


@_group.command("example")
def example(
    file: Annotated[Path, typer.Argument(help="Workbook to write (XLSX).")],
    need: Annotated[
        list[str] | None, typer.Option(help="A published need: its list goes into the workbook; several.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=200, help="Firms of each list.")] = 20,
) -> None:
    """Write a workbook to fill in, with invented rows or with the lists of published needs."""
    from web.cli.opened import opened_home
    from web.jobs import programme

    _not_there(file)
    if need:
        from web.cli.progress import working

        with opened_home() as home, working("meeting"):
            form = programme.form_of(home, need, top)
    else:
        form = programme.example()
    programme.write_form(file, form)
    typer.echo(f"{file}: {len(form.needs)} needs, {len(form.firms)} firms, {len(form.wishes)} wishes")


@_group.command("plan")
def plan_(
    file: Annotated[Path, typer.Argument(help="Workbook with needs, firms, slots, wishes and conflicts.")],
    out: Annotated[Path, typer.Option(help="Programme to write (XLSX).")],
    keep: Annotated[
        Path | None, typer.Option(help="An earlier programme: its confirmed meetings and its seed are kept.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=999_999_999, help="Seed of the search.")] = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=600, help="Effort of each step, in the solver's own seconds.")
    ] = 1.0,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Plan who meets whom, when and at which table."""
    from datetime import UTC, datetime

    from matcher.meeting.assign import SEED, plan
    from matcher.meeting.problem import Points
    from web.errors import Usage
    from web.jobs import programme
    from web.jobs.meeting import POINTS_FILE, read_workbook
    from web.settings import load_settings

    if out.suffix.lower() != ".xlsx" or out.resolve() == file.resolve():
        raise Usage("the programme is another file, and XLSX", hint="--out PROGRAMME.xlsx")
    with Report(report) as refusals:
        points = Points.load(load_settings().home / POINTS_FILE)
        read = read_workbook(file, keep, points)
        for error in read.refused:
            refusals.refuse(error)
        chosen = seed if seed is not None else read.seed if read.seed is not None else SEED
        done = plan(read.problem, chosen, seconds)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        programme.write_programme(out, read.problem, done, made)
        if as_json:
            print_json(programme.as_json(read.problem, done, made))
        else:
            typer.echo(f"{out}: {len(done.meetings)} meetings, {len(done.unmet)} wishes not met, seed {done.seed}")
            typer.echo(
                f"{done.firms} of {len(read.problem.wished)} wished firms meet (bound {done.firms_bound}); "
                f"{done.points} points (bound {done.points_bound}): {'proved best' if done.proved else 'not proved'}"
            )
            typer.echo(f"{done.waits} empty slots between meetings (at least {done.waits_bound})")
    raise typer.Exit(refusals.status)


def _not_there(file: Path) -> None:
    from web.errors import Usage

    if file.suffix.lower() != ".xlsx" or file.exists():
        raise Usage(f"{file} exists already, or is no XLSX", hint="name a new file that ends with .xlsx")
