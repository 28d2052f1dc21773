"""Needs by the clock: end those whose deadline is over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from kg.values.date import parse_date
from web.cli.opened import opened_home
from web.cli.report import AsJson, print_json
from web.errors import Usage

needs = typer.Typer(help="Needs at work: end those whose deadline is over.", rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(needs, name="needs")


@needs.callback()
def _needs() -> None:
    """A command of its own beside others to come."""


@needs.command()
def expire(
    at: Annotated[str | None, typer.Option(metavar="DATE", help="As if it were that day in Beijing.")] = None,
    as_json: AsJson = False,
) -> None:
    """End published needs whose deadline is over; the running pages do it by themselves every ten minutes."""
    from web.db.models import now
    from web.jobs import needs as job

    if at is not None and parse_date(at) != at:
        raise Usage(f"{at!r} is no date", hint="a date like 2026-03-01")
    when = datetime.fromisoformat(f"{at}T12:00:00+08:00") if at else now()
    with opened_home() as home:
        ended = job.expire(home, when)
    if as_json:
        print_json(ended)
    else:
        typer.echo(f"{len(ended)} needs ended" + "".join(f"\n{need}" for need in ended))
