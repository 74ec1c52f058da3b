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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.trees import Forest

Floats = NDArray[np.float64]

#: Nodes of the integral that shares a change of the log of a sum of exponentials among its terms; its error is far
#: below that of floating-point sums for any scores that occur.
_NODES = 64


@dataclass(frozen=True)
class Cause:
    """Trees of one cause.

    ``numbers`` encode the target-encoded inputs by the denials of this cause, in place of those of the encoder's
    tables; ``offset`` is the logarithm of the share of paid claims it was taught with, and makes up for those left out.
    """

    name: str
    numbers: Mapping[str, Floats]
    forest: Forest
    offset: float


@dataclass(frozen=True)
class Causes:
    """All causes that training had enough denials of; none where it had not."""

    causes: tuple[Cause, ...] = ()

    def scores(self, raw: Floats) -> Floats:
        """Score of each cause on each claim from the raw scores of their forests, both claims × causes."""
        offsets: Floats = np.array([one.offset for one in self.causes])
        return raw + offsets

    def contributions(self, added: Sequence[Floats], base_values: Sequence[float]) -> tuple[Floats, float]:
        """What each input adds to the log-odds of any denial: inputs × claims, and the value they start from.

        ``added`` is what it adds to the raw score of each cause, and ``base_values`` what those start from.

        Within a cause these are Shapley values of its trees. A change of the log of the sum is shared among the causes
        by the integral of its gradient, the shares of the causes, along the straight line from the base values to the
        scores (Aumann and Shapley 1974), so that all adds up.
        """
        start = self.scores(np.array(base_values))
        change = np.stack([sum_of_rows(one.T) for one in added])  # causes × claims, so that each step is one long row
        weights = np.zeros_like(change)
        for node, weight in zip(*_nodes(), strict=True):
            weights += weight * causes_given_denied((start[:, None] + node * change).T).T
        total, part = np.zeros_like(added[0]), np.empty_like(added[0])
        for one, own in zip(added, weights, strict=True):
            total += np.multiply(one, own, out=part)
        return total, float(any_denial(start[None, :])[0])


def any_denial(scores: Floats) -> Floats:
    """Log-odds of a denial for any cause, from the scores of each (claims × causes)."""
    highest, total = scores.max(axis=1), np.zeros(len(scores))
    for column in scores.T:
        total += np.exp(column - highest)
    return np.asarray(highest + np.log(total))


def causes_given_denied(scores: Floats) -> Floats:
    """P(cause | denied) of each claim, claims × causes."""
    shares: Floats = scores - scores.max(axis=1, keepdims=True)
    np.exp(shares, out=shares)
    shares /= sum_of_rows(shares)[:, None]
    return shares


def sum_of_rows(values: Floats) -> Floats:
    """Sum of each row, added from left to right: the same to the bit however many rows there are."""
    total = np.zeros(len(values))
    for column in values.T:
        total += column
    return total


def log_shares(scores: Floats) -> Floats:
    """Logarithm of P(cause | denied), claims × causes; of no causes, no columns."""
    return scores - any_denial(scores)[:, None] if scores.shape[1] else scores


@cache
def _nodes() -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on 0 … 1."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2
