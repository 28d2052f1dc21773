"""Third-party parts: fetch, list, pack, unpack."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.report import AsJson, print_json

if TYPE_CHECKING:
    from kg.parts import Parts, Progress

parts = typer.Typer(
    help="Third-party parts (Neo4j, the embedding model, browser files): fetched once, checked by their hashes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(parts, name="parts")


def _parts() -> Parts:
    from kg.parts import Parts
    from web.settings import load_settings

    settings = load_settings()
    return Parts(settings.parts_folder, settings.repository)


def fetch_parts(store: Parts) -> Progress:
    """Fetch what is missing, with a bar on a terminal."""
    if not sys.stderr.isatty():
        return store.fetch()
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("parts"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        return store.fetch(lambda now: bar.update(task, total=now.bytes_all, completed=now.bytes_done))


@parts.command()
def fetch() -> None:
    """Fetch the parts that are missing; what is there is kept."""
    store = _parts()
    done = fetch_parts(store)
    if done.files_all:
        typer.echo(f"{done.files_all} parts fetched, {done.bytes_all / 1e6:.0f} MB, in {store.folder}")
    else:
        typer.echo(f"all parts are in place, in {store.folder}")


@parts.command("list")
def list_parts(
    as_json: AsJson = False,
    verify: Annotated[bool, typer.Option("--verify", help="Read every file and compare its hash.")] = False,
) -> None:
    """List the parts with their hashes, and whether each is there. Exit status 1 where one is missing."""
    states = _parts().list(verify=verify)
    if as_json:
        print_json(
            [
                {
                    "group": state.part.group,
                    "coordinate": state.part.coordinate,
                    "sha256": state.part.sha256,
                    "bytes": state.part.size,
                    "present": state.present,
                }
                for state in states
            ]
        )
    else:
        for state in states:
            mark = "present" if state.present else "MISSING"
            typer.echo(f"{mark}  {state.part.group:8} {state.part.sha256[:12]}  {state.part.coordinate}")
    raise typer.Exit(0 if all(state.present for state in states) else 1)


@parts.command()
def pack(file: Annotated[Path, typer.Argument(help="The pack to write (a tar file).")]) -> None:
    """Write all parts into one file, for machines without a network."""
    packed = _parts().pack(file)
    typer.echo(f"{packed}: {packed.stat().st_size / 1e6:.0f} MB")


@parts.command()
def unpack(file: Annotated[Path, typer.Argument(help="A pack that `bulian parts pack` wrote.")]) -> None:
    """Take the parts out of a pack; each is checked by its hash."""
    store = _parts()
    typer.echo(f"{store.unpack(file)} parts taken out, in {store.folder}")
