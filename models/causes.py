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
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.trees import Forest

Floats = NDArray[np.float64]

#: Nodes of the integral that shares a change of the log of a sum of exponentials among its terms; its error is far
#: below that of floating-point sums for any scores that occur.
_NODES = 64
#: Scores of causes that are worked on at a time, on some nodes of the integral.
_SCORES_AT_ONCE = 65_536


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

    def base_value(self, base_values: Floats) -> float:
        """Log-odds of any denial that the contributions start from; ``base_values`` are what the causes' start from."""
        return float(any_denial(self.scores(base_values)[None, :])[0])

    def contributions(self, added: Floats, base_values: Floats) -> Floats:
        """What each input adds to the log-odds of any denial: inputs × claims.

        ``added`` is what it adds to the raw score of each cause, causes × inputs × claims, and ``base_values`` what
        those start from.

        Within a cause these are Shapley values of its trees. A change of the log of the sum is shared among the causes
        by the integral of its gradient, the shares of the causes, along the straight line from the base values to the
        scores (Aumann and Shapley 1974), so that all adds up.
        """
        start = self.scores(base_values)[:, None, None]
        change = np.zeros((len(added), added.shape[2]))  # causes × claims, so that each step is one long row
        for one in added.transpose(1, 0, 2):
            change += one
        weights = np.zeros_like(change)
        nodes, node_weights = (one[:, None] for one in _nodes())
        at_once = max(1, _SCORES_AT_ONCE // max(1, change.size))
        for first in range(0, _NODES, at_once):
            some = slice(first, first + at_once)
            shares = causes_given_denied(start + nodes[some] * change[:, None])  # causes × nodes × claims
            shares *= node_weights[some]
            for share in shares.transpose(1, 0, 2):
                weights += share
        total: Floats = np.zeros(added.shape[1:])
        part = np.empty_like(total)
        for one, own in zip(added, weights, strict=True):
            total += np.multiply(one, own, out=part)
        return total


def any_denial(scores: Floats) -> Floats:
    """Log-odds of a denial for any cause, from the scores of each (claims × causes)."""
    highest, total = scores.max(axis=1), np.zeros(len(scores))
    for column in scores.T:
        total += np.exp(column - highest)
    return np.asarray(highest + np.log(total))


def causes_given_denied(scores: Floats) -> Floats:
    """P(cause | denied) of causes × any; added from the first cause to the last, the same to the bit for one."""
    shares: Floats = scores - scores.max(axis=0)
    np.exp(shares, out=shares)
    total = np.zeros(shares.shape[1:])
    for one in shares:
        total += one
    shares /= total
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
