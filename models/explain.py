"""What each feature adds to a claim's log-odds: exact path-dependent Shapley values of the trees.

The value of a set of features S in a tree is what the tree predicts when only S is known: at a question about a
feature of S the claim's own answer is followed, at any other both answers are, weighted by the training claims that
went each way (Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees",
the tree-path-dependent value function). The Shapley value averages what a feature adds over all orders in which
features can become known. A tree has at most seven questions, so this is computed outright for each of the at most
128 patterns of answers; explaining a claim is looking up its pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.trees import Forest, Tree

Floats = NDArray[np.float64]

#: Rows explained at a time: the working set stays in the processor's cache.
_CHUNK = 16_384


@dataclass(frozen=True)
class Explanation:
    """``contributions`` (claims × features, log-odds) and the ``base_value`` they start from.

    ``base_value + contributions.sum(axis=1)`` is the model's calibrated log-odds of each claim.
    """

    contributions: pd.DataFrame
    base_value: float


@dataclass(frozen=True)
class Shares:
    """Shapley values of one tree: ``table[j, pattern]`` is that of ``features[j]``, ``expected`` the mean value."""

    features: NDArray[np.int64]
    table: Floats
    expected: float


def tree_shares(tree: Tree) -> Shares:
    """Shapley values of every feature of a tree, for every pattern of answers."""
    features = np.unique(tree.feature)
    if not len(features):
        return Shares(features, np.empty((0, 1)), float(tree.leaf_value[0]))
    subsets = np.arange(2 ** len(features))
    known = (subsets[:, None] >> np.arange(len(features))) & 1 == 1  # subsets × features
    position = np.searchsorted(features, tree.feature)
    values: dict[int, Floats] = {~leaf: np.array([[value]]) for leaf, value in enumerate(tree.leaf_value)}
    for node in tree.order:
        left, right = int(tree.left[node]), int(tree.right[node])
        yes, no = values[left], values[right]
        weight = tree.count_at(left, tree.count) / tree.count[node]
        followed = np.where(tree.bits[:, node], yes, no)
        values[node] = np.where(known[:, position[node], None], followed, weight * yes + (1.0 - weight) * no)
    worth = values[0]  # subsets × patterns
    return Shares(features, _shapley_weights(known) @ worth, float(worth[0, 0]))


def forest_contributions(forest: Forest, shares: Sequence[Shares], matrix: Floats) -> tuple[Floats, float]:
    """Contributions of every input to the raw score of every row of ``matrix`` (rows × inputs).

    ``shares`` are those of the forest's trees in order. Returns inputs × rows, and the raw score they start from.
    """
    total = np.zeros((forest.features, len(matrix)))
    for start in range(0, len(matrix), _CHUNK):
        chunk = total[:, start : start + _CHUNK]
        for share, (_, pattern) in zip(shares, forest.patterns(matrix[start : start + _CHUNK]), strict=True):
            place = pattern.astype(np.intp)
            for row, column in enumerate(share.features):
                chunk[column] += share.table[row].take(place)
    return total, forest.baseline + sum(share.expected for share in shares)


def _shapley_weights(known: NDArray[np.bool_]) -> Floats:
    """Matrix features × subsets that turns the worth of every subset into Shapley values."""
    count = known.shape[1]
    size = known.sum(axis=1)
    # |S|! (n − |S| − 1)! / n! for the set S before the feature joins it.
    before = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) if s < count else 0.0 for s in size])
    joined = np.array([before[subset & ~(1 << j)] for subset in range(len(known)) for j in range(count)])
    joined = joined.reshape(len(known), count).T
    return np.where(known.T, joined, -before[None, :])
