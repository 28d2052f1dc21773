"""Awards as needs with a known answer, and links of supply: award-eval and link-eval on files, links on the graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.report import AsJson, print_json

if TYPE_CHECKING:
    from matcher.embed import Embedder
    from matcher.evaluate.ranking import Figure

Facts = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Facts of contracts, of bulian extract.")]
Documents = Annotated[
    Path, typer.Option(exists=True, file_okay=False, help="Folder of the documents, for the days that they bear.")
]
Enterprises = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Firms with products, as for rank.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("award-eval")(award_eval)
    app.command("link-eval")(link_eval)
    app.command()(links)


def award_eval(
    facts: Facts,
    documents: Documents,
    enterprises: Enterprises,
    scorecard: Annotated[str, typer.Option(help="A packaged scorecard, or a .json file.")] = "award",
    as_json: AsJson = False,
) -> None:
    """Rank the firms for past awards, the winner hidden, by what was known before the day of each.

    Hits@10 and MRR with 95 % bootstrap intervals, beside popularity, the buyer's earlier winners, BM25 and bge.
    """
    from matcher.evaluate.award import contracts_of, evaluate
    from matcher.files import read_firms
    from web.cli.progress import progress
    from web.jobs.awards import days_of, facts_of
    from web.jobs.files import documents_of

    firms, _ = read_firms(enterprises)
    contracts = contracts_of(facts_of(facts), days_of(one.path for one in documents_of([documents])), firms)
    with progress("needs") as advance:
        found = evaluate(contracts, firms, embedder(), scorecard, progress=advance)
    if as_json:
        print_json(found.to_json())
        return
    typer.echo(
        f"{found.contracts} contracts, {found.needs} needs since {found.since} ({found.repeats} told before), "
        f"{found.pool} firms, winner among them {found.reachable:.3f}"
    )
    print_figures(found.figures)


def link_eval(facts: Facts, documents: Documents, enterprises: Enterprises, as_json: AsJson = False) -> None:
    """Hide a fifth of the real pairs of firm and buyer, and seek them by additive evidence.

    Hits@10 and MRR with 95 % bootstrap intervals, beside popularity and the shortest path.
    """
    from matcher.evaluate.award import awards_of, contracts_of
    from matcher.evaluate.links import evaluate
    from matcher.files import read_firms
    from web.jobs.awards import days_of, facts_of
    from web.jobs.files import documents_of

    firms, _ = read_firms(enterprises)
    days = days_of(one.path for one in documents_of([documents]))
    found = evaluate(awards_of(contracts_of(facts_of(facts), days, firms)), firms, embedder())
    if as_json:
        print_json(found.to_json())
        return
    typer.echo(f"{found.pairs} pairs of firm and buyer, {found.hidden} hidden, {found.firms} firms")
    print_figures(found.figures)


def links(
    firm: Annotated[str, typer.Argument(help="Id or whole name of a firm of the graph.")],
    top: Annotated[int, typer.Option(min=1, max=50, help="Customers and suppliers to list.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Customers and suppliers that a firm may have, beside the stated ones: reckoned (`inferred`), each with its path,
    never a fact."""
    from web.cli.opened import opened_home
    from web.jobs.fit import firm_id_of
    from web.pages.supply.supposed import supposed_page

    with opened_home() as home:
        graph = home.graph()
        page = supposed_page(home, graph, firm_id_of(graph, firm)[0], top)
    if as_json:
        print_json(page.model_dump())
        return
    typer.echo(
        f"{page.firm.name}: reckoned from {page.contracts} contracts, {page.won} won and {page.let} let by it; "
        f"graph as of {page.as_of[:16]}"
    )
    for head, found in (("may supply", page.customers), ("may be supplied by", page.suppliers)):
        typer.echo(f"\n{head}" + ("" if found else ": nothing speaks for anybody further"))
        for one in found:
            typer.echo(f"{one.name}  {one.score:.2f}  ({one.level})")
            for step in one.steps:
                facts = " ".join(source.fact or "" for source in step.evidence)
                typer.echo(f"  +{step.points:.2f} {step.kind}: {' → '.join(step.path)}  {facts}".rstrip())


def embedder() -> Embedder:
    """The fetched model, with its cache of vectors."""
    from kg.parts import Parts
    from matcher.embed import CachedEmbedder, OnnxEmbedder
    from web.settings import load_settings

    settings = load_settings()
    model = OnnxEmbedder(Parts(settings.parts_folder, settings.repository).model())
    return CachedEmbedder(model, settings.vectors_folder)


def print_figures(figures: Mapping[str, Mapping[str, Figure]]) -> None:
    """A line for each method, with the bounds of each figure."""
    width = max(map(len, figures))
    for method, row in figures.items():
        said = "  ".join(f"{name} {one.mean:.3f} [{one.low:.3f}, {one.high:.3f}]" for name, one in row.items())
        typer.echo(f"{method:{width}}  {said}")
