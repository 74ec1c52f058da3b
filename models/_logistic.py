"""Penalised logistic regression with an offset and a prior of its own for every coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Newton's method stops when no coefficient moves by more than this; the number of steps is a backstop.
_TOLERANCE, _MOST_STEPS = 1e-7, 60


def logit(probability: Any) -> Floats:
    """Log-odds of probabilities strictly between 0 and 1."""
    share = np.asarray(probability, dtype=np.float64)
    return np.asarray(np.log(share) - np.log1p(-share))


def expit(log_odds: Any) -> Floats:
    """Probabilities of log-odds, without overflow at either end."""
    value = np.asarray(log_odds, dtype=np.float64)
    small = np.exp(-np.abs(value))
    return np.where(value >= 0, 1.0 / (1.0 + small), small / (1.0 + small))


def log_loss_terms(log_odds: Floats, outcome: Floats) -> Floats:
    """Negative log-likelihood of each outcome; outcomes may be soft (between 0 and 1)."""
    return np.asarray(np.logaddexp(0.0, log_odds) - outcome * log_odds)


@dataclass(frozen=True)
class Coefficients:
    """Most probable coefficients and, by the Laplace approximation, how uncertain each is.

    ``log_evidence`` is the log probability of the outcomes under the priors, coefficients integrated out: what two
    choices of offset or prior are compared by.
    """

    value: Floats
    variance: Floats
    log_evidence: float


def fit_logistic(
    design: Any,
    outcome: Floats,
    *,
    offset: Floats,
    prior_mean: Floats,
    prior_variance: Floats,
    at_least: Floats | None = None,
) -> Coefficients:
    """Fit ``logit P(outcome) = offset + design @ coefficients`` under independent normal priors, by Newton's method.

    Parameters
    ----------
    design
        Sparse matrix, rows × coefficients.
    outcome
        0 or 1 for each row; soft targets between them are allowed.
    offset
        Known part of the log-odds, one for each row.
    prior_mean, prior_variance
        Normal prior of each coefficient.
    at_least
        Lower bound of each coefficient (``-inf``: none).
    """
    precision = 1.0 / prior_variance
    low = np.full(design.shape[1], -np.inf) if at_least is None else at_least
    transposed = design.T.tocsr()
    row = np.repeat(np.arange(design.shape[0]), np.diff(design.indptr))
    weighted = design.copy()

    def objective(coefficients: Floats, log_odds: Floats) -> float:
        penalty = 0.5 * (precision * (coefficients - prior_mean) ** 2).sum()
        return float(log_loss_terms(log_odds, outcome).sum() + penalty)

    def information(log_odds: Floats) -> Floats:
        share = expit(log_odds)
        weighted.data = design.data * (share * (1.0 - share))[row]
        return np.asarray((transposed @ weighted).todense()) + np.diag(precision)

    value = np.maximum(prior_mean, low)
    log_odds = offset + design @ value
    loss = objective(value, log_odds)
    for _ in range(_MOST_STEPS):
        gradient = transposed @ (expit(log_odds) - outcome) + precision * (value - prior_mean)
        free = (value > low) | (gradient < 0)
        step = np.zeros_like(value)
        step[free] = np.linalg.solve(information(log_odds)[np.ix_(free, free)], gradient[free])
        for halving in 0.5 ** np.arange(30):
            trial = np.maximum(value - halving * step, low)
            trial_log_odds = offset + design @ trial
            if (trial_loss := objective(trial, trial_log_odds)) <= loss:
                break
        moved = float(np.abs(trial - value).max())
        value, log_odds, loss = trial, trial_log_odds, trial_loss
        if moved < _TOLERANCE:
            break
    at_best = information(log_odds)
    evidence = -loss + 0.5 * float(np.log(precision).sum() - np.linalg.slogdet(at_best)[1])
    return Coefficients(value, np.diag(np.linalg.inv(at_best)).copy(), evidence)
