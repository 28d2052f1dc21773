"""Discovery as a workbook: the firms, visits by district, every sentence behind them, and what it rests on."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from kg.ontology import Ontology
from web.pages.criteria.discover import CandidateRow, DiscoverPage, by_district

_WIDE = 46
Rows = Iterator[Sequence[Any]]

_FIRMS = (
    ("名次", "rank"), ("企业", "firm"), ("统一社会信用代码", "credit code"), ("所在地", "place"),
    ("分", "points"), ("像谁、为什么", "looks like, because"), ("条件：已满足", "conditions met"),
    ("条件：未满足", "conditions missed"), ("条件：不详", "conditions unknown"), ("已知", "known"),
    ("不详", "unknown"), ("提醒", "notes"), ("最新依据", "newest source"),
)  # fmt: skip
_VISITS = (
    ("区县", "district"), ("名次", "rank"), ("企业", "firm"), ("统一社会信用代码", "credit code"), ("产品", "products"),
    ("为什么去", "why"), ("到现场要问", "what to ask"),
    ("提醒", "notes"), ("走访日期", "visited on"), ("结果", "outcome"),
)  # fmt: skip
_SENTENCES = (
    ("企业", "firm"), ("说明什么", "what it shows"), ("原文", "sentence"), ("文件", "document"),
    ("发布者", "publisher"), ("日期", "date"), ("页", "page"), ("可信度", "level"), ("依据编号", "fact"),
)  # fmt: skip
_SHEETS = (("企业", "firms"), ("走访", "visits"), ("原文", "sentences"), ("口径", "definition"))


def workbook(page: DiscoverPage, lang: str, demo: bool = False) -> bytes:
    """The view as XLSX; codes are text, nothing is a formula. `demo` is said on the sheet of definitions."""
    import xlsxwriter

    ontology = Ontology.load()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        names = [pair[lang != "zh"] for pair in _SHEETS]
        parts: list[tuple[Sequence[tuple[str, str]], Rows]] = [
            (_FIRMS, _firms(page, lang)),
            (_VISITS, _visits(page, lang)),
            (_SENTENCES, _sentences(page, ontology, lang)),
        ]
        for name, (heads, rows) in zip(names, parts, strict=False):
            sheet = book.add_worksheet(name)
            for place, pair in enumerate(heads):
                sheet.write_string(0, place, pair[lang != "zh"], bold)
            lines = list(rows)
            for line, row in enumerate(lines, start=1):
                for place, value in enumerate(row):
                    if isinstance(value, int | float):
                        sheet.write_number(line, place, value, wrap)
                    elif value:
                        sheet.write_string(line, place, str(value)[:32_767], wrap)
            for place in range(len(heads)):
                widest = max((len(str(row[place] or "")) for row in lines), default=0)
                sheet.set_column(place, place, min(max(10, widest * 1.6), _WIDE))
            sheet.freeze_panes(1, 0)
            if lines:
                sheet.autofilter(0, 0, len(lines), len(heads) - 1)
        about = book.add_worksheet(names[-1])
        about.set_column(0, 0, 24)
        about.set_column(1, 1, 100, wrap)
        for line, (name, text) in enumerate(_definition(page, ontology, lang, demo)):
            about.write_string(line, 0, name, bold)
            about.write_string(line, 1, text, wrap)
    return out.getvalue()


def _stop(lang: str) -> str:
    return "；" if lang == "zh" else "; "


def _why(one: CandidateRow, lang: str) -> str:
    colon = "：" if lang == "zh" else ": "
    return _stop(lang).join(f"{alike.firm.name}{colon}{alike.says}" for alike in one.alike)


def _judged(one: CandidateRow, truth: str, lang: str) -> str:
    return _stop(lang).join(each.says for each in one.conditions if each.truth == truth)


def notes(one: CandidateRow, lang: str) -> list[str]:
    """What a reader must know beside the points: an exchange's code, a figure that may mean a large firm, risks."""
    zh = lang == "zh"
    said = [f"上市公司 {one.stock_code}" if zh else f"listed company {one.stock_code}"] if one.stock_code else []
    if one.may_be_large:
        said.append(
            "一项数字已达大型企业界线，另一项不详"
            if zh
            else "one figure reaches the bound of a large firm, the other is not known"
        )
    if one.by_name:
        said.append("所在地按企业名称推定" if zh else "place taken from the firm's name")
    return said + [f"{risk.title}{'：' if zh else ': '}{risk.says}" for risk in one.risks]


