"""Gradient-boosted trees as numbers: learnt elsewhere, scored here by numpy alone.

A forest for one yes-or-no question. Every tree has the same room (as many nodes as the largest), so one step down
all trees and rows is one indexed read; a leaf points at itself and steps on in place. A missing value is not a
number (NaN) and goes the way of the tree's default. Scores follow LightGBM's own (Ke et al., NeurIPS 2017).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.learned.weights import numbers

Table = NDArray[np.float32]
"""Rows to score, float32 [rows, columns]."""

_ROOM = 1 << 18
"""Pairs of tree and row that are walked at once: keeps the walk inside the cache."""


@dataclass(frozen=True, slots=True)
class Trees:
    """A forest: `column`, `threshold`, `left`, `right`, `leaf` are [trees, nodes]; node 0 is the root.

    A row goes left where `row[column] <= threshold`, or where the value is missing and `missing_left` says so.
    `leaf` is the value of a leaf in log odds; a leaf's `left` and `right` are itself.
    """

    columns: tuple[str, ...]
    column: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    missing_left: NDArray[np.bool_]
    leaf: NDArray[np.float32]
    depth: int
    _child: NDArray[np.intp] = field(init=False, repr=False, compare=False)
    """The numbers of the right and the left child of each node, counted through all trees."""

    def __post_init__(self) -> None:
        base = (np.arange(len(self.column)) * self.column.shape[1])[:, None]
        child = np.stack((base + self.right, base + self.left), axis=-1).astype(np.intp)
        object.__setattr__(self, "_child", child.ravel())

    def score(self, table: Table) -> NDArray[np.float32]:
        """Probability of yes for each row, float32 [rows].

        Raises:
            ValueError: the table has other columns than the forest was grown on.
        """
        if table.ndim != 2 or table.shape[1] != len(self.columns):
            raise ValueError(f"{table.shape} is not [rows, {len(self.columns)}]")
        trees = len(self.column)
        result = np.empty(len(table), np.float32)
        step = max(1, _ROOM // max(1, trees))
        for first in range(0, len(table), step):
            part = table[first : first + step]
            result[first : first + step] = self._walk(part)
        return result

    def _walk(self, table: Table) -> NDArray[np.float32]:
        trees, nodes = self.column.shape
        rows = len(table)
        flat = np.ascontiguousarray(table).ravel()
        missing = np.isnan(flat).any()
        place = np.repeat(np.arange(trees) * nodes, rows)
        offset = np.tile(np.arange(rows) * table.shape[1], trees)
        for _ in range(self.depth):
            value = flat.take(offset + self.column.take(place))
            goes_left = value <= self.threshold.take(place)
            if missing:
                goes_left |= np.isnan(value) & self.missing_left.take(place)
            place = self._child.take(2 * place + goes_left)
        odds = self.leaf.take(place).reshape(trees, rows).sum(axis=0, dtype=np.float64)
        scores: NDArray[np.float32] = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return scores

    def save(self, file: Path) -> None:
        """Write the forest as one .npz; half precision where nothing is lost that a threshold needs."""
        np.savez_compressed(
            file,
            columns=np.array(json.dumps(self.columns, ensure_ascii=False)),
            column=self.column,
            threshold=self.threshold,
            left=self.left,
            right=self.right,
            missing_left=self.missing_left,
            leaf=self.leaf.astype(np.float16),
            depth=np.array(self.depth, np.int16),
        )

    @classmethod
    def load(cls, file: Traversable) -> Trees:
        """The forest in a .npz that `save` wrote (a path is a Traversable too).

        Raises:
            BadWeightsError: NL042, the file is missing or is no forest.
        """
        with numbers(file) as held:
            return cls(
                tuple(json.loads(str(held["columns"]))),
                held["column"],
                held["threshold"],
                held["left"],
                held["right"],
                held["missing_left"],
                held["leaf"].astype(np.float32),
                int(held["depth"]),
            )


def grown(model: Mapping[str, Any], columns: Sequence[str]) -> Trees:
    """The forest of a LightGBM booster, as `booster.dump_model()` gives it.

    Raises:
        ValueError: a split that is no `<=`, or a model with several outputs.
    """
    if model.get("num_tree_per_iteration", 1) != 1:
        raise ValueError("a forest answers one question")
    forest = [_nodes(tree["tree_structure"]) for tree in model["tree_info"]]
    room = max((len(tree) for tree in forest), default=1)
    shape = (len(forest), room)
    trees = Trees(
        tuple(columns),
        np.zeros(shape, np.int16),
        np.zeros(shape, np.float32),
        np.zeros(shape, np.int16),
        np.zeros(shape, np.int16),
        np.zeros(shape, np.bool_),
        np.zeros(shape, np.float32),
        max((depth for tree in forest for *_, depth in tree), default=0),
    )
    for number, tree in enumerate(forest):
        for place, (column, threshold, left, right, missing_left, leaf, _) in enumerate(tree):
            trees.column[number, place] = column
            trees.threshold[number, place] = threshold
            trees.left[number, place] = left
            trees.right[number, place] = right
            trees.missing_left[number, place] = missing_left
            trees.leaf[number, place] = leaf
    return replace(trees)  # a forest counts its children when it is made


_Node = tuple[int, float, int, int, bool, float, int]


def _nodes(root: Mapping[str, Any]) -> list[_Node]:
    """A tree's nodes, root first: column, threshold, left, right, missing left, leaf value, depth."""
    result: list[_Node] = []

    def add(node: Mapping[str, Any], depth: int) -> int:
        place = len(result)
        if "leaf_value" in node:
            result.append((0, 0.0, place, place, True, float(node["leaf_value"]), depth))
            return place
        if node["decision_type"] != "<=":
            raise ValueError(f"a split by {node['decision_type']}")
        result.append((0, 0.0, place, place, True, 0.0, depth))
        left, right = (add(node[side], depth + 1) for side in ("left_child", "right_child"))
        column, threshold = int(node["split_feature"]), _below(float(node["threshold"]))
        result[place] = (column, threshold, left, right, _default(node), 0.0, depth)
        return place

    add(root, 0)
    return result


def _default(node: Mapping[str, Any]) -> bool:
    """Whether a missing value goes left. LightGBM reads it as zero where training saw none missing."""
    if node.get("missing_type") == "NaN":
        return bool(node["default_left"])
    return float(node["threshold"]) >= 0.0


def _below(threshold: float) -> float:
    """The largest float32 that is not above the threshold: rows are float32, so `<=` decides as in float64."""
    with np.errstate(over="ignore"):  # LightGBM writes 1e308 for "always"
        near = np.float32(threshold)
    return float(near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf)))
