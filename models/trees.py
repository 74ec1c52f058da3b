"""The fitted trees as plain arrays: small, readable without sklearn, exact to the last bit, quick to evaluate.

A tree of at most eight leaves asks at most seven questions "is feature f at most t?". The answers, one bit each, are
the *pattern* of a claim in that tree; whatever one wants to know of the tree (its value, the share of each feature
in it) is then a table of at most 128 rows that is looked up by pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]

MAX_LEAVES = 8
#: Rank of a missing value: above every threshold, of which the histogram leaves at most 254 per feature.
_MISSING_RANK = 255


@dataclass(frozen=True)
class Tree:
    """One tree: its questions in node order, then its leaves.

    ``left`` and ``right`` hold, for each question, where yes and no lead: the number of a question, or ``~leaf``. A
    tree without questions is one leaf.
    """

    feature: NDArray[np.int64]
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    leaf_value: Floats
    leaf_count: Floats

    @cached_property
    def bits(self) -> NDArray[np.bool_]:
        """Answers that each pattern stands for, patterns × questions; bit ``i`` of the pattern is question ``i``."""
        questions = len(self.feature)
        return np.asarray((np.arange(2**questions)[:, None] >> np.arange(questions)) & 1 == 1)

    @cached_property
    def order(self) -> list[int]:
        """Questions, children before parents."""
        found: list[int] = []
        waiting = [0] if len(self.feature) else []
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += [int(child) for child in (self.left[node], self.right[node]) if child >= 0]
        return found[::-1]

    @cached_property
    def count(self) -> Floats:
        """Training claims that reached each question."""
        reached = np.zeros(len(self.feature))
        for node in self.order:
            reached[node] = sum(self.count_at(child, reached) for child in (self.left[node], self.right[node]))
        return reached

    def count_at(self, child: int, reached: Floats) -> float:
        """Training claims that reached a question or a leaf."""
        return float(self.leaf_count[~child] if child < 0 else reached[child])

    @cached_property
    def value_by_pattern(self) -> Floats:
        """Value of the leaf that each pattern leads to."""
        if not len(self.feature):
            return self.leaf_value
        values: dict[int, Any] = {~leaf: value for leaf, value in enumerate(self.leaf_value)}
        for node in self.order:
            values[node] = np.where(self.bits[:, node], values[int(self.left[node])], values[int(self.right[node])])
        return np.asarray(values[0], dtype=np.float64)


@dataclass(frozen=True)
class Forest:
    """Boosted trees: raw score = ``baseline`` + the value of each tree, added in order."""

    baseline: float
    trees: tuple[Tree, ...]
    features: int

    @classmethod
    def of_fitted(cls, booster: Any) -> Forest:
        """Take the trees out of a fitted ``HistGradientBoostingClassifier`` of two classes and numeric inputs."""
        trees = tuple(_tree(stage[0].nodes) for stage in booster._predictors)
        return cls(float(np.ravel(booster._baseline_prediction)[0]), trees, int(booster.n_features_in_))

    @cached_property
    def thresholds(self) -> list[Floats]:
        """Distinct thresholds on each feature, ascending."""
        feature = np.concatenate([tree.feature for tree in self.trees] or [np.empty(0, dtype=np.int64)])
        threshold = np.concatenate([tree.threshold for tree in self.trees] or [np.empty(0)])
        return [np.unique(threshold[feature == column]) for column in range(self.features)]

    def patterns(self, matrix: Floats) -> Iterator[tuple[Tree, NDArray[np.uint8]]]:
        """Each tree with the pattern of every row of ``matrix`` (rows × features).

        Values are replaced by their rank among the thresholds once, so that each question compares single bytes.
        """
        ranks, wrapped = self._ranks(matrix)
        for tree in self.trees:
            pattern = np.zeros(len(matrix), dtype=np.uint8)
            for question, column in enumerate(tree.feature):
                rank = int(np.searchsorted(self.thresholds[column], tree.threshold[question]))
                # A missing value ranks last, and first once every rank is moved up by one and wraps around.
                yes = wrapped[column] <= rank + 1 if tree.missing_left[question] else ranks[column] <= rank
                pattern |= yes.view(np.uint8) << np.uint8(question)
            yield tree, pattern

    def raw_scores(self, matrix: Floats) -> Floats:
        """Raw score of each row, the same to the bit as the fitted estimator's ``decision_function``."""
        total = np.full(len(matrix), self.baseline)
        for tree, pattern in self.patterns(matrix):
            total += tree.value_by_pattern.take(pattern, mode="clip")  # no pattern is out of range: no check
        return total

    def _ranks(self, matrix: Floats) -> tuple[dict[int, NDArray[np.uint8]], dict[int, NDArray[np.uint8]]]:
        ranks, wrapped = {}, {}
        for column, thresholds in enumerate(self.thresholds):
            if not len(thresholds):
                continue
            values = np.ascontiguousarray(matrix[:, column])
            rank = np.searchsorted(thresholds, values, side="left").astype(np.uint8)
            rank[np.isnan(values)] = _MISSING_RANK
            ranks[column], wrapped[column] = rank, rank + np.uint8(1)
        return ranks, wrapped

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Flat arrays for a file; :meth:`from_arrays` reverses it."""
        questions = [len(tree.feature) for tree in self.trees]
        leaves = [len(tree.leaf_value) for tree in self.trees]
        arrays: dict[str, NDArray[Any]] = {
            "baseline": np.array([self.baseline]),
            "features": np.array([self.features]),
            "questions": np.array(questions, dtype=np.int64),
            "leaves": np.array(leaves, dtype=np.int64),
        }
        for name in Tree.__dataclass_fields__:
            arrays[name] = np.concatenate([getattr(tree, name) for tree in self.trees] or [np.empty(0)])
        return arrays

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> Forest:
        """Rebuild from :meth:`to_arrays`."""
        per_leaf = ("leaf_value", "leaf_count")
        cuts = {name: np.cumsum(arrays[name])[:-1] for name in ("questions", "leaves")}
        parts = [
            np.split(arrays[name], cuts["leaves" if name in per_leaf else "questions"])
            for name in Tree.__dataclass_fields__
        ]
        trees = tuple(Tree(*values) for values in zip(*parts, strict=True)) if len(arrays["questions"]) else ()
        return cls(float(arrays["baseline"][0]), trees, int(arrays["features"][0]))


def _tree(nodes: NDArray[Any]) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    if leaf.sum() > MAX_LEAVES or nodes["is_categorical"].any():
        raise ValueError(f"expected trees of at most {MAX_LEAVES} leaves and numeric splits")
    # Questions are numbered 0, 1, … and leaves ~0, ~1, …, each in node order.
    number = np.where(leaf, ~(np.cumsum(leaf) - 1), np.cumsum(~leaf) - 1).astype(np.int64)
    inner = nodes[~leaf]
    return Tree(
        feature=inner["feature_idx"].astype(np.int64),
        threshold=inner["num_threshold"].astype(np.float64),
        missing_left=inner["missing_go_to_left"].astype(bool),
        left=number[inner["left"]],
        right=number[inner["right"]],
        leaf_value=nodes["value"][leaf].astype(np.float64),
        leaf_count=nodes["count"][leaf].astype(np.float64),
    )
