from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from models.explain import Explainer
from models.trees import FEW, PER_TREE, QUESTIONS, Forest, stacked, unstacked


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


def test_a_claim_scores_the_same_alone_as_among_few_and_among_many(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    many = forest.raw_scores(matrix)
    few = forest.raw_scores(matrix[:FEW])
    alone = [forest.raw_scores(matrix[row : row + 1])[0] for row in range(40)]
    np.testing.assert_array_equal(few, many[:FEW])
    np.testing.assert_array_equal(alone, many[:40])
    np.testing.assert_array_equal(forest.raw_scores_of_many(forest.ranks(matrix[:7]), 7), many[:7])


def test_patterns_of_few_are_those_of_many(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    # Questions that a tree does not have leave a bit that means nothing.
    real = (2 ** np.arange(QUESTIONS) * (forest.feature >= 0)).sum(axis=1)
    one_by_one = [pattern.copy() for pattern in forest.patterns(forest.ranks(matrix), len(matrix))]
    np.testing.assert_array_equal(forest.patterns_at_once(matrix) & real, np.array(one_by_one).T)


def test_contributions_add_up_to_the_raw_score_of_every_claim(boosted) -> None:
    booster, matrix = boosted
    explainer = Explainer(Forest.of_fitted(booster))
    added = explainer.of_many(explainer.forest.ranks(matrix), len(matrix))
    np.testing.assert_allclose(explainer.base_value + added.sum(axis=0), booster.decision_function(matrix), atol=1e-9)


def test_a_claim_is_explained_the_same_alone_as_among_few_and_among_many(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    many = Explainer(forest).of_many(forest.ranks(matrix), len(matrix))
    fresh = Explainer(forest)
    np.testing.assert_array_equal(fresh.of_few(matrix[:1]), many[:, :1])  # tables are begun
    np.testing.assert_array_equal(fresh.of_few(matrix[:9]), many[:, :9])
    np.testing.assert_array_equal(fresh.of_few(matrix[:FEW]), many[:, :FEW])  # and go on
    np.testing.assert_array_equal(fresh.of_few(matrix[5:6]), many[:, 5:6])  # and kept


def test_a_single_tree_adds_its_leaves_in_the_same_order_for_one_claim_as_for_many(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    for number in range(len(forest)):
        one = replace(forest, **{name: getattr(forest, name)[[number]] for name in PER_TREE})
        many = Explainer(one).of_many(one.ranks(matrix), len(matrix))
        np.testing.assert_array_equal(Explainer(one).of_few(matrix[:1]), many[:, :1])


def worth(tree: dict[str, Any], known: set[int], values: Any, node: int = 0) -> float:
    """What a tree predicts when only some features are known, by walking it."""
    if node < 0:
        return float(tree["leaf_value"][~node])
    yes, no = int(tree["left"][node]), int(tree["right"][node])
    feature = int(tree["feature"][node])
    if feature in known:
        missing = np.isnan(values[feature])
        answer = tree["missing_left"][node] if missing else values[feature] <= tree["threshold"][node]
        return worth(tree, known, values, yes if answer else no)
    share = claims_below(tree, yes) / claims_below(tree, node)
    return share * worth(tree, known, values, yes) + (1 - share) * worth(tree, known, values, no)


def claims_below(tree: dict[str, Any], node: int) -> float:
    if node < 0:
        return float(tree["leaf_count"][~node])
    return claims_below(tree, int(tree["left"][node])) + claims_below(tree, int(tree["right"][node]))


def test_contributions_are_averages_over_all_orders_of_the_features(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    for number in (0, 11, 39):
        tree = {name: getattr(forest, name)[number] for name in PER_TREE}
        one = replace(forest, **{name: values[None] for name, values in tree.items()})
        asked = sorted({int(feature) for feature in tree["feature"] if feature >= 0})
        found = Explainer(one).of_few(matrix[:4])
        for row in range(4):
            expected = np.zeros(forest.features)
            orders = list(permutations(asked))
            for order in orders:
                for place, feature in enumerate(order):
                    before, after = set(order[:place]), set(order[: place + 1])
                    expected[feature] += worth(tree, after, matrix[row]) - worth(tree, before, matrix[row])
            np.testing.assert_allclose(found[:, row], expected / len(orders), atol=1e-12)


def test_contributions_are_those_of_an_independent_implementation(boosted) -> None:
    shap = pytest.importorskip("shap", reason="the oracle of this test is not installed")
    booster, matrix = boosted
    explainer = Explainer(Forest.of_fitted(booster))
    rows = matrix[:200]
    oracle = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    np.testing.assert_allclose(explainer.of_few(rows).T, oracle.shap_values(rows), atol=1e-6)
    assert explainer.base_value == pytest.approx(float(np.ravel(oracle.expected_value)[0]), abs=1e-6)


def test_a_feature_no_tree_asks_about_contributes_nothing(boosted) -> None:
    booster, matrix = boosted
    wider = replace(Forest.of_fitted(booster), features=9)
    widened = np.column_stack([matrix, np.arange(len(matrix))])
    added = Explainer(wider).of_many(wider.ranks(widened), len(widened))
    unasked = sorted(set(range(9)) - set(wider.asked))
    assert 8 in unasked
    assert (added[unasked] == 0.0).all()
    np.testing.assert_array_equal(Explainer(wider).of_few(widened[:3]), added[:, :3])


def test_a_forest_survives_its_arrays(boosted) -> None:
    booster, matrix = boosted
    forest = Forest.of_fitted(booster)
    other = replace(forest, baseline=1.0, **{name: getattr(forest, name)[:5] for name in PER_TREE})
    for before, after in zip((forest, other), unstacked(stacked([forest, other])), strict=True):
        np.testing.assert_array_equal(after.raw_scores(matrix), before.raw_scores(matrix))


def test_arrays_that_lead_in_a_circle_are_refused(boosted) -> None:
    arrays = stacked([Forest.of_fitted(boosted[0])])
    arrays["left"] = np.zeros_like(arrays["left"])
    with pytest.raises(ValueError, match="before those they lead to"):
        unstacked(arrays)


def test_a_tree_without_questions_is_its_leaf() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    matrix = np.zeros((60, 2))
    booster = HistGradientBoostingClassifier(max_leaf_nodes=8, max_iter=3).fit(matrix, np.arange(60) % 3 == 0)
    forest = Forest.of_fitted(booster)
    np.testing.assert_array_equal(forest.raw_scores(matrix[:2]), booster.decision_function(matrix[:2]))
    many = np.tile(matrix, (FEW, 1))
    np.testing.assert_array_equal(forest.raw_scores(many), booster.decision_function(many))
    assert (Explainer(forest).of_few(matrix[:2]) == 0.0).all()
    assert Explainer(forest).base_value == pytest.approx(booster.decision_function(matrix[:1])[0])


def test_trees_too_large_to_explain_exactly_are_refused() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    matrix = np.random.default_rng(0).normal(size=(500, 3))
    booster = HistGradientBoostingClassifier(max_leaf_nodes=16, max_iter=1, min_samples_leaf=5)
    booster.fit(matrix, matrix.sum(axis=1) > 0)
    with pytest.raises(ValueError, match="at most 8 leaves"):
        Forest.of_fitted(booster)
