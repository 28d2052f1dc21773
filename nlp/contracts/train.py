"""Train the reader of contract announcements: `python -m nlp.contracts.train DATA [--folds 5] [--out FOLDER]`.

With `--encoder WORK --model FOLDER` what an encoder says is among the features: WORK holds the encoders of the folds
that `python -m nlp.encoder.train` left, and no document is read by one that has seen it.

DATA holds `filings/contracts.tar.gz` and `filings/contracts.dev.tsv`. Each stage is fitted once for each fold on the
other folds (by document), so that what the next stage learns from is what it will see; the figures printed are those
of documents that no stage was fitted on. Then each stage is fitted on all, and weights and card are written. Needs
LightGBM (the extra `train`).
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import BulianError
from kg.learned.growing import SEED, lightgbm
from kg.learned.trees import Trees
from kg.learned.weights import write_card
from kg.values.money import find_money
from nlp.contracts.anchors import ANCHOR_FEATURES, Anchor, anchor_table, anchors
from nlp.contracts.candidates import Announcement, announcement, kind_of
from nlp.contracts.contexts import ContextModel, Logits
from nlp.contracts.decision import DRAFTS, STANDS, decided, kept, settled
from nlp.contracts.distinct import DISTINCT_FEATURES, Choice, Draft, distinct_table, drafted
from nlp.contracts.encoded import Encoded, worth_reading
from nlp.contracts.features import FEATURES, OUTPUTS, SORT_OF, SORTS, span_rows, table
from nlp.contracts.fitting import fit_context, fit_trees, fitted, out_of_fold
from nlp.contracts.labels import aligned, choice_targets, place_labels, standing, target, value
from nlp.contracts.layout import Layout
from nlp.contracts.reader import DISTINCT, ENCODED, OPENS, PLACES, WEIGHTS, Reader, choice_name
from nlp.contracts.records import CHOICE_FEATURES, CHOSEN, choice_table, span_scores
from nlp.contracts.signs import PLACE_FEATURES, SPAN_FEATURES, Signs
from nlp.encoder.encoder import Encoder
from nlp.evaluate.filings import filings, need
from nlp.evaluate.report import Report
from nlp.evaluate.sets.contracts import ARCHIVE, TABLE, Record, compare, read_table
from nlp.names import Alias, aliases, names
from nlp.reading import Reading, read_for_rules
from nlp.relations.contract import Won, is_contract_announcement
from nlp.relations.party import Party, parties

_PLACE_PENALTY, _SPAN_PENALTY = 1.0, 2.0
_ROUNDS = {"roles": 250, "opens": 200, "choices": 200}
_EMPTY_ROLE, _EMPTY_CHOICE = 0.25, 0.2
"""The weight of a document (a record) whose value the table leaves out: most of them stand in the text."""
_PLAUSIBLE = re.compile(
    r"[^\u4e00-\u9fff0-9A-Za-z]|与|和|及|向|由|为|在|的|了|于|是|到|同|中标|项目|工程|标段|段|合同|协议|公司|局|院|厅"
    r"|会|府|处|中心|部|元|书|采购"
)
_SHARE_PLAUSIBLE, _SHARE_OTHERS = 0.5, 0.06
FOLDS = 5
GROUPS = ((0, 1), (2, 3), (4,))
"""Folds of five that one encoder has not seen: three encoders and not five, which saves a quarter of an hour."""


@dataclass(slots=True)
class Sample:
    """A labelled announcement and what the stages have made of it so far."""

    name: str
    fold: int
    reading: Reading
    shorts: list[Alias]
    people: dict[str, Party]
    wanted: list[Record]
    encoded: Encoded | None = None
    layout: Layout = field(init=False)
    signs: Signs = field(init=False)
    places: Logits = field(init=False)
    announcement: Announcement = field(init=False)
    targets: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    spans: dict[str, Logits] = field(default_factory=dict)
    tables: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    scores: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    anchors: list[Anchor] = field(default_factory=list)
    records: list[Anchor] = field(default_factory=list)
    opens: NDArray[np.float32] = field(init=False)
    choices: list[dict[str, Choice]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    stands: NDArray[np.float32] = field(init=False)

    def has(self, role: str) -> bool:
        """Whether the table fills the role in any record."""
        return any(value(record, role) is not None for record in self.wanted)

    def contracts(self, drafts: Sequence[Draft]) -> list[Won]:
        """What drafts say."""
        return decided(self.announcement, drafts, self.scores)


def read_samples(data: Path, folds: int) -> list[Sample]:
    """The announcements of the archive with their records; the fold is a digest of the document's name."""
    source, gold = filings(data), read_table(need(data / "filings" / TABLE))
    samples = []
    for name in source.names(ARCHIVE):
        reading = read_for_rules(source.text(name))
        if not is_contract_announcement(reading):
            continue
        found = names(reading.text, offices=True)
        shorts = aliases(reading.text, found)
        stem = Path(name).stem
        fold = int(hashlib.sha256(stem.encode()).hexdigest(), 16) % folds
        people = parties(reading, found, shorts)
        sample = Sample(name, fold, reading, shorts, people, gold.get(stem, []))
        sample.layout = Layout.of(reading.text)
        sample.signs = Signs(reading.text, kind_of(reading.source.title, reading.text))
        samples.append(sample)
    return samples


