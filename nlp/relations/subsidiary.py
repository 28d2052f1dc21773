"""SUBSIDIARY_OF: subsidiaries of the document's firm, or of a firm that the sentence names, with the share held.

Reads 公司全资子公司X, X为公司的控股子公司, 公司持有X 60%的股权, the analysis 主要控股参股公司分析 and the tables of
在子公司中的权益 in annual reports. Writes subsidiary → parent, both Enterprise; a wholly owned one has share 100.
Former subsidiaries (转让, 注销) and joint holdings below half are left. Limits: chains of holdings (孙公司) are given
to the firm that the sentence names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.names import names
from nlp.reading import ANNUAL_REPORT, PROSPECTUS
from nlp.relations.evidence import enterprise
from nlp.subject import Subject
from nlp.tables import Line, number

_CUE = "子公司"
_KIND = r"(?P<kind>全资|控股|下属全资|下属控股|直属|下属)(?:二级|三级)?子公司"
_BEFORE = re.compile(rf"(?:的|之|下属|所属|直接|间接)?{_KIND}(?:之一)?(?:——|—|:|[、“])?$")
_AFTER = re.compile(
    r"(?:[(][^()]{0,60}[)])?(?:目前)?(?:均)?(?:为|是|系)(?P<parent>[^,。;]{0,40}?)(?:的|之)?(?:直接|间接)?(?:持股|持有)?(?:"
    r"(?P<share>\d{1,3}(?:\.\d+)?)%(?:股权|股份)?)?(?:的|之)?"
    r"(?:下属)?(?P<kind>全资|控股)(?:二级)?子公司(?![\u4e00-\u9fff])"
)
_FORMER = re.compile(r"曾|原[为系]?|前身|拟|已?转让|注销|处置|出售|收购前|将|收购|吸收合并|退出")
_FIRM = re.compile(r"(?:有限公司|有限责任公司|研究[院所]|Ltd\.?|LTD\.?|LIMITED|Limited|LLC|Inc\.?|GmbH)$")
_HELD = re.compile(r"(?:公司|其)(?:直接|间接|合计)?持有其?(\d{1,3}(?:\.\d+)?)%(?:的)?(?:股权|股份)")
_REGION = re.compile(
    r"主要控股参股公司(?:的)?(?:分析|情况)?|主要子公司及(?:对公司净利润|参股)|主要子公司、参股公司|主要子公司情况"
)
_GROUP = re.compile(r"企业集团的构成|在子公司中的权益")
_LISTED = re.compile(r"(?:^|\t|\s)(?:全资|控股)?(?:[子孙]公司)")
_PART = re.compile(r"(?!.*(?:公司名称|公司类型|单位|适用|业务|资产|利润))[\u4e00-\u9fff()A-Za-z]{2,12}")
_CELLS = re.compile(r"\t|\s+(?=[\u4e00-\u9fff])")
_REGION_END = re.compile(r"结构化主体|未来发展|重要的非全资子公司|行业格局|持股比例不同于表决权|合营企业")


def subsidiary_facts(filing: Filing) -> list[Fact]:
    """One fact for each pair of subsidiary and parent; one with a share goes before one without."""
    if _CUE not in filing.text:
        return []
    best: dict[tuple[str, str], Fact] = {}
    for fact in (*_sections(filing), *_sentences(filing)):
        if fact.target is None:
            continue
        key = (name_key(fact.source.name), name_key(fact.target.name))
        if key[0] == key[1] or (key[1], key[0]) in best:
            continue
        if key not in best or ("share" not in best[key].properties and "share" in fact.properties):
            best[key] = fact
    return list(best.values())


def _fact(
    filing: Filing, child: str, parent: str, share: float | None, span: tuple[int, int], method: str, own: bool = False
) -> Fact:
    write = filing.fact_at if own else filing.fact
    return write(
        "SUBSIDIARY_OF",
        enterprise(child),
        Mention("Enterprise", enterprise(parent).name),
        {"share": share},
        span,
        method,
    )


def _sentences(filing: Filing) -> Iterator[Fact]:
    text = filing.text
    done = -1
    at = text.find(_CUE)
    while at >= 0:
        start, end = filing.reading.sentence(at, at + len(_CUE), 400)
        if start > done:
            done = start
            subjects = filing.subjects(start, end)
            for child in subjects:
                if not child.own and _usable(child):
                    yield from _told(filing, child, subjects, start, end)
        at = text.find(_CUE, max(at + 1, end))


def _usable(child: Subject) -> bool:
    return bool(_FIRM.search(child.name)) and len(child.name) > 6


def _told(filing: Filing, child: Subject, subjects: list[Subject], start: int, end: int) -> Iterator[Fact]:
    text = filing.text
    before = _BEFORE.search(text, max(start, child.start - 24), child.start)
    if before:
        parent = _ending_at(subjects, _before_bracket(text, before.start()))
        clause = text[max(start, before.start() - 12) : child.start]
        if parent and not _FORMER.search(clause) and not _gone(text, child, end):
            held = _HELD.search(text, child.end, child.end + 400) if before["kind"] == "控股" else None
            near = held is not None and _only(filing, child, held.start())
            share = 100.0 if "全资" in before["kind"] else float(held[1]) if held is not None and near else None
            for one in (child, *_listed(text, child, subjects)):
                here = share if one is child or "全资" in before["kind"] else None
                yield _fact(filing, one.name, parent.name, here, (start, end), "subsidiary.named_rule")
        return
    after = _AFTER.match(text, child.end, end)
    if after and not _FORMER.search(text, max(start, child.start - 6), after.end()):
        parent_name = _parent(filing, after["parent"], after.start("parent"))
        if parent_name:
            share = float(after["share"]) if after["share"] else (100.0 if after["kind"] == "全资" else None)
            yield _fact(filing, child.name, parent_name, share, (start, end), "subsidiary.named_rule")


def _listed(text: str, child: Subject, subjects: list[Subject]) -> list[Subject]:
    """Further subsidiaries of the same words: 全资子公司A、B、C."""
    listed, at = [], child.end
    for one in subjects:
        if one.start == at + 1 and text[at] == "、" and not one.own and _usable(one):
            listed.append(one)
            at = one.end
    return listed


def _only(filing: Filing, child: Subject, at: int) -> bool:
    """Whether no other firm than the child and the document's own stands before `at`."""
    return all(s.own or s.name == child.name for s in filing.subjects(child.end, at))


