"""One firm on one need in the terminal: its rank and reasons, what would raise it, why it is not listed, its risks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import print_json

if TYPE_CHECKING:
    from web.pages.firms.risk import RiskRow
    from web.pages.firms.why import WhyLift, WhyMet, WhyPage, WhyReason


def why_firm(need: str, firm: str, as_json: bool, ray: str | None = None) -> None:
    """Print why a firm stands where it does on a need, or is not listed: what `bulian match NEED --why FIRM` does.

    `need` is the id of a need of the store, else the need in words.
    """
    from web.jobs.match import query_of
    from web.pages.firms.why import why_page
    from web.pages.needs.conditions import Wanted

    with opened_home(ray) as home, working("why"):
        known = query_of(home, need).id == need
        named, text = (need, "") if known else ("", need)
        page = why_page(home, home.graph(), named, text, firm, Wanted({}), home.settings.lang)
    if as_json:
        print_json(page.model_dump())
    else:
        _print(page)


def _print(page: WhyPage) -> None:
    typer.echo(f"{page.firm.id}  {page.firm.name}")
    typer.echo(f"on {page.need.id + '  ' + page.need.title if page.need else page.text[:80]}")
    typer.echo(f"graph as of {page.as_of[:16]}, scorecard {page.scorecard}\n")
    typer.echo(_stands(page))
    if page.tied:
        typer.echo(f"tied with {page.tied} listed firms of the same score: their order says nothing")
    if page.nearest:
        typer.echo(f"its nearest product is {page.nearest}, cosine {page.cosine:.3f} (1: the same)")
    for met in page.conditions:
        typer.echo(f"   {_met(met)}")
    if page.score is not None:
        typer.echo("\nwhat would raise the rank (one thing changed, the other firms as they are)")
        for lift in page.lifts:
            typer.echo(f"   {_lift(lift)}")
        if not page.lifts:
            typer.echo("   no single line would")
        typer.echo("\npoints" + (f", and those of number {page.mark_rank}, {page.mark.name}" if page.mark else ""))
        for reason in page.reasons:
            typer.echo(f"   {_reason(reason)}")
        typer.echo(f"   {page.score:+9.4f}" + (f"  {page.mark_score:+9.4f}" if page.mark else "") + "  in all")
    typer.echo("\nrisks (never in the score; what was not read is not judged)")
    for risk in page.risks:
        typer.echo(f"   {_risk(risk)}")
    if not page.risks:
        typer.echo("   none in what was read")


def _stands(page: WhyPage) -> str:
    """Where the firm stands, in a sentence."""
    if page.state == "listed":
        return f"number {page.rank} of {page.listed} listed firms, {page.score:.4f} points"
    if page.state == "kept_out":
        return (
            f"not listed: it does not pass a condition that must be met; by its {page.score:.4f} points it would be "
            f"number {page.place} ({page.listed} are listed)"
        )
    if page.state == "asks":
        return "not listed: the need is its own"
    if page.state == "not_compared":
        return f"not listed: no product of it is among those nearest to the need ({page.compared} firms were compared)"
    return "not listed: the corpus does not hold it"


def _met(met: WhyMet) -> str:
    kind = "must" if met.hard else "wish"
    out = " <- this keeps it off the list" if met.hard and not met.passes else ""
    return f"{met.truth:7}  {kind}  {met.words}{out}" + (f"  ({met.reason})" if met.reason else "")


def _lift(lift: WhyLift) -> str:
    now = "not known" if lift.now is None else f"{lift.now:.3g}"
    steps = ", ".join(f"at {step.value:.3g} number {step.rank} ({step.points:+.2f})" for step in lift.steps)
    return f"{lift.wish or lift.title} (now {now}): {steps}"


def _reason(reason: WhyReason) -> str:
    other = "" if reason.mark is None else f"  {reason.mark:+9.4f}"
    return f"{reason.points:+9.4f}{other}  {reason.says or reason.title + ': not known'}"


def _risk(risk: RiskRow) -> str:
    source = risk.evidence[0] if risk.evidence else None
    where = f"  《{source.title}》 {source.page}, {source.date or 'no date'}" if source else ""
    return f"{risk.grade:6}  {risk.says} (rule: {risk.rule}){where}"
