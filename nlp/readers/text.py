"""Plain text: encodings, line ends, control characters."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from nlp.errors import RefusedFile
from nlp.text import Text

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROL = re.compile(r"[\u0000-\u0008\u000b\u000e-\u001f\u007f\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n?|[\u0085\u2028\u2029]")


def plain(text: str) -> str:
    """The text with line feeds as its only line ends and without control characters (tab and form feed stay)."""
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def codecs_differ(declared: str, found: str) -> bool:
    """Whether the two names stand for different encodings; GB2312 and GBK are parts of GB18030."""
    part_of = {"gb2312": "gb18030", "gbk": "gb18030"}
    one, other = (name.lower().replace("-", "").replace("_", "") for name in (declared, found))
    return part_of.get(one, one) != part_of.get(other, other)


def decode(data: bytes, name: str, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Decode bytes of a Chinese document, whatever it declares; returns the text and warnings.

    UTF-8 first (it is never valid by chance), then the declared encoding, then GB18030, then a guess.
    Raises RefusedFile NL009 where nothing fits.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ()
            except UnicodeDecodeError:
                break
    for attempt in filter(None, ("utf-8", declared, "gb18030")):
        try:
            text = data.decode(attempt)
        except (UnicodeDecodeError, LookupError):
            continue
        odd = declared is not None and codecs_differ(declared, attempt)
        return text, (f"declares {declared} but is {attempt}",) if odd else ()
    best = from_bytes(data[:200_000]).best()
    if best is not None and best.encoding:
        try:
            return data.decode(best.encoding), (f"encoding guessed: {best.encoding}",)
        except (UnicodeDecodeError, LookupError):
            best = None
    text = data.decode("gb18030", errors="replace")
    bad = text.count("\ufffd")
    if bad > max(3, len(text) // 100):
        raise RefusedFile(
            "the encoding of the text is not known", code="NL009", hint="save it as UTF-8 or GB18030", file=name
        )
    return text, (f"{bad} characters could not be decoded",)


def read_text(data: bytes, name: str) -> Text:
    """A TXT file: one page; its title is the first line that holds something."""
    text, warnings = decode(data, name)
    text = plain(text)
    title = next((line.strip() for line in text.split("\n", 50)[:50] if line.strip()), "")
    return Text(text, media="txt", title=title[:120], warnings=warnings)
