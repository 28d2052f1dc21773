"""Chains: the templates that are shipped, and a check of edited ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from web.cli.report import AsJson, Report, ReportFile, print_json

SCHEME = "liuji-2026"
"""Scheme whose classes are the fields of nodes."""


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(chains)


def chains(
    templates: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, dir_okay=False, help="Templates to check; else the shipped ones."),
    ] = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """List templates of chains with their nodes by stage, and say what is wrong with them.

    Exit status 1 where a template cannot be read or contradicts itself.
    """
    from kg.errors import BulianError
    from matcher.chain.template import STAGES, Chain, packaged, problems
    from matcher.errors import BadChainError
    from nlp.foundation.scheme import scheme

    fields = [one.name for one in scheme(SCHEME).classes]
    found: list[Chain] = []
    rows: list[dict[str, object]] = []
    with Report(report) as refusals:
        for path in templates or []:
            try:
                found.append(Chain.load(path))
            except BulianError as error:
                refusals.refuse(error)
        for chain in found if templates else packaged():
            counts = {stage: sum(node.stage == stage for node in chain.nodes) for stage in STAGES}
            products = sum(len(node.products) for node in chain.nodes)
            rows.append({"id": chain.id, "name": chain.name, "version": chain.version, "nodes": counts})
            if not as_json:
                stages = " · ".join(f"{stage} {counts[stage]}" for stage in STAGES)
                typer.echo(f"{chain.id:20} {chain.name}  {len(chain.nodes)} nodes ({stages}), {products} names")
            for node, reason in problems(chain, fields):
                refusals.refuse(BadChainError(reason, file=chain.id, place=node, hint="correct the template"))
    if as_json:
        print_json(rows)
    raise typer.Exit(refusals.status)
