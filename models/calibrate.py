"""Sigmoid calibration: raw scores to log-odds by a few numbers (Platt 2000)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models._logistic import fit_logistic
from models.causes import any_denial

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sigmoid:
    """``log-odds = slope · raw score of all denials + cause_slope · log-odds of any cause + intercept``.

    Affine in the scores on purpose: the contributions of the features scale with the slopes, the base value takes the
    intercept, and explanations add up to the calibrated log-odds exactly. ``cause_slope`` is 0 where there are no
    causes.
    """

    slope: float
    intercept: float
    cause_slope: float = 0.0

    def log_odds(self, raw: Floats, causes: Floats | None = None) -> Floats:
        """Calibrated log-odds of raw scores, one per claim, and scores of the causes, claims × causes."""
        log_odds = self.slope * raw + self.intercept
        if causes is None or not self.cause_slope:
            return log_odds
        return log_odds + self.cause_slope * any_denial(causes)


def fit_sigmoid(raw: Floats, denied: NDArray[np.bool_], causes: Floats | None = None) -> Sigmoid:
    """Calibration that makes out-of-fold scores most likely.

    Without causes the same as ``CalibratedClassifierCV(cv=…, ensemble=False, method="sigmoid")`` fits, smoothed targets
    included; written here because that class keeps the out-of-fold scores to itself and the combiner needs them too.

    Parameters
    ----------
    raw
        Out-of-fold decision values, one per claim.
    denied
        Whether each claim was denied; both outcomes must occur.
    causes
        Out-of-fold scores of the causes, claims × causes. Either kind of score is left out where the other makes it
        count against itself.
    """
    if causes is None or not causes.shape[1]:
        return Sigmoid(*_fitted(denied, raw))
    caused = any_denial(causes)
    slope, cause_slope, intercept = _fitted(denied, raw, caused)
    if slope < 0:
        cause_slope, intercept = _fitted(denied, caused)
        return Sigmoid(0.0, intercept, cause_slope)
    if cause_slope < 0:
        return Sigmoid(*_fitted(denied, raw))
    return Sigmoid(slope, intercept, cause_slope)


def _fitted(denied: NDArray[np.bool_], *scores: Floats) -> list[float]:
    """Slopes of the scores and the intercept."""
    from scipy.sparse import csr_array

    count = denied.sum()
    paid = len(denied) - count
    targets = np.where(denied, (count + 1.0) / (count + 2.0), 1.0 / (paid + 2.0))
    design = csr_array(np.column_stack([*scores, np.ones(len(denied))]))
    size = design.shape[1]
    start = np.append(np.full(len(scores), 1.0 / len(scores)), 0.0)
    flat = np.full(size, 1e12)
    offset = np.zeros(len(denied))
    fitted = fit_logistic(design, targets, offset=offset, prior_mean=start, prior_variance=flat)
    return [float(one) for one in fitted.value]
