"""Extraction measured on labelled documents: eval."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.evaluate.gold import Half
from web.cli.report import AsJson, open_output, print_json

if TYPE_CHECKING:
    from nlp.evaluate.report import Report


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("eval")(evaluate)


def evaluate(
    name: Annotated[
        str | None, typer.Argument(metavar="[SET]", help="A labelled set; without one they are named.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder of the labelled documents (default: of BULIAN_SHARED).")
    ] = None,
    half: Annotated[Half | None, typer.Option(help="Half of the documents alone.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List what was missed, extra or wrong.")] = False,
    freeze: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the run without texts as CSV: a change becomes a diff.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score extraction on a labelled set: precision, recall, F1 with 95 % intervals, and errors as a list."""
    from nlp.evaluate.sets import SETS, about, evaluator
    from web.settings import load_settings

    if name is None:
        for each in SETS:
            typer.echo(f"{each:16} {about(each)}")
        return
    report = evaluator(name)(data or load_settings().shared / "data", half)
    if freeze is not None:
        with open_output(freeze) as file:
            csv.writer(file, lineterminator="\n").writerows([("document", "field", "at", "result"), *report.frozen()])
    if as_json:
        wrong = [
            {"document": e.document, "field": e.field, "wanted": e.wanted, "found": e.found} for e in report.errors()
        ]
        scores = {field: score.to_json() for field, score in report.scores.items()}
        print_json({"set": name, "half": half, "scores": scores} | ({"errors": wrong} if errors else {}))
    else:
        _print(report, errors)


def _print(report: Report, errors: bool) -> None:
    typer.echo(f"{'field':18}{'wanted':>8}{'found':>8}{'hit':>8}{'P':>8}{'R':>8}{'F1':>8}  95 %")
    for field, one in report.scores.items():
        counts = f"{one.wanted:8}{one.found:8}{one.hit:8}"
        typer.echo(
            f"{field:18}{counts}{one.precision:8.3f}{one.recall:8.3f}{one.f1:8.3f}  {one.low:.3f}–{one.high:.3f}"
        )
    if errors:
        for wrong in report.errors():
            typer.echo(
                f"\n{wrong.document} {wrong.field}\n  wanted {wrong.wanted or '-'}\n  found  {wrong.found or '-'}"
            )
