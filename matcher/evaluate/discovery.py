"""Discovery measured: the tiers of firms that other facts of the graph describe are hidden, and sought again.

The protocol. A firm takes part where something is known of what it makes once everything that gives a tier away is
hidden: titles, all that a list of titles says, and sentences that name a tier; this is done to all firms alike, so that
neither being in the graph because a list names it nor a list's own words can tell. Large firms and institutes take no
part. Hidden firms are those named for the tier that take part; the others named for it stay as what firms are compared
with. In each round the hidden firms are dealt into folds by a seed: those of one fold are sought among all firms that
are not named, compared with the rest. Places in cities are no trait, because lists are read city by city; the city's
share is a baseline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.corpus import Corpus
from matcher.discovery.card import Card
from matcher.discovery.find import MAKES
from matcher.discovery.likeness import NEAREST, vectors_of
from matcher.discovery.table import NAMED, Table, standing_of
from matcher.discovery.trait import BY_NAME, LIKENESS, NAMES
from matcher.embed import Embedder
from matcher.errors import BadRunError
from matcher.evaluate.ranking import SAMPLES, Figure
from matcher.fields import TIERS, plain
from matcher.firm import Firm
from matcher.index import Index

SEED = 20261126
FOLDS, ROUNDS = 5, 10
TOP = (10, 50)
CHANCES = 20_000
LEAST_KNOWN = 4
"""Traits beside likeness that are known of a firm of the pool `well known`."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """One way of ranking in one pool: area under the curve, and precision and recall among the first.

    `by_chance` is the share of random orders whose area is as large: of a handful of hidden firms a bootstrap says
    too little.
    """

    pool: str
    method: str
    hidden: int
    others: int
    auc: Figure
    precision: Mapping[int, Figure]
    recall: Mapping[int, Figure]
    by_chance: float

    def to_json(self) -> dict[str, Any]:
        """As the command prints it."""
        said: dict[str, Any] = asdict(self) | {"auc": self.auc.to_json()}
        for name, figures in (("precision", self.precision), ("recall", self.recall)):
            said[name] = {str(top): one.to_json() for top, one in figures.items()}
        return said


@dataclass(frozen=True, slots=True)
class DiscoveryEvaluation:
    """Counts of the protocol, and its lines."""

    tier: str
    named: int
    hidden: tuple[str, ...]
    pool: int
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        """As `bulian discover-eval --json` prints it."""
        return {
            "tier": self.tier,
            "named": self.named,
            "hidden": list(self.hidden),
            "pool": self.pool,
            "lines": [line.to_json() for line in self.lines],
        }


def hushed(firm: Firm, telling: frozenset[str]) -> Firm:
    """The firm without what gives a tier away; what rests on no fact stays, but titles."""
    fields = {
        name: tuple(item for item in items if item.fact not in telling)
        for name, items in firm.fields.items()
        if name not in ("tier", "titles", "status")
    }
    products = tuple(product for product in firm.products if product.fact not in telling)
    return replace(firm, products=products, fields={name: items for name, items in fields.items() if items})


def evaluate(
    firms: Iterable[Firm],
    as_of: date,
    telling: frozenset[str],
    embedder: Embedder,
    tier: str = "little_giant",
    card: Card | None = None,
    samples: int = SAMPLES,
) -> DiscoveryEvaluation:
    """Hide the tier (or a higher one) and seek it. Raises BadRunError (MA005) where fewer than two can be hidden."""
    card = card or Card.load()
    known = {firm.id: firm for firm in firms}
    named = {one for one, firm in known.items() if _is_named(firm, tier, as_of)}
    quiet = {one: hushed(firm, telling) for one, firm in known.items()}
    corpus = Corpus.build(
        (firm if makes(firm) else known[one] for one, firm in quiet.items() if makes(firm) or one in named), (), as_of
    )
    table = Table.of(corpus)
    ids = corpus.id_list
    is_named = np.array([one in named for one in ids])
    part = np.array([makes(quiet[one]) for one in ids]) & (table.trait("sme") != 0) & _companies(corpus)
    hidden, others = np.flatnonzero(is_named & part), np.flatnonzero(~is_named & part)
    if len(hidden) < 2:
        raise BadRunError(
            f"{len(hidden)} firms of the tier are described by anything but lists and titles: too few to hide",
            hint="load filings or product data of listed firms",
        )
    scores = _scores(corpus, Index.of(corpus, embedder), table, card, hidden, others, np.flatnonzero(is_named))
    pools = _pools(table, hidden, others, np.flatnonzero(is_named))
    lines = [
        _line(pool, method, values, mine, theirs, len(hidden), samples)
        for pool, (mine, theirs) in pools.items()
        for method, values in scores.items()
    ]
    names = tuple(corpus.firms[row].name for row in hidden.tolist())
    return DiscoveryEvaluation(tier, len(named), names, len(hidden) + len(others), tuple(lines))


def makes(firm: Firm) -> bool:
    """Whether something is known of what a firm makes."""
    return bool(firm.products) or any(firm.items(name) for name in MAKES)


def _is_named(firm: Firm, tier: str, as_of: date) -> bool:
    place = TIERS.index(tier)
    if any(item.value in TIERS[place:] for item in firm.items("tier")):
        return True
    return any(how in NAMED for one, how in standing_of(firm, as_of).items() if one in TIERS[place:])


def _companies(corpus: Corpus) -> NDArray[np.bool_]:
    codes, distinct = corpus.column("kind")
    company = np.array([all(plain(value) == "company" for value in values) for values in distinct], bool)
    return np.asarray(company[codes])


def _scores(
    corpus: Corpus,
    index: Index,
    table: Table,
    card: Card,
    hidden: NDArray[Any],
    others: NDArray[Any],
    named: NDArray[Any],
) -> dict[str, Floats]:
    """For each way of ranking the scores [rounds, folds, firms] of the hidden firms, then the others."""
    rows = np.concatenate([hidden, others])
    vectors, listed = vectors_of(index, rows), vectors_of(index, named)
    cosines = vectors @ listed.T
    cosines[:, np.abs(listed).sum(axis=1) == 0] = -np.inf
    values, column = table.values[rows], NAMES.index(LIKENESS.name)
    dice = np.random.default_rng(SEED)
    rest = card.without(LIKENESS.name).score(values)
    facts = np.array([_facts(corpus.firms[row]) for row in rows.tolist()], float)
    chance = dice.random(len(rows))
    found: dict[str, list[Floats]] = {}
    for _ in range(ROUNDS):
        fold = dice.permutation(len(hidden)) % min(FOLDS, len(hidden))
        for number in range(fold.max() + 1):
            away = hidden[fold == number]
            like = _likeness(np.where(np.isin(named, away)[None, :], -np.inf, cosines), rows, named)
            values[:, column] = like
            kept = named[~np.isin(named, away)]
            for name, score in (
                ("card", card.score(values)),
                ("card without likeness", rest),
                ("likeness alone", np.nan_to_num(like, nan=-1)),
                ("products listed", np.diff(corpus.firm_start)[rows].astype(float)),
                ("facts known", facts),
                ("share of the city", _city(table.places, rows, kept)),
                ("chance", chance),
            ):
                # a hidden firm of another fold is no firm to be found in this one
                seen = np.concatenate([fold == number, np.ones(len(others), bool)])
                found.setdefault(name, []).append(np.where(seen, score, np.nan))
    return {name: np.stack(rounds) for name, rounds in found.items()}


def _likeness(cosines: NDArray[np.float32], rows: NDArray[Any], named: NDArray[Any]) -> Floats:
    """Mean cosine with the nearest of the listed firms that stay, never the firm itself; NaN where there is none."""
    cosines = np.where(rows[:, None] == named[None, :], -np.inf, cosines)
    best = -np.partition(-cosines, min(NEAREST, cosines.shape[1]) - 1, axis=1)[:, :NEAREST]
    good = np.isfinite(best) & (best != 0)
    total = np.where(good, best, 0).sum(axis=1, dtype=float)
    return np.where(good.any(axis=1), total / np.maximum(good.sum(axis=1), 1), np.nan)


def _facts(firm: Firm) -> int:
    return len(firm.products) + sum(map(len, firm.fields.values()))


def _cities(places: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(places // 100)


def _city(places: NDArray[np.int32], rows: NDArray[Any], listed: NDArray[Any]) -> Floats:
    """Listed firms of the firm's city that stay, by all firms of it: what is known of a place alone."""
    cities = _cities(places)
    of_listed, of_all = Counter(cities[listed].tolist()), Counter(cities.tolist())
    return np.array([of_listed[city] / of_all[city] if city else 0.0 for city in cities[rows].tolist()])


