"""The command `bulian`: its list of commands, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer

from kg.errors import BulianError
from web.cli import (
    assess,
    awards,
    backup,
    chains,
    demo,
    digest,
    discover,
    documents,
    evaluation,
    fairness,
    feedback,
    files,
    firm_report,
    fit,
    gaps,
    graph,
    language,
    lists,
    match,
    mcp,
    meeting,
    needs,
    offers,
    parts,
    proposals,
    query,
    ranking,
    refresh,
    replay,
    resolve,
    retract,
    review,
    server,
    team,
    user,
    warnings,
    whatif,
)

app = typer.Typer(
    name="bulian",
    help="Bulian 补链: facts from filings in a graph with their evidence, and small firms ranked for every gap.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"bulian {version('bulian')}")
        raise typer.Exit


@app.callback()
def _begin(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done on stderr.")] = False,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    from web.log import configure

    configure(verbose)


for module in (
    backup,
    demo,
    server,
    parts,
    documents,
    lists,
    refresh,
    digest,
    files,
    language,
    resolve,
    evaluation,
    ranking,
    assess,
    firm_report,
    awards,
    match,
    replay,
    team,
    meeting,
    fairness,
    fit,
    chains,
    gaps,
    warnings,
    needs,
    offers,
    proposals,
    whatif,
    discover,
    feedback,
    review,
    retract,
    query,
    mcp,
    graph,
    user,
):
    module.register(app)


def _terminated(_number: int, _frame: object) -> None:
    """End in order: what was opened is closed, what was started for this command alone is stopped."""
    sys.exit(128 + signal.SIGTERM)


def run() -> None:
    """Run the command line. Never shows a traceback: one line that names the error, and exit status 1 or 2."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except BulianError as error:
        from web.errors import exit_status

        print(f"bulian: {error}", file=sys.stderr)
        sys.exit(exit_status(error))
    except KeyboardInterrupt:
        print("bulian: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # the reader of our output went away: what is left of it goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (OSError, MemoryError) as error:
        from web.errors import refused_by_system

        print(f"bulian: {refused_by_system(error)}", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        from web.cli.crash import crashed

        print(f"bulian: {crashed(error)}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    run()
