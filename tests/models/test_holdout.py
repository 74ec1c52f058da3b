import numpy as np
import pandas as pd
import pytest

from models.encode import RARE
from models.holdout import freeze, read_holdout, write_holdout
from risk.errors import ModelError


@pytest.fixture
def frozen(world, trained):
    return freeze(world.features, world.fired, world.rule_info, world.labels, world.inputs, trained.split.test)


def test_a_hold_out_that_was_written_is_read_again(frozen, tmp_path, trained):
    digest = write_holdout(frozen, tmp_path / "holdout")
    read = read_holdout(tmp_path / "holdout", digest)
    assert read.features.equals(frozen.features)
    assert read.fired.equals(frozen.fired)
    assert read.labels.astype("str").equals(frozen.labels.astype("str"))
    assert (read.inputs, read.rule_info, read.since, read.until) == (
        frozen.inputs,
        frozen.rule_info,
        frozen.since,
        frozen.until,
    )
    assert [read.since, read.until] == trained.model.summary["submitted"]["test"]


def test_models_say_of_it_what_they_said_of_the_claims(frozen, trained):
    risk = trained.tested.predict(frozen.features[trained.tested.feature_names], frozen.fired, frozen.rule_info).risk
    np.testing.assert_allclose(risk, trained.risk, atol=1e-12)
    assert frozen.denied.mean() == pytest.approx(trained.evaluation.overall["denial_rate"])


def test_it_holds_the_month_and_no_day_no_rare_code_and_no_great_age(world, trained):
    rows = trained.split.test
    features = world.features.assign(age_at_service=np.linspace(20, 104, len(world.features)))
    features.loc[rows[0], "main_procedure"] = "C1234567"
    labels = world.labels.assign(member_id="M1", claim_id="C1")
    labels.loc[rows[1], "payer_id"] = "LONELY"
    frozen = freeze(features, world.fired, world.rule_info, labels, world.inputs, rows)
    assert frozen.labels.columns.tolist() == ["denied", "payer_id", "payer_type", "submission_month"]
    assert frozen.labels["submission_month"].str.fullmatch(r"20\d\d-\d\d").all()
    assert frozen.features["age_at_service"].max() == 90.0
    assert frozen.features["main_procedure"][0] == RARE
    assert frozen.labels["payer_id"][1] == RARE
    assert not any("LONELY" in str(value) or "C1234567" in str(value) for value in frozen.features.to_numpy().ravel())


@pytest.mark.parametrize("damage", ["a byte", "a file", "another digest"])
def test_a_hold_out_that_was_touched_is_refused(frozen, tmp_path, damage):
    folder = tmp_path / "holdout"
    digest = write_holdout(frozen, folder)
    if damage == "a byte":
        labels = pd.read_parquet(folder / "labels.parquet")
        labels.assign(denied=1 - labels["denied"]).to_parquet(folder / "labels.parquet", index=False)
    elif damage == "a file":
        (folder / "fired.parquet").unlink()
    with pytest.raises(ModelError, match="--data"):
        read_holdout(folder, "0" * 12 if damage == "another digest" else digest)
