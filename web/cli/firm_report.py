"""The due-diligence report of a firm, written from the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from web.cli.opened import opened_home
from web.errors import Usage


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("report")(report)


def report(
    firm: Annotated[str, typer.Argument(metavar="FIRM", help="Id of a firm, or its whole name.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The DOCX file to write.")],
) -> None:
    """Write what is known of a firm with its evidence, what is doubtful and what was not found, as DOCX."""
    from web.jobs.fit import firm_id_of
    from web.pages.firms.report import report_file

    with opened_home() as home:
        graph = home.graph()
        key, name = firm_id_of(graph, firm)
        body = report_file(home, graph, key, home.settings.lang, bool(graph.read("holds_demo")))
    try:
        file.write_bytes(body)
    except OSError as error:
        raise Usage(f"cannot be written: {error.strerror}", hint="check the path", file=str(file)) from error
    typer.echo(f"{name}: {file}")
