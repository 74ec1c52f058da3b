"""One forest for each cause: what they say of a claim, how it adds up, and when there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models import train_model
from models.calibrate import fit_sigmoid
from models.causes import any_denial, causes_given_denied, log_shares
from models.causes_fit import LEAST_OF_A_CAUSE, OTHERS, _lessons, causes_of
from models.encode import prepare
from models.trees import PER_TREE
from tests.models.conftest import FAST


def scores_of(model, features, fired):
    return model.scores(features, fired)[1]


def shares_of_causes(scores):
    return causes_given_denied(scores.T).T


def test_every_reason_with_enough_denials_has_trees(world, trained) -> None:
    assert [one.name for one in trained.model.causes.causes] == sorted(world.labels["denial_reason"].dropna().unique())


def test_odds_of_the_causes_add_up_to_those_of_any_denial() -> None:
    scores = np.random.default_rng(1).normal(-3, 2, size=(50, 4))
    np.testing.assert_allclose(np.exp(any_denial(scores)), np.exp(scores).sum(axis=1))
    np.testing.assert_allclose(shares_of_causes(scores), np.exp(scores) / np.exp(scores).sum(axis=1)[:, None])
    np.testing.assert_allclose(np.exp(log_shares(scores)).sum(axis=1), 1.0)


def test_a_claim_alone_adds_up_to_the_same_bit_as_in_a_batch() -> None:
    scores = np.asfortranarray(np.random.default_rng(2).normal(-3, 2, size=(300, 13)))
    for function in (any_denial, shares_of_causes, log_shares):
        together = function(scores)
        for row in range(len(scores)):
            np.testing.assert_array_equal(function(scores[row : row + 1].copy()), together[row : row + 1])


def test_scores_are_the_odds_of_a_denial_for_the_cause(world, trained) -> None:
    """Expected denials for each reason are about those that came, on claims nobody has learnt from."""
    rows = trained.split.test
    odds = np.exp(scores_of(trained.tested, world.features.iloc[rows], world.fired.iloc[rows]))
    expected = odds / (1 + odds.sum(axis=1))[:, None]
    for column, cause in enumerate(trained.tested.causes.causes):
        came = (world.labels["denial_reason"].iloc[rows] == cause.name).sum()
        assert expected[:, column].sum() == pytest.approx(came, abs=4 * np.sqrt(came))


def contributions_of(model, world):
    seen = model.seen(world.features, world.fired)
    added, base_values = model._panel.contributions(model._panel.claims(seen))[1:], model._panel.base_values[1:]
    return model.causes.contributions(added, base_values), model.causes.base_value(base_values)


def test_contributions_to_the_causes_add_up_on_every_claim(world, trained) -> None:
    added, base = contributions_of(trained.model, world)
    np.testing.assert_allclose(
        base + added.sum(axis=0), any_denial(scores_of(trained.model, world.features, world.fired)), atol=1e-9
    )


def test_contributions_add_up_also_far_from_the_base_value(world, trained) -> None:
    def steeper(forest):
        return replace(forest, **{name: np.concatenate([getattr(forest, name)] * 4) for name in PER_TREE})

    model = trained.model
    causes = [replace(cause, forest=steeper(cause.forest)) for cause in model.causes.causes]
    steep = replace(model, causes=replace(model.causes, causes=tuple(causes)))
    added, base = contributions_of(steep, world)
    np.testing.assert_allclose(
        base + added.sum(axis=0), any_denial(scores_of(steep, world.features, world.fired)), atol=1e-6
    )


def test_a_sample_of_the_paid_claims_teaches_the_same_odds(world) -> None:
    guilty, paid = world.labels["denial_reason"].eq("coding").to_numpy(), ~world.denied
    rows, offset = _lessons(1, "coding", np.arange(len(paid)), guilty, paid)
    assert offset == 0.0
    assert len(rows) == guilty.sum() + paid.sum()
    many = np.repeat([True, False], [50, 100_000])
    rows, offset = _lessons(1, "coding", np.arange(len(many)), many, ~many)
    assert many[rows].sum() == 50
    assert np.exp(offset) == pytest.approx((len(rows) - 50) / 100_000)


def test_rare_and_unnamed_reasons_are_one_cause() -> None:
    many, few = LEAST_OF_A_CAUSE, LEAST_OF_A_CAUSE // 2 + 1
    reasons = ["coding"] * many + ["provider"] * few + [None] * few + ["bundling"] * 5
    denied = np.array([True] * (many + few + few) + [False] * 5)
    cause = causes_of(pd.Series(reasons, dtype="str"), denied)
    assert pd.Series(cause).value_counts().to_dict() == {"coding": many, OTHERS: 2 * few, "": 5}
    alone = causes_of(pd.Series(reasons[: many + few], dtype="str"), denied[: many + few])
    assert set(alone) == {"coding", ""}


def test_labels_without_reasons_train_a_model_without_causes(world) -> None:
    labels = world.labels.assign(denial_reason=pd.Series([None] * len(world.labels), dtype="str"))
    options = replace(FAST, refit=False)
    model = train_model(
        world.features, world.fired, world.rule_info, labels, world.inputs, seed=3, options=options
    ).model
    assert model.causes.causes == ()
    assert model.sigmoid.cause_slope == 0.0
    predicted = model.predict(world.features, world.fired, world.rule_info)
    explained = model.explain(model.seen(world.features, world.fired))
    total = explained.base_value + explained.contributions.sum(axis=1)
    np.testing.assert_allclose(total, predicted.model_log_odds, atol=1e-9)
    np.testing.assert_allclose(predicted.reasons.sum(axis=1), 1.0)


def test_the_better_of_two_scores_counts_for_more_and_none_against_itself() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(-2, 1.5, 20_000)
    denied = rng.random(20_000) < 1 / (1 + np.exp(-truth))
    noise = truth + rng.normal(0, 2, 20_000)
    fitted = fit_sigmoid(noise, denied, truth[:, None])
    assert fitted.cause_slope == pytest.approx(1.0, abs=0.1)
    assert 0 <= fitted.slope < 0.05
    against = fit_sigmoid(-noise, denied, truth[:, None])
    assert against.slope == 0.0
    assert against.cause_slope == pytest.approx(1.0, abs=0.1)
    assert fit_sigmoid(truth, denied, -noise[:, None]).cause_slope == 0.0


def test_codes_the_cause_never_saw_count_as_rare(world, trained) -> None:
    known = prepare(world.features.head(5), world.inputs, trained.model.encoder.vocabulary)
    strange = known.assign(main_procedure="never seen", payer_id="nor this")
    assert np.isfinite(scores_of(trained.model, strange, world.fired.head(5))).all()
