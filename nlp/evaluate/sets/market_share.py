"""Market shares in 60 drawn sentences: value, year, and whose they are; the issuer's on their own.

Labelled are all shares that belong to one firm. `share` wants those of a whole year with an exact value (not those of
undated sentences, of parts of a year, 超过 or ranges, which `formats.md` leaves out) and is right where value, year and
firm are; `issuer` is the same of the document's own firm alone, so that a share wrongly given to it lowers its
precision; `scope` asks, of the right ones whose product stands in the sentence, whether the scope holds it. Every share
that is read in a drawn sentence counts, also one that another sentence repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.values.name import name_key
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Label, Passage, by_document, load
from nlp.evaluate.report import Outcome, Report
from nlp.filing import Filing
from nlp.relations.market_share import Share, market_shares

FIELDS = ("share", "issuer", "scope")


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Read the drawn sentences in their documents and compare the shares."""
    source = filings(data)
    outcomes: list[Outcome] = []
    for document, passages in by_document(load("market_share", only)):
        filing = source.filing(document)
        shares = [(filing.reading.original(*share.at), share) for share in market_shares(filing)]
        for passage in passages:
            here = [share for (start, end), share in shares if passage.start <= start and end <= passage.end]
            outcomes += _outcomes(filing, passage, here)
    return Report.of("market_share", sorted(outcomes, key=lambda one: FIELDS.index(one.field)))


def _outcomes(filing: Filing, passage: Passage, found: list[Share]) -> Iterator[Outcome]:
    text = filing.reading.source.text
    left = list(found)
    for label in passage.labels:
        if not label.values["exact"] or not str(label.values["period"] or "").isdigit():
            continue
        own = label.values["subject"] == "issuer"
        share = next(
            (one for one in left if one.value == label.values["value"] and _same_firm(filing, label, one)), None
        )
        if share is not None:
            left.remove(share)
        said = _said(share) if share else None
        right = share is not None and share.period == label.values["period"]
        wanted = f"{_subject(filing, label)} {text[label.start : label.end]} {label.values['period']}"
        for field in ("share", "issuer") if own else ("share",):
            yield Outcome(passage.document, field, wanted, said, right, label.start)
        if share and right and label.values["product"]:
            product = "".join(text[slice(*label.values["product"])].split())
            yield Outcome(passage.document, "scope", product, share.scope, product in (share.scope or ""), label.start)
    for number, share in enumerate(left):
        for field in ("share", "issuer") if share.own else ("share",):
            yield Outcome(passage.document, field, None, _said(share), at=passage.start + number)


def _subject(filing: Filing, label: Label) -> str:
    where = label.values["subject"]
    if where == "issuer":
        return filing.issuer or "issuer"
    return "".join(filing.reading.source.text[slice(*where)].split())


def _same_firm(filing: Filing, label: Label, share: Share) -> bool:
    """The issuer's, or of a firm whose full or short name the labelled span is."""
    if label.values["subject"] == "issuer" or share.own:
        return share.own and label.values["subject"] == "issuer"
    named = _subject(filing, label)
    full = name_key(filing.full_names.get(named, named))
    return full in name_key(share.firm) or name_key(share.firm) in full


def _said(share: Share) -> str:
    return f"{share.firm} {share.value:g}% {share.period} {share.scope or ''}".strip()
