"""Why a claim may be denied, one forest for each cause: what makes up the risk, and which reason is likely.

A denial has one reason, and what leads to one reason says little of the others: a lapsed coverage follows the season
and the front desk, a bundled line what stands beside it. So each cause has trees of its own, taught by the claims that
were denied for it and by paid ones alone, with codes encoded by its own denials. The score of a cause is the log-odds
of a denial for it against payment (Begg and Gray 1984, "Calculation of polychotomous logistic regression parameters
using individualized regressions"), so that

    log-odds of any denial  = log Σ exp(score)
    P(cause | denied)       = exp(score) / Σ exp(score)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.encode import CodedColumns, CodeTable, Input
from models.explain import Shares, forest_contributions, tree_shares
from models.trees import Forest

Floats = NDArray[np.float64]

#: Nodes of the integral that shares a change of the log of a sum of exponentials among its terms; its error is far
#: below that of floating-point sums for any scores that occur.
_NODES = 64


@dataclass(frozen=True)
class Cause:
    """Trees of one cause.

    ``tables`` encode the target-encoded inputs by the denials of this cause; ``offset`` is the logarithm of the share
    of paid claims it was taught with, and makes up for those left out.
    """

    name: str
    tables: Mapping[str, CodeTable]
    forest: Forest
    offset: float

    @cached_property
    def shares(self) -> list[Shares]:
        """Shapley values of its trees."""
        return [tree_shares(tree) for tree in self.forest.trees]


@dataclass(frozen=True)
class Causes:
    """All causes that training had enough denials of; none where it had not. ``inputs`` in the order of the matrix."""

    inputs: tuple[Input, ...]
    causes: tuple[Cause, ...] = ()

    def scores(self, matrix: Floats, coded: CodedColumns) -> Floats:
        """Score of each cause on each claim, claims × causes; ``matrix`` and ``coded`` are of the encoder."""
        scores = np.empty((len(matrix), len(self.causes)), order="F")
        own = matrix.copy(order="F") if self.causes else matrix
        for column, cause in enumerate(self.causes):
            self._encode(own, coded, cause)
            scores[:, column] = cause.forest.raw_scores(own) + cause.offset
        return scores

    def contributions(self, matrix: Floats, coded: CodedColumns) -> tuple[Floats, float]:
        """What each input adds to the log-odds of any denial: inputs × claims, and the value they start from.

        Within a cause these are Shapley values of its trees. A change of the log of the sum is shared among the causes
        by the integral of its gradient, the shares of the causes, along the straight line from the base values to the
        scores (Aumann and Shapley 1974), so that all adds up.
        """
        own = matrix.copy(order="F")
        parts = []
        for cause in self.causes:
            self._encode(own, coded, cause)
            parts.append(forest_contributions(cause.forest, cause.shares, own))
        start = np.array([base + cause.offset for (_, base), cause in zip(parts, self.causes, strict=True)])
        change = np.column_stack([added.sum(axis=0) for added, _ in parts])
        weights = np.zeros_like(change)
        for node, weight in zip(*_nodes(), strict=True):
            weights += weight * causes_given_denied(start + node * change)
        total = np.zeros((len(self.inputs), len(matrix)))
        for (added, _), weight in zip(parts, weights.T, strict=True):
            total += added * weight
        return total, float(any_denial(start[None, :])[0])

    def _encode(self, matrix: Floats, coded: CodedColumns, cause: Cause) -> None:
        for column, one in enumerate(self.inputs):
            if (table := cause.tables.get(one.name)) is not None:
                matrix[:, column] = table.encode(coded[one.name])


def any_denial(scores: Floats) -> Floats:
    """Log-odds of a denial for any cause, from the scores of each (claims × causes)."""
    highest = scores.max(axis=1)
    return np.asarray(highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1)))


def causes_given_denied(scores: Floats) -> Floats:
    """P(cause | denied) of each claim, claims × causes."""
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def log_shares(scores: Floats) -> Floats:
    """Logarithm of P(cause | denied), claims × causes; of no causes, no columns."""
    return scores - any_denial(scores)[:, None] if scores.shape[1] else scores


def _nodes() -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on 0 … 1."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2
