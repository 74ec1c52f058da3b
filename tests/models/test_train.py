from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models import TrainingOptions, train_model
from models._logistic import expit
from models.causes_fit import CauseOptions
from models.compare import compare_parts
from models.encode import prepare
from models.held_out import held_out_rules
from risk.errors import ModelError
from tests.models.conftest import FAST


def test_risks_on_later_claims_are_nearly_as_good_as_the_truth(world, trained) -> None:
    table = compare_parts(
        trained,
        world.features,
        world.fired,
        world.rule_info,
        world.labels,
        world.inputs,
        seed=3,
        options=FAST,
        true_probability=world.truth,
    ).set_index("contender")
    assert table.loc["combined", "auroc"] > table.loc["truth", "auroc"] - 0.04
    together = table.loc["combined", "log_loss"]
    alone = table.loc[["features", "rules", "logistic"], "log_loss"]
    assert together < alone.min() < alone.max() < table.loc["base_rate", "log_loss"]
    assert together == pytest.approx(table.loc["trees", "log_loss"], abs=0.002)
    assert table.loc["combined", "auroc"] > max(table.loc[["rules", "rules_assumed", "logistic"], "auroc"])
    assert table.loc["combined", "ece"] < 0.04


def test_the_same_seed_trains_the_same_model(world, trained) -> None:
    options = trained.model.summary["options"]
    options = options | {"causes": CauseOptions(**options["causes"])}
    again = train_model(
        world.features,
        world.fired,
        world.rule_info,
        world.labels,
        world.inputs,
        seed=3,
        options=TrainingOptions(**options),
    )
    np.testing.assert_array_equal(again.risk, trained.risk)


def test_the_scikit_learn_estimator_of_all_denials_and_the_plain_arrays_agree(world, trained) -> None:
    rows = trained.split.test
    later = world.features.iloc[rows]
    encoder, seen = trained.model.encoder, trained.model.seen(later, world.fired.iloc[rows])
    inputs = (*world.inputs, *(one for one in encoder.inputs if one.rule))
    expected = trained.estimator.predict_proba(prepare(seen, inputs, encoder.vocabulary))[:, 1]
    raw = trained.model.forest.raw_scores(encoder.encode(seen))
    (calibrator,) = trained.estimator.calibrated_classifiers_[0].calibrators
    np.testing.assert_allclose(expit(-calibrator.a_ * raw - calibrator.b_), expected, atol=1e-12)
    predicted = trained.model.predict(later, world.fired.iloc[rows], world.rule_info)
    assert np.corrcoef(predicted.model_log_odds, raw)[0, 1] > 0.9


def test_a_claim_scores_the_same_alone_or_in_a_batch(world, trained) -> None:
    together = trained.model.predict(world.features.head(60), world.fired.head(60), world.rule_info)
    for row in range(0, 60, 7):
        alone = trained.model.predict(world.features.iloc[[row]], world.fired.iloc[[row]], world.rule_info)
        assert alone.risk[0] == together.risk[row]
        assert (alone.low[0], alone.high[0]) == (together.low[row], together.high[row])


def test_explanations_add_up_to_the_model_before_the_combiner(world, trained) -> None:
    predicted = trained.model.predict(world.features, world.fired, world.rule_info)
    explained = trained.model.explain(trained.model.seen(world.features, world.fired))
    total = explained.base_value + explained.contributions.sum(axis=1).to_numpy()
    np.testing.assert_allclose(total, predicted.model_log_odds, atol=1e-9)
    assert set(explained.contributions) == set(trained.model.seen(world.features, world.fired)) > set(world.features)


def test_a_prediction_is_explained_as_its_claims_are(world, trained) -> None:
    predicted = trained.model.predict(world.features, world.fired, world.rule_info)
    rows = np.array([2, 5, 700])
    explained, again = trained.model.explain_predicted(predicted, rows), trained.model.explain(predicted.seen, rows)
    assert explained.contributions.index.tolist() == rows.tolist()
    assert explained.base_value == again.base_value
    np.testing.assert_array_equal(explained.contributions.to_numpy(), again.contributions.to_numpy())


def test_chosen_rows_are_explained_as_among_all(world, trained) -> None:
    chosen = trained.model.explain(trained.model.seen(world.features, world.fired), rows=[5, 2]).contributions
    everything = trained.model.explain(trained.model.seen(world.features, world.fired)).contributions
    np.testing.assert_array_equal(chosen.to_numpy(), everything.iloc[[5, 2]].to_numpy())


