from __future__ import annotations

import numpy as np
import pytest

from models._logistic import expit, logit
from models.interval import risk_interval
from models.interval_groups import (
    CLAIMS_BANDS,
    DENIALS,
    LEAST_GROUPS,
    RISK_BANDS,
    Stretch,
    fit_stretch,
    groups_of,
    share_held,
)


def claims(size: int, seed: int, shift: float = 0.0):
    """Risks, similar claims, and outcomes whose true log-odds are off by ``shift``."""
    rng = np.random.default_rng(seed)
    risk, similar = rng.beta(1.0, 7.0, size), rng.gamma(1.0, 60.0, size)
    return risk, similar, rng.random(size) < expit(logit(risk) + shift)


def held(stretch: Stretch, risk, similar, denied) -> float:
    low, high = risk_interval(risk, similar, np.zeros(len(risk)), stretch.of(similar))
    return share_held(low, high, denied, groups_of(risk, similar))


def test_a_group_is_of_one_band_of_risk_and_of_similar_claims_and_expects_ten_denials() -> None:
    risk, similar, _ = claims(8000, seed=1)
    group = groups_of(risk, similar)
    for one in range(group.max() + 1):
        members = group == one
        assert risk[members].sum() == pytest.approx(DENIALS, abs=1.0)
        assert len(set(np.searchsorted(CLAIMS_BANDS, similar[members], side="right"))) == 1
        assert len(set(np.searchsorted(RISK_BANDS, risk[members], side="right"))) == 1
    left_over = risk[group < 0].sum()
    assert left_over < DENIALS * (len(CLAIMS_BANDS) + 1) * (len(RISK_BANDS) + 1)


def test_outcomes_have_no_say_in_what_a_group_is() -> None:
    risk, similar, _ = claims(3000, seed=2)
    assert (groups_of(risk, similar) == groups_of(risk.copy(), similar.copy())).all()


def test_a_calibrated_risk_needs_no_stretch() -> None:
    risk, similar, denied = claims(8000, seed=3)
    assert fit_stretch(risk, similar, np.zeros(len(risk)), denied).factors == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("shift", [1.6, 2.2, -2.0])
def test_nine_of_ten_later_groups_are_held_however_far_off_the_model_is(shift) -> None:
    risk, similar, denied = claims(12000, seed=4, shift=shift)
    stretch = fit_stretch(risk, similar, np.zeros(len(risk)), denied)
    later = claims(30000, seed=5, shift=shift)
    assert held(Stretch(), *later) < 0.9
    assert held(stretch, *later) > 0.85  # 0.9 on average over what it was found with


def test_a_band_is_stretched_by_what_its_own_claims_show() -> None:
    risk, similar, denied = claims(20000, seed=6)
    thin = similar < CLAIMS_BANDS[0]
    rng = np.random.default_rng(0)
    denied[thin] = rng.random(thin.sum()) < expit(logit(risk[thin]) + 2.5)
    stretch = fit_stretch(risk, similar, np.zeros(len(risk)), denied)
    assert stretch.factors[0] > 1.0
    assert stretch.factors[1:] == (1.0, 1.0)
    assert min(stretch.groups) >= LEAST_GROUPS
    assert stretch.of(np.array([0.0, 50.0, np.inf])).tolist() == list(stretch.factors)


def test_too_few_claims_prove_nothing_and_say_so() -> None:
    for size in (0, 300):
        risk, similar, denied = claims(size, seed=7, shift=2.0)
        assert fit_stretch(risk, similar, np.zeros(size), denied) == Stretch()
