"""Decisions on identity: the queue of doubtful pairs, and words on records."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.progress import working
from web.cli.report import AsJson, print_json
from web.errors import Usage

if TYPE_CHECKING:
    from web.home import Home
    from web.jobs.review import Case, Word

commands = typer.Typer(
    help="Which records are one firm: a queue of doubtful pairs, and what was decided.", no_args_is_help=True
)

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the decision.")]
Token = Annotated[
    str | None, typer.Option("--effect", metavar="TOKEN", help="The effect that was shown; needed for large ones.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the effect, do nothing.")]
PairArgument = Annotated[list[str], typer.Argument(help="A pair of the queue by its id, or two records or firms.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(commands, name="review")


@commands.command("list")
def list_pairs(
    view: Annotated[str, typer.Option(help="open (waits), merged (one firm), kept (two firms), lost.")] = "open",
    name: Annotated[str, typer.Option(help="Only pairs with this in a name.")] = "",
    place: Annotated[str, typer.Option(help="Only pairs of this place (GB/T 2260).")] = "",
    doubt: Annotated[str, typer.Option(help="Only this doubt: score, place, large, third, undone.")] = "",
    top: Annotated[int, typer.Option(min=1, max=10_000, help="Pairs to list.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Pairs of the queue, the likeliest first. View lost: decisions that wait for a record that is not there."""
    from web.jobs import review

    if view not in (*review.VIEWS, "lost"):
        raise Usage(f"no view {view}", hint=f"one of {', '.join((*review.VIEWS, 'lost'))}")
    with opened_home() as home:
        if view == "lost":
            words = review.history(home, lost=True)
            print_json([asdict(word) for word in words]) if as_json else _print_words(words)
            return
        cases, count = review.waiting(home, review.Filter(view, name, place, doubt), 0, top)
    if as_json:
        print_json({"count": count, "pairs": [asdict(case) for case in cases]})
        return
    for case in cases:
        typer.echo(f"{case.id}  {case.score:.2f}  {case.names[0]}  ⇄  {case.names[1]}  {_why(case)}")
    typer.echo(f"{count} pairs" if cases else f"no pair: {_next(view)}")


@commands.command()
def show(
    pair: Annotated[str, typer.Argument(help="A pair of the queue, or a record or firm, by its id.")],
    as_json: AsJson = False,
) -> None:
    """A pair side by side with what each answer would do; of a record or firm its records and the history."""
    from web.jobs import review
    from web.jobs.decisions import Asked, foreseen

    with opened_home() as home:
        found = _case_or_none(home, pair)
        keys = found.records if found else (pair,)
        sides = [review.side(home, key) for key in keys]
        if found is None and sides == [None]:
            raise Usage(f"no pair, record or firm {pair}", hint="bulian review list")
        records = {record["id"] for side in sides if side for record in side["records"]}
        words = review.history(home, {*keys, *records})
        effects = {kind: foreseen(home, Asked(kind, found.records)) for kind in ("same", "different")} if found else {}
    if as_json:
        shown = {"pair": asdict(found) if found else None, "sides": sides, "effects": effects}
        print_json({**shown, "history": [asdict(word) for word in words]})
        return
    if found:
        typer.echo(f"{found.id}  {found.score:.2f}  {found.reason}  {_why(found)}")
        for head, points in (("agrees", found.agrees), ("differs", found.differs)):
            for point in points:
                typer.echo(f"  {head:8} {point['trait']:12} {point['one']} ⇄ {point['other']}")
    for side in sides:
        _print_side(side)
    for kind, effect in effects.items():
        typer.echo(f"{kind:10} {effect.get('refused') or _effect_words(effect)}")
    _print_words(words)


