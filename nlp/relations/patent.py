"""OWNS_PATENT: patents that a document says its firm owns, by number with check digit.

Reads Chinese patent and application numbers whose check digit is right; the owner is the firm named in the same line
or sentence, else the firm that the document is about. Writes the kind where it stands beside the number. Limits:
patents named without a number are not read; a licensed patent is told from an owned one only by words near its number.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile

from kg.records import DocumentId, Fact, Mention
from kg.values.date import parse_date
from kg.values.patent import find_patents
from nlp.names import Alias, Name
from nlp.reading import Reading
from nlp.relations.about import with_subjects
from nlp.relations.evidence import enterprise, fact
from nlp.relations.issuer import issuer_of

_KIND = re.compile(r"发明专利|发明|实用新型|外观设计")
# the patent of a licensor or a competitor
_NOT_OWN = re.compile(r"出让方|许可方(?!式)|被许可|独[家占]使用权|许可(?:本公司|公司|发行人)|对比|可比|竞争对手|同行业")
_NEAR = 100
_TITLE = re.compile(r"[《“]([^》”\n]{3,60})[》”]")


def patent_facts(
    reading: Reading, found: Sequence[Name], shorts: Sequence[Alias], name: str, document: DocumentId
) -> list[Fact]:
    """One fact for each patent number and owner, and what a titled patent is about."""
    text = reading.text
    patents = find_patents(text)
    if not patents:
        return []
    issuer = issuer_of(reading, found)
    result, seen = [], set()
    starts = [n.start for n in found]
    others = {one.number for one in patents if _NOT_OWN.search(text, max(0, one.start - _NEAR), one.end + _NEAR)}
    for patent in patents:
        if patent.number in others:
            continue
        start, end = reading.sentence(patent.start, patent.end, 240)
        near = takewhile(lambda n: n.end <= end, found[bisect_left(starts, start) :])  # noqa: B023  used at once
        owner = next((n.text for n in near if n.company), issuer)
        if owner is None or (owner, patent.number) in seen:
            continue
        seen.add((owner, patent.number))
        around = text[start:end]
        kind = _KIND.search(around)
        title = _TITLE.search(around)
        granted = re.search(r"授权(?:公告)?日[期]?[:为]?([\d年月日.\-/]{8,12})", around)
        result.append(
            fact(
                reading,
                name,
                document,
                "OWNS_PATENT",
                enterprise(owner),
                Mention("Patent", title.group(1) if title else patent.number, patent.number),
                {
                    "kind": patent.kind or (kind.group().replace("发明专利", "发明") if kind else None),
                    "granted": parse_date(granted.group(1)) if granted else None,
                },
                (start, end),
                "patent.number_rule",
                "disclosed" if owner != issuer or re.search(r"公司|发行人|拥有|专利权人", around) else "inferred",
            )
        )
    return list(with_subjects(result))
