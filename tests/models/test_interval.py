from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.encode import CodeTable
from models.interval import Support, count_support, risk_interval, similar_claims


def interval(risk, claims, extra=0.0, stretch=1.0):
    """Interval of one risk, or of several, with the same of everything else."""
    risk = np.atleast_1d(np.asarray(risk, dtype=float))
    return risk_interval(risk, *(np.full(len(risk), value) for value in (claims, extra, stretch)))


def test_the_interval_holds_the_risk_and_stays_inside_zero_and_one() -> None:
    risk = np.concatenate([[1e-9, 1e-5, 1 - 1e-7], np.linspace(0.001, 0.999, 500)])
    for claims in (0.0, 4.0, 40.0, 1e6, np.inf):
        low, high = interval(risk, claims)
        assert (low <= risk).all()
        assert (risk <= high).all()
        assert (low > 0).all()
        assert (high < 1).all()


@pytest.mark.parametrize("risk", [0.03, 0.1, 0.3, 0.6, 0.9])
def test_it_is_nowhere_wider_for_more_similar_claims_and_wider_for_none_than_for_hundreds(risk) -> None:
    widths = [float((high - low)[0]) for low, high in (interval(risk, n) for n in (0, 1, 2, 5, 20, 80, 300, 1000))]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[-1]


def test_an_unseen_rule_makes_it_wider_and_so_does_a_stretch() -> None:
    low, high = interval(0.2, 40.0)
    for changed in (interval(0.2, 40.0, extra=1.0), interval(0.2, 40.0, stretch=1.5)):
        assert changed[0][0] < low[0]
        assert changed[1][0] > high[0]


def test_the_rarest_code_of_a_claim_counts_most() -> None:
    support = Support({"payer_id": {"A": 1000, "B": 1000}, "main_procedure": {"X": 1000}})
    frame = pd.DataFrame({"payer_id": ["A", "A", "NEW"], "main_procedure": ["X", "NEW", "NEW"]}, dtype="str")
    tables = {name: CodeTable(tuple(own), np.zeros(len(own) + 1)) for name, own in support.counts.items()}
    places = {name: table.places(frame[name]) for name, table in tables.items()}
    known, half, unknown = similar_claims(support.scarcity(tables), places, 3)
    assert known == pytest.approx(1000)
    assert half == pytest.approx(2 / (1 + 1 / 1001) - 1)
    assert unknown == 0


def test_claims_without_codes_have_no_end_of_similar_ones() -> None:
    assert similar_claims({}, {}, 2).tolist() == [np.inf, np.inf]


def test_codes_of_few_claims_are_not_kept() -> None:
    features = pd.DataFrame({"payer_id": ["A"] * 6 + ["B"]}, dtype="str")
    assert count_support(features, {"payer_id": frozenset({"A"})}).counts == {"payer_id": {"A": 6}}


def test_nine_in_ten_intervals_hold_the_truth_in_a_simulated_world(world, trained) -> None:
    rows = trained.split.test
    predicted = trained.model.predict(world.features.iloc[rows], world.fired.iloc[rows], world.rule_info)
    held = (predicted.low <= world.truth[rows]) & (world.truth[rows] <= predicted.high)
    assert held.mean() > 0.9