@commands.command()
def same(
    pair: PairArgument, reason: Reason = "", effect: Token = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """The two are one firm, with all their records."""
    _answer("same", pair, reason, effect, dry_run, as_json)


@commands.command()
def different(
    pair: PairArgument, reason: Reason = "", effect: Token = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """The two are different firms."""
    _answer("different", pair, reason, effect, dry_run, as_json)


@commands.command()
def unsure(
    pair: Annotated[str, typer.Argument(help="A pair of the queue by its id.")], as_json: AsJson = False
) -> None:
    """Nobody is sure: the pair goes to the end of the queue."""
    from web.jobs.review import put_off

    with opened_home() as home:
        found = put_off(home, pair)
    print_json(asdict(found)) if as_json else typer.echo(f"{found.id}: asked again after all others")


@commands.command()
def move(
    record: Annotated[str, typer.Argument(help="The record.")],
    to: Annotated[str | None, typer.Argument(help="A record of the firm it goes to; none: a firm of its own.")] = None,
    reason: Reason = "",
    effect: Token = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """One record leaves its firm for another, or for a firm of its own."""
    _run(("move", (record, to) if to else (record,)), {"reason": reason}, effect, dry_run, as_json)


@commands.command()
def split(
    parts: Annotated[list[str], typer.Argument(help="Each part as RECORD,RECORD,…; all others are one part more.")],
    reason: Reason = "",
    effect: Token = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """A firm falls into parts."""
    groups = tuple(tuple(key for key in part.split(",") if key) for part in parts)
    _run(("split", ()), {"reason": reason, "parts": groups}, effect, dry_run, as_json)


@commands.command()
def name(
    record: Annotated[str, typer.Argument(help="The record.")],
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """The record's firm is called as this record calls it."""
    _run(("name", (record,)), {"reason": reason}, None, dry_run, as_json)


@commands.command()
def undo(
    act: Annotated[str, typer.Argument(help="The act, as `show` and the commands name it.")],
    reason: Reason = "",
    effect: Token = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take an act back; it stays in the history."""
    _run(("undo", ()), {"reason": reason, "act": act}, effect, dry_run, as_json)


@commands.command()
def refresh(as_json: AsJson = False) -> None:
    """Compare all firms with one another: sure pairs are joined, doubtful ones wait."""
    from web.jobs.review import refresh as run

    with opened_home() as home, working("review"):
        looked = asdict(run(home))
    if as_json:
        print_json(looked)
    else:
        typer.echo(", ".join(f"{count} {what}" for what, count in looked.items()))


def _answer(kind: str, pair: list[str], reason: str, token: str | None, dry_run: bool, as_json: bool) -> None:
    if len(pair) == 1:
        with opened_home() as home:
            found = _case_or_none(home, pair[0])
        if found is None:
            raise Usage(f"no pair {pair[0]}", hint="bulian review list; or name two records")
        pair, reason = list(found.records), reason or found.reason
    if len(pair) != 2:
        raise Usage("name one pair of the queue, or two records", hint=f"bulian review {kind} RECORD RECORD")
    _run((kind, tuple(pair)), {"reason": reason}, token, dry_run, as_json)


def _run(
    said: tuple[str, tuple[str, ...]], more: dict[str, Any], token: str | None, dry_run: bool, as_json: bool
) -> None:
    from web.jobs.decisions import Asked, decide, effect_of, plan

    asked = Asked(said[0], said[1], **more)
    with opened_home() as home:
        if dry_run:
            result = {"act": None, **effect_of(plan(home, asked))}
        else:
            done = decide(home, asked, token)
            result = {"act": done.act, **effect_of(done.plan)}
    if as_json:
        print_json(result)
    else:
        typer.echo(_effect_words(result))
        typer.echo(f"act {result['act']}: bulian review undo {result['act']}" if result["act"] else "nothing done")


def _case_or_none(home: Home, case_id: str) -> Case | None:
    from web.errors import WebError
    from web.jobs.review import case

    try:
        return case(home, case_id)
    except WebError as error:
        if error.code != "WE005":
            raise
        return None


def _effect_words(effect: dict[str, Any]) -> str:
    if not effect["moves"]:
        return "no record changes its firm"
    return (
        f"{len(effect['moves'])} records change their firm ({effect['facts']} statements), "
        f"{effect['firms_before']} firms become {effect['firms_after']}, {effect['edges']} edges are made again; "
        f"effect {effect['token']}{', said twice' if effect['large'] else ''}"
    )


def _why(case: Case) -> str:
    again = f", not sure ×{case.turn}" if case.state == "unsure" else ""
    return f"[{case.doubt or 'sure'}{again}]"


def _next(view: str) -> str:
    return "bulian review refresh compares all firms" if view == "open" else "nothing was decided so"


def _print_side(side: dict[str, Any] | None) -> None:
    if side is None:
        typer.echo("-- the record has gone")
        return
    typer.echo(f"-- {side['firm']['name']}  {side['firm']['id']}  {side['count']} records, {side['facts']} statements")
    for record in side["records"]:
        where = " ".join(filter(None, (record["credit_code"], record["region"], str(record["date"] or ""))))
        typer.echo(f"   {record['id']}  {record['name']}  {where}  {record['title']}")


def _print_words(words: list[Word]) -> None:
    for word in words:
        taken = f", taken back {word.undone_at[:16]}" if word.undone_at else ""
        gone = f", waits for {len(word.lost)} records" if word.lost else ""
        typer.echo(
            f"{word.at[:16]}  {word.kind:9} {' ⇄ '.join(word.names)}  {word.reason} ({word.by_role}{taken}{gone})"
        )
        typer.echo(f"   act {word.act}")
