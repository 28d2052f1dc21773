"""Fitting of one model: logistic regression over hashed features, boosted trees. For training only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg.learned.growing import grow
from kg.learned.trees import Trees
from nlp.contracts.contexts import ContextModel, hashed
from nlp.contracts.signs import BITS

THREADS = 2
_FOREST = {"objective": "cross_entropy", "num_leaves": 15, "min_data_in_leaf": 20, "lambda_l2": 5}


def fit_context(numbers: NDArray[np.int32], targets: NDArray[np.float32], penalty: float) -> ContextModel:
    """Logistic regression by L-BFGS, 40 steps, one output after the other; targets are [rows, outputs], 0 to 1."""
    table = hashed(numbers)
    turned = table.T.tocsr()

    def fit(target: NDArray[np.float32]) -> NDArray[np.float32]:
        def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            own = weights.astype(np.float32)
            odds = table @ own[:-1] + own[-1]
            error = 1 / (1 + np.exp(-odds)) - target
            slope = np.append(turned @ error + penalty * own[:-1], error.sum())
            value = float(np.logaddexp(0, odds).sum() - (target * odds).sum())
            return value + penalty / 2 * float((own[:-1] ** 2).sum()), slope.astype(np.float64)

        begin = np.zeros((1 << BITS) + 1)
        begin[-1] = np.log((target.sum() + 1) / max(1.0, len(target) - target.sum()))
        found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 40})
        return found.x.astype(np.float32)  # type: ignore[no-any-return]

    weights = np.stack([fit(target) for target in targets.T], 1)
    return ContextModel(weights[:-1], weights[-1])


def fit_trees(
    table: NDArray[np.float32],
    targets: NDArray[np.float32],
    weights: NDArray[np.float64],
    columns: Sequence[str],
    rounds: int,
) -> Trees:
    """Boosted trees for probabilities, each row with its weight."""
    return grow(table, targets, weights, columns, rounds, **_FOREST)


def fitted(fit: Callable[[NDArray[np.bool_]], Any], parts: Sequence[NDArray[np.bool_]]) -> list[Any]:
    """A model for each part of the rows."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(fit, parts))


def out_of_fold(
    folds: NDArray[np.int64],
    fit: Callable[[NDArray[np.bool_]], Any],
    score: Callable[[Any, NDArray[np.bool_]], NDArray[np.float32]],
) -> tuple[Any, NDArray[np.float32]]:
    """A model fitted on all rows, and for each row the score of a model that was fitted on the other folds."""
    parts = [folds == fold for fold in np.unique(folds)]
    *models, last = fitted(fit, [*(~inside for inside in parts), np.ones(len(folds), np.bool_)])
    scores = [score(model, inside) for model, inside in zip(models, parts, strict=True)]
    result = np.zeros((len(folds), *scores[0].shape[1:]), np.float32)
    for inside, own in zip(parts, scores, strict=True):
        result[inside] = own
    return last, result
