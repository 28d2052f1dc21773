"""Chains: the templates that hold, a check of edited ones, their way into the graph, corrections of places."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, Report, ReportFile, print_json
from web.errors import Usage

if TYPE_CHECKING:
    from matcher.chain.template import Chain
    from web.jobs.chains import ChainsLoaded

chains = typer.Typer(
    help="Templates of industrial chains: list and check them, bring them to the graph, correct where products stand.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
Files = Annotated[list[Path] | None, typer.Argument(exists=True, dir_okay=False, help="Edited templates.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(chains, name="chains")


@chains.callback()
def list_chains(context: typer.Context, as_json: AsJson = False) -> None:
    """List the templates of chains that hold in this data folder: version, nodes by stage, whether the graph has it."""
    if context.invoked_subcommand is not None:
        return
    from web.jobs.chains import loaded, templates

    with opened_home() as home:
        held, there = templates(home), loaded(home)
    _print([(one.chain, {"own": one.own, "loaded": one.chain.id in there}) for one in held], as_json)


@chains.command()
def check(templates: Files, report: ReportFile = None, as_json: AsJson = False) -> None:
    """Say what is wrong with edited templates. Exit status 1 where one cannot be read or contradicts itself."""
    from kg.errors import BulianError
    from matcher.chain.template import Chain
    from matcher.errors import BadChainError
    from web.jobs.chains import faults

    found: list[Chain] = []
    with Report(report) as refusals:
        for path in _named(templates):
            try:
                chain = Chain.load(path)
            except BulianError as error:
                refusals.refuse(error)
                continue
            found.append(chain)
            for node, reason in faults(chain):
                refusals.refuse(BadChainError(reason, file=path.name, place=node, hint="correct the template"))
        _print([(chain, {}) for chain in found], as_json)
    raise typer.Exit(refusals.status)


@chains.command()
def load(templates: Files = None, report: ReportFile = None, as_json: AsJson = False) -> None:
    """Bring chains to the graph and place its products in them; edited templates are kept and win over shipped ones.

    Products that are loaded later are placed by the next load.
    """
    from kg.errors import BulianError
    from web.jobs import chains as job

    with Report(report) as refusals, opened_home() as home:
        for path in templates or []:
            try:
                job.keep(home, path)
            except BulianError as error:
                refusals.refuse(error)
        with working("chains"):
            done = job.load(home)
    _tell(done, as_json)
    raise typer.Exit(refusals.status)


@chains.command()
def drop(chain: Annotated[str, typer.Argument(help="Id of a template of your own.")], as_json: AsJson = False) -> None:
    """Take a template of your own away: the shipped one of its id holds again, or the chain leaves the graph."""
    from web.jobs import chains as job

    with opened_home() as home, working("chains"):
        done = job.drop(home, chain)
    _tell(done, as_json)


@chains.command()
def nodes(chain: Annotated[str, typer.Argument(help="Id of a chain.")], as_json: AsJson = False) -> None:
    """List the nodes of a chain with their products."""
    from matcher.chain.placement import node_id
    from web.jobs.chains import templates

    with opened_home() as home:
        found = next((one.chain for one in templates(home) if one.chain.id == chain), None)
    if found is None:
        raise Usage(f"no chain {chain[:80]}", hint="`bulian chains` lists them")
    rows = [(node_id(found, node), node) for node in found.nodes]
    if as_json:
        names = ("name", "name_en", "stage", "products", "without", "ipc", "field", "feeds")
        print_json([{"id": key, **{name: getattr(node, name) for name in names}} for key, node in rows])
        return
    for key, node in rows:
        typer.echo(f"{key:40} {node.stage:4} {node.name}  {'、'.join(node.products)}")


@chains.command()
def states(
    chain: Annotated[str, typer.Argument(help="Id of a chain.")],
    region: Annotated[str, typer.Option(metavar="CODE|NAME", help="Seen from this place; else from the country.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what a chain lacks in a region: each node with its state (build, fill, extend, strengthen) and why."""
    from web.pages.chains.chains import chain_page

    with opened_home() as home, working("states"):
        lang = home.settings.lang
        page = chain_page(home, home.graph(), chain, region or None, None, lang)
    if as_json:
        print_json(page.model_dump(exclude={"map", "places", "others", "other"}))
        return
    typer.echo(
        f"{page.name} {page.version}, region {page.region or 'all'}; graph as of {page.as_of[:16]}; rules "
        f"{page.rules.name} of {page.rules.effective_from}, the system's own; {page.unplaced} firms of unknown place"
    )
    for row in page.nodes:
        kinds = " ".join(row.kinds) or "-"
        typer.echo(f"{row.node:28} {kinds:14} {row.here.firms:>5} of {row.country.firms:<6} {row.name}  {row.says}")


