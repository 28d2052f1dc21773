"""Backups: of the whole data folder into one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json

File = Annotated[Path, typer.Argument(metavar="FILE")]
WithoutGraph = Annotated[bool, typer.Option("--without-graph", help="Do not compare (or make) the graph.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(backup)
    app.command()(restore)
    app.command("verify-backup")(verify_backup)


def backup(file: File, without_graph: WithoutGraph = False, as_json: AsJson = False) -> None:
    """Write documents, journal, decisions and all other tables into one file, checked before and after."""
    from web.jobs import backup as job

    with opened_home() as home, working("backup"):
        _tell(job.backup(home, file, graph=not without_graph), as_json)


def restore(
    file: File,
    without_graph: WithoutGraph = False,
    drill: Annotated[
        bool, typer.Option("--drill", help="Try it in a folder that is thrown away; the live data is not touched.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup into an empty data folder and make the graph; exit status 1 where it is not equal by digest."""
    from web.jobs import backup as job
    from web.settings import load_settings

    with working("drill" if drill else "restore"):
        result = (job.drill if drill else job.restore)(load_settings(), file, graph=not without_graph)
    _tell({**result, "drill": True} if drill else result, as_json)
    raise typer.Exit(1 if result["equal"] is False else 0)


def verify_backup(file: File, as_json: AsJson = False) -> None:
    """Read a backup through and compare every file in it with its hash."""
    from web.jobs import backup as job

    with working("verify"):
        _tell(job.verify(file), as_json)


def _tell(result: dict[str, Any], as_json: bool) -> None:
    result = {name: value for name, value in result.items() if name != "files" or isinstance(value, int)}
    if as_json:
        print_json(result)
        return
    for name, value in result.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {item}" for key, item in value.items())
        typer.echo(f"{name:12} {'-' if value is None else value}")
