"""What changed of all that is watched, found now and sent where people want to be told."""

from __future__ import annotations

from typing import Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.errors import Usage


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(digest)


def digest(
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="As of a day, 2026-01-31; else now.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Send the cards that are due, to allowed hosts.")] = False,
) -> None:
    """Look at what is watched and write what changed into the inboxes, once."""
    import datetime as dt

    from web.beijing import BEIJING
    from web.db.models import now
    from web.jobs.digest import digest as look
    from web.jobs.notify import send as send_cards

    try:
        # noon, so that the day is the same one in Beijing and in UTC
        when = dt.datetime.combine(dt.date.fromisoformat(at), dt.time(12), BEIJING) if at else now()
    except ValueError as error:
        raise Usage(f"no date {at}", hint="2026-01-31") from error
    with opened_home() as home:
        with working("digest"):
            found = look(home, when)
        typer.echo(f"{found.looked} watches looked at, {found.absent} of them not found, {found.new} new notices")
        if send:
            sent = send_cards(home, when)
            typer.echo(f"{sent.cards} cards sent, {sent.failed} failed, {sent.waiting} wait")