def group_name(group: Sequence[int]) -> str:
    """The folder of the encoder that has not seen these folds."""
    return "folds-" + "-".join(map(str, group))


def encode(samples: Sequence[Sample], work: Path, model: Path) -> None:
    """What the encoder that has not seen a document's fold says of it; `work` has a folder for each of GROUPS."""
    for group in GROUPS:
        encoder = Encoder.load(model, work, work / group_name(group))
        for sample in samples:
            if sample.fold in group:
                text = sample.reading.text
                where = worth_reading(text, sample.people)
                sample.encoded = encoder.read(sample.reading.source.title, text, where)


def fit_places(samples: Sequence[Sample]) -> ContextModel:
    """Stage 1: beginnings and ends of every role at every place of the text."""
    chance = np.random.default_rng(SEED)
    rows, targets, folds = [], [], []
    for sample in samples:
        text = sample.reading.text
        labels = place_labels(text, find_money(text), sample.wanted)
        share = np.full(len(labels), _SHARE_OTHERS)
        for match in _PLAUSIBLE.finditer(text):
            share[list(match.span())] = _SHARE_PLAUSIBLE
        at = np.flatnonzero(labels.any(axis=1) | (chance.random(len(labels)) < share))
        rows.append(sample.signs.around_places(at))
        targets.append(labels[at])
        folds.append(np.full(len(at), sample.fold))
    numbers, wanted, fold_of = np.vstack(rows), np.vstack(targets), np.concatenate(folds)
    every = [fold_of != fold for fold in np.unique(fold_of)]
    models: list[ContextModel] = fitted(
        lambda inside: fit_context(numbers[inside], wanted[inside], _PLACE_PENALTY), [*every, fold_of >= 0]
    )
    for sample in samples:
        sample.places = models[sample.fold].logits(sample.signs.around_places(np.arange(len(sample.reading.text) + 1)))
    return models[-1]


def gather(samples: Sequence[Sample]) -> None:
    """Candidates, by what stage 1 says of the places."""
    for sample in samples:
        sample.announcement = announcement(sample.reading, sample.people, sample.shorts, sample.places, sample.encoded)


def fit_spans(samples: Sequence[Sample], sort: str) -> ContextModel:
    """The signs around whole mentions of candidates of a sort."""
    numbers, targets, folds = [], [], []
    for sample in samples:
        rows, owners = span_rows(sample.announcement, sample.signs)[sort]
        numbers.append(rows)
        targets.append(_targets(sample, sort)[owners])
        folds.append(np.full(len(rows), sample.fold))
    every, wanted = np.vstack(numbers), np.vstack(targets)
    model, scores = out_of_fold(
        np.concatenate(folds),
        lambda inside: fit_context(every[inside], wanted[inside], _SPAN_PENALTY),
        lambda model, inside: model.logits(every[inside]),
    )
    for sample, own in zip(samples, _split(scores, [len(rows) for rows in numbers]), strict=True):
        sample.spans[sort] = own
    return model  # type: ignore[no-any-return]


def _targets(sample: Sample, sort: str) -> NDArray[np.float32]:
    if sort not in sample.targets:
        candidates = sample.announcement.of(sort)
        rows = [[target(candidate, role, sample.wanted) for role in OUTPUTS[sort]] for candidate in candidates]
        sample.targets[sort] = np.array(rows, np.float32).reshape(-1, len(OUTPUTS[sort]))
    return sample.targets[sort]


def _split(values: NDArray[Any], sizes: Sequence[int]) -> list[NDArray[Any]]:
    return np.split(values, np.cumsum(sizes)[:-1])


