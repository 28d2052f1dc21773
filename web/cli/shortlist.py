"""A shortlist in the terminal: the ranked firms, and for each why, with the sentences quoted."""

from __future__ import annotations

import re
import sys
import textwrap
from typing import TYPE_CHECKING

from rich.cells import chop_cells
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from web.jobs.match import Entry, Reached, Shortlist

_WIDTH = 110
_REASONS = 3
_QUOTE = 90
_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
"""A line end of the page inside a Chinese sentence is no blank."""


def print_shortlist(shortlist: Shortlist, reasons: int = _REASONS) -> None:
    """Print the firms in order, the `reasons` heaviest reasons of each, what conditions cost, and near misses."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    need = shortlist.need
    console.print(Text(f"{need['id']}  {need['title'] or need['text'][:60]}", style="bold"))
    if need["products"]:
        console.print(Text("products: " + "、".join(need["products"])))
    console.print(Text(f"graph as of {shortlist.as_of[:16]}, scorecard {shortlist.scorecard}", style="dim"))
    console.print()
    for entry in shortlist.entries:
        _print_entry(console, entry, reasons)
    if any(entry.tied for entry in shortlist.entries):
        console.print(Text("the order of tied firms says nothing: they have the same score", style="dim"))
    if not shortlist.entries:
        console.print("no firm passes the conditions")
    _print_costs(console, shortlist)
    if shortlist.near_misses:
        console.print(Text("near misses (they fail one condition)", style="bold"))
        for entry in shortlist.near_misses[:5]:
            failed = "; ".join(met.label for met in entry.conditions if met.hard and not met.passes)
            console.print(Text(f"  {entry.name}  {entry.score:.2f}  fails: {failed}"))


def _print_entry(console: Console, entry: Entry, reasons: int) -> None:
    head = Text(f"{entry.rank:>3}  ", style="bold").append(entry.name, style="bold")
    head.append(f"  {entry.region or 'place unknown'}", style="dim").append(f"  {entry.score:.2f}", style="cyan")
    head.append("  tied" * entry.tied)
    console.print(head, soft_wrap=True)
    quoted: set[str] = set()
    for reason in [reason for reason in entry.reasons if reason.points > 0][:reasons]:
        again = bool(reason.evidence) and reason.evidence[0]["fact"] in quoted
        _indented(console, f"+{reason.points:.2f}  {reason.says}{'  (same sentence)' if again else ''}", 5)
        for citation in () if again else reason.evidence[:1]:
            quoted.add(citation["fact"])
            quote = _BREAK.sub("", " ".join(str(citation["quote"]).split()))
            _indented(console, f"“{quote if len(quote) <= _QUOTE else quote[:_QUOTE] + '…'}”", 12, "italic")
            page = str(citation["page"])
            place = f"row {page}" if ":" in page else f"p. {page}"
            source = f"《{citation['title']}》 {place}, {citation['date'] or 'no date'}"
            _indented(console, source, 12, "dim")
    for risk in entry.risks if reasons > _REASONS else ():
        where = "".join(f", 《{source['title']}》 {source['page']}" for source in risk.evidence[:1])
        _indented(console, f"risk, {risk.grade} (never in the score): {risk.says}{where}", 5)
    for one in entry.targets if reasons > _REASONS else ():
        _indented(console, _target(one), 5)
    unknown = [met.label for met in entry.conditions if met.truth == "unknown"]
    if unknown:
        _indented(console, "not known: " + "; ".join(unknown), 5, "dim")
    console.print()


def _target(one: Reached) -> str:
    """What came of a target, as a line."""
    asked = f"{one.verdict:7}  {one.target.said()}"
    if one.figure is None:
        return asked
    source = f", 《{one.evidence['title']}》 {one.evidence['page']}" if one.evidence else ""
    return f"{asked} ← {one.figure.product}: {one.figure.said()}{source}"


def _indented(console: Console, text: str, indent: int, style: str = "") -> None:
    """A paragraph. Chinese text may be broken between any two signs; other text between words."""
    width = console.width - indent
    pieces = textwrap.wrap(text, width) if text.isascii() else chop_cells(text, width)
    for piece in pieces:
        console.print(Text(" " * indent + piece, style=style), soft_wrap=True)


def _print_costs(console: Console, shortlist: Shortlist) -> None:
    if not shortlist.costs:
        return
    table = Table("condition", "removes", "alone", "not known", title=None, box=None, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for cost in shortlist.costs:
        table.add_row(str(cost["condition"]), *(str(cost[name]) for name in ("removes", "alone", "unknown")))
    console.print(table)
    console.print()
