"""The fairness report: which firms come into top tens, against the pool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json
from web.errors import Usage

if TYPE_CHECKING:
    from matcher.corpus import Corpus
    from matcher.embed import Embedder
    from matcher.query import Query

_Given = typer.Option(exists=True, dir_okay=False)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(fairness)


def fairness(
    enterprises: Annotated[Path | None, _Given] = None,
    gaps: Annotated[Path | None, _Given] = None,
    qrels: Annotated[Path | None, _Given] = None,
    scorecard: Annotated[
        list[str] | None,
        typer.Option(help="A packaged one, or a .json file; several may be named; else the lists' own."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Share of small, young, remote and unlisted firms in the top ten against the pool, for each scorecard.

    Of files, or without them of the graph and its open needs. Prints the tables of docs/fairness.md.
    """
    if (enterprises is None) is not (gaps is None):
        raise Usage("enterprises and gaps come together", hint="or leave both out: then the graph is looked at")
    from matcher.rank import FOR_TEXTS
    from matcher.scorecard import DEFAULT

    scorecards = scorecard or [DEFAULT, FOR_TEXTS]
    with working("fairness"):
        if enterprises is not None and gaps is not None:
            _of_files(enterprises, gaps, qrels, scorecards, as_json)
        else:
            _of_graph(scorecards, as_json)


def _of_files(enterprises: Path, gaps: Path, qrels: Path | None, scorecards: list[str], as_json: bool) -> None:
    from kg.parts import Parts
    from matcher.corpus import Corpus
    from matcher.embed import CachedEmbedder, OnnxEmbedder
    from matcher.files import read_qrels, read_queries
    from web.settings import load_settings

    settings = load_settings()
    model = OnnxEmbedder(Parts(settings.parts_folder, settings.repository).model())
    grades = read_qrels(qrels) if qrels else {}
    right = {need: [firm for firm, grade in firms.items() if grade > 0] for need, firms in grades.items()}
    queries, refused = read_queries(gaps)
    if refused:
        raise refused[0]
    embedder = CachedEmbedder(model, settings.vectors_folder)
    _report(Corpus.from_jsonl(enterprises), embedder, queries, right, scorecards, as_json)


def _of_graph(scorecards: list[str], as_json: bool) -> None:
    from web.jobs.open_needs import open_needs

    with opened_home() as home:
        queries = [need.query for need in open_needs(home, home.graph())]
        _report(home.corpus(), home.embedder(), queries, {}, scorecards, as_json)


def _report(
    corpus: Corpus,
    embedder: Embedder,
    queries: list[Query],
    right: dict[str, list[str]],
    scorecards: list[str],
    as_json: bool,
) -> None:
    from matcher.fairness import groups, markdown, report
    from matcher.rank import Ranker
    from matcher.scorecard import Scorecard

    rankers = [Ranker(corpus, embedder, Scorecard.load(name)) for name in scorecards]
    shares = report(corpus, rankers, queries, right)
    if as_json:
        print_json([one.to_json() for one in shares])
        return
    typer.echo(f"{len(corpus)} firms, {len(queries)} needs, corpus {corpus.stamp[:12]} of {corpus.as_of}\n")
    typer.echo(markdown(shares, {group.name: group.says for group in groups(corpus)}))
