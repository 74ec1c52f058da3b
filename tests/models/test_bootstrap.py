import numpy as np
import pytest

from models.bootstrap import ece_by_chance, intervals, paired_interval
from models.evaluate import expected_calibration_error, metrics


def drawn(claims, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    risk = rng.beta(1, 7, claims)
    return risk, rng.random(claims) < np.clip(risk + shift, 0, 1)


@pytest.mark.parametrize("ties", [False, True])
def test_the_resampled_figures_are_those_of_the_resampled_claims(ties, monkeypatch):
    """The columns of the bootstrap against the plain figures, one resample at a time."""
    from models import bootstrap

    risk, denied = drawn(200, 1)
    risk = np.round(risk, 1) if ties else risk
    order = np.argsort(risk, kind="stable")
    places = np.sort(np.random.default_rng(3).integers(0, 200, (5, 200)), axis=1)
    found = bootstrap._figures(risk[order], denied[order].astype(float), places)
    for row, own in enumerate(places):
        plain = metrics(risk[order][own], denied[order][own])
        for name in ("auroc", "log_loss", "brier", "ece"):
            assert found[name][row] == pytest.approx(plain[name], abs=1e-12), name


def test_an_interval_holds_its_figure_and_narrows_with_claims():
    widths = []
    for claims in (300, 4800):
        risk, denied = drawn(claims, 4)
        figures, found = metrics(risk, denied), intervals(risk, denied, seed=0)
        for name, (low, high) in found.items():
            assert low < figures[name] < high, name
        widths.append(found["log_loss"][1] - found["log_loss"][0])
    assert 3 < widths[0] / widths[1] < 5.5  # sixteen times the claims


def test_intervals_hold_the_truth_nine_times_in_ten():
    truth = metrics(*drawn(400_000, 99))
    held = {"auroc": 0, "log_loss": 0, "brier": 0}
    for seed in range(100):
        found = intervals(*drawn(500, seed), seed=seed)
        for name in held:
            held[name] += found[name][0] <= truth[name] <= found[name][1]
    assert all(80 <= count <= 97 for count in held.values()), held


def test_intervals_are_the_same_again_and_differ_by_seed():
    risk, denied = drawn(400, 2)
    assert intervals(risk, denied, 1) == intervals(risk, denied, 1)
    assert intervals(risk, denied, 1) != intervals(risk, denied, 2)


def test_blocks_of_resamples_change_nothing(monkeypatch):
    from models import bootstrap

    risk, denied = drawn(300, 2)
    whole = intervals(risk, denied, 1)
    monkeypatch.setattr(bootstrap, "_AT_ONCE", 300 * 7)
    parts = intervals(risk, denied, 1)
    for name, ends in whole.items():
        assert parts[name] == pytest.approx(ends)


def test_without_both_outcomes_there_is_no_auroc():
    found = intervals(np.full(50, 0.1), np.zeros(50, dtype=bool), 0)
    assert np.isnan(found["auroc"]).all()
    assert np.isfinite(found["brier"]).all()


def test_the_calibration_error_of_perfect_risks_stays_below_its_bound():
    below = 0
    for seed in range(60):
        risk, denied = drawn(400, seed)
        below += expected_calibration_error(risk, denied) <= ece_by_chance(risk, seed=1)
    assert below >= 53
    risk, denied = drawn(400, 1, shift=0.15)
    assert expected_calibration_error(risk, denied) > ece_by_chance(risk, seed=1)
    assert ece_by_chance(drawn(6400, 1)[0], 1) < ece_by_chance(drawn(400, 1)[0], 1) / 3


def test_paired_differences():
    rng = np.random.default_rng(0)
    low, high = paired_interval(rng.normal(0.5, 1.0, 400), 0)
    assert high - low == pytest.approx(2 * 1.645 * 1.0 / 20, rel=0.15)
    assert low < 0.5 < high
