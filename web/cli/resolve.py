"""`bulian resolve`: names as lists write them, against a register of firms, on files. Nothing here touches a graph."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import tee
from pathlib import Path
from typing import Annotated, Any

import typer

from web.cli.files import Input, Output
from web.cli.report import Report, ReportFile, open_output

Register = Annotated[
    Path, typer.Option("--against", exists=True, dir_okay=False, readable=True, help="JSON lines of known firms.")
]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(resolve)


def resolve(source: Input, against: Register, out: Output, report: ReportFile = None) -> None:
    """Find the firm that each name means: {"name"} a line, with optional key and region; further fields are kept."""
    from kg.identity.firm import Firm
    from kg.identity.register import Asked
    from kg.identity.resolve import Resolver
    from web.jobs.lines import read_lines

    with Report(report) as refusals, open_output(out) as target:
        firms = [
            Firm(
                line["id"], line["name"], _texts(line.get("aliases")), _text(line.get("key")), _text(line.get("region"))
            )
            for line in read_lines(against, {"id": str, "name": str}, refusals.refuse, filled=("id", "name"))
        ]
        resolver = Resolver(firms)
        lines, again = tee(read_lines(source, {"name": str}, refusals.refuse, filled=("name",)))
        asked = (Asked(line["name"], _text(line.get("key")), _text(line.get("region"))) for line in lines)
        for line, found in zip(again, resolver.resolve_all(asked), strict=True):
            target.write(json.dumps({**line, **asdict(found)}, ensure_ascii=False) + "\n")
        raise typer.Exit(refusals.status)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str) and text.strip()) if isinstance(value, list) else ()
