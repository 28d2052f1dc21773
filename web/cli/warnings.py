"""Early warnings by the rules that hold: found now, kept, and printed with what is not known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json
from web.errors import Usage


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(warnings)


def warnings(
    region: Annotated[
        str | None, typer.Option("--region", metavar="CODE|NAME", help="Show those of a place; all are kept.")
    ] = None,
    chain: Annotated[str | None, typer.Option("--chain", help="Show those of a chain's nodes and makers.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Show those of one rule.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="As of a day, 2026-01-31; else now.")] = None,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="FILE", help="Check a file of rules and do nothing else.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look by the rules of early warnings, keep what is found, and say of how many it is not known."""
    import datetime as dt

    from matcher.warning.rule import WarningRules
    from matcher.warning.words import says
    from web.beijing import BEIJING
    from web.db.models import now
    from web.jobs.warned import among, scope_of
    from web.jobs.warnings import look

    if check is not None:
        if not check.exists():
            raise Usage(f"no file {check}", hint="write the path of a file of rules")
        rules = WarningRules.load(check)
        typer.echo(f"{rules.name}: {len(rules.rules)} rules, from {rules.effective_from}")
        return
    try:
        when = dt.datetime.combine(dt.date.fromisoformat(at), dt.time(12), BEIJING) if at else now()
    except ValueError as error:
        raise Usage(f"no date {at}", hint="2026-01-31") from error
    with opened_home() as home:
        with working("warnings"):
            done = look(home, when)
            scope = scope_of(home, region or "", chain or "")
        shown = [
            (one, among(one, scope), [each for each in one.warnings if scope.holds(each.subject_id, each.region)])
            for one in done.found
            if rule in (None, one.rule.id)
        ]
    if as_json:
        print_json(
            [
                {"rule": one.rule.id, "says": one.rule.says("zh"), "looked": counts[0], "unknown": counts[1]}
                | {
                    "warnings": [
                        _row(each.name, each.subject_id, says(each.kind, each.values), each.facts) for each in own
                    ]
                }
                for one, counts, own in shown
            ]
        )
        return
    typer.echo(f"rules {done.rules.name} ({'your own' if done.rules.own else 'packaged'}), as of {done.day}")
    for one, (looked, unknown), own in shown:
        typer.echo(f"{one.rule.id}: {one.rule.says('zh')}")
        typer.echo(f"  {len(own)} found; asked of {looked}, not known of {unknown}")
        for each in own:
            typer.echo(f"  {each.name}  {says(each.kind, each.values)}  {' '.join(each.facts[:1])}")


def _row(name: str, subject: str, sentence: str, facts: tuple[str, ...]) -> dict[str, object]:
    return {"name": name, "subject": subject, "says": sentence, "evidence": list(facts)}
