"""What came of firms on lists: say it, list it, export it for training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from web.cli.opened import opened_home
from web.cli.report import AsJson, print_json

feedback = typer.Typer(
    help="What came of firms on a need's list (kept, contacted, awarded, rejected): an append-only log.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(feedback, name="feedback")


@feedback.command()
def add(
    need: Annotated[str, typer.Argument(help="Id of a published need or bounty.")],
    firm: Annotated[str, typer.Argument(help="Id of a firm of its list.")],
    act: Annotated[str, typer.Argument(help="kept, contacted, awarded, rejected or withdrawn.")],
    reason: Annotated[
        str,
        typer.Option(
            help="Of a rejection: not_maker, conditions, quality, capacity, price, conflict, wrong_record, other."
        ),
    ] = "",
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Log what came of a firm, with the list as it is now: rank, scorecard, corpus."""
    from web.jobs.feedback import Said, log, published

    with opened_home() as home:
        row = log(home, published(home, need), Said(firm, act, reason, note))
    if as_json:
        print_json({"number": row.number, "rank": row.rank, "scorecard": row.scorecard, "corpus": row.corpus})
    else:
        typer.echo(f"{row.number}: {row.act} {row.firm_name}, rank {row.rank or 'none'} for {row.need_id}")


@feedback.command("list")
def list_rows(
    need: Annotated[str | None, typer.Option(help="Of this need alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to list, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The log, newest first."""
    from web.jobs.feedback import line, rows

    with opened_home() as home:
        found = rows(home, need, limit)
    if as_json:
        print_json([line(row) for row in found])
        return
    for row in found:
        why = " ".join(filter(None, (row.reason, row.note)))
        typer.echo(f"{row.at:%Y-%m-%d %H:%M}  {row.need_id}  {row.act:9}  {row.rank or '-':>4}  {row.firm_name}  {why}")
    if not found:
        typer.echo("nothing yet: say it on a need's page, or by `bulian feedback add`")


@feedback.command()
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Gets enterprises, gaps, qrels and the log.")],
    as_json: AsJson = False,
) -> None:
    """Write what `bulian rank-train` takes: enterprises.jsonl, gaps.jsonl, qrels.txt; and the log, feedback.jsonl."""
    from web.jobs.feedback import export as write

    with opened_home() as home:
        done = write(home, folder)
    if as_json:
        print_json(
            {
                "needs": done.needs,
                "judgements": done.judgements,
                "awards": done.awards,
                "log": done.log,
                "firms": done.firms,
                "gone": done.gone,
            }
        )
    else:
        typer.echo(
            f"{done.judgements} judgements ({done.awards} awards) on {done.needs} needs over {done.firms} firms, "
            f"{done.log} rows of the log, in {folder}"
            + (f"; {done.gone} judged firms are no longer there" if done.gone else "")
        )
