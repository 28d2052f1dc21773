"""The yearly report of a chain in a region as DOCX: states, what changed in the year, and the sources of it all.

What changed is what was read: a firm is new where the first document that shows it at the chain is of the year, lost
where the last of its products there ended in it. Of states before the year only kept searches for gaps know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from web.beijing import today
from web.jobs.gaps import history
from web.jobs.report import Table
from web.jobs.states import chain_of
from web.pages.chains.chains import KEYS, named
from web.pages.chains.record import ChainRecord, year_of
from web.pages.chains.sheet import KINDS
from web.pages.evidence.citation import citations
from web.pages.evidence.cited import CitedWords
from web.pages.firms.record_words import Words
from web.paper import new_paper, pairs, saved, table
from web.words import as_of, need_state, place

if TYPE_CHECKING:
    from kg.store import Graph
    from web.db.chains import GapRun
    from web.home import Home

ROWS = 300
"""Rows of a table; what is left out is counted below it."""
_NONE: Words = ("没有读到。", "None was read.")
"""In the place of a table without rows."""

Row = tuple[Any, ...]


def report_file(home: Home, graph: Graph, chain_id: str, region: str | None, year: int, lang: str, demo: bool) -> bytes:
    """The report. Raises WE404 (no such chain), MA001 (no such place), WE015 (nothing loaded)."""
    report = ChainReport(home, graph, chain_id, region, year, lang, demo)
    paper = new_paper(report.title)
    paper.add_heading(report.title, 0)
    pairs(paper, report.about())
    paper.add_heading(report.say(("一、概况", "1. In short")), 1)
    pairs(paper, report.short())
    for one in report.tables():
        table(paper, one)
    paper.add_page_break()  # type: ignore[no-untyped-call]
    table(paper, report.evidence())
    return saved(paper)


class ChainReport(CitedWords):
    """What the report says, part by part; sentences are numbered in the order in which they are met."""

    def __init__(
        self, home: Home, graph: Graph, chain_id: str, region: str | None, year: int, lang: str, demo: bool
    ) -> None:
        super().__init__(home.ontology, lang)
        self.home, self.graph, self.year, self.demo = home, graph, year, demo
        self.chain = chain_of(home, chain_id)
        self.record = ChainRecord.of(home, graph, region, [self.chain])
        self.region = self.record.seen.region
        self.nodes = self.record.words(lang)

    @property
    def title(self) -> str:
        """The report's title."""
        where = place(self.region) if self.region else self.say(("全国", "country"))
        name = named(self.chain, self.lang)
        return self.say(
            (
                f"{name}产业链年度报告（{where}，{self.year}年）",
                f"Yearly report of the chain {name}, {where}, {self.year}",
            )
        )

    def about(self) -> list[tuple[str, str]]:
        """What the report rests on."""
        stamp, rules = self.graph.stamp(), self.record.seen.rules
        demo = [(self.say(("演示数据", "demo data")), self.say(("企业都是虚构的", "the firms are invented")))]
        return [
            *(demo if self.demo else []),
            (self.say(("制作", "made")), today().isoformat()),
            (self.say(("图谱截至", "graph as of")), as_of(stamp, self.lang)),
            (self.say(("语料", "corpus")), self.record.corpus.stamp),
            (self.say(("模板", "template")), f"{self.chain.id} {self.chain.version}"),
            (
                self.say(("状态的规则", "rules of states")),
                f"{rules.name}, {rules.effective_from}{self.say(('，本系统自定，不是官方标准', ', the system’s own'))}",
            ),
            (self.say(("口径", "definition")), self.say(_DEFINITION)),
        ]

    def short(self) -> list[tuple[str, str]]:
        """The counts as they are now, with what is not known."""
        one, say = self.record.counts(), self.say
        tiers = self.stop.join(f"{self.label(f'tier.{tier}')} {count}" for tier, count in one.tiers.items())
        kinds = self.stop.join(f"{say(KINDS[kind])} {count}" for kind, count in one.kinds.items())
        unknown = say(("日期不详", "of unknown day"))
        return [
            (say(("有企业的环节", "nodes with a firm")), f"{one.held} / {one.nodes}"),
            (say(("缺口", "gaps")), kinds),
            (say(("企业", "firms")), str(one.firms)),
            (say(("所在地不详的企业", "firms of unknown place")), str(one.unplaced)),
            (say(("梯度", "tiers")), tiers or "0"),
            (say(("没有读到梯度", "no tier was read")), str(one.untiered)),
            (say(("专利", "patents")), f"{one.patents} ({unknown} {one.undated_patents})"),
            (say(("中标合同", "contracts won")), f"{one.awards} ({unknown} {one.undated_awards})"),
            (say(("需求和榜单", "needs and bounties")), str(one.needs)),
        ]

    def tables(self) -> Iterator[Table]:
        """All tables in the order of the report."""
        yield self._states()
        yield self._changes()
        yield from self._firms()
        yield self._titles()
        yield self._awards()
        yield self._patents()
        yield self._gaps()
        yield self._needs()
        yield self._years()

    def _states(self) -> Table:
        """Every node with its state now."""
        rows = []
        for state in self.record.states:
            kinds = " ".join(self.say(KINDS[KEYS[kind]]) for kind in state.kinds)
            says = state.says(self.lang, self.record.seen.rules, self.nodes)
            rows.append(
                (self.nodes[state.node], kinds, says, state.local.firms, state.local.titled, state.country.firms)
            )
        head = (
            ("环节", "node"), ("状态", "state"), ("为什么", "because"), ("企业", "firms"),
            ("有梯度称号", "hold a tier"), ("全国的企业", "firms in the country"),
        )  # fmt: skip
        return self._table(("二、环节现在的状态", "2. States of the nodes now"), head, rows)

    def _changes(self) -> Table:
        """Nodes whose state or firms differ between the last search before the year and the last one in it."""
        before, after = self._runs()
        rows: list[Row] = []
        if before and after:
            for node in self.nodes:
                old, new = before.nodes.get(node), after.nodes.get(node)
                if old and new and (old["kinds"], old["firms_local"]) != (new["kinds"], new["firms_local"]):
                    rows.append(
                        (
                            self.nodes[node],
                            " ".join(self._kind(kind) for kind in old["kinds"]),
                            old["firms_local"],
                            " ".join(self._kind(kind) for kind in new["kinds"]),
                            new["firms_local"],
                        )
                    )
            note = self.say((f"{before.as_of} 与 {after.as_of} 两次查找相比。", f"{before.as_of} and {after.as_of}."))
        else:
            note = self.say(
                (
                    "不详：没有留下年初和年内两次查找缺口的结果（bulian gaps），不是没有变化。",
                    "Unknown: no searches for gaps of before and of the year were kept (bulian gaps).",
                )
            )
        head = (
            ("环节", "node"), ("年前的状态", "state before"), ("年前的企业", "firms before"),
            ("年末的状态", "state after"), ("年末的企业", "firms after"),
        )  # fmt: skip
        empty = ("没有变化。", "None.") if before and after else ("不详。", "Not known.")
        return self._table(("三、状态的变化", "3. Changes of states"), head, rows, note, empty)

    def _runs(self) -> tuple[GapRun | None, GapRun | None]:
        kept = history(self.home, self.chain.id, self.region or "")
        first = [run for run in kept if run.as_of < f"{self.year}-01-01"]
        within = [run for run in kept if year_of(run.as_of) == self.year]
        return (first[-1] if first else None), (within[-1] if within else None)

    def _firms(self) -> Iterator[Table]:
        """Firms that are new at the chain by what was read of the year, and those that left it."""
        rows = [
            row
            for row in self.graph.read("makers_known", keys=list(self.record.keys))
            if (at := self.record.corpus.row(row["id"])) is not None and self.record.seen.local[at]
        ]
        new = [row for row in rows if year_of(row["first"]) == self.year]
        lost = [row for row in rows if year_of(row["ended"]) == self.year]
        unknown = sum(not year_of(row["first"]) for row in rows)
        cited = citations(self.graph, {row["fact"] for row in (*new, *lost) if row["fact"]})
        head = (("企业", "firm"), ("环节", "nodes"), ("日期", "day"), ("依据", "source"))
        note = self.say(
            (
                f"首次读到它在本链产品的文件是这一年的；首次日期不详的 {unknown} 家。",
                f"The first document that shows it at the chain is of the year; of {unknown} firms that is not known.",
            )
        )
        yield self._table(
            ("四、新出现的企业", "4. New firms"),
            head,
            [(row["name"], self._at(row["id"]), row["first"], self.cite(cited.get(row["fact"]))) for row in new],
            note,
        )
        note = self.say(("它在本链的产品都在这一年截止。", "All its products at the chain ended in the year."))
        yield self._table(
            ("五、离开的企业", "5. Firms that left"),
            head,
            [(row["name"], self._at(row["id"]), row["ended"], self.cite(cited.get(row["fact"]))) for row in lost],
            note,
        )

    def _titles(self) -> Table:
        rows = [
            (
                one.firm.name, self.label(f"tier.{one.tier}"), self.label(f"honour_status.{one.status}"), one.day,
                self.cite(one.source),
            )
            for one in self.record.titles(ROWS, self.year)
        ]  # fmt: skip
        head = (("企业", "firm"), ("梯度", "tier"), ("状态", "status"), ("日期", "day"), ("依据", "source"))
        return self._table(("六、这一年名单上的梯度", "6. Tiers on lists of the year"), head, rows)

    def _awards(self) -> Table:
        rows = [
            (one.firm.name, one.title, self._names(one.nodes), one.buyer, one.day, self.cite(one.source))
            for one in self.record.awards(ROWS, self.year)
        ]
        head = (
            ("企业", "firm"), ("合同", "contract"), ("环节", "nodes"), ("买方", "buyer"), ("日期", "day"),
            ("依据", "source"),
        )  # fmt: skip
        note = self.say(("标题写到本链产品的中标合同。", "Contracts whose title names what stands at the chain."))
        return self._table(("七、这一年的中标", "7. Contracts won in the year"), head, rows, note)

    def _patents(self) -> Table:
        rows = [
            (one.id, one.title, one.filed, "、".join(each.name for each in one.owners), self.cite(one.source))
            for one in self.record.patents(ROWS, self.year)
        ]
        head = (("编号", "id"), ("标题", "title"), ("申请", "filed"), ("权利人", "owners"), ("依据", "source"))
        return self._table(("八、这一年申请的专利", "8. Patents filed in the year"), head, rows)

    def _gaps(self) -> Table:
        rows = [
            (one.row.name, " ".join(self.say(KINDS[kind]) for kind in one.row.kinds), one.row.says)
            for one in self.record.gaps(self.lang)
        ]
        head = (("环节", "node"), ("状态", "state"), ("为什么", "because"))
        return self._table(("九、现在的缺口", "9. Gaps now"), head, rows)

    def _needs(self) -> Table:
        rows = [
            (
                one.need.id, one.need.title, need_state(one.need.label, one.need.state, self.lang), one.need.published,
                one.need.deadline, self._names(one.nodes),
            )
            for one in self.record.needs(ROWS)
        ]  # fmt: skip
        head = (
            ("编号", "id"), ("标题", "title"), ("状态", "state"), ("发布", "published"), ("截止", "deadline"),
            ("环节", "nodes"),
        )  # fmt: skip
        note = self.say(("公开的，不限于这一年；开放的在前。", "Public ones, of any year; open ones first."))
        return self._table(("十、需求和榜单", "10. Needs and bounties"), head, rows, note)

    def _years(self) -> Table:
        rows = [
            (str(one.year), *(one.counts.get(what) for what in ("patents", "awards", "titles", "founded")))
            for one in self.record.years()
        ]
        head = (
            ("年份", "year"), ("专利（申请）", "patents filed"), ("中标合同", "contracts won"),
            ("名单上的梯度", "tiers on lists"), ("企业成立", "firms founded"),
        )  # fmt: skip
        note = self.say(("空白是没有读到，不是零。", "Empty was not read, it is no zero."))
        return self._table(("十一、历年", "11. By year"), head, rows, note)

    def evidence(self) -> Table:
        """Every sentence that the report cites, with document, page, date and level."""
        return self.annex(("附录：来源", "Annex: sources"))

    def _at(self, firm_id: str) -> str:
        row = self.record.corpus.row(firm_id)
        return self._names(self.record.at.get(row, [])) if row is not None else ""

    def _names(self, nodes: Sequence[str]) -> str:
        return "、".join(self.nodes[node] for node in nodes)

    def _kind(self, kind: str) -> str:
        keys: dict[str, str] = {str(sign): key for sign, key in KEYS.items()}
        return self.say(KINDS[keys[kind]])

    def _table(
        self, name: Words, head: Sequence[Words], rows: Sequence[Row], note: str = "", empty: Words = _NONE
    ) -> Table:
        if len(rows) >= ROWS:
            note += self.say((f"只列前 {ROWS} 行。", f" The first {ROWS} rows."))
        return replace(self.titled(name, head, rows, note), empty=self.say(empty))


_DEFINITION: Words = (
    "企业按已读到的产品名归到环节；有区域时只数所在地在那里的企业，所在地不详的另计；每行有原文编号；没有读到不等于没有",
    "firms stand at nodes by names of products that were read; with a region only firms known to be there count, those "
    "of unknown place beside them; each row has the number of its sentence; what was not read may exist",
)