def _pools(
    table: Table, hidden: NDArray[Any], others: NDArray[Any], named: NDArray[Any]
) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Who is compared with whom: everybody; firms of the city that most listed firms are of; the well known."""
    cities = _cities(table.places)
    at_home = Counter(city for city in cities[named].tolist() if city)
    home = max(sorted(at_home), key=lambda city: at_home[city], default=-1)
    beside = [place for place, name in enumerate(NAMES) if name != LIKENESS.name and name in BY_NAME]
    known = np.isfinite(table.values[:, beside]).sum(axis=1) >= LEAST_KNOWN
    every = np.ones(len(cities), bool)
    pools = {"all": every, f"city {home}00": cities == home, f"{LEAST_KNOWN} traits known": known}
    return {name: (of[hidden], of[others]) for name, of in pools.items() if of[hidden].any() and of[others].any()}


def _line(
    pool: str,
    method: str,
    scores: Floats,
    mine: NDArray[np.bool_],
    theirs: NDArray[np.bool_],
    hidden: int,
    samples: int,
) -> Line:
    """AUC, precision and recall in a pool, with 95 % bootstrap intervals over its firms."""
    ours, rest = scores[:, :hidden][:, mine], scores[:, hidden:][:, theirs]
    above = np.zeros((ours.shape[1], rest.shape[1]))
    for held, other in zip(ours, rest, strict=True):
        seen = ~np.isnan(held)
        one, two = held[seen][:, None], other[None, :]
        above[seen] += (one > two) + 0.5 * (one == two)
    above /= (~np.isnan(ours)).sum(axis=0)[:, None]
    behind = (1 - above).sum(axis=1)  # firms before each hidden one
    dice = np.random.default_rng(SEED)
    drawn = [
        (dice.integers(0, len(above), len(above)), dice.integers(0, above.shape[1], above.shape[1]))
        for _ in range(samples)
    ]
    areas = [above[one][:, two].mean() for one, two in drawn]
    recalls = {top: [float((behind[one] < top).mean()) for one, _ in drawn] for top in TOP}
    return Line(
        pool,
        method,
        len(above),
        above.shape[1],
        _figure(float(above.mean()), areas),
        {
            top: _figure(float((behind < top).sum()) / top, [share * len(above) / top for share in recalls[top]])
            for top in TOP
        },
        {top: _figure(float((behind < top).mean()), recalls[top]) for top in TOP},
        float((np.random.default_rng(SEED).random((CHANCES, len(above))).mean(axis=1) >= above.mean()).mean()),
    )


def _figure(mean: float, drawn: Sequence[float]) -> Figure:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(mean, float(low), float(high))
