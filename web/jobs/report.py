"""The sourcing report (寻源报告) of a frozen list: what it says, in the order of its pages, for DOCX and XLSX.

All of it is read from the frozen version, so that the same version always gives the same report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.ontology import Ontology
from matcher.features.registry import FEATURES
from matcher.risk import GRADES
from web.work.lists.frozen import digest_of

Row = tuple[Any, ...]
Words = tuple[str, str]

STATES: dict[str, Words] = {
    "": ("未处理", "not decided"),
    "kept": ("留用", "kept"),
    "rejected": ("排除", "rejected"),
    "contacted": ("已联系", "contacted"),
    "sampled": ("已送样", "sampled"),
    "qualified": ("已验证合格", "qualified"),
    "approved": ("已准入", "approved"),
}
REASONS: dict[str, Words] = {
    "not_maker": ("不做这个", "does not make it"),
    "conditions": ("不合条件", "misses a condition"),
    "quality": ("质量或业绩", "quality or record"),
    "capacity": ("产能或交期", "capacity or delivery"),
    "price": ("价格", "price"),
    "conflict": ("利益冲突", "conflict of interest"),
    "wrong_record": ("这里的记录有误", "its record here is wrong"),
    "other": ("其他", "another reason"),
}
TRUTHS: dict[str, Words] = {
    "true": ("符合", "met"),
    "false": ("不符合", "not met"),
    "unknown": ("不详", "unknown"),
    "met": ("达到", "met"),
    "near": ("接近", "near"),
    "missed": ("未达到", "missed"),
}
_GRADES: dict[str, Words] = dict(zip(GRADES, (("重", "high"), ("中", "medium"), ("留意", "note")), strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report: its name, its head, its rows; `sheet` is its name in the workbook, `empty` what stands in
    the place of no rows.
    """

    name: str
    sheet: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = "—"


