import numpy as np
import pytest

from models.operating import CAPACITIES, PRECISIONS, SHARES, capture_curve, caught, operating_points


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


@pytest.fixture
def stakes(claims):
    """Claims whose amounts have nothing to do with their risk."""
    risk, denied = claims
    amount = np.random.default_rng(1).lognormal(5, 1.2, len(risk))
    return risk, risk * amount, denied, denied * amount


def test_the_capture_curve_counts_the_first_claims_of_each_ranking(stakes):
    risk, stake, denied, lost = stakes
    curve = capture_curve(risk, stake, denied, lost)
    assert curve["share"].tolist() == list(SHARES)
    assert curve.iloc[0].tolist() == [0.0] * 5
    assert curve.iloc[-1].tolist() == pytest.approx([1.0] * 5)
    for name, ranked in (("risk", risk), ("stake", stake)):
        first = np.argsort(-ranked, kind="stable")[: len(risk) // 10]
        at_tenth = curve[curve["share"] == 0.1].iloc[0]
        assert at_tenth[f"denials_by_{name}"] == pytest.approx(denied[first].sum() / denied.sum())
        assert at_tenth[f"amount_by_{name}"] == pytest.approx(lost[first].sum() / lost.sum())
    inner = curve[curve["share"].between(0.01, 0.5)]
    assert (inner["denials_by_risk"] > inner["denials_by_stake"]).all()
    assert (inner["amount_by_stake"] > inner["amount_by_risk"]).all()
    assert (np.diff(curve.to_numpy(), axis=0) >= 0).all()


def test_what_a_share_catches_lies_between_the_rows_of_the_curve(stakes):
    curve = capture_curve(*stakes).to_dict("list")
    low, between, high = (caught(curve, "stake", share) for share in (0.05, 0.06, 0.075))
    assert low.denials < between.denials < high.denials
    assert low.amount < between.amount < high.amount
    assert caught(curve, "risk", 1.0).denials == pytest.approx(1.0)


def test_where_nothing_was_denied_nothing_is_caught():
    nobody = np.zeros(5, dtype=bool)
    assert capture_curve(np.ones(5), np.ones(5), nobody, nobody * 1.0).drop(columns="share").eq(0).all(axis=None)
