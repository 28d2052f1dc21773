"""Scorecards learnt from judged needs, and from the corpus itself: what `bulian rank-train` does.

A product is taken out of every list, and the firms that listed it are to be found by what else they list: so each
corpus gives needs with known answers, beside those that people judged (a benchmark, or a city's own awards). Each
learnt feature gets a curve of straight pieces that never falls; their slopes minimise a softmax over the firms of a
need (ListNet with one target, Cao et al. 2007), weights not below zero, so that the sum stays a scorecard. Firms that
list the thing are left to the rule. Features that no list speaks of (awards, patents, wishes) keep the points they
have in the base scorecard.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg.errors import BulianError
from matcher.corpus import Corpus, Firm
from matcher.embed import Embedder
from matcher.errors import BadRunError, BadScorecardError
from matcher.evaluate.ranking import Figure, measures, stated, summary
from matcher.features.registry import FEATURES
from matcher.files import read_firms, read_qrels, read_queries
from matcher.query import Query
from matcher.rank import Ranker
from matcher.run import TAG
from matcher.scorecard import DIGITS, Line, Scorecard

Floats = NDArray[np.float64]

LEARNT = (
    "nearest_product",
    "all_products",
    "characters",
    "industry_peers",
    "like_makers",
    "likely_lists",
    "like_likely_makers",
)
"""Features whose curves are learnt."""

OF_TEXTS = ("description",)
"""Features that read a need's text: where no judged need has one, the scorecard is one for names and lacks them."""

RULE = "listed"

FEWEST, MOST = 2, 40
"""Makers of a product that is masked: of one maker nothing is left to learn from, of many it is no trade."""

FOLDS, SEED = 5, 7

PIECES = 4
"""Straight pieces of a curve."""

HARD, DRAWN = 150, 100
"""Firms of a need that are learnt from beside the right ones: the first by the base scorecard, and some of the rest,
which weigh as much as all of the rest."""

MOST_COUNTED = 10
"""A need weighs the root of the number of its right firms, at most so many."""

WRITTEN = 1000
"""Firms of a need in the run of the cross validation."""

SMOOTH = 3e-4
"""Weight of the squares of the slopes."""


@dataclass(frozen=True)
class Lesson:
    """A need (its id) with known answers: firms of its corpus by row.

    `values` [firms, LEARNT]; `right` are rows with their `worth` (grade); `open` [firms] is true for firms that count
    as wrong if they are not right: neither those that list the thing, nor those that list a longer name of it.
    """

    need: str
    values: NDArray[np.float32]
    base: NDArray[np.float32]
    listed: NDArray[np.float32]
    right: NDArray[np.int64]
    worth: Floats
    open: NDArray[np.bool_]
    judged_wrong: NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """A need and what people said of firms: grade by id, 0 for a firm that is no answer."""

    query: Query
    grades: Mapping[str, int]


def masked(firms: Sequence[Firm], folds: int = FOLDS, seed: int = SEED) -> Iterator[tuple[list[Firm], list[Judged]]]:
    """The firms without a fold of their products, and these products as needs; once for each fold."""
    makers: dict[str, set[str]] = {}
    for firm in firms:
        for product in firm.products:
            makers.setdefault(product.name, set()).add(firm.id)
    names = sorted(name for name, found in makers.items() if FEWEST <= len(found) <= MOST)
    folded = np.random.default_rng(seed).permutation(len(names)) % folds
    for fold in range(folds):
        hidden = {name for name, at in zip(names, folded, strict=True) if at == fold}
        kept = [replace(firm, products=tuple(p for p in firm.products if p.name not in hidden)) for firm in firms]
        needs = [Judged(Query(name, name, (name,)), dict.fromkeys(makers[name], 1)) for name in sorted(hidden)]
        yield kept, needs


