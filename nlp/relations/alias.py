"""ALIAS_OF: short and former names of organisations, as the document itself defines them.

Reads 以下简称, 下称 in brackets behind a name, and the lines of 释义 (short 指 full). Writes alias → full name, both
Enterprise. Limits: words for roles (公司, 甲方, 发行人) are no names and are left out; tables that lost their lines are
not read; what is no definition of a firm `nlp.aliases` tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.records import DocumentId, Fact
from kg.values.name import name_key
from nlp.aliases import settled
from nlp.names import ROLE_WORDS, Alias, Name
from nlp.reading import Reading
from nlp.relations.evidence import enterprise, fact

_NO_NAME = re.compile(
    r"^(?:本|该|此|上述|各|原)|(?:合同|协议|项目|通知书|公告|说明书|报告|标段|股东大会"
    r"|董事会|监事会|办法|条例|章程)$"
    r"|^(?:公司|集团|银行|政府|总公司|分公司|设计院|业主.*|甲.|乙.|丙.|丁.)$|[,。;:]|^.$|^\d+$"
    r"|股东$|控制人$|^元|^万元|控股股东|保荐|承销|律师|会计师|审计"
)


def alias_facts(
    reading: Reading, found: Sequence[Name], shorts: Sequence[Alias], name: str, document: DocumentId
) -> list[Fact]:
    """One fact for each pair of short and full name, at its first statement."""
    seen: set[tuple[str, str]] = set()
    result = []
    firms = filter(None, (settled(alias, reading.text) for alias in shorts))
    for alias in sorted(firms, key=lambda alias: alias.start):
        key = (name_key(alias.short), name_key(alias.full))
        if alias.short in ROLE_WORDS or key in seen or _NO_NAME.search(alias.short):
            continue
        seen.add(key)
        result.append(
            fact(
                reading,
                name,
                document,
                "ALIAS_OF",
                enterprise(alias.short),
                enterprise(alias.full),
                {},
                (alias.start, alias.end),
                "alias.statement_rule",
            )
        )
    return result
