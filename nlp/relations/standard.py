"""DRAFTED_STANDARD: standards that a firm helped to draft, by number.

Reads 《title》(number) in sentences with 起草, 参与制定, 主编. Writes Enterprise → Standard (key = number) with the
role as the document words it (第二起草单位). Standards without a number, and a firm's own (Q/…), are left.
"""

from __future__ import annotations

import re

from kg.records import Fact, Mention
from kg.values.name import name_key
from nlp.filing import Filing
from nlp.reading import ANNOUNCEMENT

_NUMBER = r"(?:GB(?:/[TZ])?|[A-Z]{2,3}/T|T/[A-Z]{2,8}|DB\d{2,4}(?:/T)?|[A-Z]{2,3}) ?\d{1,6}(?:\.\d+)?[-—–]\d{4}"
_STANDARD = re.compile(
    rf"《([^》\n(]{{4,50}}?)(?:[(]?(?P<inside>{_NUMBER})[)]?)?》(?:[(][^()]{{0,12}}?"
    rf"(?P<behind>{_NUMBER})[^()]{{0,30}}[)])?"
)
_DRAFTS = re.compile(
    r"起草|参与(?:了)?[^。;,]{0,12}(?:制定|制订|编制|修订|编写)|主持(?:了)?[^。;,]{0,12}(?:制定|制订|编制|修订)|主编|参编|负责(?:了)?(?:编制|编写|制定|起草)"
)
_ROLE = re.compile(r"(?:第[一二三四五六七八九十]|主要|主|参与)?起草单位|主编单位|参编单位|副主编单位")
_NOT = re.compile(r"人之一|主要起草人|执行|按照|依据|根据|符合|遵循|拟|计划|将")


def standard_facts(filing: Filing) -> list[Fact]:
    """One fact for each firm and standard."""
    text = filing.text
    if filing.reading.kind == ANNOUNCEMENT:
        return []
    seen: set[tuple[str, str]] = set()
    result = []
    for match in _STANDARD.finditer(text):
        number = match["behind"] or match["inside"]
        if not number:
            continue
        start, end = filing.reading.sentence(match.start(), match.end(), 400)
        before = text[start : match.start()]
        behind = re.split(r"[。;,](?=[^,]{0,4}(?:参与|并|作为复审))", text[match.end() : end])[0][:60]
        draft = list(_DRAFTS.finditer(before))
        if not (draft or re.search(r"起草单位", behind)) or _NOT.search(
            before[draft[-1].end() :] if draft else before[-8:]
        ):
            continue
        if "复审" in before[draft[-1].end() :] if draft else False:
            continue
        key = re.sub(r"\s", "", number).replace("—", "-").replace("–", "-")
        key = re.sub(r"^([A-Z]+(?:/[A-Z]+)?|DB\d+(?:/T)?)(?=\d)", r"\1 ", key)
        role = _ROLE.search(behind) or _ROLE.search(before)
        for firm in filing.about(start, match.start()):
            if (name_key(firm), key) in seen:
                continue
            seen.add((name_key(firm), key))
            target = Mention("Standard", match[1], key)
            result.append(
                filing.fact(
                    "DRAFTED_STANDARD",
                    firm,
                    target,
                    {"role": role.group() if role else None},
                    (start, end),
                    "standard.drafted_rule",
                )
            )
    return result
