"""Train the choice of products: `python -m nlp.products.train DATA [--folds 5] [--out FOLDER]`.

DATA holds `filings/` with the prospectuses and their gold lists, and `chainkg/` with the products that listed firms
report. The likeness of names is learnt from those names, without the ones of the tested firms, against what else the
places of prospectuses list. The forest is learnt from own labels of the half `tune` and, with less weight, from the
gold lists: a name of the gold is right, one outside may be. Figures printed are of documents that neither part was
fitted on (cross validation by document); then both are fitted on all. Needs LightGBM (the extra `train`).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kg.errors import BulianError
from kg.learned.growing import grow, lightgbm
from kg.learned.trees import Table, Trees
from kg.learned.weights import write_card
from kg.records import DocumentId
from kg.values.name import name_key
from nlp.evaluate.filings import filings, need
from nlp.evaluate.gold import load
from nlp.filing import Filing
from nlp.names import aliases, names
from nlp.products.likeness import BUCKETS, Likeness, runs
from nlp.products.pool import candidates
from nlp.products.rules import MOST
from nlp.products.score import CUT, WEIGHTS, ProductScore
from nlp.products.table import COLUMNS, table, with_likeness
from nlp.reading import read_for_rules

ARCHIVE = "prospectuses.tar.gz"
GOLD = "prospectus_products.dev.json"
LABELS = "products_pool"
_PENALTY = 0.6
_ROUNDS = 200
_GOLD_HIT, _GOLD_MISS, _UNSEEN = 2.5, 0.05, 0.1
"""Weights of a candidate that the gold names, of one that it does not, and of one that was too poor to be labelled."""
_ACCOUNTS = re.compile(r"进口|出口|业务|^其他|销售$|贸易|抵销|平衡|-")
_FOREST = {"objective": "binary", "num_leaves": 8, "min_data_in_leaf": 12, "lambda_l2": 3}


@dataclass(slots=True)
class Sample:
    """A prospectus: its candidates, what is known of them, and what the parts have made of them so far."""

    name: str
    fold: int
    texts: list[str]
    table: Table
    gold: list[str]
    labels: dict[str, bool]
    likeness: list[float] = field(default_factory=list)
    scores: NDArray[np.float32] = field(init=False)

    def targets(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What each candidate is (1 a product), and how much that counts."""
        wanted, weight = np.zeros(len(self.texts), np.float32), np.zeros(len(self.texts), np.float32)
        for at, text in enumerate(self.texts):
            key = name_key(text)
            if self.labels:
                wanted[at], weight[at] = self.labels.get(key, False), 1.0 if key in self.labels else _UNSEEN
            elif self.gold:
                wanted[at] = any(met(one, key) for one in self.gold)
                weight[at] = _GOLD_HIT if wanted[at] else _GOLD_MISS
        return wanted, weight

    def chosen(self) -> list[str]:
        """The keys of what the scores choose."""
        ranked = np.argsort(-self.scores, kind="stable")[:MOST]
        return [name_key(self.texts[at]) for at in ranked if self.scores[at] >= CUT]


def plain(name: str) -> str:
    """Letters, figures and Chinese signs of a name, as the scorer of products compares them."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", name.lower())


def met(gold: str, name: str) -> bool:
    """Whether a name is the gold's, holds it or is held by it (three signs at least)."""
    one, other = plain(gold), plain(name)
    return one == other or (len(other) >= 3 and other in one) or (len(one) >= 3 and one in other)


def read_samples(data: Path, folds: int) -> list[Sample]:
    """The prospectuses with their candidates; likeness is left empty in their tables."""
    source = filings(data)
    lists = json.loads(need(data / "filings" / GOLD).read_text("utf-8"))
    gold = {one["file"]: [each for each in one["products"] if not _ACCOUNTS.search(each)] for one in lists}
    labels = {passage.document: passage.labels for passage in load(LABELS, "tune")}
    samples = []
    for number, name in enumerate(source.names(ARCHIVE)):
        text = source.text(name)
        reading = read_for_rules(text)
        found = names(reading.text, offices=False)
        filing = Filing(reading, found, aliases(reading.text, found), name, DocumentId(""))
        if filing.issuer is None:
            continue
        pool = candidates(filing, filing.issuer)
        known = {name_key(text.text[one.start : one.end]): bool(one.values["right"]) for one in labels.get(name, ())}
        rows = table(filing, filing.issuer, pool, [0.0] * len(pool))
        texts = [one.text for one in pool.values()]
        samples.append(Sample(name, number % folds, texts, rows, gold.get(name, []), known))
    return samples


def reported_names(data: Path) -> list[str]:
    """What listed firms report as their products, without lines of accounts."""
    found: dict[str, None] = {}
    with zipfile.ZipFile(need(data / "chainkg" / "chainkg.zip")) as archive:
        member = next(name for name in archive.namelist() if name.endswith("company_product.json"))
        with archive.open(member) as file:
            for line in file:
                name = re.sub(r"\s", "", unicodedata.normalize("NFKC", json.loads(line)["product_name"]))
                if 2 <= len(name) <= 20 and not _ACCOUNTS.search(name):
                    found[name] = None
    return list(found)