def lessons(firms: Sequence[Firm], needs: Sequence[Judged], embedder: Embedder, base: Scorecard) -> list[Lesson]:
    """What the needs teach on a corpus of these firms; needs without a right firm among them teach nothing."""
    corpus = Corpus.build(firms)
    lines = tuple(Line(name, 0.0, 1.0, 1.0) for name in (RULE, *LEARNT))  # for their values: points play no part
    ranker = Ranker(corpus, embedder, Scorecard("values", "", lines))
    lists = [tuple(product.name.lower() for product in firm.products) for firm in corpus.firms]
    found = []
    for need in needs:
        rows = {corpus.row(ident): grade for ident, grade in need.grades.items()}
        right = np.array(sorted(row for row, grade in rows.items() if row is not None and grade > 0), np.int64)
        if not len(right):
            continue
        ranking = ranker.rank(need.query, 0)
        if len(ranking.scene.rows) != len(corpus):  # a large corpus: candidates alone are compared
            raise BadRunError("the corpus is too large to learn from", hint="give a sample of at most 20,000 firms")
        names = [name.lower() for name in need.query.terms]
        longer = np.array([any(name in product for name in names for product in one) for one in lists])
        wrong = np.array(sorted(row for row, grade in rows.items() if row is not None and grade == 0), np.int64)
        listed, values = ranking.values[:, 0], ranking.values[:, 1:]
        found.append(
            Lesson(
                need=need.query.id,
                values=values.astype(np.float32),
                base=base_points(values, base.lines).astype(np.float32),
                listed=np.nan_to_num(listed).astype(np.float32),
                right=right,
                worth=np.array([2.0 ** rows[int(row)] - 1 for row in right]),
                open=~longer,
                judged_wrong=wrong,
            )
        )
    return found


def base_points(values: Floats, lines: Sequence[Line]) -> Floats:
    """Points that the lines of a scorecard give for the values [n, LEARNT] of features that it has."""
    of = {line.feature: line for line in lines}
    columns = [of[name].of(values[:, at]) for at, name in enumerate(LEARNT) if name in of]
    return np.asarray(np.sum(columns, axis=0), np.float64)


