"""How a firm stands on the criteria of tiers, in the terminal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.report import AsJson, print_json

if TYPE_CHECKING:
    from web.pages.criteria.criteria import CriteriaPage, RuleSet


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("assess")(assess)


def assess(
    firm: Annotated[str, typer.Argument(metavar="FIRM", help="Id of a firm, or its whole name.")],
    as_of: Annotated[str, typer.Option(metavar="DAY", help="As of this day (2026-04-01); today, if not given.")] = "",
    rules: Annotated[str, typer.Option(metavar="ID", help="This rule set alone, with all its indicators.")] = "",
    as_json: AsJson = False,
) -> None:
    """Met, missed or not known: each condition of each tier, by what documents say of a firm."""
    from kg.values.date import parse_date
    from web.beijing import today
    from web.errors import WebError
    from web.jobs.fit import firm_id_of
    from web.pages.criteria.criteria import criteria_page
    from web.pages.evidence.citation import Named

    with opened_home() as home:
        if as_of and (len(as_of) != 10 or parse_date(as_of) != as_of):
            raise WebError(f"{as_of} is no day", code="WE422", hint="a day like 2026-04-01")
        day = dt.date.fromisoformat(as_of) if as_of else today()
        graph = home.graph()
        key, name = firm_id_of(graph, firm)
        page = criteria_page(home, graph, Named(id=key, name=name), day, home.settings.lang)
    sets = [one for tier in page.tiers for one in tier.sets if rules in ("", one.id)]
    if not sets:
        raise WebError(f"no rules {rules[:80]}", code="WE005", hint="without --rules all are listed")
    if as_json:
        print_json(_json(page, sets))
    else:
        _print(page, sets, whole=bool(rules))


def _json(page: CriteriaPage, sets: list[RuleSet]) -> dict[str, Any]:
    head = page.model_dump(mode="json", exclude={"tiers"})
    return head | {"sets": [one.model_dump(mode="json") for one in sets]}


def _print(page: CriteriaPage, sets: list[RuleSet], *, whole: bool) -> None:
    typer.echo(f"{page.firm.name}: as of {page.day}, last year {page.last}")
    for one in sets:
        over = "" if one.holds else " (not in force)"
        typer.echo(f"{one.id}: {one.verdict}; {one.passed} met, {one.missed} missed, {one.unknown} not known{over}")
        for row in one.indicators if whole else ():
            papers = "; ".join(paper.paper for paper in row.missing)
            typer.echo(f"  {row.verdict:8} {row.words}{f'  <- {papers}' if papers else ''}")
        if one.groups and whole:
            total = one.groups[-1]
            typer.echo(f"  points {total.low:g} to {total.high:g} of {total.most:g}")
