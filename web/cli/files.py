"""The language part alone, on files: text, extract, entities. Nothing here touches a graph or the data folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from web.cli.report import AsJson, Report, ReportFile, open_output, print_json, write_out

Workers = Annotated[int, typer.Option(min=0, help="Processes that read documents; 0 means one for each core.")]
Ray = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Ray cluster that does the work instead: HOST:PORT (extra ray).")
]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with files.")]
Input = Annotated[Path, typer.Option("--in", exists=True, dir_okay=False, readable=True, help="JSON lines to read.")]
Output = Annotated[Path, typer.Option("--out", dir_okay=False, help="JSON lines to write.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(text)
    app.command()(extract)
    app.command()(entities)


def text(
    file: Annotated[Path, typer.Argument(help="PDF, HTML, DOCX, TXT, or a picture with the extra ocr.")],
    as_json: AsJson = False,
    report: ReportFile = None,
) -> None:
    """Print the text of one document: what the offsets of facts count in."""
    from nlp.readers.read import read_file

    with Report(report):
        _, read = read_file(file)
    if as_json:
        print_json(
            {
                "text": read.text,
                "pages": list(read.pages),
                "media": read.media,
                "title": read.title,
                "warnings": list(read.warnings),
            }
        )
    else:
        write_out(read.text)


def extract(
    paths: Paths,
    jsonl: Annotated[Path, typer.Option(dir_okay=False, help="Facts, one JSON object a line.")],
    report: ReportFile = None,
    workers: Workers = 1,
    ray: Ray = None,
) -> None:
    """Read documents and write the facts that they state, each with its sentence."""
    from nlp.extract import extract_files
    from web.cli.progress import progress
    from web.jobs.files import documents_of
    from web.jobs.scorer import scorer_of
    from web.settings import load_settings
    from web.workers import workers_of

    settings = load_settings(ray)
    files = [found.path for found in documents_of(paths)]
    with Report(report) as refusals, open_output(jsonl) as out:
        with progress("extract", len(files)) as advance:
            for extracted in extract_files(files, workers_of(settings, workers), scorer=scorer_of(settings)):
                if extracted.refusal is not None:
                    refusals.refuse(extracted.refusal)
                for warning in extracted.warnings:
                    print(f"note: {Path(extracted.path).name}: {warning}", file=sys.stderr)
                for fact in extracted.facts:
                    out.write(json.dumps(fact.to_json(), ensure_ascii=False) + "\n")
                advance(1)
        raise typer.Exit(refusals.status)


def entities(source: Input, out: Output, report: ReportFile = None) -> None:
    """Find organisations, products, patents, codes and places in sentences: {"id", "text"} a line."""
    from dataclasses import asdict

    from nlp.entities import entities as find
    from web.jobs.lines import read_lines

    with Report(report) as refusals, open_output(out) as target:
        for line in read_lines(source, {"text": str}, refusals.refuse):
            found = [asdict(entity) for entity in find(line["text"])]
            target.write(json.dumps({"id": line.get("id"), "entities": found}, ensure_ascii=False) + "\n")
        raise typer.Exit(refusals.status)
