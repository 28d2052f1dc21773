"""HTML by selectolax: blocks become lines, table rows become lines of cells divided by tabs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from nlp.errors import RefusedFile
from nlp.readers.text import decode, plain
from nlp.text import Text

_SKIPPED = frozenset(("script", "style", "head", "template", "noscript", "object", "svg", "iframe", "hidden"))
# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
))
# fmt: on
_CELLS = frozenset(("td", "th"))
_MAX_SPAN = 500
_MOST_COLUMNS = 1000
"""Where the cells of earlier rows reach over more columns, they are let go: each row would be wider than the last."""
_MAX_DEPTH = 2_000
_TAG = re.compile(r"<[^<>]*>")
_NESTING = re.compile(r"<(/?)(?!(?:p|li|td|tr|th|dd|dt|br|hr|img|input|meta|link|option|hidden)\b)[a-z][a-z0-9]*", re.I)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.I)
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d"
# A source line break inside a text is a blank between Latin words and nothing beside a Chinese sign.
_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t\xa0]*\n\s*|[ \t\xa0]*\n\s*(?=[{_WIDE}])")
_BLANKS = re.compile(r"[ \t\n\f\xa0]+")
_LINES = re.compile(r"[ ]*\n[ \n]*")


@dataclass(slots=True)
class _Box:
    """An open element and what it has gathered so far.

    `span` is a cell's width and height, `cells` the cells of a row as (text, width, height), and `covered`, of a
    table, how many more rows each column is taken by a cell that reaches down.
    """

    tag: str
    span: tuple[int, int] = (1, 1)
    parts: list[str] = field(default_factory=list)
    cells: list[tuple[str, int, int]] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)


def read_html(data: bytes, name: str) -> Text:
    """Read an HTML page, whatever encoding it declares. Its title is <title>, else the first title attribute."""
    declared = _CHARSET.search(data[:4096])
    source, warnings = decode(data, name, declared.group(1).decode("ascii") if declared else None)
    source = plain(source)
    if _depth(source) > _MAX_DEPTH:  # the parser's work grows with the square of the depth
        lines = (" ".join(line.split()) for line in _TAG.sub("\n", source).split("\n"))
        return Text(
            "\n".join(filter(None, lines)), media="html", warnings=(*warnings, "nested too deeply: read as lines")
        )
    try:
        tree = LexborHTMLParser(source)
    except (ValueError, RuntimeError) as error:
        raise RefusedFile("the HTML cannot be parsed", code="NL006", hint="save the page again", file=name) from error
    root = tree.body or tree.root
    text = _text(root) if root is not None else ""
    return Text(text, media="html", title=_title(tree)[:120], warnings=warnings)


def _depth(source: str) -> int:
    """How deep the elements nest, reckoned from the tags alone (those that close themselves are not counted)."""
    depth = deepest = 0
    for tag in _NESTING.finditer(source):
        depth += -1 if tag.group(1) else 1
        deepest = max(deepest, depth)
    return deepest


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("title")
    if node is not None and node.text().strip():
        return " ".join(node.text().split())
    node = tree.css_first("[title]")
    return " ".join((node.attributes.get("title") or "").split()) if node is not None else ""


def _text(root: LexborNode) -> str:
    """Walk the tree without recursion: pages nest tens of thousands of elements deep on purpose."""
    stack: list[_Box] = [_Box("")]
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            stack[-1].parts.append(_inline(node.text_content or ""))
        elif tag == "br":
            stack[-1].parts.append("\n")
        elif tag not in _SKIPPED and not tag.startswith(("-", "_", "!")):
            box = _Box(tag, _span(node) if tag in _CELLS else (1, 1))
            if node.child is not None:
                stack.append(box)
                node = node.child
                continue
            _close(stack, box)
        while node is not None and node.next is None:
            if node is root or len(stack) == 1:
                node = None
                break
            node = node.parent
            box = stack.pop()
            _close(stack, box)
        node = node.next if node is not None else None
    while len(stack) > 1:
        box = stack.pop()
        _close(stack, box)
    lines = _LINES.sub("\n", "".join(stack[0].parts))
    return lines.strip(" \n")


def _inline(text: str) -> str:
    return _BLANKS.sub(" ", _BREAK.sub("", text))


def _span(cell: LexborNode) -> tuple[int, int]:
    """Width and height of a cell; absurd values are taken as the largest that a real table has."""

    def number(name: str) -> int:
        value = (cell.attributes.get(name) or "1").strip()
        return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1

    return number("colspan"), number("rowspan")


def _close(stack: list[_Box], box: _Box) -> None:
    outer = stack[-1]
    content = "".join(box.parts)
    if box.tag in _CELLS:
        outer.cells.append((content.strip(" \n"), *box.span))
    elif box.tag == "tr":
        table = next((open_ for open_ in reversed(stack[-3:]) if open_.tag == "table"), outer)
        outer.parts.append(f"\n{_row(box.cells, table.covered)}{content}\n")
    elif box.tag in _BLOCKS:
        loose = "\n".join(cell[0] for cell in box.cells)
        outer.parts.append(f"\n{loose}{content}\n")
    else:
        outer.parts.append(content)
        outer.cells.extend(box.cells)


def _row(cells: list[tuple[str, int, int]], covered: dict[int, int]) -> str:
    """One line for a row. A column that a cell of an earlier row or a wide cell takes is left empty, so that the
    columns of all rows stand under one another and each text stands once."""
    if (len(cells) == 1 and not covered) or any("\t" in text for text, _, _ in cells):
        return "\n".join(text for text, _, _ in cells)  # a frame around text or around another table
    columns: list[str] = []
    waiting = list(cells)
    while waiting or len(columns) in covered:
        at = len(columns)
        if at in covered:
            covered[at] -= 1
            if not covered[at]:
                del covered[at]
            columns.append("")
            continue
        text, width, height = waiting.pop(0)
        columns.append(_BLANKS.sub(" ", _BREAK.sub("", _LINES.sub("\n", text))))
        columns.extend("" for _ in range(width - 1))
        if height > 1:
            covered.update(dict.fromkeys(range(at, at + width), height - 1))
        if len(columns) > _MOST_COLUMNS:
            covered.clear()
    return "\t".join(columns)
