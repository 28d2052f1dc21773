"""Teams in the terminal: members with their reasons, what stays uncovered and why, who could step in, other teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json

if TYPE_CHECKING:
    from web.pages.meetings.team import Sourced, TeamPage


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(team)


def team(
    need: Annotated[str, typer.Argument(help="Id of a published need or bounty.")],
    size: Annotated[int, typer.Option(min=1, max=12, help="Members at most.")] = 5,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="FIRM", help="A firm that is not to be in it, nor its group: id or whole name; several."),
    ] = None,
    alternatives: Annotated[int, typer.Option(min=0, max=10, help="Other teams to look for.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Who together could answer NEED: firms that cover its targets and the stages from materials to application."""
    from web.jobs.team import Ask
    from web.pages.meetings.team import team_page

    with opened_home() as home, working("team"):
        ask = Ask(size, tuple(without or ()), alternatives)
        page = team_page(home, home.graph(), need, ask, home.settings.lang)
    if as_json:
        print_json(page.model_dump())
    else:
        _print(page)


def _print(page: TeamPage) -> None:
    echo = typer.echo
    echo(f"{page.need.id}  {page.need.title}")
    echo(f"graph as of {page.as_of[:16]}, scorecard {page.scorecard}, stages {page.stages_version}")
    echo(f"{page.options} firms looked at, at most {page.size} members; {page.proof}\n")
    for member in page.members:
        echo(f"{member.rank:>3}  {member.firm.name}  {member.score:.2f}")
        for cover in member.covers:
            echo(f"     {'only it: ' if cover.alone else ''}{cover.title}: {cover.says}{_source(cover)}")
        for one in member.instead:
            echo(f"     in its place {one.firm.name} (rank {one.rank}): {one.says}")
    if not page.members:
        echo("no firm of the list covers a target or a stage: load test reports, product sheets or patents first")
    if page.uncovered:
        echo("\nuncovered:")
        for left in page.uncovered:
            echo(f"  {left.title}: {left.says}{_source(left)}")
    for number, other in enumerate(page.others, 2):
        echo(f"\nteam {number}: {'、'.join(firm.name for firm in other.firms)}\n  {other.says}; {other.proof}")
    if page.left_out:
        echo("\nleft out:")
        for out in page.left_out:
            echo(f"  {out.firm.name}: {out.says}{_source(out)}")


def _source(row: Sourced) -> str:
    """Title and page of the first sentence that a row rests on."""
    return "".join(f"  《{source.title}》 {source.page}" for source in row.evidence[:1])
