from __future__ import annotations

import numpy as np
import pytest

from models._logistic import expit, fit_logistic, logit
from models.calibrate import fit_sigmoid


def test_calibration_is_that_of_scikit_learns_cross_validated_classifier() -> None:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(800, 3))
    denied = rng.random(800) < expit(matrix[:, 0] * 2 - 1)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    raw = cross_val_predict(LogisticRegression(C=0.01), matrix, denied, cv=folds, method="decision_function")
    reference = CalibratedClassifierCV(LogisticRegression(C=0.01), cv=folds, ensemble=False).fit(matrix, denied)
    calibrator = reference.calibrated_classifiers_[0].calibrators[0]
    sigmoid = fit_sigmoid(raw, denied)
    assert sigmoid.slope == pytest.approx(-calibrator.a_, abs=1e-3)
    assert sigmoid.intercept == pytest.approx(-calibrator.b_, abs=1e-3)


def test_overconfident_scores_are_drawn_in() -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(-1, 1, 20_000)
    sigmoid = fit_sigmoid(truth * 3 + 2, rng.random(20_000) < expit(truth))
    assert sigmoid.slope == pytest.approx(1 / 3, abs=0.02)
    assert sigmoid.intercept == pytest.approx(-2 / 3, abs=0.07)


def test_logistic_regression_keeps_to_its_lower_bounds() -> None:
    from scipy.sparse import csr_array

    rng = np.random.default_rng(2)
    design = rng.integers(0, 2, (2000, 2)).astype(float)
    outcome = (rng.random(2000) < expit(-1 - design[:, 0] + design[:, 1])).astype(float)
    fitted = fit_logistic(
        csr_array(design),
        outcome,
        offset=np.full(2000, -1.0),
        prior_mean=np.zeros(2),
        prior_variance=np.full(2, 10.0),
        at_least=np.zeros(2),
    )
    assert fitted.value[0] == 0.0
    assert fitted.value[1] == pytest.approx(0.6, abs=0.4)


def test_log_odds_and_probability_are_inverse_even_far_out() -> None:
    values = np.array([-40.0, -2.0, 0.0, 2.0, 30.0])
    np.testing.assert_allclose(logit(expit(values)), values, rtol=2e-3)
