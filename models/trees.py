"""The fitted trees as plain arrays: small, readable without sklearn, exact to the last bit, quick to evaluate.

A tree of at most eight leaves asks at most seven questions "is feature f at most t?". The answers, one bit each, are
the *pattern* of a claim in that tree; whatever one wants to know of the tree (its value, the share of each feature
in it) is then a table of at most 128 rows that is looked up by pattern.

Few claims are put to all trees at once (claims × trees × questions), many to one tree after another; the patterns and
the order in which values are added are the same, so a claim scores the same to the bit either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

MAX_LEAVES = 8
QUESTIONS = MAX_LEAVES - 1
PATTERNS = 2**QUESTIONS
#: Claims put to all trees at once, at most: beyond, a tree at a time is quicker.
FEW = 400
#: Rank of a missing value: above every threshold, of which the histogram leaves at most 254 per feature.
_MISSING_RANK = 255
#: Answers that each pattern stands for, patterns × questions; bit ``i`` of the pattern is question ``i``.
BITS = (np.arange(PATTERNS)[:, None] >> np.arange(QUESTIONS)) & 1 == 1


@dataclass(frozen=True)
class Forest:
    """Boosted trees: raw score = ``baseline`` + the value of each tree, added in order.

    Questions of a tree are numbered in node order, parents before their children, and so are its leaves. ``feature``,
    ``threshold``, ``missing_left``, ``left`` and ``right`` are trees × ``QUESTIONS``: what is asked, and where yes and
    no lead, the number of a question or ``~leaf``. ``leaf_value`` and ``leaf_count`` (training claims) are trees ×
    ``MAX_LEAVES``. A tree without questions is its first leaf; ``feature`` is −1 where a tree has no more questions.
    """

    baseline: float
    features: int
    feature: NDArray[np.int64]
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    leaf_value: Floats
    leaf_count: Floats

    @classmethod
    def of_fitted(cls, booster: Any) -> Forest:
        """Take the trees out of a fitted ``HistGradientBoostingClassifier`` of two classes and numeric inputs."""
        trees = [_padded(stage[0].nodes) for stage in booster._predictors]
        arrays = {name: np.stack([tree[name] for tree in trees]) for name in PER_TREE}
        return cls(float(np.ravel(booster._baseline_prediction)[0]), int(booster.n_features_in_), **arrays)

    def __len__(self) -> int:
        """Trees."""
        return len(self.feature)

    @cached_property
    def thresholds(self) -> list[Floats]:
        """Distinct thresholds on each feature, ascending."""
        order = np.lexsort((self.threshold.ravel(), self.feature.ravel()))
        feature, threshold = self.feature.ravel()[order], self.threshold.ravel()[order]
        ends = np.searchsorted(feature, np.arange(self.features + 1))
        return [np.unique(threshold[start:end]) for start, end in pairwise(ends)]

    @cached_property
    def value_by_pattern(self) -> Floats:
        """Value of the leaf that each pattern leads to, trees × ``PATTERNS``."""
        every = np.arange(len(self))
        # Places 0 … 6 for the questions, 7 … 14 for the leaves. Questions a tree does not have lead to its first leaf.
        values = np.empty((len(self), QUESTIONS + MAX_LEAVES, PATTERNS))
        values[:, QUESTIONS:] = self.leaf_value[:, :, None]
        for question in reversed(range(QUESTIONS)):
            left, right = self.left[:, question], self.right[:, question]
            yes = values[every, np.where(left < 0, QUESTIONS + ~left, left)]
            no = values[every, np.where(right < 0, QUESTIONS + ~right, right)]
            values[:, question] = np.where(BITS[:, question], yes, no)
        return np.ascontiguousarray(values[:, 0])

    def patterns_at_once(self, matrix: Floats) -> NDArray[np.intp]:
        """Pattern of every row of ``matrix`` (rows × features) in every tree, rows × trees: for few rows."""
        values = matrix[:, self.feature.ravel()]
        yes = values <= self.threshold.ravel()
        yes |= np.isnan(values) & self.missing_left.ravel()
        packed = np.packbits(yes.reshape(len(matrix), len(self), QUESTIONS), axis=2, bitorder="little")
        return packed[:, :, 0].astype(np.intp)

    def patterns(self, ranks: Mapping[int, Bytes], rows: int) -> Iterator[Bytes]:
        """Pattern of every row in one tree after another: for many rows; each is overwritten by the next.

        ``ranks`` has, for every feature that is asked about, the rank of each value among its thresholds, as
        :meth:`rank` gives it, so that each question compares single bytes.
        """
        wrapped = {column: rank + np.uint8(1) for column, rank in ranks.items()}
        # Eight answers, of a byte each, are moved to their bit and joined at a time: numpy shifts single bytes slowly.
        joined = np.empty(-(-rows // 8), dtype=np.uint64)
        answers = np.zeros_like(joined)
        yes, pattern = answers.view(np.bool_)[:rows], joined.view(np.uint8)[:rows]
        for questions in self._byte_questions:
            joined[:] = 0
            for question, column, rank, missing_left in questions:
                # A missing value ranks last, and first once every rank is moved up by one and wraps around.
                np.less_equal((wrapped if missing_left else ranks)[column], rank + missing_left, out=yes)
                np.left_shift(answers, np.uint64(question), out=answers)
                np.bitwise_or(joined, answers, out=joined)
            yield pattern

    def rank(self, column: int, values: Floats) -> Bytes:
        """Thresholds on a feature that are below each value; a missing value ranks above all."""
        rank = np.searchsorted(self.thresholds[column], values, side="left").astype(np.uint8)
        rank[np.isnan(values)] = _MISSING_RANK
        return rank

    @cached_property
    def asked(self) -> tuple[int, ...]:
        """Features that any tree asks about."""
        return tuple(column for column, thresholds in enumerate(self.thresholds) if len(thresholds))

    def ranks(self, matrix: Floats) -> dict[int, Bytes]:
        """Ranks of every feature that is asked about, of each row of ``matrix``."""
        return {column: self.rank(column, np.ascontiguousarray(matrix[:, column])) for column in self.asked}

    def raw_scores(self, matrix: Floats) -> Floats:
        """Raw score of each row, the same to the bit as the fitted estimator's ``decision_function``."""
        if len(matrix) > FEW:
            return self.raw_scores_of_many(self.ranks(matrix), len(matrix))
        places = self.patterns_at_once(matrix) + np.arange(len(self)) * PATTERNS
        values = np.empty((len(matrix), len(self) + 1))
        values[:, 0] = self.baseline
        values[:, 1:] = self.value_by_pattern.ravel()[places]
        return np.add.accumulate(values, axis=1)[:, -1]  # one after another, where a plain sum would go by halves

    def raw_scores_of_many(self, ranks: Mapping[int, Bytes], rows: int) -> Floats:
        """Raw score of each row from its :meth:`ranks`."""
        total = np.full(rows, self.baseline)
        for table, pattern in zip(self.value_by_pattern, self.patterns(ranks, rows), strict=True):
            total += looked_up(table, pattern)
        return total

    @cached_property
    def _byte_questions(self) -> list[list[tuple[int, int, int, bool]]]:
        """Of each tree: number, feature, rank of the threshold and ``missing_left`` of its questions."""
        rank = np.zeros(self.feature.shape, dtype=np.int64)
        for column in self.asked:
            own = self.feature == column
            rank[own] = np.searchsorted(self.thresholds[column], self.threshold[own])
        trees: list[list[tuple[int, int, int, bool]]] = [[] for _ in range(len(self))]
        for tree, question in np.argwhere(self.feature >= 0).tolist():
            at = tree, question
            trees[tree].append((question, int(self.feature[at]), int(rank[at]), bool(self.missing_left[at])))
        return trees


