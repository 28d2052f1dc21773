"""The matcher alone, on files: rank, rank-eval, rank-train. Nothing here touches a graph or the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from web.cli.files import Ray
from web.cli.report import AsJson, Report, ReportFile, print_json

_Given = typer.Option(exists=True, dir_okay=False, readable=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(rank)
    app.command("rank-eval")(rank_eval)
    app.command("rank-train")(rank_train)


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
        typer.Option(help="A packaged scorecard, or a .json file; else v1, for needs with a text bounty-v1."),
    ] = None,
    explain: Annotated[
        Path | None, typer.Option(dir_okay=False, help="One line for each ranked pair: features, points, evidence.")
    ] = None,
    reranker: Annotated[
        str | None, typer.Option(help="A local cross-encoder that reads the best firms once more (extra sentence).")
    ] = None,
    ray: Ray = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Rank the firms of one file for every need of another, by the ranker that the product uses."""
    from matcher.run import rank_files
    from web.cli.progress import progress
    from web.embedding import embedder
    from web.settings import load_settings

    settings = load_settings(ray)
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
    judged: Annotated[
        bool, typer.Option("--judged", help="Graded pairs: nDCG@10 of judged pairs alone, Recall@50 of grades 2 and 3.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Another run of the same needs: what the first gains on it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure a run, with 95 % bootstrap intervals; with --against, the difference to another by a paired bootstrap.

    With --enterprises and --gaps, firms that list a longer name of the gap count neither way; else the figures are
    plain.
    """
    from matcher.evaluate.bounty import judged_run
    from matcher.evaluate.ranking import Evaluation, difference, evaluate

    def measured(path: Path) -> Evaluation:
        return judged_run(path, qrels) if judged else evaluate(path, qrels, enterprises, gaps)

    found = measured(run)
    gained = difference(found, measured(against)) if against is not None else None
    if as_json:
        more = {} if gained is None else {"gained": {name: one.to_json() for name, one in gained.items()}}
        print_json({**found.to_json(), **more})
        return
    typer.echo(f"{found.needs} needs{', judged pairs' if judged else ', plain figures' if found.plain else ''}")
    for name, figure in found.figures.items():
        typer.echo(f"{name:14} {figure}")
    if gained is not None:
        typer.echo(f"gained on {against}, paired")
        for name, figure in gained.items():
            chance = "" if figure.low > 0 or figure.high < 0 else "  not told from chance"
            typer.echo(f"{name:14} {figure.mean:+.4f}  [{figure.low:+.4f}, {figure.high:+.4f}]{chance}")


def rank_train(
    enterprises: Annotated[Path, _Given],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The scorecard: a .json file that --scorecard takes.")],
    gaps: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Needs, as rank takes them.")] = None,
    qrels: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Judgements of these needs, as TREC writes them.")
    ] = None,
    masked: Annotated[
        bool, typer.Option(help="Learn as well from the firms' own products, each taken out of all lists in turn.")
    ] = True,
    base: Annotated[str, typer.Option(help="Scorecard that gives the points of what is not learnt.")] = "v0",
    name: Annotated[str | None, typer.Option(help="Name of the scorecard; else the file's.")] = None,
    seed: Annotated[int, typer.Option(help="Of all draws: equal input gives an equal scorecard.")] = 7,
    run: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="A TREC run of the cross validation: each need by what the others taught."),
    ] = None,
    as_json: AsJson = False,
    report: ReportFile = None,
) -> None:
    """Learn a scorecard from judged needs (an export of `bulian feedback`, say) and from the firms' own lists.

    With judgements the five-fold cross validation over the needs is printed. Nothing uses the scorecard before it is
    named: `bulian rank --scorecard FILE`.
    """
    from matcher.train import train_files
    from web.cli.progress import progress
    from web.embedding import embedder
    from web.settings import load_settings

    if (gaps is None) != (qrels is None):
        raise typer.BadParameter("--gaps and --qrels go together")
    with Report(report) as refusals:
        with progress("rounds") as advance:
            done = train_files(
                enterprises, out, embedder(load_settings()), gaps, qrels, masked, base, name, seed, run, advance
            )
        for error in done.refused:
            refusals.refuse(error)
    if as_json:
        found = {key: one.to_json() for key, one in done.figures.items()}
        print_json({"needs": done.needs, "masked": done.masked, "measures": found, "scorecard": str(out)})
    else:
        typer.echo(f"learnt from {done.needs} judged needs and {done.masked} masked products: {out}")
        for key, one in done.figures.items():
            typer.echo(f"{key:12} {one}")
    raise typer.Exit(refusals.status)
