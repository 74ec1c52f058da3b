from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.encode import CodeTable
from models.interval import COVERAGE, Support, count_support, risk_interval, similar_claims


def test_the_interval_holds_the_risk_and_stays_inside_zero_and_one() -> None:
    risk = np.concatenate([[1e-9, 1e-5, 1 - 1e-7], np.linspace(0.001, 0.999, 500)])
    for claims in (4.0, 12.0, 40.0):
        low, high = risk_interval(risk, np.full(len(risk), claims), np.zeros(len(risk)))
        assert (low <= risk).all()
        assert (risk <= high).all()
        assert (low > 0).all()
        assert (high < 1).all()


def test_fewer_similar_claims_make_it_wider_and_so_does_an_unseen_rule() -> None:
    risk = np.full(3, 0.2)
    low, high = risk_interval(risk, np.array([40.0, 10.0, 40.0]), np.array([0.0, 0.0, 1.0]))
    width = high - low
    assert width[1] > width[0]
    assert width[2] > width[0]


def test_ends_are_beta_quantiles() -> None:
    from scipy.stats import beta

    low, high = risk_interval(np.array([0.3]), np.array([20.0]), np.zeros(1))
    tail = (1 - COVERAGE) / 2
    assert low[0] == pytest.approx(beta.ppf(tail, 6, 14), abs=0.01)
    assert high[0] == pytest.approx(beta.ppf(1 - tail, 6, 14), abs=0.01)


def test_the_rarest_code_of_a_claim_counts_most() -> None:
    support = Support({"payer_id": {"A": 1000, "B": 1000}, "main_procedure": {"X": 1000}})
    frame = pd.DataFrame({"payer_id": ["A", "A", "NEW"], "main_procedure": ["X", "NEW", "NEW"]}, dtype="str")
    tables = {name: CodeTable(tuple(own), np.zeros(len(own) + 1)) for name, own in support.counts.items()}
    places = {name: table.places(frame[name]) for name, table in tables.items()}
    known, half, unknown = similar_claims(support.scarcity(tables), places, 3)
    assert known > half > unknown


def test_codes_of_few_claims_are_not_kept() -> None:
    features = pd.DataFrame({"payer_id": ["A"] * 6 + ["B"]}, dtype="str")
    assert count_support(features, {"payer_id": frozenset({"A"})}).counts == {"payer_id": {"A": 6}}


def test_nine_in_ten_intervals_hold_the_truth_in_a_simulated_world(world, trained) -> None:
    rows = trained.split.test
    predicted = trained.model.predict(world.features.iloc[rows], world.fired.iloc[rows], world.rule_info)
    held = (predicted.low <= world.truth[rows]) & (world.truth[rows] <= predicted.high)
    assert held.mean() > 0.85
