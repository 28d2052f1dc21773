"""What if a maker disappears, a place is cut off, an import stops, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json

if TYPE_CHECKING:
    from matcher.chain.path import Path
    from matcher.chain.whatif import Impact


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("what-if")(what_if)


def what_if(
    without: Annotated[str, typer.Option(metavar="FIRM", help="This firm (id or whole name) is gone.")] = "",
    region: Annotated[str, typer.Option(metavar="CODE|NAME", help="This place is cut off.")] = "",
    imported: Annotated[str, typer.Option("--import", metavar="PRODUCT|NODE", help="The import of it stops.")] = "",
    chain: Annotated[str, typer.Option(help="Nodes of this chain alone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Which nodes, firms and needs are hit by one event, by which path, and who could step in."""
    from web.jobs.whatif import impact, scenario_of

    with opened_home() as home, working("what-if"):
        found = impact(home, scenario_of(home, without, region, imported, chain))
        lang = home.settings.lang
    if as_json:
        print_json(_json(found, lang))
    else:
        _print(found, lang)


def _json(found: Impact, lang: str) -> dict[str, Any]:
    return {
        "lost": found.lost,
        "node_count": found.node_count,
        "firm_count": found.firm_count,
        "nodes": [
            {
                "node": one.node.id,
                "name": one.node.name,
                "chain": one.chain,
                "before": one.before,
                "lost": one.lost,
                "left": [{"id": end.id, "name": end.name} for end in one.left],
                "near": [{"id": entry.firm.id, "name": entry.firm.name, "score": entry.score} for entry in one.near],
                "after": [{"node": end.id, "path": _path(path, lang)} for end, path in one.after],
            }
            for one in found.nodes
        ],
        "firms": [
            {"id": one.firm.id, "name": one.firm.name, "sole": one.sole, "path": _path(one.path, lang)}
            for one in found.firms
        ],
        "needs": [
            {"id": one.need.id, "title": one.need.name, "left": one.left, "path": _path(one.path, lang)}
            for one in found.needs
        ],
    }


def _path(path: Path, lang: str) -> list[dict[str, Any]]:
    return [{"says": step.says(lang), "fact": step.fact, "source": step.source} for step in path]


def _print(found: Impact, lang: str) -> None:
    def way(path: Path) -> str:
        return " > ".join(step.says(lang) for step in path)

    typer.echo(f"{found.lost} firms gone; {found.node_count} nodes and {found.firm_count} firms are hit")
    for node in found.nodes:
        typer.echo(f"\n{node.chain} · {node.node.name} ({node.node.id}): {node.before} makers, {node.lost} lost")
        if node.left:
            typer.echo("   still make it: " + ", ".join(end.name for end in node.left))
        for entry in node.near:
            typer.echo(f"   near, does not make it yet: {entry.firm.name} ({entry.score:.1f})")
        for _, path in node.after:
            typer.echo(f"   behind it: {way(path)}")
    typer.echo("\nfirms and bodies downstream")
    for firm in found.firms:
        typer.echo(f"   {firm.firm.name}{' (no other supplier known)' if firm.sole else ''}: {way(firm.path)}")
    if not found.firms:
        typer.echo("   none in what was read")
    typer.echo("\nopen needs")
    for need in found.needs:
        typer.echo(f"   {need.need.name}: {need.left} makers left; {way(need.path)}")
    if not found.needs:
        typer.echo("   none in what was read")
