"""What firms depend on, in 60 drawn sentences and 35 more that speak of it in narrower words.

`depends` (and `narrow: depends`) is right where firm and product are: one of the two products holds the other. What is
denied, said of a country or an industry, or names no good (设备, 原材料) is no dependence. Labels that are doubtful (a
firm uses imported parts, but nobody says that it must) count neither way. `flags` asks whether imported and single
source are right. Every product that is read in a drawn sentence counts, also one that another sentence repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.values.name import name_key
from nlp.evaluate.filings import filings
from nlp.evaluate.gold import Half, Label, Passage, by_document, load
from nlp.evaluate.report import Outcome, Report
from nlp.filing import Filing
from nlp.relations.dependence import Dependence, dependences

SETS = (("dependence", ""), ("dependence_narrow", "narrow: "))


def evaluate(data: Path, only: Half | None = None) -> Report:
    """Read the drawn sentences in their documents and compare what firms depend on."""
    source = filings(data)
    outcomes: list[Outcome] = []
    for gold, prefix in SETS:
        for document, passages in by_document(load(gold, only)):
            filing = source.filing(document)
            placed = [(filing.reading.original(*one.at)[0], one) for one in dependences(filing)]
            for passage in passages:
                here = [one for start, one in placed if passage.start <= start < passage.end]
                outcomes += _outcomes(filing, passage, here, prefix)
    return Report.of("dependence", outcomes)


def _outcomes(filing: Filing, passage: Passage, found: list[Dependence], prefix: str) -> Iterator[Outcome]:
    left = list(found)
    for label in passage.labels:
        product = "".join(filing.reading.source.text[label.start : label.end].split())
        one = next((one for one in left if _same(product, one.product) and _same_firm(filing, label, one)), None)
        if one is not None:
            left.remove(one)
        if label.values.get("doubtful"):
            continue
        yield Outcome(passage.document, f"{prefix}depends", product, _said(one), one is not None, label.start)
        if one is not None:
            flags = (one.imported, one.single_source) == (label.values["imported"], label.values["single_source"])
            yield Outcome(passage.document, f"{prefix}flags", product, _said(one), flags, label.start)
    for number, one in enumerate(left):
        yield Outcome(passage.document, f"{prefix}depends", None, _said(one), at=passage.start + number)


def _same(wanted: str, found: str) -> bool:
    return wanted in found or found in wanted


def _same_firm(filing: Filing, label: Label, one: Dependence) -> bool:
    where = label.values["subject"]
    if where == "issuer":
        return filing.is_own(one.firm)
    named = "".join(filing.reading.source.text[slice(*where)].split())
    full = name_key(filing.full_names.get(named, named))
    return full in name_key(one.firm) or name_key(one.firm) in full


def _said(one: Dependence | None) -> str | None:
    if one is None:
        return None
    flags = [word for word, holds in (("imported", one.imported), ("single source", one.single_source)) if holds]
    return f"{one.firm}: {one.product} ({', '.join(flags)})"