def looked_up(table: Floats, pattern: Bytes) -> Floats:
    """``table[pattern]``, twice as fast: pyarrow takes single bytes for positions, numpy widens them first."""
    return np.asarray(pc.array_take(pa.array(table), pa.array(pattern), boundscheck=False))


#: Arrays of a forest, one row for each tree.
PER_TREE = ("feature", "threshold", "missing_left", "left", "right", "leaf_value", "leaf_count")


def stacked(forests: Sequence[Forest]) -> dict[str, NDArray[Any]]:
    """Arrays for a file, the trees of all forests below one another; :func:`unstacked` reverses it."""
    arrays: dict[str, NDArray[Any]] = {
        "baseline": np.array([one.baseline for one in forests]),
        "features": np.array([one.features for one in forests], dtype=np.int64),
        "trees": np.array([len(one) for one in forests], dtype=np.int64),
    }
    return arrays | {name: np.concatenate([getattr(one, name) for one in forests]) for name in PER_TREE}


def unstacked(arrays: Mapping[str, NDArray[Any]]) -> list[Forest]:
    """Forests from what :func:`stacked` made; ``ValueError`` if they could not be evaluated."""
    ends = np.cumsum(arrays["trees"])
    for name in PER_TREE:
        wide = MAX_LEAVES if name.startswith("leaf") else QUESTIONS
        if arrays[name].shape != (ends[-1], wide):
            raise ValueError(f"expected {name} of {ends[-1]} trees × {wide}")
    every = np.arange(QUESTIONS)
    for to in (arrays["left"], arrays["right"]):
        if not ((to >= -MAX_LEAVES) & (to < QUESTIONS) & ((to < 0) | (to > every))).all():
            raise ValueError("expected questions before those they lead to")
    parts = {name: np.split(arrays[name], ends[:-1]) for name in PER_TREE}
    return [
        Forest(float(baseline), int(features), **{name: part[number] for name, part in parts.items()})
        for number, (baseline, features) in enumerate(zip(arrays["baseline"], arrays["features"], strict=True))
    ]


def _padded(nodes: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Arrays of one fitted tree."""
    leaf = nodes["is_leaf"].astype(bool)
    if leaf.sum() > MAX_LEAVES or nodes["is_categorical"].any():
        raise ValueError(f"expected trees of at most {MAX_LEAVES} leaves and numeric splits")
    # Questions are numbered 0, 1, … and leaves ~0, ~1, …, each in node order.
    number = np.where(leaf, ~(np.cumsum(leaf) - 1), np.cumsum(~leaf) - 1).astype(np.int64)
    inner = nodes[~leaf]
    left, right = number[inner["left"]], number[inner["right"]]
    if not all(((to < 0) | (to > np.arange(len(inner)))).all() for to in (left, right)):
        raise ValueError("expected nodes in an order that has parents before their children")

    def wide(values: NDArray[Any], dtype: Any, size: int, filler: Any) -> NDArray[Any]:
        return np.concatenate([values, np.full(size - len(values), filler)]).astype(dtype)

    return {
        "feature": wide(inner["feature_idx"].astype(np.int64), np.int64, QUESTIONS, -1),
        "threshold": wide(inner["num_threshold"], np.float64, QUESTIONS, 0.0),
        "missing_left": wide(inner["missing_go_to_left"].astype(bool), np.bool_, QUESTIONS, False),
        "left": wide(left, np.int64, QUESTIONS, ~0),
        "right": wide(right, np.int64, QUESTIONS, ~0),
        "leaf_value": wide(nodes["value"][leaf], np.float64, MAX_LEAVES, 0.0),
        "leaf_count": wide(nodes["count"][leaf].astype(np.float64), np.float64, MAX_LEAVES, 0.0),
    }
