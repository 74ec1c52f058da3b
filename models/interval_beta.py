"""The interval of a risk that nothing was counted for: what a handful of claims of that rate would show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.interval import COVERAGE, bounded

Floats = NDArray[np.float64]


def beta_interval(risk: Floats, claims: float) -> tuple[Floats, Floats]:
    """Ends of the 90 % interval of each risk: the rate among n ``claims`` varies as a Beta(risk·n, (1−risk)·n) does.

    For risks of few distinct values, as those of rules alone are: quantiles are worked out once for each.
    """
    from scipy.special import betaincinv

    distinct, places = np.unique(risk, return_inverse=True)
    tail = (1.0 - COVERAGE) / 2
    low, high = (
        np.asarray(betaincinv(distinct * claims, (1.0 - distinct) * claims, quantile))
        for quantile in (tail, 1.0 - tail)
    )
    return bounded(low[places], high[places], risk)
