import numpy as np
import pytest

from models.operating import CAPACITIES, PRECISIONS, operating_points


@pytest.fixture
def claims():
    rng = np.random.default_rng(0)
    risk = rng.beta(0.5, 2, 2000)
    return risk, rng.random(2000) < risk


def test_a_threshold_reaches_what_it_says(claims):
    risk, denied = claims
    points = operating_points(risk, denied)
    assert points["value"].tolist() == [*PRECISIONS, *CAPACITIES]
    for one in points.dropna().itertuples():
        flagged = risk >= one.threshold
        assert flagged.sum() == one.flagged
        assert denied[flagged].mean() == pytest.approx(one.precision)
        assert denied[flagged].sum() / denied.sum() == pytest.approx(one.recall)
        if one.wanted == "precision":
            assert one.precision >= one.value
        else:
            assert one.flagged == np.floor(one.value * len(risk))
    assert points["threshold"].notna().sum() >= 7


def test_a_precision_that_no_threshold_reached_has_no_threshold(claims):
    risk, _ = claims
    points = operating_points(risk, np.arange(len(risk)) % 10 == 0).set_index(["wanted", "value"])
    assert np.isnan(points.loc[("precision", 0.9), "threshold"])
    assert np.isfinite(points.loc[("capacity", 0.01), "threshold"])


def test_claims_of_one_risk_are_flagged_together():
    risk = np.repeat([0.8, 0.2], [50, 950])
    points = operating_points(risk, risk > 0.5).set_index(["wanted", "value"])
    assert points.loc[("capacity", 0.01), "flagged"] == 50  # more than asked for: they cannot be told apart
    assert points.loc[("capacity", 0.1), "flagged"] == 50
