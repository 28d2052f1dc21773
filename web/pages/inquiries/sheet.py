"""Opened quotes as a workbook."""

from __future__ import annotations

from typing import Any

from web.beijing import BEIJING
from web.db.models import now
from web.pages.inquiries.inquiry import Compared
from web.work.inquiries.quote_compare import yuan
from web.workbook import Sheet, workbook

_WORDS: dict[str, tuple[str, str]] = {
    "field": ("项目", "field"),
    "price": ("单价", "unit price"),
    "each": ("折合每单位", "for one unit"),
    "quantity": ("数量", "quantity"),
    "lead_time": ("交货期（天）", "lead time (days)"),
    "capacity": ("产能", "capacity"),
    "certificates": ("证书", "certificates"),
    "record_staff": ("档案：员工人数", "record: staff"),
    "record_revenue": ("档案：营业收入", "record: revenue"),
    "record_capacity": ("档案：产能", "record: capacity"),
    "record_certificates": ("档案：证书", "record: certificates"),
    "record_contact": ("档案：联系方式", "record: contact"),
    "files": ("附件（SHA-256）", "files (SHA-256)"),
    "included": ("含税", "tax included"),
    "excluded": ("不含税", "tax excluded"),
    "none": ("未答", "no answer"),
    "quotes": ("报价比较", "quotes"),
    "late": ("逾期答复", "late answers"),
    "decision": ("决定", "decision"),
    "reason": ("理由代码", "reason code"),
    "chosen": ("选用", "chosen"),
    "not_chosen": ("不选用", "not chosen"),
    "about": ("口径", "definitions"),
    "title": ("询价", "inquiry"),
    "deadline": ("截止（北京时间）", "deadline (Beijing)"),
    "opened": ("开启（北京时间）", "opened (Beijing)"),
    "made": ("导出（北京时间）", "exported (Beijing)"),
    "source": ("来源", "source"),
    "said": ("各企业在询价中的答复，未经核对", "what the firms answered to the inquiry, not verified"),
    "how": ("单价可比", "comparable prices"),
    "rule": ("只比较单位、币种、含税相同的单价", "only prices of the same unit, currency and tax are compared"),
}


def compared_file(page: Compared, lang: str) -> bytes:
    """The comparison as XLSX: a sheet of what counts, one of late answers where there are any, and definitions."""
    words = {name: both[0 if lang == "zh" else 1] for name, both in _WORDS.items()}
    head = [words["field"], *(party.firm_name for party in page.parties)]
    sheets = []
    for title, lines in ((words["quotes"], page.lines), (words["late"], page.late if page.late_any else [])):
        rows: list[list[Any]] = []
        for line in lines:
            rows.append(
                [words.get(line.code, line.words), *(_said(line.code, cell.value, words) for cell in line.cells)]
            )
            if line.code == "price":
                rows.append([words["each"], *(cell.each for cell in line.cells)])
        if rows and lines is page.lines:
            rows.append([words["decision"], *(words.get(party.decision, "") for party in page.parties)])
            rows.append([words["reason"], *(party.decision_reason for party in page.parties)])
        if rows:
            sheets.append(Sheet(title, head, rows))
    times = {"deadline": page.row.deadline, "opened": page.row.opened, "made": now()}
    about = [
        (words["title"], page.row.title),
        *((words[name], f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else "") for name, at in times.items()),
        (words["source"], words["said"]),
        (words["how"], words["rule"]),
    ]
    return workbook(sheets, words["about"], about)


def _said(code: str, value: Any, words: dict[str, str]) -> str:
    if value is None:
        return words["none"]
    if code == "price":
        tax = words.get(value["tax"], "")
        return f"{yuan(value['fen'])} {value['currency']} / {value['per']} {value['unit']} {tax}".strip()
    if code == "files":
        return "\n".join(f"{one['name']} {one['sha256']}" for one in value)
    return f"{value['number']} {value['unit']}" if code == "quantity" else str(value)
