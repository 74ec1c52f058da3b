"""Calibration by payer: large payers are corrected, small ones hardly, and nobody where nothing differs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models._logistic import expit
from models.encode import MISSING, RARE
from models.payer_offsets import PAYER_INPUT, fit_payer_offsets, offsets_of


def drawn(counts: dict[str, int], truth: dict[str, float]):
    rng = np.random.default_rng(4)
    payer = np.repeat(list(counts), list(counts.values()))
    log_odds = rng.normal(-2, 1, len(payer))
    denied = rng.random(len(payer)) < expit(log_odds + np.array([truth.get(one, 0.0) for one in payer]))
    return log_odds, denied, pd.Series(payer, dtype="str")


def test_payers_that_differ_are_corrected_and_small_ones_drawn_toward_zero() -> None:
    offsets = fit_payer_offsets(
        *drawn({"A": 20_000, "B": 20_000, "C": 20_000, "D": 60}, {"A": 0.4, "B": -0.4, "D": 1.5})
    )
    assert offsets["A"] == pytest.approx(0.4, abs=0.08)
    assert offsets["B"] == pytest.approx(-0.4, abs=0.08)
    assert abs(offsets["C"]) < 0.08
    assert 0 < offsets["D"] < 1.0


def test_payers_that_do_not_differ_have_no_offsets_worth_the_name() -> None:
    offsets = fit_payer_offsets(*drawn(dict.fromkeys("ABCDE", 5_000), {}))
    assert max(map(abs, offsets.values()), default=0.0) < 0.05


def test_codes_that_name_no_payer_have_none() -> None:
    log_odds, denied, payers = drawn({RARE: 5_000, "A": 5_000}, {RARE: 1.0})
    assert RARE not in fit_payer_offsets(log_odds, denied, payers)
    assert fit_payer_offsets(log_odds, denied, payers.replace({"A": MISSING})) == {}


def test_unknown_and_missing_payers_are_left_where_they_were() -> None:
    payers = pd.Series(["A", "new", None], dtype="str")
    np.testing.assert_array_equal(offsets_of({"A": 0.3}, payers), [0.3, 0.0, 0.0])


def test_an_offset_moves_the_risk_and_stands_with_the_payer_in_the_explanation(world, trained) -> None:
    payer = world.features[PAYER_INPUT].iloc[0]
    moved = replace(trained.model, payer_offsets={payer: 0.7})
    plain = replace(trained.model, payer_offsets={})
    before, after = (one.predict(world.features, world.fired, world.rule_info) for one in (plain, moved))
    own = (world.features[PAYER_INPUT] == payer).to_numpy()
    np.testing.assert_allclose((after.model_log_odds - before.model_log_odds)[own], 0.7)
    np.testing.assert_array_equal(after.model_log_odds[~own], before.model_log_odds[~own])
    explained = moved.explain(moved.seen(world.features, world.fired))
    total = explained.base_value + explained.contributions.sum(axis=1)
    np.testing.assert_allclose(total, after.model_log_odds, atol=1e-9)
