from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta

from models.interval import COVERAGE
from models.interval_beta import beta_interval


def test_ends_are_beta_quantiles() -> None:
    low, high = beta_interval(np.array([0.3, 0.12, 0.3]), 20.0)
    tail = (1 - COVERAGE) / 2
    assert low[0] == pytest.approx(beta.ppf(tail, 6, 14))
    assert high[0] == pytest.approx(beta.ppf(1 - tail, 6, 14))
    assert (low[0], high[0]) == (low[2], high[2])


def test_the_risk_is_inside_and_the_ends_keep_off_zero_and_one() -> None:
    risk = np.array([1e-6, 0.01, 0.5, 0.99])
    low, high = beta_interval(risk, 4.0)
    assert ((low > 0) & (low <= risk) & (risk <= high) & (high < 1)).all()


def test_no_risks_have_no_ends() -> None:
    assert [len(end) for end in beta_interval(np.empty(0), 4.0)] == [0, 0]