class Report:
    """What a frozen list says, in one language; every figure has its source and its date beside it."""

    def __init__(self, content: Mapping[str, Any], lang: str, demo: bool = False) -> None:
        self.content, self.lang, self.demo = content, lang, demo
        self.digest = digest_of(content)
        self._at = 0 if lang == "zh" else 1
        self._ontology = Ontology.load()
        self._cited = {fact: number for number, fact in enumerate(self._order(), 1)}

    def said(self, words: Words) -> str:
        """The words in the report's language."""
        return words[self._at]

    @property
    def title(self) -> str:
        """The report's title."""
        return f"{self.said(('寻源报告', 'Sourcing report'))}{self.said(('：', ': '))}{self.content['title']}"

    def about(self) -> list[tuple[str, str]]:
        """What the report rests on: version and digest, corpus, scorecard, and that scores compare only."""
        content, said = self.content, self.said
        corpus, card = content["corpus"], content["scorecard"]
        lines = (
            [(said(("演示数据", "demo data")), said(("企业都是虚构的", "the firms are invented")))] if self.demo else []
        )
        return [
            *lines,
            (said(("版本", "version")), f"{content['version']}, {content['frozen']}, {content['by']}"),
            (said(("摘要（SHA-256）", "digest (SHA-256)")), self.digest),
            (said(("语料", "corpus")), f"{corpus['stamp']}, {corpus['as_of']}"),
            (said(("图谱", "graph")), f"{corpus['graph']}, {corpus['written']}"),
            (said(("比较了几家企业", "firms compared")), f"{content['candidates']} / {corpus['firms']}"),
            (said(("评分卡", "scorecard")), f"{card['name']}: {card['made']}"),
            (said(("口径", "definition")), said(SCORES)),
            (
                said(("复核", "to check it")),
                said(("用 bulian replay 重算导出的文件", "bulian replay on the exported file")),
            ),
        ]

    def need(self) -> list[tuple[str, str]]:
        """The need as it was asked."""
        need, said = self.content["need"], self.said
        lines = [
            (said(("需求", "need")), need["title"]),
            (said(("说明", "text")), need["text"]),
            (said(("按这些名称找", "sought by these names")), "、".join(self.content["sought"]["products"])),
            *(
                (said(("又称", "also called")), f"{one['said']} = {one['name']} ({one['source']})")
                for one in self.content["aliases"]
            ),
        ]
        return [line for line in lines if line[1]]

    def tables(self) -> list[Table]:
        """All tables in the order of the report."""
        return [
            self.ranked(),
            self.conditions(),
            self.reasons(),
            self.risks(),
            *self._targets(),
            *self.not_found(),
            self.evidence(),
        ]

    def conditions(self) -> Table:
        """Each condition with what it costs and how many candidates meet it."""
        said = self.said
        costs = {one["condition"]: one for one in self.content["costs"]}
        rows = []
        for one in self.content["searched"]["conditions"]:
            cost = costs.get(one["condition"])
            rows.append(
                (
                    self._condition(one["condition"]),
                    said(("必须", "must") if one["hard"] else ("优先", "wish")),
                    one["true"],
                    one["false"],
                    one["unknown"],
                    cost["removes"] if cost else "",
                    cost["alone"] if cost else "",
                )
            )
        head = (
            ("条件", "condition"),
            ("怎么算", "kind"),
            ("符合", "met by"),
            ("不符合", "not met by"),
            ("不详", "unknown"),
            ("去掉几家", "removes"),
            ("不用它多出几家", "more without it"),
        )
        return self._table(
            ("条件和代价", "conditions and their cost"), ("条件", "conditions"), head, rows, self._counted()
        )

    def ranked(self) -> Table:
        """The firms in order with what was decided."""
        rows = []
        for item in self.content["items"]:
            decided = self.said(STATES[item["state"]])
            if item["reason"]:
                decided += f"{self.said(('：', ': '))}{self.said(REASONS.get(item['reason'], (item['reason'],) * 2))}"
            notes = [item["note"], *(note["text"] for note in item["notes"])]
            rows.append(
                (
                    item["rank"] or "",
                    item["name"],
                    item["firm"],
                    item["place"],
                    item["score"],
                    self.said(("并列", "tied")) if item["tied"] else "",
                    self._best(item),
                    decided,
                    "；".join(filter(None, notes)),
                )
            )
        head = (
            ("名次", "rank"),
            ("企业", "firm"),
            ("编号", "id"),
            ("所在地", "place"),
            ("分", "score"),
            ("并列", "tied"),
            ("主要理由", "main reasons"),
            ("处理结果", "decision"),
            ("备注", "notes"),
        )
        return self._table(("名单", "ranked list"), ("名单", "list"), head, rows, self.said(SCORES))

    def reasons(self) -> Table:
        """The points of each firm, line by line; they add up to its score."""
        rows = []
        for item in self.content["items"]:
            for part in sorted(item["contributions"], key=lambda part: -part["points"]):
                if part["value"] is not None:
                    feature = FEATURES[part["feature"]]
                    rows.append(
                        (
                            item["name"],
                            self.said((feature.zh, feature.en)),
                            part["says"][self._at],
                            round(part["value"], 4),
                            part["points"],
                            self.cites(part["evidence"]),
                        )
                    )
        head = (
            ("企业", "firm"),
            ("理由", "reason"),
            ("说明", "says"),
            ("值", "value"),
            ("分", "points"),
            ("依据", "sources"),
        )
        return self._table(("分数怎么来的", "where the points come from"), ("理由", "reasons"), head, rows)

    def risks(self) -> Table:
        """Risks beside the rank; none known is not none."""
        rows = [
            (item["name"], self.said(_GRADES[risk["grade"]]), risk["says"][self._at], self.cites(risk["evidence"]))
            for item in self.content["items"]
            for risk in item["risks"]
        ]
        head = (("企业", "firm"), ("程度", "grade"), ("说明", "says"), ("依据", "sources"))
        note = self.said(
            ("风险不计入分数；没有列出不等于没有。", "Risks are never in the score; none listed is not none.")
        )
        return self._table(("风险", "risks"), ("风险", "risks"), head, rows, note)

    def _targets(self) -> Iterator[Table]:
        if not self.content["targets"]:
            return
        rows = []
        for item in self.content["items"]:
            for target, shown in zip(self.content["targets"], item["targets"], strict=False):
                figure = shown["shown"]
                rows.append(
                    (
                        item["name"],
                        target["said"],
                        self.said(TRUTHS[shown["verdict"]]),
                        figure["said"] if figure else "",
                        self.cites([figure["fact"]] if figure else []),
                    )
                )
        head = (("企业", "firm"), ("指标", "target"), ("结果", "verdict"), ("文件里写的", "shown"), ("依据", "sources"))
        yield self._table(("指标", "targets"), ("指标", "targets"), head, rows)

    def not_found(self) -> Iterator[Table]:
        """What was searched and not found: conditions, names, near misses, and where it was looked for."""
        content, said = self.content, self.said
        searched = content["searched"]
        rows: list[Row] = [
            (
                said(("没有企业符合的条件", "condition that nobody meets")),
                self._condition(one["condition"]),
                said((f"不详 {one['unknown']} 家", f"unknown of {one['unknown']} firms")),
            )
            for one in searched["conditions"]
            if not one["true"]
        ]
        rows += [
            (said(("没有企业自报的名称", "name that no firm lists")), one["name"], "")
            for one in searched["names"]
            if not one["firms"]
        ]
        for item in content["near"]:
            failed = [
                self._condition(one["condition"]) for one in item["conditions"] if one["hard"] and not one["passes"]
            ]
            rows.append((said(("只差一条的企业", "near miss")), item["name"], "；".join(failed)))
        head: tuple[tuple[str, str], ...] = (("什么", "what"), ("名称", "name"), ("说明", "says"))
        yield self._table(
            ("查过而没有找到的", "searched and not found"), ("未找到", "not found"), head, rows, self._counted()
        )
        sources = [
            (
                one["publisher"] or said(("不详", "unknown")),
                one["kind"],
                one["documents"],
                one["oldest"] or "",
                one["newest"] or "",
            )
            for one in content["sources"]
        ]
        head = (
            ("发布者", "publisher"),
            ("类型", "kind"),
            ("文件数", "documents"),
            ("最早", "oldest"),
            ("最新", "newest"),
        )
        yield self._table(("查过的来源", "sources searched"), ("来源", "sources"), head, sources)

    def evidence(self) -> Table:
        """Every sentence with its document, page, date and level, numbered as the report cites it."""
        rows = []
        for fact, number in self._cited.items():
            one = self.content["evidence"][fact]
            rows.append(
                (
                    number,
                    one.get("quote", ""),
                    one.get("title", ""),
                    one.get("publisher", ""),
                    str(one.get("page", "")),
                    one.get("date", ""),
                    self._ontology.label(f"level.{one.get('level', '')}", self.lang),
                    one.get("document", ""),
                    fact,
                )
            )
        head = (
            ("编号", "number"),
            ("原文", "sentence"),
            ("文件", "document"),
            ("发布者", "publisher"),
            ("页", "page"),
            ("日期", "date"),
            ("可信度", "level"),
            ("文件摘要（SHA-256）", "document (SHA-256)"),
            ("依据编号", "fact"),
        )
        return self._table(("证据附录", "evidence annex"), ("证据", "evidence"), head, rows)

    def cites(self, facts: Sequence[str | None]) -> str:
        """The numbers under which sentences stand in the annex."""
        numbers = [self._cited[fact] for fact in facts if fact in self._cited]
        return "".join(f"[{number}]" for number in numbers)

    def _order(self) -> Iterator[str]:
        """Facts of the content in the order in which a reader meets them."""
        seen = dict[str, None]()
        for item in (*self.content["items"], *self.content["near"]):
            for part in (*item["contributions"], *item["risks"]):
                seen.update(dict.fromkeys(part["evidence"]))
        seen.update(dict.fromkeys(sorted(self.content["evidence"])))
        yield from (fact for fact in seen if fact in self.content["evidence"])

    def _best(self, item: Mapping[str, Any]) -> str:
        parts = sorted((part for part in item["contributions"] if part["points"] > 0), key=lambda part: -part["points"])
        said = [f"{part['says'][self._at] or part['feature']}{self.cites(part['evidence'][:1])}" for part in parts[:3]]
        return ("；" if self.lang == "zh" else "; ").join(said)

    def _condition(self, label: str) -> str:
        words: Sequence[str] = self.content["words"].get(label, (label, label))
        return words[self._at]

    def _counted(self) -> str:
        corpus = self.content["corpus"]
        return self.said(
            (
                f"在语料 {corpus['stamp'][:12]}（{corpus['as_of']}）比较的 {self.content['candidates']} 家企业里数的。",
                f"Counted among the {self.content['candidates']} firms compared, corpus {corpus['stamp'][:12]} of "
                f"{corpus['as_of']}.",
            )
        )

    def _table(self, name: Words, sheet: Words, head: Sequence[Words], rows: Sequence[Row], note: str = "") -> Table:
        return Table(self.said(name), self.said(sheet), tuple(map(self.said, head)), tuple(rows), note)


SCORES: Words = (
    "分数只比较本名单的企业，不是质量评价，也不是结论；不详不是没有。",
    "Scores compare the firms of this list only; they are no verdict. Unknown is not no.",
)