def test_a_feature_declared_riskier_when_higher_never_lowers_the_risk(world, trained) -> None:
    features = world.features.head(100)
    quiet = world.fired.head(100)
    risks = [
        trained.model.predict(features.assign(number_0=np.float32(value)), quiet, world.rule_info).risk
        for value in np.linspace(-3, 3, 13)
    ]
    assert (np.diff(risks, axis=0) >= -1e-12).all()


def test_claims_whose_outcome_is_not_known_are_left_out(world) -> None:
    labels = world.labels.copy()
    labels.loc[:999, "denied"] = np.nan
    trained = train_model(
        world.features,
        world.fired,
        world.rule_info,
        labels,
        world.inputs,
        seed=0,
        options=TrainingOptions(iterations=5, folds=2),
    )
    assert sum(trained.split.sizes().values()) == len(labels) - 1000


def test_too_few_denials_cannot_carry_a_model(world) -> None:
    labels = world.labels.assign(denied=0.0)
    with pytest.raises(ModelError, match="expected at least"):
        train_model(world.features, world.fired, world.rule_info, labels, world.inputs, seed=0)


def test_denials_of_one_season_only_cannot_be_tested(world) -> None:
    labels = world.labels.copy()
    labels.loc[labels["submission_date"] > pd.Timestamp("2026-06-01"), "denied"] = 0.0
    with pytest.raises(ModelError, match="each part of the time split"):
        train_model(
            world.features,
            world.fired,
            world.rule_info,
            labels,
            world.inputs,
            seed=0,
            options=TrainingOptions(iterations=5, folds=2),
        )


def test_the_summary_says_what_the_model_was_trained_on(trained) -> None:
    summary = trained.model.summary
    assert summary["submitted"]["train"][1] < summary["submitted"]["test"][0]
    assert summary["test"]["claims"] == len(trained.split.test)
    assert trained.model.threshold_for(0.3) > 0


def test_a_rule_left_out_of_training_is_still_given_about_its_true_risk(simulated) -> None:
    world = simulated(claims=5000, rules=12, seed=21, seen_by_features=False)
    chosen = ["SIM000", "SIM001", "SIM003", "SIM004"]
    table = held_out_rules(
        world.features,
        world.fired,
        world.rule_info,
        world.labels,
        world.inputs,
        seed=0,
        rules=chosen,
        options=TrainingOptions(iterations=30, learning_rate=0.2, folds=2),
    )
    assert list(table["rule_id"]) == chosen
    with_finding = (table["combined"] - table["observed"]).abs().mean()
    without = (table["without_finding"] - table["observed"]).abs().mean()
    assert with_finding < 0.15
    assert with_finding < without / 2


def test_rules_that_hardly_fire_are_not_put_to_the_test(world) -> None:
    fired = world.fired.assign(RARE001=np.arange(len(world.fired)) < 5)
    info = world.rule_info | {"RARE001": replace(world.rule_info["SIM000"])}
    table = held_out_rules(world.features, fired, info, world.labels, world.inputs, seed=0, rules=["RARE001"])
    assert table.empty


def test_a_feature_that_no_claim_has_is_no_obstacle(world) -> None:
    number = next(one.name for one in world.inputs if one.encoding == "number")
    features = world.features.assign(**{number: np.float32("nan")})
    quick = TrainingOptions(iterations=20, folds=3)
    arguments = (world.fired, world.rule_info, world.labels, world.inputs)
    trained = train_model(features, *arguments, seed=3, options=quick)
    rows = trained.split.test[:5]
    assert (
        trained.model.explain(trained.model.seen(features.iloc[rows], world.fired.iloc[rows])).contributions[number]
        == 0
    ).all()


def test_a_claim_whose_every_code_is_new_is_about_an_average_claim(world, trained) -> None:
    """Rare codes of training are often mistakes; a code from elsewhere says nothing, and must not count as one."""
    codes = [one.name for one in world.inputs if one.encoding == "target"]
    usual = world.features.iloc[trained.split.test]
    foreign = usual.assign(**dict.fromkeys(codes, "NEVER-SEEN"))
    quiet = world.fired.iloc[trained.split.test].copy()
    quiet[:] = False
    ours = trained.model.predict(usual, quiet, world.rule_info).risk.mean()
    theirs = trained.model.predict(foreign, quiet, world.rule_info).risk.mean()
    assert theirs == pytest.approx(ours, abs=0.06)


def test_the_model_to_use_has_learnt_from_the_latest_claims_and_keeps_the_figures_of_the_tested_one(trained) -> None:
    assert trained.model.summary == trained.tested.summary
    assert trained.model.thresholds.equals(trained.tested.thresholds)
    latest = len(trained.split.train) + len(trained.split.validation) + len(trained.split.test)
    payers = sum(trained.model.support.counts["payer_id"].values())
    assert len(trained.split.train) < payers <= latest
