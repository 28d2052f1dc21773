"""Right of reply: `bulian retract`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from web.cli.opened import opened_home
from web.cli.report import AsJson, print_json


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(retract)


def retract(
    firm: Annotated[str | None, typer.Option(help="Number of the firm, as its page shows it.")] = None,
    reason: Annotated[str, typer.Option(help="Why; it is shown where the statements stood.")] = "",
    fact: Annotated[str | None, typer.Option(help="Only this statement of the firm (/evidence/ID).")] = None,
    undo: Annotated[str | None, typer.Option(help="Bring back what this retraction took out.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="Show all retractions.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take out all statements on a firm, or one of them, with a reason; nothing is deleted, and it can be undone."""
    from web.errors import Usage
    from web.jobs import retraction

    if sum((firm is not None, undo is not None, list_all)) != 1:
        raise Usage("one of --firm, --undo and --list is needed", hint="bulian retract --firm ID --reason TEXT")
    with opened_home() as home:
        if list_all:
            found = retraction.retractions(home)
        elif undo is not None:
            found = [retraction.restore(home, undo, reason)]
        else:
            found = [retraction.retract(home, str(firm), reason, fact)]
    if as_json:
        print_json([asdict(item) for item in found])
        return
    for item in found:
        what = item.statement or "the whole firm"
        state = f"brought back {item.undone_at:%Y-%m-%d}" if item.undone_at else f"taken out {item.at:%Y-%m-%d}"
        typer.echo(f"{item.act}  {state}  {item.firm or '-'}  {what}  {item.reason}")
