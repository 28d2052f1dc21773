"""Analysts: their read-only copy, and queries on it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json, write_out
from web.errors import Usage

if TYPE_CHECKING:
    from kg.console import Table
    from web.analysts import State
    from web.home import Home

_WIDTH = 40
_MAX_ROWS = 100_000


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"


copy = typer.Typer(help="The analysts' read-only copy of the graph: make, renew, start, stop, drop, status.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(copy, name="copy")
    app.command()(query)


@copy.callback(invoke_without_command=True)
def _copy(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        status()


@copy.command()
def make(as_json: AsJson = False) -> None:
    """Make the copy, or a new one in the place of the present one; whoever reads meanwhile reads the one before."""
    with opened_home() as home, working("copy"):
        home.analysts.make()
        state = home.analysts.state()
    _print(state, as_json)


@copy.command()
def renew(
    force: Annotated[bool, typer.Option("--force", help="Also where the graph has not moved on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the copy anew where the live graph has moved on since, or where that is not known."""
    with opened_home() as home, working("copy"):
        if force or home.analysts.state().stale is not False:
            home.analysts.make()
        state = home.analysts.state()
    _print(state, as_json)


@copy.command()
def start(as_json: AsJson = False) -> None:
    """Start the copy, make it where there is none, and leave it running. Prints address and where the password is."""
    with opened_home() as home:
        with working("copy"):
            _ensure(home)
            home.analysts.start()
        home.analysts.stay()
        state = home.analysts.state()
    _print(state, as_json)


@copy.command()
def stop() -> None:
    """Stop the copy."""
    with opened_home() as home:
        typer.echo(f"copy {'stopped' if home.analysts.stop() else 'was not running'}")


@copy.command()
def drop() -> None:
    """Throw the copy away; the next query makes another one."""
    with opened_home() as home:
        typer.echo(f"copy {'thrown away' if home.analysts.drop() else 'was not there'}")


@copy.command()
def status(as_json: AsJson = False) -> None:
    """Say what the copy holds, how old that is, and how analysts' own tools reach it. Starts nothing."""
    with opened_home() as home:
        state = home.analysts.state()
    _print(state, as_json)


def query(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A file with one Cypher query, or - for stdin.")],
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Value of $NAME: a number, JSON, or text. Repeatable."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write the answer.")] = Format.table,
    limit: Annotated[int, typer.Option(min=1, max=_MAX_ROWS, help="Rows to write.")] = 1000,
    out: Annotated[Path | None, typer.Option("--out", help="File to write to; needed for xlsx on a terminal.")] = None,
) -> None:
    """Ask the analysts' copy, which is made and started where need be. Only what reads is let through."""
    from kg.console import prepare
    from web import tables
    from web.jobs.query import origin, values_of

    text = _text(file)
    if form == Format.xlsx and out is None and sys.stdout.isatty():
        raise Usage("a workbook is nothing for a terminal", hint="--out FILE.xlsx")
    parameters = values_of(dict(map(_pair, param or ())))
    prepare(text, parameters)  # what can be refused without a copy is refused before one is made
    with opened_home() as home:
        with working("query"):
            _ensure(home)
            table = home.analysts.console().run(text, parameters, limit)
        state = home.analysts.state()
    source = origin(state, text, parameters)
    if form == Format.table and out is None:
        _print_table(table)
    else:
        made = {
            Format.table: tables.as_csv,
            Format.csv: tables.as_csv,
            Format.xlsx: tables.as_xlsx,
            Format.json: tables.json_bytes,
        }
        _write(made[form](table, source), out)
    print(_said(table, state), file=sys.stderr)


def _ensure(home: Home) -> None:
    if not home.analysts.by_reader and not home.analysts.state().made:
        print("the copy is made first: this takes as long as a rebuild", file=sys.stderr)
        home.analysts.make()


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise Usage(f"cannot be read: {error.strerror}", hint="name a file, or - for stdin", file=file) from error
    except UnicodeDecodeError as error:
        raise Usage("not UTF-8", hint="save the query as UTF-8", file=file) from error


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise Usage(f"--param {text} names no value", hint="--param NAME=VALUE")
    return name.removeprefix("$"), value


def _write(data: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise Usage(f"cannot be written: {error.strerror}", hint="check the path", file=str(out)) from error


def _print_table(table: Table) -> None:
    from rich.cells import cell_len, set_cell_size

    from web.tables import shown

    def cell(value: Any) -> str:
        text = " ".join(shown(value).split())
        return text if cell_len(text) <= _WIDTH else set_cell_size(text, _WIDTH - 1).rstrip() + "…"

    lines = [[column.name for column in table.columns], *([cell(value) for value in row] for row in table.rows)]
    widths = [max(cell_len(line[place]) for line in lines) for place in range(len(table.columns))]
    for number, line in enumerate(lines):
        padded = (set_cell_size(text, width) for text, width in zip(line, widths, strict=True))
        write_out("  ".join(padded).rstrip() + "\n")
        if not number:
            write_out("  ".join("-" * width for width in widths) + "\n")


def _said(table: Table, state: State) -> str:
    rows = f"{len(table.rows)} rows"
    if table.left_off:
        rows += f" of {'at least ' if table.at_least else ''}{table.total}: {table.left_off} left off (--limit)"
    cut = f"; {table.shortened} values shortened" if table.shortened else ""
    age = "; the graph has moved on since: bulian copy renew" if state.stale else ""
    return f"{rows}{cut}; {table.seconds:.2f} s; graph as of {(state.as_of or '?')[:19]}Z{age}"


def _print(state: State, as_json: bool) -> None:
    if as_json:
        print_json(asdict(state))
        return
    if not state.made:
        typer.echo("there is no copy yet: bulian copy make, or the first query makes it")
        return
    moved = {True: "no: the graph has moved on since: bulian copy renew", False: "yes", None: "not known"}
    for name, value in (
        ("kind", state.kind),
        ("running", "yes" if state.running else "no"),
        ("address", state.url or "- (bulian copy start)"),
        ("user", state.user),
        ("password", f"in {state.password_file}" if state.password_file else "BULIAN_READER_PASSWORD"),
        ("as of", state.as_of),
        ("made", state.made_at or "-"),
        ("up to date", moved[state.stale]),
        ("nodes", "-" if state.nodes is None else f"{state.nodes:,}"),
        ("relationships", "-" if state.edges is None else f"{state.edges:,}"),
    ):
        typer.echo(f"{name:14} {value}")
