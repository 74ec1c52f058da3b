"""Sigmoid calibration: raw scores to log-odds by two numbers (Platt 2000)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models._logistic import fit_logistic

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sigmoid:
    """``log-odds = slope · raw score + intercept``.

    Affine in the raw score on purpose: the contributions of the features scale with the slope, the base value takes
    the intercept, and explanations add up to the calibrated log-odds exactly.
    """

    slope: float
    intercept: float

    def log_odds(self, raw: Floats) -> Floats:
        """Calibrated log-odds of raw scores."""
        return self.slope * raw + self.intercept


def fit_sigmoid(raw: Floats, denied: NDArray[np.bool_]) -> Sigmoid:
    """Calibration that makes out-of-fold raw scores most likely.

    The same as ``CalibratedClassifierCV(cv=…, ensemble=False, method="sigmoid")`` fits, smoothed targets included;
    written here because that class keeps the out-of-fold scores to itself and the combiner needs them too.

    Parameters
    ----------
    raw
        Out-of-fold decision values, one per claim.
    denied
        Whether each claim was denied; both outcomes must occur.
    """
    from scipy.sparse import csr_array

    count = denied.sum()
    paid = len(denied) - count
    targets = np.where(denied, (count + 1.0) / (count + 2.0), 1.0 / (paid + 2.0))
    design = csr_array(np.column_stack([raw, np.ones_like(raw)]))
    flat = np.full(2, 1e12)
    start = np.array([1.0, 0.0])
    fitted = fit_logistic(design, targets, offset=np.zeros_like(raw), prior_mean=start, prior_variance=flat)
    return Sigmoid(float(fitted.value[0]), float(fitted.value[1]))
