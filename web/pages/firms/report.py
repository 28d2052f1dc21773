"""The due-diligence report of a firm: what is known with its evidence, how old that is, what is doubtful, what is not.

All of it is the public record in the graph; nothing that an organisation keeps for itself comes into it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from web.beijing import today
from web.jobs.applicants import listed
from web.jobs.report import Table
from web.pages.criteria.criteria import criteria_page
from web.pages.evidence.citation import Named, citations
from web.pages.evidence.cited import CitedWords
from web.pages.firms.firm import ORDER, FirmPage, Statement, columns, firm_page, relation_rows
from web.pages.firms.record_words import STANDING, Words
from web.paper import new_paper, pairs, saved, table
from web.words import STALE_YEARS, as_of, is_past, is_stale, place

if TYPE_CHECKING:
    from kg.store import Graph
    from web.home import Home

ROWS = 200
"""Rows of a relation in the report; the firm's page has the rest."""

Row = tuple[Any, ...]

_LISTS: dict[str, Words] = {
    "dishonest": ("失信名单", "list of dishonest debtors"),
    "abnormal": ("经营异常名录", "list of abnormal operation"),
}


def report_file(home: Home, graph: Graph, firm_id: str, lang: str, demo: bool) -> bytes:
    """The report as DOCX. Raises WE404."""
    report = FirmReport(home, graph, firm_id, lang, demo)
    paper = new_paper(report.title)
    paper.add_heading(report.title, 0)
    pairs(paper, report.about())
    paper.add_heading(report.say(("一、概况", "1. In short")), 1)
    pairs(paper, report.short())
    paper.add_heading(report.say(("二、已知的，各有依据", "2. What is known, with its evidence")), 1)
    for one in report.known():
        table(paper, one, 2)
    table(paper, report.doubts())
    for one in report.missing():
        table(paper, one)
    annex = report.evidence()
    paper.add_page_break()  # type: ignore[no-untyped-call]
    table(paper, annex)
    return saved(paper)


