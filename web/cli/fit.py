"""The open needs from a firm's side: which fit it, and which paper would open most of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json
from web.errors import Usage

if TYPE_CHECKING:
    from web.pages.bounties.bounty import Said
    from web.pages.firms.fit import FirmNeeds, FitRow, PriceRow, ReportRow

_MOVES = 5


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(papers)


def papers(
    firm: Annotated[str | None, typer.Option(help="Of this firm alone: its id, or its whole name.")] = None,
    place: Annotated[str, typer.Option(help="Summed over the firms of a division (GB/T 2260 code).")] = "",
    as_json: AsJson = False,
) -> None:
    """Which one certificate, title or proof would open most top tens, over all open needs, and which test report would
    settle most of their targets."""
    from web.jobs.fit import firm_id_of
    from web.pages.firms.fit import firm_worth, papers_page

    if firm is not None and place:
        raise Usage("a firm or a place, not both", hint="bulian papers --firm ID, or --place CODE")
    with opened_home() as home, working("papers"):
        graph, lang = home.graph(), home.settings.lang
        if firm is not None:
            key, name = firm_id_of(graph, firm)
            page = firm_worth(home, graph, key, lang)
            found, settled, head = page.papers, page.reports, f"{name}, {page.open} open needs"
            body = page.model_dump(exclude={"top"})
        else:
            whole = papers_page(home, graph, place, lang)
            found, settled, head = whole.papers, whole.reports, f"{whole.firms} firms, {whole.open} open needs"
            body = whole.model_dump(exclude={"places", "top"})
    if as_json:
        print_json(body)
        return
    typer.echo(f"{head}; graph as of {body['as_of'][:16]}, scorecard {body['scorecard']}, each firm reckoned alone")
    for paper in found:
        _print_paper(paper, firm is None)
    if not found:
        typer.echo("no paper would bring a firm into a top ten that it is not in")
    for report in settled:
        _print_report(report, firm is None)


def _print_paper(paper: PriceRow, named: bool) -> None:
    typer.echo(f"\n{paper.words}  ({paper.kind}): opens {paper.needs} needs" + (f" to {paper.firms} firms" * named))
    for move in paper.moves[:_MOVES]:
        who = f"{move.firm.name}: " if named else ""
        typer.echo(f"   {who}{move.need.name}  {move.before or 'not listed'} -> {move.after}{' *' * move.opens}")
    if paper.lifted > _MOVES:
        typer.echo(f"   and {paper.lifted - _MOVES} more")


def _print_report(report: ReportRow, named: bool) -> None:
    of = f" for {report.firms} firms" * named
    shows = f"{report.shows.value:.10g} {report.shows.unit}".rstrip()
    typer.echo(
        f"\na test report on {report.name} ({shows}) decides {report.needs} needs{of}, all targets of {report.last}"
    )
    for one in report.targets[:_MOVES]:
        typer.echo(f"   {one.need.name}  {_figure(one.target)}: nearly met {one.near}, nothing shown {one.unknown}")
        for shown in one.firms if named else ():
            typer.echo(
                f"      {shown.rank}  {shown.firm.name}" + (f"  {_figure(shown.figure)}" if shown.figure else "")
            )
    if len(report.targets) > _MOVES:
        typer.echo(f"   and {len(report.targets) - _MOVES} more")


def _figure(said: Said) -> str:
    """A figure in signs."""
    from matcher.target import Figure

    return Figure(said.name, said.operator, said.value, said.value_max, said.unit).said()


def match_firm(firm: str, top: int, as_json: bool, ray: str | None = None) -> None:
    """Print the open needs ranked for a firm: what `bulian match --firm` does."""
    from web.jobs.fit import firm_id_of
    from web.pages.firms.fit import firm_needs

    with opened_home(ray) as home, working("match"):
        graph = home.graph()
        key, _ = firm_id_of(graph, firm)
        page = firm_needs(home, graph, key, home.settings.lang, top)
    if as_json:
        print_json(page.model_dump())
    else:
        _print_needs(page)


def _print_needs(page: FirmNeeds) -> None:
    typer.echo(f"{page.firm.id}  {page.firm.name}: {page.open} open needs, compared for {page.count}")
    typer.echo(f"graph as of {page.as_of[:16]}, scorecard {page.scorecard}; scores of different needs do not compare\n")
    for fit in page.fits:
        typer.echo(f"{fit.rank or '-':>4}  of {fit.listed}  {fit.need.id}  {fit.need.title}  {fit.score:.2f}")
        for line in _lacks(fit):
            typer.echo(f"        {line}")
    if not page.fits:
        typer.echo("it was compared for none: load what says what it makes, or wait for open needs")


def _lacks(fit: FitRow) -> list[str]:
    lines = [f"kept out: {text}" for text in fit.failed]
    lines += [f"not met: {text}" for text in fit.unmet]
    lines += [f"not known: {text}" for text in fit.unknown]
    if fit.short:
        short = ", ".join(f"{one.title} {one.points:.2f}" for one in fit.short)
        lines.append(f"fewer points than the {'first' if fit.place <= 10 else 'tenth'}: {short}")
    return lines
