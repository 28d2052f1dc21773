"""How a target is to be tested: the standard or the procedure that its sentence names for it.

抗拉强度≥1850MPa(GB/T 228.1) → GB/T 228.1; 采用氦质谱检漏法测定 → 氦质谱检漏法. A standard that the product as a whole
is to meet is none: it stands in a sentence without a figure. Works on text in NFKC form.
"""

from __future__ import annotations

import re

_STANDARD = (
    r"(?:GB|GJB|JB|HG|YB|YS|DL|QC|TB|NY|SJ|DB|ISO|IEC|EN|ASTM|DIN|JIS|IEEE)"
    r"(?:\s?/\s?[A-Z]{1,4})?\s?[A-Z]?\d[\d.]*(?:\s?[-—–]\s?\d{2,4})?"
)
_TESTED = r"(?:测试|检测|试验|检验|测定|测量|考核|评测|验证|测得|测)"
_SAID = re.compile(
    rf"{_TESTED}(?:方法|方式|标准|依据)\s*(?:为|是|:|采用|参照|按照?|依据)\s*(?P<how>[^,;。:()\n]{{2,40}})"
)
_BY_STANDARD = re.compile(rf"(?:按照?|依据|根据|参照|依照|执行)\s?(?P<how>《[^》\n]{{2,40}}》|{_STANDARD})")
_BY_MEANS = re.compile(
    rf"(?:采用|使用|利用|通过|经由?|以|用)(?P<how>[^,;。:()\n]{{1,20}}?(?:法|仪|试验机|显微镜|台架|试验))"
    rf"(?:进行|所)?{_TESTED}"
)
_BEHIND = re.compile(rf"[(]\s?(?P<how>{_STANDARD})\s?[)]")
_SENTENCE = re.compile(r"[。;\n!?]")
_NEAR = 200
"""How far a method may stand from its figure: what one figure costs does not grow with the text."""


def method_of(text: str, start: int, end: int, floor: int, ceiling: int) -> str | None:
    """The test method of the target at start:end, looked for behind it, then before it, in its own sentence.

    It begins neither before `floor` (the end of the figure before) nor at `ceiling` (where the next figure stands) or
    behind it.
    """
    closed = _SENTENCE.search(text, end, end + _NEAR)
    last = closed.start() if closed else end + _NEAR
    floor = max(floor, start - _NEAR)
    first = max([floor, *(hit.end() for hit in _SENTENCE.finditer(text, floor, start))])
    for low, high, patterns in (
        (end, last, (_BEHIND, _SAID, _BY_STANDARD, _BY_MEANS)),
        (first, start, (_SAID, _BY_STANDARD, _BY_MEANS)),
    ):
        for pattern in patterns:
            hit = pattern.search(text, low, high)
            if hit and hit.start() < ceiling:
                return hit["how"].strip()
    return None
