from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.evaluate import (
    average_precision,
    evaluate,
    expected_calibration_error,
    metrics,
    precision_recall,
    threshold_for_precision,
)
from models.plots import draw_precision_recall, draw_reliability
from risk.errors import ModelError


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(0)
    truth = rng.beta(1, 6, 5000)
    return np.round(truth, 3), rng.random(5000) < truth, truth


def test_figures_are_those_of_scikit_learn(scored) -> None:
    from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

    risk, denied, _ = scored
    figures = metrics(risk, denied)
    assert figures["auroc"] == pytest.approx(roc_auc_score(denied, risk))
    assert figures["average_precision"] == pytest.approx(average_precision_score(denied, risk))
    assert figures["brier"] == pytest.approx(brier_score_loss(denied, risk))
    assert figures["log_loss"] == pytest.approx(log_loss(denied, np.clip(risk, 1e-12, 1 - 1e-12)))


def test_the_truth_is_well_calibrated_and_its_double_is_not(scored) -> None:
    _, denied, truth = scored
    assert expected_calibration_error(truth, denied) < 0.02
    assert expected_calibration_error(np.minimum(truth * 2, 1), denied) > 0.1


def test_log_loss_of_the_truth_is_its_entropy(scored) -> None:
    _, denied, truth = scored
    figures = metrics(truth, denied, truth)
    assert figures["log_loss"] == pytest.approx(figures["entropy"], abs=0.03)
    assert figures["truth_auroc"] == figures["auroc"]


def test_one_outcome_alone_has_no_ranking() -> None:
    figures = metrics(np.array([0.1, 0.2]), np.array([False, False]))
    assert np.isnan(figures["auroc"])
    assert np.isnan(average_precision(np.array([0.1]), np.array([False])))


def test_the_threshold_for_a_precision_reaches_it_and_flags_the_most(scored) -> None:
    risk, denied, _ = scored
    table = precision_recall(risk, denied, at_most=None)
    threshold = threshold_for_precision(table, 0.4)
    flagged = risk >= threshold
    assert denied[flagged].mean() >= 0.4
    lower = table[table["threshold"] < threshold]
    assert (lower["precision"] < 0.4).all()


def test_a_precision_out_of_reach_names_the_best_and_the_best_is_reachable(scored) -> None:
    risk, denied, _ = scored
    table = precision_recall(risk, denied)
    with pytest.raises(ModelError, match=r"the best is 0\.\d{3}") as raised:
        threshold_for_precision(table, 0.999)
    best = float(str(raised.value).split("the best is ")[1][:5])
    assert threshold_for_precision(table, best) > 0


def test_payers_with_few_claims_are_counted_and_not_judged(scored) -> None:
    risk, denied, _ = scored
    payer = pd.Series(np.where(np.arange(5000) < 20, "SMALL", "LARGE"), name="payer_id", dtype="str")
    payer[30:40] = None
    payer[50] = "TYPED-BY-HAND"
    table = evaluate(risk, denied, payer, payer.rename("payer_type")).by_payer.set_index("payer_id")
    assert table.loc["SMALL", "claims"] == 20
    assert np.isnan(table.loc["SMALL", "ece"])
    assert 0 <= table.loc["LARGE", "ece"] < 0.1
    assert table["claims"].sum() == 5000
    assert set(table.index) == {"SMALL", "LARGE", "unknown", "<rare>"}


def test_pictures_are_drawn_without_a_display_and_alike_each_time(scored, tmp_path) -> None:
    risk, denied, _ = scored
    group = pd.Series(["A"] * len(risk), name="payer_id", dtype="str")
    evaluation = evaluate(risk, denied, group, group)
    for draw in (draw_reliability, draw_precision_recall):
        draw(evaluation, tmp_path / "one.png")
        draw(evaluation, tmp_path / "two.png")
        content = (tmp_path / "one.png").read_bytes()
        assert content.startswith(b"\x89PNG")
        assert content == (tmp_path / "two.png").read_bytes()