def fit_roles(samples: Sequence[Sample], role: str) -> Trees:
    """Stage 2: how well each candidate fills a role, by the features of its document."""
    sort = SORT_OF[role]
    for sample in samples:
        if sort not in sample.tables:
            sample.tables[sort] = table(sample.announcement, sort, sample.spans[sort], sample.places)
    at = OUTPUTS[sort].index(role)
    tables = [sample.tables[sort] for sample in samples]
    targets = [_targets(sample, sort)[:, at] for sample in samples]
    weights = [np.full(len(rows), 1.0 if s.has(role) else _EMPTY_ROLE) for s, rows in zip(samples, tables, strict=True)]
    trees, scores = _forest(samples, tables, targets, weights, FEATURES[sort], _ROUNDS["roles"])
    for sample, own in zip(samples, scores, strict=True):
        sample.scores[role] = own
    return trees


def fit_anchors(samples: Sequence[Sample]) -> Trees:
    """Stage 3: which mentions of titles open a record."""
    tables, targets = [], []
    for sample in samples:
        sample.anchors = anchors(sample.announcement, sample.scores)
        tables.append(anchor_table(sample.announcement, sample.anchors, sample.scores, sample.layout))
        opens = aligned(sample.announcement, sample.anchors, sample.wanted, sample.layout)
        targets.append(np.array([at in opens for at in range(len(sample.anchors))], np.float32))
    weights = [np.ones(len(rows)) for rows in tables]
    trees, scores = _forest(samples, tables, targets, weights, ANCHOR_FEATURES, _ROUNDS["opens"])
    for sample, own in zip(samples, scores, strict=True):
        at = kept(own, DRAFTS)
        sample.records, sample.opens = [sample.anchors[n] for n in at], own[at]
        sample.choices = [{} for _ in at]
    return trees


def fit_choices(samples: Sequence[Sample], role: str) -> Trees:
    """Stage 4: which candidate fills a role of a record."""
    tables, targets, weights, rows = [], [], [], []
    for sample in samples:
        candidates = sample.announcement.of(SORT_OF[role])
        spans = span_scores(sample.announcement, sample.spans)
        eligible, features = choice_table(
            sample.announcement, sample.records, role, sample.scores, spans, sample.layout
        )
        paired = _pairing(sample)
        for number in range(len(sample.records)):
            record = sample.wanted[paired[number]] if number in paired else None
            own = choice_targets([candidates[at] for at in eligible], role, record)
            filled = record is not None and value(record, role) is not None
            tables.append(features[number])
            targets.append(own)
            weights.append(np.full(len(own), 1.0 if filled else _EMPTY_CHOICE if record else 1e-6))
            rows.append((sample, number, eligible))
    owners = [sample for sample, _, _ in rows]
    trees, scores = _forest(owners, tables, targets, weights, CHOICE_FEATURES, _ROUNDS["choices"])
    for (sample, number, eligible), own in zip(rows, scores, strict=True):
        sample.choices[number][role] = (eligible, own)
    return trees


def _pairing(sample: Sample) -> dict[int, int]:
    if len(sample.records) == len(sample.wanted) == 1:
        return {0: 0}
    return aligned(sample.announcement, sample.records, sample.wanted, sample.layout)


def fit_distinct(samples: Sequence[Sample]) -> Trees:
    """Stage 5: which drafts are contracts of their own."""
    tables, targets = [], []
    for sample in samples:
        sample.drafts = list(map(drafted, sample.records, sample.opens.tolist(), sample.choices))
        tables.append(distinct_table(sample.announcement, sample.drafts, sample.scores, sample.layout))
        targets.append(standing([_record(won) for won in sample.contracts(sample.drafts)], sample.opens, sample.wanted))
    weights = [np.ones(len(rows)) for rows in tables]
    trees, scores = _forest(samples, tables, targets, weights, DISTINCT_FEATURES, _ROUNDS["opens"])
    for sample, own in zip(samples, scores, strict=True):
        sample.stands = own
    return trees


def _forest(
    owners: Sequence[Sample],
    tables: Sequence[NDArray[np.float32]],
    targets: Sequence[NDArray[np.float32]],
    weights: Sequence[NDArray[np.float64]],
    columns: Sequence[str],
    rounds: int,
) -> tuple[Trees, list[NDArray[np.float32]]]:
    """Trees fitted on all rows, and the scores of each part by trees that did not see its document's fold."""
    rows, wanted, weight = np.vstack(tables), np.concatenate(targets), np.concatenate(weights)
    folds = np.concatenate([np.full(len(part), owner.fold) for owner, part in zip(owners, tables, strict=True)])

    def fit(inside: NDArray[np.bool_]) -> Trees:
        return fit_trees(rows[inside], wanted[inside], weight[inside], columns, rounds)

    last, scores = out_of_fold(folds, fit, lambda trees, inside: trees.score(rows[inside]))
    return last, _split(scores, [len(part) for part in tables])


