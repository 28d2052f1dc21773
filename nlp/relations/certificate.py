"""HOLDS_CERTIFICATE: certified management systems and product approvals of a firm.

Reads sentences in which a firm passed, obtained or holds the certification of a known standard or mark (ISO 9001,
IATF 16949, CE, UL, PED, ASME, class societies). Writes Enterprise → Certificate with number and end of validity where
they stand in brackets behind, and certificates themselves (兹证明…, with their number and term). Versions of a standard
(:2015) are dropped from the name. Limits: certificates outside the known list are not read; what is being applied
for, or demanded of others, is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.records import Fact, Mention
from kg.values.date import find_dates
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT

_STANDARDS = {
    "ISO 9001质量管理体系认证": r"ISO ?9001|GB/T ?19001",
    "ISO 14001环境管理体系认证": r"ISO ?14001|GB/T ?24001",
    "ISO 45001职业健康安全管理体系认证": r"ISO ?45001|GB/T ?45001",
    "OHSAS 18001职业健康安全管理体系认证": r"OHSAS ?18001|GB/T ?28001",
    "IATF 16949汽车质量管理体系认证": r"IATF ?16949",
    "ISO/TS 16949汽车质量管理体系认证": r"ISO/?TS ?16949|(?<!/)TS ?16949",
    "ISO 13485医疗器械质量管理体系认证": r"ISO ?13485",
    "ISO 22000食品安全管理体系认证": r"ISO ?22000",
    "ISO 27001信息安全管理体系认证": r"ISO(?:/IEC)? ?27001",
    "ISO 50001能源管理体系认证": r"ISO ?50001",
    "GJB 9001武器装备质量管理体系认证": r"GJB ?9001[A-C]?",
    "AS 9100航空航天质量管理体系认证": r"AS ?9100[A-D]?",
    "HACCP认证": r"HACCP",
    "QC 080000有害物质过程管理认证": r"QC ?080000",
    "CMMI认证": r"CMMI ?[1-5]?级?",
    "ASME认证": r"ASME|美国机械工程师协会",
    "PED认证": r"PED",
    "CE认证": r"(?<![A-Z])CE(?![A-Z])",
    "UL认证": r"(?<![A-Z])c?UL(?![A-Z])",
    "FDA认证": r"FDA",
    "CCC认证": r"(?<![A-Z])CCC(?![A-Z])|3C",
    "API认证": r"(?<![A-Z])API(?![A-Z])",
    "RoHS认证": r"RoHS",
    "VDE认证": r"(?<![A-Z])VDE(?![A-Z])",
}
_SOCIETY = r"[\u4e00-\u9fff]{2,4}船级社"
_ANY = re.compile(
    "|".join([*(f"(?P<s{n}>{p})" for n, p in enumerate(_STANDARDS.values())), f"(?P<society>{_SOCIETY})"])
)
_NAMES = tuple(_STANDARDS)
_HELD = re.compile(r"通过|取得|获得|获|拥有|具有|持有|具备|符合(?=[^。]{0,40}认证)")
_CERTIFIED = re.compile(r"认证|证书|资质|钢印|认可|质量体系换版")
_NOT = re.compile(
    r"(?:需|须)(?:取得|通过|获得|具备)|申请|正在|拟|计划|尚未|未取得|未通过|如果|若|要求|需要|须|应当|客户|供应商|标准化|根据|依据|按照|依照|遵循|遵守|执行|严格按|参照|导入|准备"
    r"|行业内|同行|竞争对手|境外|第三方(?!认证)|行业体系|从业|企业(?!标准)|将|募投|力争|强制性|有限公司颁发的"
)
_NUMBER = re.compile(r"(?:证书)?(?:编号|注册号|证书号)(?:为|:)?([A-Z0-9][A-Z0-9/\-.()]{4,30})")
_WITNESS = re.compile(r"[兹特]此?证明")
_LEAD = re.compile(r"^(?:了|和|及|与|经|由|过)+|^.*(?:通过|取得|获得|得)了?")


def certificate_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm and certificate, at its first statement; one with a number goes before one without."""
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    best: dict[tuple[str, str], Fact] = {}
    for fact in _found(filing):
        if fact.target is None:
            continue
        key = (name_key(fact.source.name), name_key(fact.target.name))
        if key not in best or ("number" in fact.properties and "number" not in best[key].properties):
            best[key] = fact
    return list(best.values())


def _found(filing: Filing) -> Iterator[Fact]:
    yield from _certificate_itself(filing)
    text = filing.text
    for match in _ANY.finditer(text):
        start, end = filing.reading.sentence(match.start(), match.end(), 360)
        before = text[start : match.start()]
        held = list(_HELD.finditer(before))
        behind = re.split(r"[。;]", text[match.end() : end])[0]
        if not held or not (_CERTIFIED.search(behind[:60]) or before[-8:].rstrip().endswith("认证")):
            continue
        if "符合" in before[held[-1].end() :]:
            continue
        clause = before[max(0, held[-1].start() - 24) :]
        if _NOT.search(clause) or len(before) - held[-1].end() > 100:
            continue
        details = _details(behind)
        for firm in filing.about(start, match.start()):
            yield filing.fact(
                "HOLDS_CERTIFICATE",
                firm,
                Mention("Certificate", _name(match)),
                details,
                (start, end),
                "certificate.held_rule",
                valid_to=details.get("valid_to"),
            )


def _certificate_itself(filing: Filing) -> Iterator[Fact]:
    """A document that is a certificate: it says to whom, by which standard, under which number and how long."""
    text = filing.text
    said = _WITNESS.search(text) if len(text) < 3_000 and "证书" in text[:200] else None
    standard = _ANY.search(text, said.end()) if said else None
    if said is None or standard is None:
        return
    firms = filing.named(said.end(), standard.start())
    if len({firm.name for firm in firms}) != 1:
        return
    number, term = _NUMBER.search(text), re.search(r"有效期[^。\n]{0,24}?(?:至|到)", text)
    dates = find_dates(text[term.end() : term.end() + 20]) if term else []
    details = {"number": number[1] if number else None, "valid_to": dates[0].iso if dates else None}
    yield filing.fact(
        "HOLDS_CERTIFICATE",
        firms[0].name,
        Mention("Certificate", _name(standard)),
        details,
        (firms[0].start, standard.end()),
        "certificate.paper_rule",
        valid_to=details["valid_to"],
    )


def _name(match: re.Match[str]) -> str:
    if match["society"]:
        return _LEAD.sub("", match["society"]) + "认证"
    return _NAMES[int((match.lastgroup or "s0")[1:])]


def _details(behind: str) -> dict[str, str]:
    """Number and end of validity in the first bracket behind the certificate."""
    bracket = re.match(r"[^()]{0,24}[(]([^()]{6,80})[)]", behind)
    if not bracket:
        return {}
    found = {}
    number = _NUMBER.search(bracket[1])
    if number:
        found["number"] = number[1]
    until = re.search(r"有效期[^,;]{0,16}?(?:至|到)", bracket[1])
    dates = find_dates(bracket[1][until.end() :]) if until else []
    if dates:
        found["valid_to"] = dates[0].iso
    return found