class FirmReport(CitedWords):
    """What the report of a firm says, part by part; sentences are numbered in the order in which they are met."""

    def __init__(self, home: Home, graph: Graph, firm_id: str, lang: str, demo: bool) -> None:
        super().__init__(home.ontology, lang)
        self.home, self.graph, self.demo = home, graph, demo
        self.page: FirmPage = firm_page(graph, firm_id)
        self.rows = {
            group.relation: relation_rows(graph, self.page.id, group.relation, 0, ROWS)
            for group in self.page.statements
        }

    @property
    def title(self) -> str:
        """The report's title."""
        return f"{self.say(('企业尽职调查报告', 'Due-diligence report'))}{self.colon}{self.page.name}"

    def about(self) -> list[tuple[str, str]]:
        """What the report rests on."""
        stamp = self.graph.stamp()
        demo = [(self.say(("演示数据", "demo data")), self.say(("企业是虚构的", "the firm is invented")))]
        return [
            *(demo if self.demo else []),
            (self.say(("制作", "made")), today().isoformat()),
            (self.say(("图谱截至", "graph as of")), as_of(stamp, self.lang)),
            (self.say(("口径", "definition")), self.say(_DEFINITION)),
        ]

    def short(self) -> list[tuple[str, str]]:
        """Who the firm is, how it stands on the ladder, and how much is known of it."""
        page, say = self.page, self.say
        levels = Counter(row.source.level for rows in self.rows.values() for row in rows)
        tiers = [f"{self.label(f'tier.{one.tier}')} {say(STANDING[one.standing])}" for one in page.courses]
        lines = [
            (say(("名称", "name")), page.name),
            (say(("编号", "id")), page.id),
            (self.label("credit_code"), page.credit_code or say(("不详", "unknown"))),
            (say(("所在地", "place")), place(page.region) or say(("不详", "unknown"))),
            (self.label("former_names"), "、".join(page.former_names)),
            (self.label("aliases"), "、".join(page.aliases)),
            (say(("梯度", "tiers")), self.stop.join(tiers) or say(("名单里没有", "on no list that was read"))),
            (
                say(("读到的陈述", "statements read")),
                self.stop.join(f"{self.label(f'level.{level}')} {count}" for level, count in levels.most_common())
                or "0",
            ),
            (say(("最新的文件", "newest document")), self.aged(page.newest)),
        ]
        return [line for line in lines if line[1]]

    def known(self) -> Iterator[Table]:
        """A table for each relation, and one for the firm's own properties."""
        head = (
            ("什么", "what"),
            ("内容", "says"),
            ("可信度", "level"),
            ("日期和多久", "date and age"),
            ("依据", "sources"),
        )
        details = [
            (
                self.label(one.name),
                self.money(one.value) if one.name == "registered_capital" else self.plain(one.value),
                self.label(f"level.{one.source.level}") if one.source else self.say(("推算", "reckoned")),
                self.aged(one.source.date) if one.source else "",
                self.cite(one.source),
            )
            for one in self.page.details
        ]
        yield self.titled(("登记和概况", "the firm itself"), head, details)
        counts = {group.relation: group.count for group in self.page.statements}
        for relation, rows in self.rows.items():
            shown = columns(self.ontology, relation, rows)
            lines = [
                (
                    self.target(row),
                    self.stop.join(filter(None, self.values(row, shown))),
                    self.label(f"level.{row.source.level}"),
                    self.aged(row.source.date),
                    self.cite(row.source),
                )
                for row in rows
            ]
            cut = counts[relation] - len(rows)
            note = (
                self.say((f"另有 {cut} 条，见企业页面。", f"{cut} more stand on the firm's page.")) if cut > 0 else ""
            )
            yield self.titled((self.label(relation),) * 2, head, lines, note)
        yield from self._partners(head)

    def _partners(self, head: Sequence[Words]) -> Iterator[Table]:
        """Who supplies the firm, and whom it supplies, by statements of either side."""
        for words, partners in (
            (("供应商", "suppliers"), self.page.suppliers),
            (("客户", "customers"), self.page.customers),
        ):
            lines = [
                (
                    one.name,
                    self.stop.join(
                        filter(None, (one.product, self.say((f"陈述 {one.count} 条", f"statements: {one.count}"))))
                    ),
                    self.label(f"level.{one.source.level}"),
                    self.aged(one.source.date),
                    self.cite(one.source),
                )
                for one in partners
            ]
            if lines:
                yield self.titled(words, head, lines)

    def doubts(self) -> Table:
        """Disagreements, what is inferred or the firm's own word, what is old or over, and what was taken out."""
        head = (("为什么存疑", "why"), ("什么", "what"), ("说明", "says"), ("依据", "sources"))
        note = self.say(
            (
                f"依据在 {STALE_YEARS} 年以前的算旧。列出是为了核对，不是结论。",
                f"Old is what rests on a source of {STALE_YEARS} years ago or more. Listed to be checked, no verdict.",
            )
        )
        return self.titled(("三、存疑的", "3. What is doubtful"), head, list(self._doubts()), note)

    def _doubts(self) -> Iterator[Row]:
        for item in self.page.disagreements:
            said = [f"{self.bare(each.values)} {self.cite(each.source)}" for each in item.said]
            what = f"{self.label(item.relation)} {item.name or ''} {self.label(item.property)} {item.period or ''}"
            yield self.say(("说法不一", "documents disagree")), " ".join(what.split()), self.stop.join(said), ""
        for entry in listed(self.graph, self.page.id):
            over = f"–{entry.until}" if entry.until else ""
            source = citations(self.graph, [entry.fact]).get(entry.fact)
            yield (
                self.say(("在册", "on a list")),
                self.say(_LISTS.get(entry.kind, (entry.kind,) * 2)),
                f"{entry.since or ''}{over}",
                self.cite(source),
            )
        for row in (row for rows in self.rows.values() for row in rows):
            for why in self._why(row):
                what = f"{self.label(row.relation)}{self.colon}{self.target(row)}"
                yield self.say(why), what, self.aged(row.source.date), self.cite(row.source)
        for out in self.page.taken_out:
            what = self.label(out.relation) if out.relation else self.say(("全部陈述", "all statements"))
            yield self.say(("已撤下", "taken out")), what, f"{out.at[:10]} {out.reason}", ""
        for one in self.page.judgements:
            if one.undone_at:
                names = "、".join(one.names)
                yield self.say(("同一企业的判定被撤回", "identity: undone")), names, one.undone_at[:10], ""

    def _why(self, row: Statement) -> Iterator[Words]:
        if row.source.level == "inferred":
            yield "推断，待核对", "inferred, to be checked"
        elif row.source.level == "declared":
            yield "只有企业自述", "the firm's own word alone"
        if is_past(row.values.get("valid_to")):
            yield "已过有效期", "past its term"
        elif is_stale(row.source.date):
            yield "依据较旧", "old source"

    def missing(self) -> Iterator[Table]:
        """What was sought and not found, the papers that would settle the next tier, and the sources looked through."""
        note = self.say(("没有读到不等于没有。", "What was not read may exist."))
        have = {*self.rows, *({"SUPPLIES"} if self.page.customers or self.page.suppliers else ())}
        rows: list[Row] = [
            (self.label(name), self.say(("没有读到", "nothing was read"))) for name in ORDER if name not in have
        ]
        on = {entry.kind for entry in listed(self.graph, self.page.id)}
        rows += [
            (self.say(words), self.say(("没有读到它在册", "not read to be on it")))
            for kind, words in _LISTS.items()
            if kind not in on
        ]
        head = (("查什么", "sought"), ("结果", "result"))
        yield self.titled(("四、没有找到的", "4. What was not found"), head, rows, note)
        yield self._papers()
        yield self._sources()

    def _papers(self) -> Table:
        """What the criteria of the next tier leave open, with the paper that would settle it."""
        found = criteria_page(self.home, self.graph, Named(id=self.page.id, name=self.page.name), today(), self.lang)
        rows = [
            (self.label(f"tier.{tier.tier}"), one.title, row.words, self.stop.join(p.paper for p in row.missing))
            for tier in found.tiers
            if tier.next
            for one in tier.sets
            if one.holds and not one.local
            for row in one.indicators
            if row.verdict == "unknown"
        ]
        head = (("梯度", "tier"), ("办法", "measures"), ("条件", "condition"), ("什么材料能定", "settled by"))
        name = ("五、上一级梯度还不能定的条件", "5. Conditions of the next tier that are open")
        return self.titled(name, head, list(dict.fromkeys(rows)))

    def _sources(self) -> Table:
        rows = [
            (one["publisher"] or "", one["kind"] or "", one["documents"], one["oldest"] or "", one["newest"] or "")
            for one in self.graph.read("documents_by_source")
        ]
        head = (
            ("发布者", "publisher"), ("类型", "kind"), ("文件数", "documents"), ("最早", "oldest"), ("最新", "newest"),
        )  # fmt: skip
        return self.titled(("六、查过的来源", "6. Sources looked through"), head, rows)

    def evidence(self) -> Table:
        """Every sentence that the report cites, with document, page, date and level."""
        return self.annex(("附录：证据", "Annex: evidence"))


_DEFINITION: Words = (
    "只用图谱里的公开记录，每条有原文；披露、强推断、企业自述、推断四级分开；不详不是没有；不是信用评级，也不是结论",
    "the public record of the graph alone, each statement with its sentence; four levels apart: disclosed, strongly "
    "inferred, declared by the firm, inferred; unknown is not no; no rating and no verdict",
)