@chains.command()
def report(
    chain: Annotated[str, typer.Argument(help="Id of a chain.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The DOCX file to write.")],
    region: Annotated[str, typer.Option(metavar="CODE|NAME", help="Seen from this place; else from the country.")] = "",
    year: Annotated[int, typer.Option(min=1990, max=2100, help="The year; else the last that is over.")] = 0,
) -> None:
    """Write the yearly report of a chain: states, what changed in the year, gaps, needs and all sources, as DOCX."""
    from web.beijing import today
    from web.pages.chains.report import report_file

    with opened_home() as home, working("report"):
        graph = home.graph()
        asked = year or today().year - 1
        demo = bool(graph.read("holds_demo"))
        body = report_file(home, graph, chain, region or None, asked, home.settings.lang, demo)
    try:
        file.write_bytes(body)
    except OSError as error:
        raise Usage(f"cannot be written: {error.strerror}", hint="check the path", file=str(file)) from error
    typer.echo(f"{chain} {asked}: {file}")


@chains.command()
def correct(
    product: Annotated[str, typer.Argument(help="Name of a product, as the graph has it.")],
    node: Annotated[str, typer.Argument(help="chain:node, as `bulian chains nodes CHAIN` lists them.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; shown beside the place.")] = "",
    stands_not: Annotated[bool, typer.Option("--not", help="It does not stand there.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was said; the rules count again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say that a product stands at a node, or does not. It survives rebuilds, new templates and loads of products."""
    from web.jobs import chains as job
    from web.jobs.corrections import Corrected

    if stands_not and undo:
        raise Usage("--not and --undo exclude each other", hint="--undo takes back either word")
    act = "withdrawn" if undo else "not" if stands_not else "stands"
    with opened_home() as home, working("correct"):
        done = job.correct(home, Corrected(product, node, act, reason))
    _tell(done, as_json)


@chains.command()
def corrections(as_json: AsJson = False) -> None:
    """List what people said of places, newest first; what counts now is marked."""
    from web.jobs import corrections as job

    with opened_home() as home:
        counting = {row.number for row in job.corrections(home)}
        rows = job.log(home)
    if as_json:
        names = ("number", "product", "node", "act", "reason", "by_role", "who")
        print_json(
            [
                {
                    "at": row.at.isoformat(),
                    "counts": row.number in counting,
                    **{name: getattr(row, name) for name in names},
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        mark = "*" if row.number in counting else " "
        typer.echo(f"{mark} {row.at:%Y-%m-%d %H:%M}  {row.act:9}  {row.product}  {row.node}  {row.reason}")
    if not rows:
        typer.echo("nothing yet: bulian chains correct PRODUCT NODE --reason TEXT [--not]")


def _named(paths: list[Path] | None) -> list[Path]:
    if not paths:
        raise Usage("FILE is missing", hint="bulian chains check FILE...")
    return paths


def _print(found: Iterable[tuple[Chain, dict[str, bool]]], as_json: bool) -> None:
    from matcher.chain.template import STAGES

    rows: list[dict[str, object]] = []
    for chain, state in found:
        counts = {stage: sum(node.stage == stage for node in chain.nodes) for stage in STAGES}
        products = sum(len(node.products) for node in chain.nodes)
        rows.append({"id": chain.id, "name": chain.name, "version": chain.version, **state, "nodes": counts})
        if not as_json:
            stages = " · ".join(f"{stage} {counts[stage]}" for stage in STAGES)
            said = "".join(
                [", your own" * state.get("own", False), ", not in the graph" * (not state.get("loaded", True))]
            )
            nodes = f"{len(chain.nodes)} nodes ({stages})"
            typer.echo(f"{chain.id:20} {chain.name}  {chain.version}  {nodes}, {products} names{said}")
    if as_json:
        print_json(rows)


def _tell(done: ChainsLoaded, as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        print_json(asdict(done))
    else:
        typer.echo(
            f"{done.chains} chains with {done.nodes} nodes; {done.places} places of {done.names} products, "
            f"{done.changed} documents changed"
        )
