"""A booklet (推介册): one page for each firm of a set, in Chinese or English, of the public record alone.

Each line has the publisher and the day of its source; what was not read is left out, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.firm import Firm, Item
from matcher.statistics.measure import measures
from web.beijing import today
from web.errors import WebError
from web.jobs.network import network
from web.jobs.statistics import AskedSet, chosen, figures
from web.pages.brain.statistics import BOOKLET, GroupWords
from web.pages.evidence.citation import Citation, citations
from web.paper import clean, new_paper, pairs, saved
from web.words import place

if TYPE_CHECKING:
    from docx.document import Document

    from kg.ontology import Ontology
    from kg.store import Graph
    from matcher.statistics.measure import Said
    from web.accounts.actor import Actor
    from web.home import Home

PRODUCTS, PAPERS = 8, 3
"""Products of a page, and entries of its other lists: more would not stand on one page."""

LINE = 40
"""Signs of an entry."""

_HEAD = ("city", "age", "industry", "tier", "size", "rd_ratio", "institute", "foundation")
_LISTS = (("certificate", ("证书", "certificates")), ("contracts", ("中标合同", "contracts won")),
          ("patents", ("专利", "patents")), ("process", ("工艺", "processes")))  # fmt: skip

Words = tuple[str, str]

_FOOT: Words = (
    "{}；图谱截至 {}；只用公开记录，没有写的是没有读到，不是没有",
    "{}; graph as of {}; the public record alone: what is not here was not read, it may exist",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a page and the statement that it rests on."""

    words: str
    fact: str | None


def booklet(home: Home, graph: Graph, actor: Actor, ask: AskedSet, lang: str) -> bytes:
    """The booklet of a set as DOCX. Raises as `chosen`; WE422 for no firm, and for more than `BOOKLET`."""
    found = chosen(home, graph, actor, ask)
    rows = np.flatnonzero(found.rows).tolist()
    if not 0 < len(rows) <= BOOKLET:
        raise WebError(
            f"{len(rows)} firms are in the set", code="WE422", hint=f"choose 1 to {BOOKLET} firms", place="firms"
        )
    made = figures(home, network(home))
    stamp = graph.stamp()
    words = GroupWords(made.industries, lang)
    pages = [_Page(made.table.corpus.firms[row], made.table.said(row), words, home.ontology) for row in rows]
    cited = citations(graph, {entry.fact for page in pages for entry in page.entries() if entry.fact})
    title = ("企业推介册", "Booklet of firms")[lang != "zh"]
    paper = new_paper(title, upright=True)
    demo = bool(stamp and graph.read("holds_demo"))
    mark = ("演示数据，企业是虚构的；", "demo data, the firms are invented; ")[lang != "zh"] if demo else ""
    for at, page in enumerate(pages):
        if at:
            paper.add_page_break()  # type: ignore[no-untyped-call]
        page.write(
            paper, cited, mark + _FOOT[lang != "zh"].format(today().isoformat(), stamp.written[:10] if stamp else "")
        )
    return saved(paper)


class _Page:
    """The page of one firm."""

    def __init__(self, firm: Firm, said: Mapping[str, Said], words: GroupWords, ontology: Ontology) -> None:
        self.firm, self._said, self._words = firm, said, words
        self._at = words.lang != "zh"
        self._ontology = ontology
        self.head = list(self._head())
        self.products = [
            Entry(one.name, one.fact)
            for one in sorted(firm.products, key=lambda one: (one.level != "disclosed", -(one.share or 0), one.name))
        ]
        self.lists = {name: self._entries(name) for name, _ in _LISTS}

    def entries(self) -> Iterator[Entry]:
        """All lines that rest on a statement and are shown."""
        yield from (entry for _, entry in self.head)
        yield from self.products[:PRODUCTS]
        for found in self.lists.values():
            yield from found[:PAPERS]

    def write(self, paper: Document, cited: Mapping[str, Citation], foot: str) -> None:
        """Put the page into a document."""
        paper.add_heading(clean(self.firm.name), 1)
        pairs(paper, [(name, self._sourced(entry, cited)) for name, entry in self.head])
        self._list(paper, ("产品", "products"), self.products, PRODUCTS, cited)
        for name, title in _LISTS:
            self._list(paper, title, self.lists[name], PAPERS, cited)
        paper.add_paragraph(clean(foot))

    def _head(self) -> Iterator[tuple[str, Entry]]:
        code = next(iter(self.firm.items("credit_code")), None)
        if code:
            yield self._ontology.label("credit_code", self._words.lang), Entry(str(code.value), code.fact)
        for name in _HEAD:
            if name in self._said:
                one = self._said[name]
                words = self._words.said(measures()[name], one)
                if name == "city":
                    words = place(next((str(item.value) for item in self.firm.items("region")), "")) or words
                title = ("所在地", "place")[self._at] if name == "city" else measures()[name].named(self._words.lang)
                yield title, Entry(words, next(iter(one.facts), None))

    def _entries(self, name: str) -> list[Entry]:
        items: Sequence[Item] = self.firm.items(name)
        return [Entry(str(item.value)[:LINE], item.fact) for item in items if isinstance(item.value, str)]

    def _list(
        self, paper: Document, title: Words, entries: Sequence[Entry], most: int, cited: Mapping[str, Citation]
    ) -> None:
        if not entries:
            return
        count = f" ({len(entries)})" if len(entries) > most else ""
        paper.add_heading(title[self._at] + count, 2)
        for entry in entries[:most]:
            paper.add_paragraph(clean(self._sourced(entry, cited)), style="List Bullet")

    def _sourced(self, entry: Entry, cited: Mapping[str, Citation]) -> str:
        source = cited.get(entry.fact or "")
        if source is None:
            return entry.words
        level = "" if source.level == "disclosed" else self._ontology.label(f"level.{source.level}", self._words.lang)
        said = ", ".join(filter(None, (source.publisher or source.title, source.date, level)))
        return f"{entry.words} ({said})" if self._at else f"{entry.words}（{said}）"
