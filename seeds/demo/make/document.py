"""One written file and the facts that it states, in the words of the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seeds.demo.make.world import Firm

Fact = dict[str, Any]


@dataclass(slots=True)
class Written:
    """A file of the corpus. `source` names the manifest that reads a list, `expect` the refusal that it must meet."""

    file: str
    kind: str
    title: str
    publisher: str
    published: str
    data: bytes = b""
    source: str | None = None
    organisation: str | None = None
    expect: str | None = None
    facts: list[Fact] = field(default_factory=list)

    def state(
        self, relation: str, source: Firm | str, target: tuple[str, str, str | None] | None = None, **properties: Any
    ) -> None:
        """Add a fact; `target` is (type, name, key)."""
        name, code = (source, None) if isinstance(source, str) else (source.name, source.code)
        self.facts.append(
            {
                "doc": self.file,
                "relation": relation,
                "source": {"type": "Enterprise", "name": name, "key": code},
                "target": None if target is None else dict(zip(("type", "name", "key"), target, strict=True)),
                "properties": {key: value for key, value in properties.items() if value is not None},
            }
        )

    def entry(self) -> Mapping[str, Any]:
        """The file's line in the manifest."""
        line = {
            "file": self.file,
            "kind": self.kind,
            "title": self.title,
            "publisher": self.publisher,
            "published": self.published,
            "source": self.source,
            "organisation": self.organisation,
            "expect": self.expect,
            "demo": True,
        }
        return {key: value for key, value in line.items() if value is not None}


def date_zh(iso: str, spaced: bool = False) -> str:
    """2026-03-12 as 2026年3月12日, or with the blanks that converted PDFs have around numbers."""
    year, month, day = (int(part) for part in iso.split("-"))
    gap = " " if spaced else ""
    return f"{year}{gap}年{gap}{month}{gap}月{gap}{day}{gap}日"


def money(yuan: float, unit: str = "元") -> str:
    """An amount as announcements write it."""
    if unit == "亿元":
        return f"{yuan / 1e8:.4f}".rstrip("0").rstrip(".") + "亿元"
    if unit == "万元":
        text = f"{yuan / 1e4:,.2f}"
        return text.removesuffix(".00") + "万元"
    return f"{yuan:,.2f}元"


_NUMERALS = "零壹贰叁肆伍陆柒捌玖"


def capital_numerals(yuan: int) -> str:
    """Whole yuan in the capital numerals of contracts: 壹仟贰佰捌拾陆万肆仟元整."""
    groups: list[str] = []
    for unit in ("", "万", "亿"):
        yuan, group = divmod(yuan, 10_000)
        words, zero = "", False
        for place, mark in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
            digit = group // place % 10
            if digit:
                words += ("零" if zero and words else "") + _NUMERALS[digit] + mark
            zero = not digit
        if words:
            short = yuan and group < 1000
            groups.append(("零" if short else "") + words + unit)
    return "".join(reversed(groups)) + "元整"
