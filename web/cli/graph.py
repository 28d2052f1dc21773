"""The graph as a whole: rebuild, check."""

from __future__ import annotations

from typing import Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import looking, working
from web.cli.report import AsJson, print_json


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(rebuild)
    app.command()(check)


def rebuild(
    only_check: Annotated[bool, typer.Option("--check", help="Compare the graph with a fresh projection.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the graph again beside the present one, and switch to it; readers go on meanwhile.

    With --check the present one stays, both are compared, and the exit status is 1 where they differ.
    """
    from web.jobs.rebuild import compare
    from web.jobs.rebuild import rebuild as anew

    with opened_home() as home, working("rebuild"):
        result = compare(home) if only_check else anew(home)
    if as_json:
        print_json(result)
    else:
        for name, value in result.items():
            typer.echo(f"{name:20} {value}")
    raise typer.Exit(0 if result.get("equal", True) else 1)


def check(
    quick: Annotated[bool, typer.Option("--quick", help="Compare nothing, only see whether all is in place.")] = False,
    as_json: AsJson = False,
) -> None:
    """Journal, graph and ontology compared, every edge opened. Exit status 1 where something is wrong."""
    from web.jobs.health import check as examine

    with opened_home() as home, looking() as look:
        findings = examine(home, quick=quick, progress=look)
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            typer.echo(f"{'ok   ' if finding['ok'] else 'WRONG'} {finding['what']:22} {finding['detail']}")
    raise typer.Exit(0 if all(finding["ok"] for finding in findings) else 1)
