import numpy as np
import pandas as pd
import pytest

from models.gate import LARGE_PAYER, check_calibration, check_log_loss, check_payers, check_sanity


def drawn(claims=3000, seed=0):
    """True log-odds, outcomes, and payers of claims."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-2.2, 1.0, claims)
    denied = rng.random(claims) < 1 / (1 + np.exp(-log_odds))
    return log_odds, denied, pd.Series(np.array(["A", "B", "C", "D"])[rng.integers(0, 4, claims)]), rng


def risk_of(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def test_a_challenger_like_the_champion_passes():
    log_odds, denied, payer, rng = drawn()
    one, other = (risk_of(log_odds + rng.normal(0, 0.1, len(log_odds))) for _ in range(2))
    assert check_sanity(one, denied).passed
    assert check_calibration(one, denied, 0).passed
    assert check_log_loss(one, other, denied, 0).passed
    assert check_payers(one, other, denied, payer).passed


def test_a_challenger_that_knows_less_is_significantly_worse():
    log_odds, denied, _, rng = drawn()
    check = check_log_loss(
        risk_of(0.5 * log_odds - 1.1 + rng.normal(0, 0.8, len(denied))), risk_of(log_odds), denied, 0
    )
    assert not check.passed
    assert check.figures["difference_low"] > 0.002
    assert "against" in check.told


def test_worse_than_the_tolerance_is_refused_even_where_claims_are_too_few_to_be_sure():
    log_odds, denied, _, rng = drawn(60, seed=4)
    challenger = risk_of(log_odds + rng.normal(0, 1.5, 60))
    check = check_log_loss(challenger, risk_of(log_odds), denied, 0)
    assert check.figures["difference_low"] < 0 < check.figures["difference_high"]
    assert check.figures["log_loss"] - check.figures["log_loss_of_champion"] > 0.02
    assert not check.passed


@pytest.mark.parametrize("shift", [-1.0, 1.0])
def test_risks_that_are_too_low_or_too_high_fail_the_calibration(shift):
    log_odds, denied, _, _ = drawn()
    assert not check_calibration(risk_of(log_odds + shift), denied, 0).passed


def test_few_claims_are_held_to_what_chance_allows():
    passed = 0
    for seed in range(20):
        log_odds, denied, _, _ = drawn(220, seed)
        check = check_calibration(risk_of(log_odds), denied, 0)
        assert check.figures["ece_at_most"] > 0.05
        passed += check.passed
    assert passed >= 17


def test_a_large_payer_that_gets_worse_is_named_and_a_small_one_is_not():
    log_odds, denied, payer, _ = drawn()
    spoilt = np.where(payer == "B", log_odds - 1.5, log_odds)
    check = check_payers(risk_of(spoilt), risk_of(log_odds), denied, payer)
    assert not check.passed
    assert "payer B" in check.told
    assert set(check.figures) == {"A", "B", "C", "D"}
    few = payer.mask(payer.eq("B") & (payer.eq("B").cumsum() >= LARGE_PAYER), "A2")
    small = check_payers(risk_of(np.where(few == "B", log_odds - 1.5, log_odds)), risk_of(log_odds), denied, few)
    assert small.passed
    assert "B" not in small.figures


def test_payers_alike_are_seldom_called_worse():
    refused = 0
    for seed in range(40):
        log_odds, denied, payer, rng = drawn(2000, seed)
        one, other = (risk_of(log_odds + rng.normal(0, 0.3, len(log_odds))) for _ in range(2))
        refused += not check_payers(one, other, denied, payer).passed
    assert refused <= 5


def test_a_model_that_ranks_backwards_is_not_sane():
    log_odds, denied, _, _ = drawn()
    assert not check_sanity(risk_of(-log_odds), denied).passed
