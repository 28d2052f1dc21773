"""`bulian replay`: a frozen list computed again from its own file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.errors import BulianError


def replay(
    file: Annotated[Path, typer.Argument(help="A frozen list as it was exported.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a frozen list and rank its firms again, without network or graph; exit 1 and one line where it differs.

    Points, scores, order, conditions and risks are always computed again. Values of features are, where the file has
    all that they rest on; of the others it is said that they were read from the file.
    """
    from web.embedding import embedder
    from web.jobs.replay import lines
    from web.jobs.replay import replay as again
    from web.settings import load_settings

    try:
        model = embedder(load_settings())
    except BulianError:  # the model has not been fetched: what rests on it is read, and said to be
        model = None
    found = again(file, model)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
        return
    for line in lines(found):
        typer.echo(line)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(replay)