def fit_likeness(reported: Sequence[str], samples: Sequence[Sample], without: Collection[str] = ()) -> Likeness:
    """Reported names (but those `without`) against the samples' other candidates, both sides of equal weight."""
    right = [name for name in reported if plain(name) not in without]
    known = {*right, *(text for one in samples for text in one.texts if one.labels.get(name_key(text)))}
    wrong = sorted({text for one in samples for text in one.texts} - known)
    rows = [runs(name) for name in (*right, *wrong)]
    ends = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), len(row) ** -0.5) for row in rows])
    numbers = csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), BUCKETS))
    sign = np.concatenate([np.ones(len(right)), -np.ones(len(wrong))])
    weight = np.where(sign > 0, 0.5 * len(wrong) / max(1, len(right)), 1.0)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = sign * (numbers @ flat[:-1] + flat[-1])
        slope = -sign * weight / (1 + np.exp(np.minimum(odds, 500)))
        value = float((weight * np.logaddexp(0, -odds)).sum() + _PENALTY / 2 * (flat[:-1] ** 2).sum())
        return value, np.append(numbers.T @ slope + _PENALTY * flat[:-1], slope.sum())

    best = minimize(loss, np.zeros(BUCKETS + 1), jac=True, method="L-BFGS-B", options={"maxiter": 80}).x
    return Likeness(best[:-1].astype(np.float32), float(best[-1]))


def fit_trees(samples: Sequence[Sample]) -> Trees:
    """The forest over the tables of samples whose likeness is known."""
    tables = np.vstack([with_likeness(one.table, one.likeness) for one in samples])
    wanted, weight = (np.concatenate(part) for part in zip(*(one.targets() for one in samples), strict=True))
    used = weight > 0
    return grow(tables[used], wanted[used], weight[used], COLUMNS, _ROUNDS, **_FOREST)


def train(samples: Sequence[Sample], reported: Sequence[str]) -> ProductScore:
    """Cross validation, which leaves each sample the scores of parts that have not seen it; then weights of all."""
    folds = sorted({one.fold for one in samples})
    for fold in folds:
        tested = [one for one in samples if one.fold == fold]
        without = {plain(name) for one in tested for name in one.gold}
        part = fit_likeness(reported, [one for one in samples if one.fold != fold], without)
        for one in tested:
            one.likeness = part(one.texts)
    for fold in folds:
        trees = fit_trees([one for one in samples if one.fold != fold])
        for one in samples:
            if one.fold == fold:
                one.scores = trees.score(with_likeness(one.table, one.likeness))
    return ProductScore(fit_likeness(reported, samples), fit_trees(samples))


def measure(samples: Sequence[Sample]) -> dict[str, float]:
    """Recall of the gold lists, products a firm, and precision by own labels, from the scores of the samples."""
    wanted = hits = printed = judged = right = 0
    for one in samples:
        chosen = one.chosen()
        printed += len(chosen)
        wanted += len(one.gold)
        hits += sum(any(met(gold, name) for name in chosen) for gold in one.gold)
        known = [one.labels[name] for name in chosen if name in one.labels]
        judged, right = judged + len(known), right + sum(known)
    return {
        "recall": round(hits / max(1, wanted), 3),
        "products_per_firm": round(printed / max(1, len(samples)), 1),
        "precision": round(right / max(1, judged), 3),
        "judged": judged,
    }


def card(samples: Sequence[Sample], figures: Mapping[str, float], folds: int) -> dict[str, object]:
    """What the weights were learnt on and how well they do."""
    return {
        "task": "products of prospectuses",
        "set": {
            "documents": len(samples),
            "candidates": sum(len(one.texts) for one in samples),
            "labels": sum(len(one.labels) for one in samples),
            "gold": sum(len(one.gold) for one in samples),
        },
        "split": f"{folds}-fold cross validation by document; weights learnt on all",
        "date": date.today().isoformat(),
        "measure": {"cross_validation": dict(figures)},
        "command": "python -m nlp.products.train DATA",
        "cut": CUT,
        "columns": list(COLUMNS),
        "note": "precision counts labelled candidates of the half tune only; bulian eval products judges fresh draws",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write weights and card."""
    parser = argparse.ArgumentParser(prog="python -m nlp.products.train", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds filings/ and chainkg/")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path(str(WEIGHTS)))
    options = parser.parse_args(arguments)
    try:
        lightgbm()
        samples = read_samples(options.data, options.folds)
        score = train(samples, reported_names(options.data))
    except BulianError as error:
        print(error, file=sys.stderr)
        return 1
    figures = measure(samples)
    print(json.dumps(figures))
    score.save(options.out)
    write_card(options.out, card(samples, figures, options.folds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
