"""Facts from spans of a `Reading`: the quote, the page and the names as the document prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.records import DocumentId, Fact, Level, Mention
from nlp.reading import Reading

_HAN_BRACKET = re.compile(r"\(([^()]*[\u4e00-\u9fff][^()]*)\)")


def enterprise(name: str, key: str | None = None) -> Mention:
    """An Enterprise as Chinese documents print it: brackets around Chinese are full-width."""
    return Mention("Enterprise", printed(name), key)


def printed(name: str) -> str:
    """The name with full-width brackets around Chinese, as registers write it."""
    return _HAN_BRACKET.sub(r"（\1）", name)


def fact(
    reading: Reading,
    name: str,
    document: DocumentId,
    relation: str,
    source: Mention,
    target: Mention | None,
    properties: Mapping[str, Any],
    span: tuple[int, int],
    method: str,
    level: Level = "disclosed",
    valid_from: str | None = None,
) -> Fact:
    """A fact that quotes the span of the `Reading` in the document's own text."""
    start, end = reading.original(*span)
    return Fact(
        doc=name,
        document=document,
        relation=relation,
        source=source,
        target=target,
        properties={key: value for key, value in properties.items() if value is not None},
        page=reading.source.page_of(start),
        start=start,
        end=end,
        quote=reading.source.text[start:end],
        method=method,
        level=level,
        valid_from=valid_from,
    )