def report(samples: Sequence[Sample]) -> Report:
    """The measure of `bulian eval contracts` on what each document got from models that did not see it."""
    outcomes = []
    for sample in samples:
        stand = [sample.drafts[at] for at in kept(sample.stands, STANDS)]
        told = settled(sample.announcement, sample.contracts(stand))
        found = [_record(won) for won in told if won.supplier]
        outcomes += list(compare(sample.name, sample.wanted, found))
    return Report.of("contracts", outcomes)


def _record(won: Won) -> Record:
    return Record(
        won.supplier.name if won.supplier else "",
        won.buyer.name if won.buyer else "",
        won.project.text if won.project else "",
        won.contract.text if won.contract else "",
        won.amount.money.high if won.amount else None,
    )


def train(samples: Sequence[Sample]) -> Reader:
    """All stages in order; the samples keep what each was given out of fold."""
    contexts: dict[str, ContextModel] = {PLACES: fit_places(samples)}
    gather(samples)
    for sort in SORTS:
        contexts[sort] = fit_spans(samples, sort)
    forests = {role: fit_roles(samples, role) for role in SORT_OF}
    forests[OPENS] = fit_anchors(samples)
    for role in CHOSEN:
        forests[choice_name(role)] = fit_choices(samples, role)
    forests[DISTINCT] = fit_distinct(samples)
    return Reader(contexts, forests)


def card(samples: Sequence[Sample], made: Report, folds: int, encoded: bool = False) -> dict[str, Any]:
    """What the weights were made from and how well they read documents that they did not see."""
    columns = {f"role of {sort}": FEATURES[sort] for sort in SORTS}
    return {
        "set": f"filings/{ARCHIVE}, filings/{TABLE}: {len(samples)} documents, "
        f"{sum(len(sample.wanted) for sample in samples)} records",
        "split": f"{folds} folds by sha256 of the document's name; the weights that are shipped are fitted on all",
        "date": date.today().isoformat(),
        "measure": "bulian eval contracts, out of fold: F1 with the 95 % interval over documents",
        "figures": {name: score.to_json() for name, score in made.scores.items()},
        "command": f"python -m nlp.contracts.train DATA --folds {folds}" + " --encoder WORK --model FOLDER" * encoded,
        "columns": {**columns, OPENS: ANCHOR_FEATURES, "choose": CHOICE_FEATURES, DISTINCT: DISTINCT_FEATURES},
        "hashed": {PLACES: PLACE_FEATURES, "mentions": SPAN_FEATURES},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write weights and card."""
    parser = argparse.ArgumentParser(prog="python -m nlp.contracts.train", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds filings/")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--out", type=Path, default=Path(str(WEIGHTS)))
    parser.add_argument("--encoder", type=Path, help=f"the folder of the folds' encoders; --folds is {FOLDS} then")
    parser.add_argument("--model", type=Path, help="the folder of the fetched model, for --encoder")
    options = parser.parse_args(arguments)
    if options.encoder and (options.folds != FOLDS or options.model is None):
        # the encoders were kept apart by these folds: by others one would read a document that it has seen
        parser.error(f"--encoder needs --model, and --folds {FOLDS}")
    try:
        lightgbm()
        samples = read_samples(options.data, options.folds)
        if options.encoder:
            encode(samples, options.encoder, options.model)
    except BulianError as error:
        print(error, file=sys.stderr)
        return 1
    reader = train(samples)
    made = report(samples)
    for name, score in made.scores.items():
        print(f"{name:9} F1 {score.f1:.3f} ({score.low:.3f} to {score.high:.3f})", end=" ")
        print(f"P {score.precision:.3f} R {score.recall:.3f}")
    out = options.out
    if options.encoder:
        out = out / ENCODED
        reader = Reader({sort: reader.contexts[sort] for sort in SORTS}, reader.forests)
    reader.save(out)
    write_card(out, card(samples, made, options.folds, options.encoder is not None))
    return 0


if __name__ == "__main__":
    sys.exit(main())
