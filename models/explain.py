"""What each feature adds to a claim's log-odds: exact path-dependent Shapley values of the trees.

The value of a set of features S in a tree is what the tree predicts when only S is known: at a question about a
feature of S the claim's own answer is followed, at any other both answers are, weighted by the training claims that
went each way (Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees",
the tree-path-dependent value function). The Shapley value averages what a feature adds over all orders in which
features can become known.

A tree is the sum of its leaves, and so are its Shapley values. On the way to a leaf of value v, each feature j lets
the claim pass or not, aⱼ = 1 or 0, and lets through a share wⱼ of the training claims; the leaf's worth to S is
v ∏(j in S) aⱼ ∏(j not in S) wⱼ. Let each feature become known at a random time t between 0 and 1, which is a random
order: when j does, each other feature is known with chance t, and so

    value of j = v (aⱼ − wⱼ) ∫₀¹ ∏(i ≠ j) (t aᵢ + (1 − t) wᵢ) dt

(the multilinear extension; Owen 1972, "Multilinear extensions of games"). At most seven features are asked about, so
the integrand is a polynomial of degree six at most, and four Gauss-Legendre nodes integrate it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.trees import BITS, MAX_LEAVES, PATTERNS, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.trees import Forest

Floats = NDArray[np.float64]

#: Nodes and weights of the integral over 0 … 1.
_TIMES, _WEIGHTS = ((one + shift) / 2 for one, shift in zip(np.polynomial.legendre.leggauss(4), (1, 0), strict=True))
#: Patterns of trees whose values are worked out at a time: the working set stays in the processor's cache.
_AT_ONCE = 256


@dataclass(frozen=True)
class Explanation:
    """``contributions`` (claims × features, log-odds) and the ``base_value`` they start from.

    The index of ``contributions`` says which claims, by position.

    ``base_value + contributions.sum(axis=1)`` is the model's calibrated log-odds of each claim.
    """

    contributions: pd.DataFrame
    base_value: float


@dataclass(frozen=True)
class Paths:
    """The way to every leaf of every tree.

    ``asked`` (trees × leaves × questions) whether the question stands on it, ``answer`` the answer that leads on, and
    ``share`` (trees × leaves × questions) the share of training claims that each feature lets through, all its
    questions together, written at its first question: ``slot`` (trees × questions) is that of every question. Where no
    question of the feature stands on the way, and at later questions of a feature, the share is 1.
    """

    asked: NDArray[np.bool_]
    answer: NDArray[np.bool_]
    share: Floats
    slot: NDArray[np.intp]

    @classmethod
    def of(cls, forest: Forest) -> Paths:
        """Follow every tree from its root."""
        trees = len(forest)
        asked = np.zeros((trees, QUESTIONS + MAX_LEAVES, QUESTIONS), dtype=bool)  # of questions, then of leaves
        answer = np.zeros_like(asked)
        for question in range(QUESTIONS):
            tree = np.flatnonzero(forest.feature[:, question] >= 0)
            for yes, leads in ((True, forest.left), (False, forest.right)):
                to = leads[tree, question]
                place = np.where(to < 0, QUESTIONS + ~to, to)
                asked[tree, place], answer[tree, place] = asked[tree, question], answer[tree, question]
                asked[tree, place, question], answer[tree, place, question] = True, yes
        asked, answer = asked[:, QUESTIONS:], answer[:, QUESTIONS:]
        count = forest.leaf_count[:, :, None]
        reached, passed = (asked * count).sum(axis=1, keepdims=True), (asked & answer) * count
        passed = passed.sum(axis=1, keepdims=True)
        chosen = np.where(answer, passed, reached - passed)
        went = np.where(asked, np.divide(chosen, reached, out=np.ones(asked.shape), where=asked), 1.0)
        slot = (forest.feature[:, :, None] == forest.feature[:, None, :]).argmax(axis=2)
        share = np.ones(asked.shape)
        every = np.arange(trees)
        for question in range(QUESTIONS):
            share[every, :, slot[:, question]] *= went[:, :, question]
        return cls(asked, answer, share, slot)

    def part(self, trees: NDArray[np.intp]) -> Paths:
        """Paths of some of the trees, by position."""
        return Paths(self.asked[trees], self.answer[trees], self.share[trees], self.slot[trees])


def shapley_values(leaf_value: Floats, paths: Paths, answers: NDArray[np.bool_]) -> Floats:
    """Shapley values in each tree from the ``answers`` to its questions, trees × questions × cases.

    Returns trees × questions × cases: the value of a feature stands at the first question about it, 0.0 elsewhere.
    """
    trees, _, cases = answers.shape
    every = np.arange(trees)
    passes = np.ones((trees, QUESTIONS, MAX_LEAVES, cases), dtype=bool)
    for question in range(QUESTIONS):
        agrees = answers[:, None, question] == paths.answer[:, :, question, None]
        passes[every, paths.slot[:, question]] &= agrees | ~paths.asked[:, :, question, None]
    # From here on leaves come before trees and cases, so that each step is one long row.
    own = passes.transpose(1, 2, 0, 3).astype(np.float64)
    share = np.ascontiguousarray(paths.share.transpose(2, 1, 0))[:, :, :, None]
    change = (own - share) * leaf_value.T[:, :, None]
    values = np.zeros((QUESTIONS, trees, cases))
    for time, weight in zip(_TIMES, _WEIGHTS, strict=True):
        known = time * own + (1.0 - time) * share
        after = np.empty_like(known)
        after[-1] = weight
        for slot in reversed(range(1, QUESTIONS)):
            after[slot - 1] = after[slot] * known[slot]
        before = np.ones_like(known[0])
        for slot in range(QUESTIONS):
            total, *others = change[slot] * (before * after[slot])
            for leaf in others:  # one after another, where a plain sum would add those of a single case by halves
                total += leaf
            values[slot] += total
            before = before * known[slot]
    return values.transpose(1, 0, 2)


@dataclass(frozen=True)
class Explainer:
    """Explains the raw scores of a forest: contributions of every input, inputs × rows.

    What the patterns of a tree amount to is worked out as they are first met, and kept: claims meet few of them.
    """

    forest: Forest

    @cached_property
    def base_value(self) -> float:
        """Raw score that the contributions start from: that of a claim of which nothing is known."""
        worth = self.forest.leaf_value * self._paths.share.prod(axis=2)
        return float(self.forest.baseline + worth.sum())

    def of_few(self, matrix: Floats, out: Floats | None = None) -> Floats:
        """Contributions to the raw score of every row of ``matrix`` (rows × inputs), all trees at once.

        ``out``, where it is given, is filled and returned.
        """
        forest = self.forest
        patterns = forest.patterns_at_once(matrix)
        every = np.arange(len(forest))
        wanted = np.zeros((len(forest), PATTERNS), dtype=bool)
        wanted[every, patterns] = True
        values = self._tables(wanted)[every, :, patterns]
        # Sums in the order of the trees, as adding one tree after another makes them; −1 is no feature.
        place = forest.feature.ravel() + 1
        added = np.empty((forest.features, len(matrix))) if out is None else out
        for row, one in enumerate(values):
            added[:, row] = np.bincount(place, one.ravel(), forest.features + 1)[1:]
        return added

    def of_many(self, ranks: Mapping[int, NDArray[np.uint8]], rows: int, out: Floats | None = None) -> Floats:
        """Make the same from :meth:`models.trees.Forest.ranks`, a tree at a time."""
        total = np.empty((self.forest.features, rows)) if out is None else out
        total[:] = 0.0
        value, place = np.empty(rows), np.empty(rows, dtype=np.intp)
        tables = self._tables(np.ones((len(self.forest), PATTERNS), dtype=bool))
        trees = zip(tables, self._first_asked, self.forest.patterns(ranks, rows), strict=True)
        for table, asked, pattern in trees:
            place[:] = pattern  # widened once for all look-ups of the tree
            for question, feature in asked:
                table[question].take(place, mode="clip", out=value)  # no pattern is out of range: no check
                total[feature] += value
        return total

    @cached_property
    def _paths(self) -> Paths:
        return Paths.of(self.forest)

    def _tables(self, wanted: NDArray[np.bool_]) -> Floats:
        """Shapley values by pattern of answers, trees × questions × ``PATTERNS``, with the wanted ones filled in.

        ``wanted`` is trees × ``PATTERNS``.
        """
        tables, known = self._known
        trees, patterns = np.nonzero(wanted & ~known)
        for start in range(0, len(trees), _AT_ONCE):
            tree, pattern = trees[start : start + _AT_ONCE], patterns[start : start + _AT_ONCE]
            values = shapley_values(self.forest.leaf_value[tree], self._paths.part(tree), BITS[pattern][:, :, None])
            tables[tree, :, pattern] = values[:, :, 0]
        known[trees, patterns] = True
        return tables

    @cached_property
    def _known(self) -> tuple[Floats, NDArray[np.bool_]]:
        """The tables as far as they are filled, and for which patterns of each tree they are."""
        trees = len(self.forest)
        return np.zeros((trees, QUESTIONS, PATTERNS)), np.zeros((trees, PATTERNS), dtype=bool)

    @cached_property
    def _first_asked(self) -> list[list[tuple[int, int]]]:
        """First question about each feature, and the feature, of every tree."""
        first = (self._paths.slot == np.arange(QUESTIONS)) & (self.forest.feature >= 0)
        return [
            [(int(question), int(feature[question])) for question in np.flatnonzero(own)]
            for own, feature in zip(first, self.forest.feature, strict=True)
        ]
