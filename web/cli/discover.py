"""Firms that hold no tier and look like those that do, and how well hidden ones are found again."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json
from web.errors import Usage

if TYPE_CHECKING:
    from matcher.evaluate.discovery import DiscoveryEvaluation
    from web.pages.criteria.discover import CandidateRow, DiscoverPage


class Tier(StrEnum):
    """A tier that may be asked for."""

    innovative = "innovative"
    specialised = "specialised"
    little_giant = "little_giant"
    champion = "champion"


TierOption = Annotated[Tier, typer.Option("--tier", help="The tier whose firms they are to look like.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(discover)
    app.command("discover-eval")(discover_eval)


def discover(
    region: Annotated[str, typer.Option(metavar="CODE|NAME", help="Of this place and those below it.")] = "",
    field: Annotated[str, typer.Option(help="Part of a product, an industry or a foundation field.")] = "",
    node: Annotated[str, typer.Option(help="Part of a chain node.")] = "",
    tier: TierOption = Tier.little_giant,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="Firms to list.")] = 20,
    xlsx: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the list as a workbook, with visits by district.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Firms that hold no such tier and look like those that do: whom each is like, what is known of it, what is not."""
    from matcher.discovery.find import Ask
    from web.pages.criteria.discover import discover_page
    from web.pages.criteria.discover_sheet import workbook

    with opened_home() as home, working("discover"):
        lang = home.settings.lang
        page = discover_page(home, home.graph(), Ask(tier.value, region, field, node, top), lang)
        demo = bool(home.graph().read("holds_demo"))
    if xlsx is not None:
        try:
            xlsx.write_bytes(workbook(page, lang, demo))
        except OSError as error:
            raise Usage(f"cannot be written: {error.strerror}", hint="check the path", file=str(xlsx)) from error
    if as_json:
        print_json(page.model_dump(exclude={"places", "tiers"}))
    else:
        _print(page, lang)


def _print(page: DiscoverPage, lang: str) -> None:
    from web.pages.criteria.discover_sheet import notes

    typer.echo(
        f"{page.count} firms to consider, compared with {page.listed} of {page.tier}; graph as of {page.as_of[:16]}, "
        f"points {page.card} ({page.made.partition(':')[0]})\nconditions: {page.rules.measures}, from "
        f"{page.rules.effective_from}, {page.rules.source}{' (re-post)' if page.rules.repost else ''}"
    )
    for one in page.candidates:
        place = f"  {one.region}" if one.region else ""
        typer.echo(f"\n{one.rank:>4}{'=' if one.tied else ' '} {one.score:6.1f}  {one.firm.name}{place}")
        for line in [*_lines(one), *notes(one, lang)]:
            typer.echo(f"             {line}")
    if not page.candidates:
        typer.echo("\nno firm to consider here: a wider place or field, or load product catalogues and filings first")
    if page.left_out:
        typer.echo("\nleft out:")
        for out in page.left_out:
            typer.echo(f"{out.count:>8}  {out.says}")
    if page.unplaced:
        typer.echo(f"{page.unplaced:>8}  place unknown")


def _lines(one: CandidateRow) -> list[str]:
    lines = [f"like {alike.firm.name} ({alike.cosine:.2f}): {alike.says}" for alike in one.alike]
    lines.append("known: " + ", ".join(f"{row.title} {row.says}" for row in one.known if row.trait != "likeness"))
    lines.append(f"conditions: met {one.met}, missed {one.missed}, unknown {one.open}")
    lines += [f"missed: {each.says}" for each in one.conditions if each.truth == "missed"]
    return lines


def discover_eval(tier: TierOption = Tier.little_giant, as_json: AsJson = False) -> None:
    """Hide the tier of firms that other facts of the graph describe, seek them, and print how well that goes beside
    what tells nothing: chance, the share of their city, how much is known of them."""
    from web.jobs.discover import measured

    with opened_home() as home, working("discover-eval"):
        found = measured(home, tier.value)
    if as_json:
        print_json(found.to_json())
    else:
        _print_measured(found)


def _print_measured(found: DiscoveryEvaluation) -> None:
    typer.echo(
        f"{found.named} firms are named for {found.tier} or a higher tier. {len(found.hidden)} of them are described "
        f"by more than lists and titles and are hidden, among {found.pool} firms: {', '.join(found.hidden)}\n"
    )
    typer.echo("| pool | hidden / others | ranked by | AUC, 95 % | chance does as well | P@10 | recall@50 |")
    typer.echo("|---|---|---|---|---|---|---|")
    for line in found.lines:
        area = f"{line.auc.mean:.3f} ({line.auc.low:.3f} to {line.auc.high:.3f})"
        first, found_50 = line.precision[10], line.recall[50]
        typer.echo(
            f"| {line.pool} | {line.hidden} / {line.others} | {line.method} | {area} | {line.by_chance:.3f} | "
            f"{first.mean:.2f} ({first.low:.2f} to {first.high:.2f}) | "
            f"{found_50.mean:.2f} ({found_50.low:.2f} to {found_50.high:.2f}) |"
        )
