"""Forests as numbers: the walk is that of the tree, and what is saved comes back."""

from pathlib import Path

import numpy as np
import pytest

from kg.learned.trees import Trees, grown
from kg.learned.weights import BadWeightsError

SPLIT = {"decision_type": "<=", "missing_type": "NaN", "default_left": False}
MODEL = {
    "num_tree_per_iteration": 1,
    "tree_info": [
        {
            "tree_structure": {
                **SPLIT,
                "split_feature": 0,
                "threshold": 1.5,
                "left_child": {"leaf_value": -1.0},
                "right_child": {
                    **SPLIT,
                    "split_feature": 1,
                    "threshold": 0.1,
                    "left_child": {"leaf_value": 0.5},
                    "right_child": {"leaf_value": 2.0},
                },
            }
        },
        {"tree_structure": {"leaf_value": 0.25}},
    ],
}


def probability(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))


def test_each_row_falls_into_its_leaf() -> None:
    trees = grown(MODEL, ("length", "share"))
    table = np.array([[1.5, 9], [1.6, 0.1], [2, 0.2], [np.nan, np.nan]], np.float32)
    wanted = [probability(odds + 0.25) for odds in (-1.0, 0.5, 2.0, 2.0)]
    # 0.1 as float32 lies above 0.1 as float64: the row is not below the threshold
    wanted[1] = probability(2.25)
    assert trees.score(table) == pytest.approx(wanted)


def test_many_rows_score_as_one_by_one() -> None:
    trees = grown(MODEL, ("length", "share"))
    table = np.random.default_rng(3).random((300_000, 2), np.float32) * 3
    scores = trees.score(table)
    assert scores[::50_000] == pytest.approx([trees.score(row[None])[0] for row in table[::50_000]])


def test_saved_forests_come_back(tmp_path: Path) -> None:
    trees = grown(MODEL, ("length", "share"))
    trees.save(tmp_path / "forest.npz")
    table = np.array([[1, 1], [2, 0], [3, 1]], np.float32)
    again = Trees.load(tmp_path / "forest.npz")
    assert again.columns == ("length", "share")
    assert again.score(table) == pytest.approx(trees.score(table), abs=1e-3)


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "forest.npz").write_bytes(b"no forest")
    with pytest.raises(BadWeightsError, match="cannot be read"):
        Trees.load(tmp_path / "forest.npz")
    with pytest.raises(BadWeightsError):
        Trees.load(tmp_path / "absent.npz")


def test_other_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="rows, 2"):
        grown(MODEL, ("length", "share")).score(np.zeros((1, 3), np.float32))
