"""Shares of a market in 60 sentences: does each belong to the firm that the sentence is about?

The draw is `tests/gold/draw_market_share.py`: sentences of prospectuses and of an annual report with a figure beside a
word for a share of a market. A label is a share that belongs to a firm, with its value and whose it is: the issuer's
or a named firm's. `share` counts a printed share as right where value and owner are right; `owner` counts those whose
value is right, so that a competitor's share given to the issuer shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.records import Fact
from kg.values.name import name_key
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Label, Passage, by_document, load
from nlp.evaluate.report import Outcome, Report


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Extract the documents and compare the shares printed from the sentences with the labels."""
    source = filings(data)
    outcomes: list[Outcome] = []
    for name, passages in by_document(load("market_share", only)):
        facts = source.facts([name])[name]
        shares = [one for one in facts if one.properties.get("metric") == "market_share"]
        issuer = Counter(one.source.name for one in facts).most_common(1)
        for passage in passages:
            here = [one for one in shares if one.start < passage.end and passage.start < one.end]
            outcomes += judged(passage, source.text(name).text, here, issuer[0][0] if issuer else "")
    return Report.of("market_share", outcomes)


def judged(passage: Passage, text: str, found: Sequence[Fact], issuer: str) -> Iterator[Outcome]:
    """The outcomes of one sentence; every printed share is used once."""
    free = list(found)
    for label in passage.labels:
        same = [one for one in free if one.properties.get("value") == label.values["value"]]
        same.sort(key=lambda one: not _owns(one, label, text, issuer))
        made = same[0] if same else None
        right = made is not None and _owns(made, label, text, issuer)
        said = f"{label.values['value']} % of {_owner(label, text)}"
        if made is not None:
            free.remove(made)
            yield Outcome(passage.document, "owner", said, _said(made), right, label.start)
        yield Outcome(passage.document, "share", said, _said(made) if made else None, right, label.start)
    for made in free:
        yield Outcome(passage.document, "share", None, _said(made), at=made.start)


def _owner(label: Label, text: str) -> str:
    subject = label.values.get("subject")
    return text[slice(*subject)] if isinstance(subject, list) else str(subject)


def _owns(fact: Fact, label: Label, text: str, issuer: str) -> bool:
    owner, named = _owner(label, text), name_key(fact.source.name)
    return named == name_key(issuer) if owner == "issuer" else name_key(owner) in named


def _said(fact: Fact) -> str:
    return f"{fact.properties.get('value')} % of {fact.source.name}"