def _firms(page: DiscoverPage, lang: str) -> Rows:
    for one in page.candidates:
        yield (
            one.rank,
            one.firm.name,
            one.credit_code,
            one.region,
            one.score,
            _why(one, lang),
            _judged(one, "met", lang),
            _judged(one, "missed", lang),
            _judged(one, "unknown", lang),
            _stop(lang).join(f"{known.title} {known.says}" for known in one.known),
            _stop(lang).join(trait.title for trait in one.unknown),
            _stop(lang).join(notes(one, lang)),
            one.as_of,
        )


def _visits(page: DiscoverPage, lang: str) -> Rows:
    """District by district, the best first; firms of unknown place at the end."""
    nowhere = "不详" if lang == "zh" else "unknown"
    for one in (one for _, rows in by_district(page) for one in rows):
        yield (
            one.region or nowhere,
            one.rank,
            one.firm.name,
            one.credit_code,
            "、".join(one.products),
            _why(one, lang),
            _judged(one, "unknown", lang),
            _stop(lang).join(notes(one, lang)),
            "",
            "",
        )


def _sentences(page: DiscoverPage, ontology: Ontology, lang: str) -> Rows:
    for one in page.candidates:
        shown = [(f"{known.title} {known.says}", known.evidence) for known in one.known]
        shown += [(f"{alike.firm.name} {alike.says}", alike.evidence) for alike in one.alike]
        shown += [(risk.says, risk.evidence) for risk in one.risks]
        for what, evidence in shown:
            for source in evidence:
                yield (
                    one.firm.name,
                    what,
                    source.quote,
                    source.title,
                    source.publisher,
                    source.date,
                    str(source.page) if source.page is not None else "",
                    ontology.label(f"level.{source.level}", lang),
                    source.fact,
                )


def _definition(page: DiscoverPage, ontology: Ontology, lang: str, demo: bool) -> Iterator[tuple[str, str]]:
    zh = lang == "zh"
    rules = page.rules
    if demo:
        yield ("演示数据", "企业都是虚构的") if zh else ("demo data", "the firms are invented")
    yield ("梯度" if zh else "tier", ontology.label(f"tier.{page.tier}", lang))
    for name, value in (
        (("所在地", "place"), page.region),
        (("领域", "field"), page.field),
        (("环节", "node"), page.node),
    ):
        yield name[not zh], value or ("不限" if zh else "any")
    yield ("列出" if zh else "listed here", f"{len(page.candidates)} / {page.count}")
    yield ("图谱截至" if zh else "graph as of", f"{page.as_of}, {page.graph}")
    yield ("语料" if zh else "corpus", page.corpus)
    yield ("分" if zh else "points", f"{page.card}: {page.made}")
    yield (
        "条件出处" if zh else "conditions",
        f"{rules.measures}, {rules.effective_from}–{rules.effective_to or ''}, {rules.source}"
        + ((" （转载）" if zh else " (re-post)") if rules.repost else ""),
    )
    yield (
        "口径" if zh else "definition",
        "没有在册、公示或曾在册而有效期已过的企业；不详不是没有，不扣分；读到的件数是下限"
        if zh
        else "firms on no list of the tier, nor on notice, nor past a term; unknown is not no and costs nothing; "
        "counts are of what was read",
    )
    for one in page.left_out:
        yield (("未列入：" if zh else "left out: ") + one.says, str(one.count))
