import numpy as np
import pandas as pd
import pytest

from models import Input, TrainingOptions
from models.leakage import (
    lone_aurocs,
    most_by_chance,
    names_an_outcome,
    require_chance,
    require_known,
    require_no_lone_leak,
    shuffled_auroc,
)
from risk.errors import ModelError

CHEAP = TrainingOptions(iterations=20)


def with_column(world, name, values, encoding="number"):
    features = world.features.assign(**{name: values})
    return features, (*world.inputs, Input(name, name, encoding, "unknown"))


def test_honest_features_are_far_from_the_bar(world):
    alone = lone_aurocs(world.features, world.denied, world.inputs, 0)
    assert list(alone.index[:1]) != []
    assert set(alone.index) == set(world.features)
    assert 0.55 < alone.iloc[0] < 0.8
    require_no_lone_leak(world.features, world.denied, world.inputs, 0)


def leaks(world):
    denied, rng = world.denied, np.random.default_rng(5)
    noise = rng.normal(size=len(denied))
    wrong = rng.random(len(denied)) < 0.01
    return {
        "denied_again": ((denied ^ wrong).astype(float), "number"),
        "low_when_denied": (noise - 10.0 * denied, "number"),
        "only_present_when_denied": (np.where(denied, noise, np.nan), "number"),
        "denied_in_the_middle": (np.where(denied, 0.0, np.sign(noise) * 5.0), "number"),
        "a_code": (pd.array(np.where(denied, "D", np.where(noise > 0, "A", "B")), dtype="str"), "target"),
    }


@pytest.mark.parametrize(
    "name", ["denied_again", "low_when_denied", "only_present_when_denied", "denied_in_the_middle", "a_code"]
)
def test_a_feature_that_is_the_outcome_is_named(world, name):
    values, encoding = leaks(world)[name]
    features, inputs = with_column(world, name, values, encoding)
    with pytest.raises(ModelError, match=f"{name}: alone it ranks .* without it"):
        require_no_lone_leak(features, world.denied, inputs, 0)


def test_a_number_or_code_of_its_own_for_each_claim_is_no_leak(world):
    rows = np.arange(len(world.features))
    features, inputs = with_column(world, "row", rows.astype(float))
    assert lone_aurocs(features, world.denied, inputs, 0)["row"] < 0.55
    features, inputs = with_column(world, "unique", pd.array([f"U{row}" for row in rows], dtype="str"), "target")
    assert lone_aurocs(features, world.denied, inputs, 0)["unique"] < 0.55


def test_a_column_without_values_says_nothing(world):
    features, inputs = with_column(world, "empty", np.full(len(world.features), np.nan))
    assert lone_aurocs(features, world.denied, inputs, 0)["empty"] == 0.5


def test_chance_is_four_standard_errors_wide():
    denied = np.arange(300) < 30
    assert most_by_chance(denied) == pytest.approx(0.7226, abs=1e-4)
    rng = np.random.default_rng(1)
    from models.evaluate import auroc

    drawn = [auroc(rng.random(300), rng.permutation(denied)) for _ in range(400)]
    assert np.std(drawn) == pytest.approx((most_by_chance(denied) - 0.5) / 4, rel=0.15)


def test_shuffled_outcomes_are_not_foreseen_at_three_hundred_claims(world):
    rows = np.arange(300)
    for seed in range(4):
        shuffled = np.random.default_rng(seed).permutation(world.denied[rows])
        require_chance(world.features.iloc[rows], shuffled, world.inputs, CHEAP, seed)


def test_a_feature_that_follows_the_shuffled_outcomes_is_named(world):
    rng = np.random.default_rng(2)
    shuffled = rng.permutation(world.denied)
    features, inputs = with_column(world, "rate", shuffled + rng.normal(0, 1.0, len(shuffled)))
    assert shuffled_auroc(world.features, shuffled, world.inputs, CHEAP, 0) < most_by_chance(shuffled)
    with pytest.raises(ModelError, match="rate: outcomes dealt out at random are foreseen"):
        require_chance(features, shuffled, inputs, CHEAP, 0)


def test_an_input_that_nobody_asked_for_is_refused(world):
    allowed = [one.name for one in world.inputs]
    require_known(world.inputs, allowed, ["claim_id", "payer_id"])
    with pytest.raises(ModelError, match=r"number_0.*--extra-features"):
        require_known(world.inputs, [name for name in allowed if name != "number_0"], [])
    with pytest.raises(ModelError, match="column remit_date"):
        require_known(world.inputs, allowed, ["claim_id", "remit_date"])


@pytest.mark.parametrize(
    "name", ["DENIED", "denial_code", "CARC 1", "Remit-Date", "amount_paid", "label_status", "EOB"]
)
def test_names_of_outcomes(name):
    assert names_an_outcome(name)


def test_no_column_of_a_claim_is_named_like_an_outcome():
    from risk.claims.tables import CLAIMS, DIAGNOSES, NOTES, SERVICE_LINES

    assert not [name for table in (CLAIMS, SERVICE_LINES, DIAGNOSES, NOTES) for name in table if names_an_outcome(name)]
