"""A document's text made ready for matching: normal form, blanks inside Chinese gone, hard-wrapped lines joined.

Rules look at `Reading.text`; `Reading.original` gives the span of the document's own text back, so that every
fact can quote it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from nlp.text import Normalised, Text, normalise

ANNOUNCEMENT = "announcement"
PROSPECTUS = "prospectus"
ANNUAL_REPORT = "annual_report"
OTHER = "other"

_LATIN = "A-Za-z0-9"
# Blanks count only between Latin words; in Chinese text they are an accident of the typesetting.
_BLANK = re.compile(rf"(?<![{_LATIN},.&])[ \xa0]+|[ \xa0]+(?![{_LATIN}&])")
_HEAD = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.:]|第[一二三四五六七八九十\d]{1,3}[章节条]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[、.](?!\d)|[\u2460-\u2473●■◆➢]|[^。,;:]{2,12}[:]|(?:注册资本|成立日期|注册地址|办公地址|经营范围|公司网址|证券代码|股票简称|法定代表人|统一社会信用代码|公司的?[中外]文)|[^。,;]{2,20}指|特此公告|本公司及?董事会|证券代码|股票代码|附件|<\|"
)
_END = re.compile(r"[。;:!?】>|]$")
_TITLE_KIND = (
    (PROSPECTUS, re.compile(r"招股(?:说明|意向)书|募集说明书|公开发行股票|上市公告书")),
    (ANNUAL_REPORT, re.compile(r"年度报告|年报")),
    (ANNOUNCEMENT, re.compile(r"公告|通告|中标|合同|协议")),
)
_FORMS = ("公司", "银行", "学院", "大学", "研究院", "研究所")
_SENTENCE_END = re.compile(r"[。!?;\n]")
_LONG = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """The text that rules match on, with the way back to the document's own text.

    `text` keeps line feeds between lines, tabs between cells. `kind` is one of announcement, prospectus,
    annual_report, other. `_at[i]` (in `text`) and `_from[i]` (in the normal form) begin the i-th kept run.
    """

    source: Text
    text: str
    kind: str
    _norm: Normalised
    _at: tuple[int, ...]
    _from: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the document's own text that `text[start:end]` came from."""
        if end <= start:
            first = self._norm.original(self._back(start), self._back(start))[0]
            return first, first
        return self._norm.original(self._back(start), self._back(end - 1) + 1)

    def _back(self, at: int) -> int:
        run = bisect_right(self._at, at) - 1
        return self._from[run] + at - self._at[run]

    def sentence(self, start: int, end: int, most: int = 400) -> tuple[int, int]:
        """The sentence around a span of `text`, at most about `most` characters more than the span."""
        side = most // 2
        left = max(0, start - side)
        before = [match.end() for match in _SENTENCE_END.finditer(self.text, left, start)]
        after = _SENTENCE_END.search(self.text, end, min(len(self.text), end + side))
        right = min(len(self.text), end + side) if after is None else after.end()
        if after is not None and after.group() == "\n":
            right -= 1
        return (before[-1] if before else left), right

    def line(self, at: int, most: int = 4_000) -> tuple[int, int]:
        """The line of `text` that holds the offset, at most `most` characters to each side."""
        low, high = max(0, at - most), min(len(self.text), at + most)
        before, end = self.text.rfind("\n", low, at), self.text.find("\n", at, high)
        return low if before < 0 else before + 1, high if end < 0 else end

    def lines(self) -> list[tuple[int, int]]:
        """All lines of `text` as spans."""
        spans, at = [], 0
        for part in self.text.split("\n"):
            spans.append((at, at + len(part)))
            at += len(part) + 1
        return spans


def kind_of(text: Text) -> str:
    """The kind of a document: by its title, else its first lines; a long one with an issuer is a prospectus."""
    long = len(text.text) > _LONG
    for where in (text.title, text.text[:600]):
        flat = re.sub(r"\s", "", where)
        if "公告" in flat and not long:
            return ANNOUNCEMENT
        for kind, pattern in _TITLE_KIND:
            if pattern.search(flat) and not (long and kind == ANNOUNCEMENT):
                return kind
    return PROSPECTUS if long and "发行人" in text.text[:20_000] else OTHER


def read_for_rules(text: Text) -> Reading:
    """Prepare a document for the rules. Linear in its length."""
    norm = normalise(text.text)
    joined = _joined(norm.text)
    pieces: list[str] = []
    at: list[int] = []
    back: list[int] = []
    length = position = 0
    for start, end in joined:
        if start > position:
            at.append(length)
            back.append(position)
            pieces.append(norm.text[position:start])
            length += start - position
        position = end
    at.append(length)
    back.append(position)
    pieces.append(norm.text[position:])
    return Reading(text, "".join(pieces), kind_of(text), norm, tuple(at), tuple(back))


def _joined(text: str) -> list[tuple[int, int]]:
    """The spans to leave out: blanks beside Chinese, and line feeds where a line runs on into the next."""
    spans = [match.span() for match in _BLANK.finditer(text)]
    lines = text.split("\n")
    lengths = sorted(len(line.strip()) for line in lines if len(line.strip()) >= 20)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    full = [length for length in lengths if length >= 0.75 * width]
    least = round(0.75 * width) if width <= 70 and len(full) > 8 and len(full) > 0.4 * len(lengths) else 24
    at = 0
    for line, following in pairwise(lines):
        at += len(line)
        if _runs_on(line.strip(), following.strip(), least):
            spans.append((at, at + 1))
        at += 1
    spans.sort()
    return _merged(spans)


def _runs_on(line: str, following: str, least: int) -> bool:
    if not line or not following or "\t" in line or "\t" in following or _HEAD.match(following):
        return False
    if _END.search(line) or ("指" in line and line.endswith(_FORMS)):
        return False
    if line[-1] in ",、(《“":
        return True
    if len(line) <= 2:
        return "\u4e00" <= line[-1] <= "\u9fff" and "\u4e00" <= following[0] <= "\u9fff"
    return len(line) >= least and not line.endswith(("公告", "董事会"))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
