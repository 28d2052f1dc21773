"""Pages as converters leave them: nested sections, line breaks inside words, sentences cut between two blocks."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from seeds.demo.make.world import pick

_BREAKABLE = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff]|\d)")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first row is the head."""

    rows: Sequence[Sequence[str]]


Block = str | Table
Section = tuple[str | None, Sequence[Block]]


def page(title: str, notice: str, sections: Sequence[Section], cut: bool = False) -> bytes:
    """The page of an announcement. With `cut`, long paragraphs are cut inside a sentence."""
    lines = [f'<html><head></head><body><div title="{html.escape(title)}" type="pdf">']
    for number, (head, blocks) in enumerate(sections, start=1):
        name = f' title="{html.escape(head)}"' if head else ""
        lines.append(f' <div id="SectionCode_{number}"{name} type="paragraph">')
        if number == 1:
            lines += ['  <hidden name="a0">', "  </hidden>", *_content(notice, notice)]
        if head and pick(title + head, 3) == 0:
            lines += [f'  <div id="SectionCode_{number}-1" title="{html.escape(head)}" type="paragraph">', "  </div>"]
        elif head:
            lines += _content(head, title)
        for block in blocks:
            lines += _table(block) if isinstance(block, Table) else _paragraph(block, title, cut)
        lines.append(" </div>")
    lines.append("</div></body></html>")
    return "\n".join(lines).encode()


def _paragraph(text: str, seed: str, cut: bool) -> list[str]:
    if cut and len(text) > 90:
        middle = 60 + pick(seed + text, 25)
        return [*_content(text[:middle], seed), *_content(text[middle:], seed)]
    return _content(text, seed)


def _content(text: str, seed: str) -> list[str]:
    return ['  <div type="content">', f"   {_broken(text, seed)}", "  </div>"]


def _broken(text: str, seed: str) -> str:
    """The text with line breaks (which a reader must not see) about every sixtieth place where one can stand."""
    pieces: list[str] = []
    last = 0
    for place in _BREAKABLE.finditer(text):
        if pick(f"{seed}{text[:40]}{place.start()}", 60) == 0:
            pieces.append(html.escape(text[last : place.start()], quote=False))
            last = place.start()
    pieces.append(html.escape(text[last:], quote=False))
    return "\n     ".join(pieces)


def _table(table: Table) -> list[str]:
    lines = ['  <div type="content">', '   <table cellspacing="0">', "    <tbody>"]
    for row in table.rows:
        lines.append("    <tr>")
        for cell in row:
            lines += ["     <td>", "      <br>", f"      {html.escape(cell, quote=False)}", "     </td>"]
        lines.append("    </tr>")
    return [*lines, "    </tbody></table>", "  </div>"]
