"""Feeds, looked at by hand or by a timer of the system."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, Report, ReportFile, print_json
from web.errors import REFUSED, Usage

_SHOWN = ("feed", "state", "file", "rows", "new", "gone", "changed", "refused", "error", "examples")


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(refresh)


def refresh(
    feed: Annotated[str | None, typer.Argument(help="Name of a feed of feeds.yml; without it all.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only feeds whose time has come.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Load it though more than half of its rows are gone.")] = False,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Look at feeds now: load what is new, tell the difference. Exit status 1 where a look failed."""
    from web.db.models import now
    from web.jobs.feeds import feeds
    from web.jobs.refresh import due as is_due
    from web.jobs.refresh import refresh as look_at

    with Report(report) as refusals, opened_home() as home:
        known = feeds(home)
        if feed is not None and feed not in known:
            raise Usage(f"no feed {feed}", hint=f"one of {', '.join(known) or 'none'}: feeds.yml in the data folder")
        chosen = [known[feed]] if feed is not None else list(known.values())
        with working("refresh"):
            looks = [
                look_at(home, item, refusals.refuse, force=force)
                for item in chosen
                if not due or is_due(home, item, now())
            ]
        lines: list[dict[str, Any]] = [{name: getattr(look, name) for name in _SHOWN} for look in looks]
        if as_json:
            print_json(lines)
        else:
            for line in lines:
                said = line["error"].get("reason") if line["state"] == "failed" else ""
                typer.echo(
                    f"{line['feed']}: {line['state']}; {line['rows']} rows, {line['new']} new, {line['gone']} gone, "
                    f"{line['changed']} changed, {line['refused']} refused{'; ' + said if said else ''}"
                )
            if not known:
                typer.echo("no feeds: name them in feeds.yml in the data folder (docs/operations.md)")
    raise typer.Exit(REFUSED if any(line["state"] == "failed" for line in lines) else refusals.status)
