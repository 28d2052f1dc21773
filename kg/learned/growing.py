"""Growing forests with LightGBM, for training only; what it grows is scored by `kg.learned.trees` without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import KgError
from kg.learned.trees import Table, Trees, grown

SEED = 20261125
_COMMON = {
    "learning_rate": 0.05,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "verbosity": -1,
    "num_threads": 1,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
}


class NoTrainerError(KgError):
    """The library that training needs is not installed."""

    code = "NL043"  # older than the place of this class, and codes stay


def lightgbm() -> Any:
    """The library LightGBM; raises NoTrainerError (NL043) where it is not installed."""
    try:
        import lightgbm
    except ImportError as error:
        raise NoTrainerError("LightGBM is not installed", hint='pip install "bulian[train]"') from error
    return lightgbm


def grow(
    table: Table,
    targets: NDArray[np.float32],
    weights: NDArray[np.floating[Any]],
    columns: Sequence[str],
    rounds: int,
    **parameters: Any,
) -> Trees:
    """Boosted trees for probabilities, each row with its weight; `parameters` are LightGBM's own, beside `_COMMON`."""
    library = lightgbm()
    data = library.Dataset(table, targets, weight=weights)
    return grown(library.train({**parameters, **_COMMON}, data, rounds).dump_model(), columns)
