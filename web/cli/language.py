"""The language part on files of technical needs: requirement, classify. Nothing here touches a graph."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.files import Input, Output
from web.cli.report import Report, ReportFile, open_output

if TYPE_CHECKING:
    from nlp.foundation.classify import Embed

_BLOCK = 256
"""Lines classified at a time."""


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(requirement)
    app.command()(classify)


def requirement(source: Input, out: Output, report: ReportFile = None) -> None:
    """Read targets, products and their fields out of requirements: {"id", "title", "text"} a line."""
    from nlp.foundation.classify import Classifier
    from nlp.requirement.requirement import read_requirement, requirement_line
    from web.jobs.lines import read_lines

    classifier = Classifier(embed=_embedder())
    fields = {"title": str, "text": str}
    with Report(report) as refusals, open_output(out) as target:
        for line in read_lines(source, fields, refusals.refuse):
            found = requirement_line(line.get("id"), read_requirement(line["title"], line["text"], classifier))
            target.write(json.dumps(found, ensure_ascii=False) + "\n")
        raise typer.Exit(refusals.status)


def classify(
    source: Input,
    out: Output,
    scheme: Annotated[str, typer.Option(help="siji-2016, catalogue-2021 or liuji-2026.")] = "catalogue-2021",
    report: ReportFile = None,
) -> None:
    """Find the class of the industrial foundation (四基) of items: {"item"} a line; further fields are kept."""
    from nlp.foundation.classify import Classifier
    from web.jobs.lines import read_lines

    classifier = Classifier(scheme, _embedder())
    with Report(report) as refusals, open_output(out) as target:
        lines = read_lines(source, {"item": str}, refusals.refuse, filled=("item",))
        while block := list(islice(lines, _BLOCK)):
            for line, found in zip(block, classifier.classify([line["item"] for line in block]), strict=True):
                target.write(json.dumps({**line, **asdict(found)}, ensure_ascii=False) + "\n")
        raise typer.Exit(refusals.status)


def _embedder() -> Embed | None:
    """The fetched model; without it classes are found by words and characters alone, and stderr says so."""
    from kg.errors import KgError
    from kg.parts import Parts
    from matcher.embed import OnnxEmbedder
    from web.settings import load_settings

    settings = load_settings()
    try:
        return OnnxEmbedder(Parts(settings.parts_folder, settings.repository).model()).embed
    except KgError as error:
        print(f"without the embedding model, by words and characters alone: {error}", file=sys.stderr)
        return None
