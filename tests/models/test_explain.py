from __future__ import annotations

import numpy as np
import pytest

from models.explain import forest_contributions, tree_shares
from models.trees import Forest


@pytest.fixture(scope="module")
def boosted():
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(5)
    matrix = rng.normal(size=(3000, 8))
    matrix[:, ::2] = np.round(matrix[:, ::2])
    matrix[rng.random(matrix.shape) < 0.15] = np.nan
    signal = np.nan_to_num(matrix[:, 0]) * np.nan_to_num(matrix[:, 1]) + np.isnan(matrix[:, 2]) * 2.0 - 1.0
    outcome = rng.random(3000) < 1 / (1 + np.exp(-signal))
    booster = HistGradientBoostingClassifier(max_leaf_nodes=8, max_iter=40, early_stopping=False, random_state=0)
    return booster.fit(matrix, outcome), matrix


def test_raw_scores_are_those_of_scikit_learn_to_the_bit(boosted) -> None:
    booster, matrix = boosted
    np.testing.assert_array_equal(Forest.of_fitted(booster).raw_scores(matrix), booster.decision_function(matrix))


def test_contributions_add_up_to_the_raw_score_of_every_claim(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    added, base = forest_contributions(forest, [tree_shares(tree) for tree in forest.trees], matrix)
    np.testing.assert_allclose(base + added.sum(axis=0), booster.decision_function(matrix), atol=1e-9)


def test_contributions_are_those_of_an_independent_implementation(boosted) -> None:
    shap = pytest.importorskip("shap", reason="the oracle of this test is not installed")
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    shares = [tree_shares(tree) for tree in forest.trees]
    rows = matrix[:200]
    added, base = forest_contributions(forest, shares, rows)
    oracle = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    np.testing.assert_allclose(added.T, oracle.shap_values(rows), atol=1e-6)
    assert base == pytest.approx(float(np.ravel(oracle.expected_value)[0]), abs=1e-6)


def test_a_feature_no_tree_asks_about_contributes_nothing(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    asked = {int(column) for tree in forest.trees for column in tree.feature}
    wider = Forest(forest.baseline, forest.trees, 9)
    shares = [tree_shares(tree) for tree in forest.trees]
    widened = np.column_stack([matrix, np.arange(len(matrix))])
    added, _ = forest_contributions(wider, shares, widened)
    unasked = sorted(set(range(9)) - asked)
    assert 8 in unasked
    assert (added[unasked] == 0.0).all()


def test_a_forest_survives_its_arrays(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    again = Forest.from_arrays(forest.to_arrays())
    np.testing.assert_array_equal(again.raw_scores(matrix), forest.raw_scores(matrix))


def test_trees_too_large_to_explain_exactly_are_refused() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    matrix = np.random.default_rng(0).normal(size=(500, 3))
    booster = HistGradientBoostingClassifier(max_leaf_nodes=16, max_iter=1, min_samples_leaf=5)
    booster.fit(matrix, matrix.sum(axis=1) > 0)
    with pytest.raises(ValueError, match="at most 8 leaves"):
        Forest.of_fitted(booster)
