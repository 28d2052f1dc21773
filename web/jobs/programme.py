"""Workbooks of a day of meetings: one to fill in, and the programme with a sheet for each firm."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from matcher.meeting.assign import Plan
from matcher.meeting.problem import Firm, Need, Problem, Slot, Wish
from web.home import Home
from web.jobs.match import query_of
from web.jobs.meeting import HOW, PROGRAMME, SHEETS

_TIMES = ("09:00", "09:30", "10:00", "10:30", "11:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00")
_ENDS = ("09:25", "09:55", "10:25", "10:55", "11:25", "13:55", "14:25", "14:55", "15:25", "15:55", "16:25")
_MAX_CELL = 32_767
_BAD_TITLE = re.compile(r"[\[\]:*?/\\']")

REASONS = {
    "excluded": "双方不见面",
    "no slot in which both are there": "没有双方都在场的时段",
    "the firm has as many meetings as it may have": "企业已达最多场次",
    "the need meets a firm that excludes this one": "该需求已与其回避企业见面",
    "the officer is busy": "对接人在各时段均有安排",
    "the firm is busy": "企业在各时段均有安排",
    "no table is left": "各时段均无空桌",
    "a firm that is to be kept apart is in the slot": "各时段均有需回避的企业",
}
_OTHER = "无双方均空闲的时段，分值更高的意愿在先"


@dataclass(frozen=True, slots=True)
class Form:
    """What a workbook to fill in begins with."""

    needs: Sequence[Need]
    firms: Sequence[Firm]
    wishes: Sequence[Wish]


def form_of(home: Home, ids: Iterable[str], top: int) -> Form:
    """Needs of the graph with the first firms of their lists and their points.

    Raises WebError WE005 for an empty need, WE015 where nothing is loaded.
    """
    needs, firms, wishes = [], dict[str, Firm](), []
    ranker = home.ranker()
    for ident in dict.fromkeys(ids):
        query = query_of(home, ident)
        needs.append(Need(query.id, query.title, ""))
        for firm, score in ranker.rank(query, top).pairs():
            firms.setdefault(firm, Firm(firm, ranker.corpus.firms[ranker.corpus.row(firm) or 0].name))
            wishes.append(Wish(query.id, firm, score=round(score, 4)))
    return Form(tuple(needs), tuple(firms.values()), tuple(wishes))


def example() -> Form:
    """Invented rows that show the form."""
    needs = (Need("N1", "谐波减速器（示例）", "对接人甲"), Need("N2", "高纯石英砂（示例）", "对接人乙"))
    firms = tuple(Firm(f"F{n}", f"示例企业{n}", 2) for n in (1, 2, 3))
    return Form(
        needs, firms, (Wish("N1", "F1", 1, 1), Wish("N1", "F2", 2), Wish("N2", "F2", None, 1), Wish("N2", "F3", 1))
    )


def write_form(path: Path, form: Form) -> None:
    """Write the workbook to fill in: needs, firms, eleven slots of one day with a table for each need, wishes."""
    tables = max(1, len(form.needs))
    slots = [Slot(f"S{n}", *times, tables) for n, times in enumerate(zip(_TIMES, _ENDS, strict=True), 1)]
    rows: dict[str, list[Sequence[Any]]] = {
        "needs": [(one.id, one.title, one.officer, "") for one in form.needs],
        "firms": [(one.id, one.name, one.most, "") for one in form.firms],
        "slots": [(one.id, one.begin, one.end, one.tables) for one in slots],
        "wishes": [(one.need, one.firm, one.buyer, one.by_firm, one.score) for one in form.wishes],
        "conflicts": [],
    }
    with _Book(path) as book:
        for name, (title, columns) in SHEETS.items():
            book.sheet(title, list(columns.values()), rows[name])
        book.sheet(
            "填写说明",
            ["项目", "说明"],
            [
                ("缺席时段", "时段编号，以、分隔"),
                ("对接人", "同一对接人的多项需求不会在同一时段见面；留空则每项需求一人"),
                ("最多场次", "留空则不限"),
                ("买方次序、企业次序", "1 为最想见；留空则没有意愿"),
                ("回避类别：不见面", "企业与该需求不见面；需求编号留空则与所有需求"),
                ("回避类别：不同需求", "两家企业不与同一需求见面；需求编号留空则所有需求"),
                ("回避类别：不同时段", "两家企业不在同一时段"),
            ],
        )


def write_programme(path: Path, problem: Problem, plan: Plan, made: str, ortools: str = "") -> None:
    """Write the programme: by slot and table, the meetings to confirm, what was not met, how, and a sheet a firm.

    `ortools` is the solver's version where it ran earlier; empty: the present one.
    """
    slot = {one.id: one for one in problem.slots}
    with _Book(path) as book:
        _overview(book, problem, plan)
        _to_confirm(book, problem, plan)
        unmet = [
            (
                one.need,
                problem.need[one.need].title,
                one.firm,
                problem.firm[one.firm].name,
                one.points,
                REASONS.get(one.reason, _OTHER),
            )
            for one in plan.unmet
        ]
        book.sheet("未安排", ["需求编号", "需求", "企业编号", "企业", "分值", "原因"], unmet)
        book.sheet(HOW[0], list(HOW[1].values()), how(problem, plan, made, ortools))
        by_firm: dict[str, list[Sequence[Any]]] = defaultdict(list)
        for met in plan.meetings:
            need = problem.need[met.need]
            by_firm[met.firm].append((_when(slot[met.slot]) or met.slot, met.table, need.title, need.officer))
        for firm in problem.firms:
            if by_firm[firm.id]:
                book.sheet(firm.name, ["时间", "桌号", "需求", "对接人"], by_firm[firm.id], head=firm.name)


def _overview(book: _Book, problem: Problem, plan: Plan) -> None:
    """A row a slot, a column a table."""
    width = max((one.tables for one in problem.slots), default=0)
    at = {(one.slot, one.table): one for one in plan.meetings}
    rows = []
    for time in problem.slots:
        cells: list[Any] = [time.id, _when(time)]
        for table in range(1, width + 1):
            here = at.get((time.id, table))
            cells.append(f"{problem.need[here.need].title}\n{problem.firm[here.firm].name}" if here else "")
        rows.append(cells)
    book.sheet("总览", ["时段编号", "时间", *(f"{n}号桌" for n in range(1, width + 1))], rows, wide=24)


def _to_confirm(book: _Book, problem: Problem, plan: Plan) -> None:
    """The meetings, need by need and in the order of time; what is confirmed there is read again."""
    title, key = PROGRAMME
    order = [one.id for one in problem.needs]
    place = {one.id: number for number, one in enumerate(problem.slots)}
    slot = {one.id: one for one in problem.slots}
    heads = ["need", "需求", "对接人", "firm", "企业", "slot", "时间", "table", "confirmed"]
    rows = [
        (
            one.need,
            problem.need[one.need].title,
            problem.need[one.need].officer,
            one.firm,
            problem.firm[one.firm].name,
            one.slot,
            _when(slot[one.slot]),
            one.table,
            "是" if one.confirmed else "",
        )
        for one in sorted(plan.meetings, key=lambda one: (order.index(one.need), place[one.slot]))
    ]
    book.sheet(title, [key.get(head, head) for head in heads], rows)


def how(problem: Problem, plan: Plan, made: str, ortools: str = "") -> list[tuple[str, Any]]:
    """Name and value of what is needed to make the programme again and to judge it."""
    return [
        ("seed", plan.seed),
        ("seconds", plan.seconds),
        ("made", made),
        ("bulian", version("bulian")),
        ("ortools", ortools or version("ortools")),
        ("points_version", problem.points.version),
        ("meetings", len(plan.meetings)),
        ("confirmed", sum(one.confirmed for one in plan.meetings)),
        ("wished_firms", len(problem.wished)),
        ("wished_firms_met", plan.firms),
        ("wished_firms_bound", plan.firms_bound),
        ("points", plan.points),
        ("points_bound", plan.points_bound),
        ("proved", "yes" if plan.proved else "no"),
        ("waits", plan.waits),
        ("waits_bound", plan.waits_bound),
        ("unmet", len(plan.unmet)),
    ]


def as_json(problem: Problem, plan: Plan, made: str) -> Mapping[str, Any]:
    """The programme as one JSON object."""
    return {
        **dict(how(problem, plan, made)),
        "proved": plan.proved,
        "programme": [
            {"need": one.need, "firm": one.firm, "slot": one.slot, "table": one.table, "confirmed": one.confirmed}
            for one in plan.meetings
        ],
        "not_met": [
            {"need": one.need, "firm": one.firm, "points": one.points, "reason": one.reason} for one in plan.unmet
        ],
    }


def _when(slot: Slot) -> str:
    return "–".join(one for one in (slot.begin, slot.end) if one)


class _Book:
    """A workbook whose cells are numbers or text, never formulas or links; its sheets print on one page across."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._wrap = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._titles: set[str] = set()

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def sheet(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], wide: int = 18, head: str = ""
    ) -> None:
        """Write a sheet; `head` is a line above the columns."""
        sheet = self._book.add_worksheet(self._title(title))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, max(len(columns) - 1, 0), wide, self._wrap)
        first = 0
        if head:
            sheet.write_string(0, 0, head[:_MAX_CELL], self._bold)
            first = 2
        for at, name in enumerate(columns):
            sheet.write_string(first, at, name, self._bold)
        for line, row in enumerate(rows, first + 1):
            for at, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(line, at, value, self._wrap)
                elif value is not None and value != "":
                    sheet.write_string(line, at, str(value)[:_MAX_CELL], self._wrap)
        if not head:
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)

    def _title(self, wanted: str) -> str:
        """A title that a sheet may have: 31 signs, none of the forbidden ones, not yet used."""
        bare = _BAD_TITLE.sub("", wanted).strip()[:31] or "企业"
        title, number = bare, 1
        while title.lower() in self._titles or title.lower() == "history":
            number += 1
            title = f"{bare[: 30 - len(str(number))]}~{number}"
        self._titles.add(title.lower())
        return title