def _gone(text: str, child: Subject, end: int) -> bool:
    return bool(
        re.match(
            r"[^,。;]{0,12}(?:已|已于[^,。;]{0,16})(?:注销|转让|对外转让)|(?:[(][^()]{0,20}(?:注销|转让))",
            text[child.end : end],
        )
    )


def _ending_at(subjects: list[Subject], at: int) -> Subject | None:
    return next((subject for subject in subjects if subject.end == at), None)


def _before_bracket(text: str, at: int) -> int:
    """Where a bracket that ends at `at` begins: X(以下简称“公司”)全资子公司Y."""
    opening = text.rfind("(", max(0, at - 60), at) if at and text[at - 1] == ")" else -1
    return opening if opening >= 0 else at


def _parent(filing: Filing, words: str, at: int) -> str | None:
    """The parent that X为…的子公司 names: the document's firm, or one firm named in full."""
    found = filing.subjects(at, at + len(words))
    if len(found) == 1 and (found[0].own or _usable(found[0])) and found[0].end - found[0].start >= len(words) - 4:
        return found[0].name
    return None


def _sections(filing: Filing) -> Iterator[Fact]:
    """Annual reports: 主要控股参股公司分析 and 企业集团的构成."""
    if filing.reading.kind not in (ANNUAL_REPORT, PROSPECTUS) or filing.issuer is None:
        return
    lines = filing.lines
    for at, line in enumerate(lines):
        if len(line.flat) > 40 or "....." in line.text:
            continue
        if _REGION.search(line.flat):
            yield from _analysed(filing, filing.issuer, at)
        elif _GROUP.search(line.flat):
            yield from _group(filing, filing.issuer, at)


def _analysed(filing: Filing, issuer: str, at: int) -> Iterator[Fact]:
    lines = filing.lines
    for n in range(at + 1, min(at + 90, len(lines))):
        if _REGION_END.search(lines[n].flat):
            return
        text, start = _row(lines, n)
        flat = _CELLS.split(text)[0].replace(" ", "")
        found = [name for name in names(flat, offices=False) if name.start <= 1]
        if not found or name_key(found[0].text) == name_key(issuer):
            continue
        rest = flat[found[0].end :] or text[len(_CELLS.split(text)[0]) :].strip()
        following = lines[n + 1].flat if n + 1 < len(lines) else ""
        told = re.match(
            r"(?:为|系|是)?(?:本)?公司的?(?P<kind>全资|控股)子公司", following if not rest else rest.lstrip("(:,")
        )
        listed = _LISTED.search(lines[n].text[:80])
        if not told and not listed:
            continue
        span = (start, lines[n + 1].end if told and not rest else lines[n].end)
        share = 100.0 if told and told["kind"] == "全资" else _share_of(lines[n].text) if listed else None
        if share is None or share > 50:
            yield _fact(filing, found[0].text, issuer, share, span, "subsidiary.section_rule", True)


def _row(lines: Sequence[Line], n: int) -> tuple[str, int]:
    """A line with the lines above over which its first cell wraps, and where they begin; numbering is cut off."""
    text, start = lines[n].text, lines[n].start
    numbered = re.match(r"\d{1,2}[.、]\s*", text)
    if numbered:
        return text[numbered.end() :], start
    for above in reversed(lines[max(0, n - 4) : n]):
        if not _PART.fullmatch(above.text) or not _LISTED.search(text):
            break
        text, start = above.text + (" " if text.startswith(("子公司", "孙公司")) else "") + text, above.start
        text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=公司 )", "", text)
    return text, start


def _share_of(text: str) -> float | None:
    match = re.search(r"(\d{1,3}(?:\.\d+)?)%", text)
    return float(match[1]) if match and 0 < float(match[1]) <= 100 else None


def _group(filing: Filing, issuer: str, at: int) -> Iterator[Fact]:
    """Rows: name, place of business, place of registration, trade, share held directly or indirectly, how acquired."""
    lines = filing.lines
    for n in range(at + 1, min(at + 120, len(lines))):
        if _REGION_END.search(lines[n].flat):
            return
        parts = lines[n].text.split("\t") if "\t" in lines[n].text else lines[n].text.split()
        if len(parts) < 4:
            continue
        full = filing.full_names.get(parts[0])
        if full is None:
            found = [name for name in names(parts[0], offices=False) if name.start == 0 and name.end == len(parts[0])]
            full = found[0].text if found and _usable(Subject(parts[0], False, 0, 0)) else None
        values = [value for value in map(number, parts[1:]) if value is not None]
        if full is None or not values or not 50 < sum(values) <= 100 or name_key(full) == name_key(issuer):
            continue
        yield _fact(filing, full, issuer, sum(values), (lines[n].start, lines[n].end), "subsidiary.table_rule", True)
