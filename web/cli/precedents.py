"""Precedents of a need in the terminal: who won the like, from whom, when and for how much."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from web.pages.needs.precedents import PrecedentRow


def print_precedents(precedents: Iterable[PrecedentRow]) -> None:
    """Three lines for each contract: its name, who let it to whom, and the document that says so."""
    typer.echo("who won the like (not part of the scores)")
    for one in precedents:
        typer.echo(f"  {one.title}  (likeness {one.cosine:.2f})")
        winners = "、".join(each.firm.name for each in one.winners)
        sums = [f"{each.amount:,.0f} {each.currency or 'CNY'}" for each in one.winners if each.amount is not None][:1]
        typer.echo(f"    {', '.join([one.buyer or 'buyer not named', one.day or 'no date', *sums])}: {winners}")
        source = one.winners[0].source
        typer.echo(f"    《{source.title or ''}》 p. {source.page}, {source.date or 'no date'}")
