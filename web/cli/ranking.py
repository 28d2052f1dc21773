"""The matcher alone, on files: rank, rank-eval. Nothing here touches a graph or the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from web.cli.report import AsJson, Report, ReportFile, print_json

_Given = typer.Option(exists=True, dir_okay=False, readable=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(rank)
    app.command("rank-eval")(rank_eval)


def rank(
    enterprises: Annotated[Path, _Given],
    gaps: Annotated[Path, _Given],
    out: Annotated[Path, typer.Option(dir_okay=False, help="A TREC run: gap Q0 enterprise rank score bulian.")],
    top: Annotated[int, typer.Option(min=0, help="Firms for each need; 0 ranks all.")] = 1000,
    chain: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Archive of ChainKnowledgeGraph, as further knowledge."),
    ] = None,
    scorecard: Annotated[
        str | None,
        typer.Option(help="A packaged scorecard, or a .json file; else v0, for needs with a text bounty-v1."),
    ] = None,
    explain: Annotated[
        Path | None, typer.Option(dir_okay=False, help="One line for each ranked pair: features, points, evidence.")
    ] = None,
    reranker: Annotated[
        str | None, typer.Option(help="A local cross-encoder that reads the best firms once more (extra sentence).")
    ] = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Rank the firms of one file for every need of another, by the ranker that the product uses."""
    from matcher.run import rank_files
    from web.cli.progress import progress
    from web.embedding import embedder
    from web.settings import load_settings

    settings = load_settings()
    with Report(report) as refusals:
        reread = None
        if reranker is not None:
            from matcher.sentence.rerank import Reranker

            reread = Reranker(reranker).rerank
        with progress("needs") as advance:
            done = rank_files(
                enterprises,
                gaps,
                out,
                embedder(settings),
                top,
                chain,
                scorecard,
                explain,
                lambda _done, _total: advance(1),
                reread,
            )
        for error in done.refused:
            refusals.refuse(error)
    if as_json:
        print_json({"needs": done.needs, "firms": done.firms, "scorecard": done.scorecard, "corpus": done.stamp})
    else:
        typer.echo(f"{done.needs} needs ranked over {done.firms} firms, scorecard {done.scorecard}")
    raise typer.Exit(refusals.status)


def rank_eval(
    run: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="A TREC run.")],
    qrels: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Judgements, as TREC writes them.")],
    enterprises: Annotated[Path | None, _Given] = None,
    gaps: Annotated[Path | None, _Given] = None,
    as_json: AsJson = False,
) -> None:
    """Measure a run, with 95 % bootstrap intervals.

    With --enterprises and --gaps, firms that list a longer name of the gap count neither way; else the figures are
    plain.
    """
    from matcher.evaluate.ranking import evaluate

    found = evaluate(run, qrels, enterprises, gaps)
    if as_json:
        print_json(found.to_json())
        return
    typer.echo(f"{found.needs} needs{', plain figures' if found.plain else ''}")
    for name, figure in found.figures.items():
        typer.echo(f"{name:12} {figure.mean:.4f}  [{figure.low:.4f}, {figure.high:.4f}]")