def knots(taught: Sequence[Lesson]) -> list[Floats]:
    """Where the pieces of each curve meet: even steps over the values, the outermost ones aside."""
    ends: list[Floats] = []
    for at in range(len(LEARNT)):
        every = np.concatenate([one.values[:: max(len(one.values) // 500, 1), at] for one in taught])
        known = every[~np.isnan(every)]
        low, high = np.quantile(known, [0.02, 0.9999]) if len(known) else (0.0, 1.0)
        ends.append(np.linspace(float(low), max(float(high), float(low) + 0.01), PIECES + 1).round(3))
    return ends


def pieces(values: NDArray[np.float32], ends: Sequence[Floats]) -> NDArray[np.float32]:
    """Shares of each piece that the values cover, float32 [n, LEARNT x PIECES]; nothing for what is unknown."""
    columns = []
    for at, steps in enumerate(ends):
        known = np.nan_to_num(values[:, at], nan=float(steps[0]))
        columns += [np.clip((known - low) / (high - low), 0, 1) for low, high in pairwise(steps)]
    return np.stack(columns, axis=1).astype(np.float32)


def slopes(taught: Sequence[Lesson], ends: Sequence[Floats], seed: int = SEED) -> Floats:
    """Points of each piece [LEARNT x PIECES], none below zero, by softmax over the firms of each lesson."""
    draw = np.random.default_rng(seed)
    parts, targets, shares, weights, starts = [], [], [], [], [0]
    for one in taught:
        rows, share, right = _chosen(one, draw)
        if not right.any():
            continue
        parts.append(pieces(one.values[rows], ends))
        targets.append(right / right.sum())
        shares.append(np.log(share))
        weights.append(min(int((right > 0).sum()), MOST_COUNTED) ** 0.5)
        starts.append(starts[-1] + len(rows))
    if not parts:
        raise BadRunError("no need has a right firm that does not list the thing", hint="give more judgements")
    return _minimised(np.concatenate(parts), np.concatenate(targets), np.concatenate(shares), weights, starts)


def _chosen(one: Lesson, draw: np.random.Generator) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Rows of a lesson, how many firms each stands for, and the worth of the right ones."""
    left = one.listed[one.right] == 0
    right, worth = one.right[left], one.worth[left]
    wrong = one.open.copy()
    wrong[one.right] = False
    order = np.argsort(-one.base, kind="stable")
    order = order[wrong[order]]
    said = one.judged_wrong[one.listed[one.judged_wrong] == 0]
    hard, rest = order[:HARD], order[HARD:]
    some = draw.choice(rest, min(DRAWN, len(rest)), replace=False)
    rows = np.concatenate([right, said, hard, some])
    share = np.ones(len(rows))
    share[len(rows) - len(some) :] = len(rest) / max(len(some), 1)
    return rows, share, np.concatenate([worth, np.zeros(len(rows) - len(right))])


def _minimised(
    parts: NDArray[np.float32], targets: Floats, shares: Floats, weights: Sequence[float], starts: Sequence[int]
) -> Floats:
    begin, sizes = np.array(starts[:-1]), np.diff(starts)
    weight = np.array(weights) / sum(weights)
    each = np.repeat(weight, sizes)

    def loss(points: Floats) -> tuple[float, Floats]:
        said = parts @ points.astype(np.float32) + shares
        top = np.maximum.reduceat(said, begin)
        risen = np.exp(said - np.repeat(top, sizes))
        total = np.add.reduceat(risen, begin)
        lost = weight @ (top + np.log(total) - np.add.reduceat(targets * said, begin))
        slope = parts.T @ (each * (risen / np.repeat(total, sizes) - targets)).astype(np.float32)
        return float(lost + SMOOTH * (points**2).sum()), slope.astype(np.float64) + 2 * SMOOTH * points

    bounds = [(0, None)] * parts.shape[1]
    return np.asarray(minimize(loss, np.ones(parts.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x)


def curves(points: Floats, ends: Sequence[Floats], base: Scorecard) -> tuple[Line, ...]:
    """The lines of a scorecard: learnt curves, scaled to the points that `base` gives for what is learnt, and the
    other lines of `base` as they are."""
    worth = sum(line.points for line in base.lines if line.feature in LEARNT) / max(points.sum(), 1e-9)
    made = {}
    for at, name in enumerate(LEARNT):
        heights = np.concatenate([[0.0], np.cumsum(points[at * PIECES : (at + 1) * PIECES] * worth)]).round(2)
        if heights[-1] > 0:
            curve = tuple(zip(ends[at].tolist(), heights.tolist(), strict=True))
            made[name] = Line(name, curve[0][0], curve[-1][0], curve[-1][1], curve=curve)
    kept = {line.feature: line for line in base.lines if line.feature not in LEARNT}
    return tuple(made.get(name) or kept[name] for name in FEATURES if name in made or name in kept)


def scores(one: Lesson, lines: Sequence[Line]) -> Floats:
    """Scores of the firms of a lesson by the learnt lines and the rule."""
    rule = next(line for line in lines if line.feature == RULE)
    return base_points(one.values.astype(np.float64), lines) + rule.of(one.listed.astype(np.float64))


def figures(taught: Sequence[Lesson], lines_of: Mapping[int, Sequence[Line]]) -> dict[str, Figure]:
    """Measures over lessons, each by the lines that `lines_of` gives for its place; firms that list a longer name of
    the thing and are not right count neither way."""
    rows = []
    for at, one in enumerate(taught):
        order = np.argsort(-np.round(scores(one, lines_of[at]), DIGITS), kind="stable")
        right = set(one.right.tolist())
        rows.append(measures([row for row in order.tolist() if one.open[row] or row in right], right))
    return summary(rows)


def held_out(
    taught: Sequence[Lesson], more: Sequence[Lesson], base: Scorecard, seed: int = SEED
) -> dict[int, tuple[Line, ...]]:
    """For each judged need (its place) the lines that the other folds and the masked products (`more`) taught."""
    folds = np.random.default_rng(seed).permutation(len(taught)) % FOLDS
    ends = knots([*taught, *more])
    by_fold = []
    for fold in range(FOLDS):
        seen = [one for one, at in zip(taught, folds, strict=True) if at != fold]
        by_fold.append(curves(slopes([*seen, *more], ends, seed), ends, base))
    return {place: by_fold[fold] for place, fold in enumerate(folds.tolist())}


def card_of(name: str, made: str, lines: Sequence[Line]) -> dict[str, Any]:
    """A scorecard as JSON."""
    return {"name": name, "made": f"{made} ({date.today().isoformat()})", "lines": [line.to_json() for line in lines]}


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learnt from, the cross validation over the judged needs (empty without any), and refused lines."""

    needs: int
    masked: int
    figures: Mapping[str, Figure]
    refused: tuple[BulianError, ...]


def train_files(
    enterprises: Path,
    out: Path,
    embedder: Embedder,
    gaps: Path | None = None,
    qrels: Path | None = None,
    own: bool = True,
    base: str = "v0",
    name: str | None = None,
    seed: int = SEED,
    run: Path | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Trained:
    """Learn a scorecard from files of firms, needs and judgements and write it; `own` learns from masked products too.

    `run` gets a TREC run of the cross validation. `advance` is told of every round (one, and FOLDS of masked
    products). Raises MatcherError where a file as a whole cannot be read or written, or where nothing can be learnt.
    """
    for path in filter(None, (out, run)):  # before the minutes of learning, not after them
        if not os.access(path.parent, os.W_OK):
            raise BadRunError("no folder that can be written to", file=str(path), hint="make it first")
    card = Scorecard.load(base)
    held = {line.feature for line in card.lines}
    if RULE not in held or held.isdisjoint(LEARNT):
        raise BadScorecardError(
            f"nothing can be learnt on scorecard {card.name}: it lacks the rule, or all that is learnt",
            hint=f"a line {RULE}, and one of {', '.join(LEARNT)}",
        )
    firms, bad_firms = read_firms(enterprises)
    judged, bad_queries = _judged(gaps, qrels)
    if not any(one.query.text for one in judged):
        card = replace(card, lines=tuple(line for line in card.lines if line.feature not in OF_TEXTS))
    taught: list[Lesson] = []
    if judged:
        taught = lessons(firms, judged, embedder, card)
        advance(1)
    more: list[Lesson] = []
    if own:
        for kept, needs in masked(firms, seed=seed):
            more += lessons(kept, needs, embedder, card)
            advance(1)
    if not taught and not more:
        raise BadRunError("nothing to learn from", file=str(enterprises), hint="judged needs, or products of two firms")
    found = _cross_validated(taught, more, card, seed, run, sorted(firm.id for firm in firms))
    made = f"learnt from {len(taught)} judged needs and {len(more)} masked products of {len(firms)} firms, seed {seed}"
    if found:
        made += f"; five-fold cross validation over the judged needs: {stated(found)}"
    ends = knots([*taught, *more])
    lines = curves(slopes([*taught, *more], ends, seed), ends, card)
    made_card = card_of(name or out.stem, f"{made}; features that no list speaks of as in {card.name}", lines)
    Scorecard.from_json(made_card)
    with _written(out) as file:
        file.write(json.dumps(made_card, ensure_ascii=False, indent=1) + "\n")
    return Trained(len(taught), len(more), found, (*bad_firms, *bad_queries))


def _judged(gaps: Path | None, qrels: Path | None) -> tuple[list[Judged], Sequence[BulianError]]:
    """The judged needs of the files, and lines that cannot be read."""
    if gaps is None or qrels is None:
        return [], []
    queries, refused = read_queries(gaps)
    grades = read_qrels(qrels)
    return [Judged(query, grades[query.id]) for query in queries if query.id in grades], refused


def _cross_validated(
    taught: Sequence[Lesson],
    more: Sequence[Lesson],
    base: Scorecard,
    seed: int,
    run: Path | None,
    ids: Sequence[str],
) -> dict[str, Figure]:
    """Measures over the judged needs, each ranked by its lines of `held_out`; of too few needs there are none.

    `run` gets the rankings as TREC writes them, `ids` are those of the firms by row.
    """
    if len(taught) < FOLDS:
        if run is not None:
            raise BadRunError(f"no cross validation of {len(taught)} judged needs", hint=f"at least {FOLDS} of them")
        return {}
    lines_of = held_out(taught, more, base, seed)
    if run is not None:
        with _written(run) as file:
            for at, one in enumerate(taught):
                said = np.round(scores(one, lines_of[at]), DIGITS)
                for place, row in enumerate(np.argsort(-said, kind="stable")[:WRITTEN].tolist(), 1):
                    file.write(f"{one.need} Q0 {ids[row]} {place} {said[row]:.{DIGITS}f} {TAG}\n")
    return figures(taught, lines_of)


@contextmanager
def _written(path: Path) -> Iterator[IO[str]]:
    """A file to write. Raises BadRunError where the system refuses."""
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise BadRunError(f"it cannot be written: {error.strerror}", file=str(path)) from error
