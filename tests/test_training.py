from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from risk.amounts import paid_lines
from risk.cli import run
from risk.errors import InputError
from risk.reference import load_reference
from risk.rules import catalogue
from risk.training import history_of, prepare, read_labelled, read_past, read_truth, synthetic_claims


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    run(["synth", "--claims", "800", "--seed", "3", "--out", str(folder), "--quiet"])
    return folder


def test_labels_that_were_written_are_read_again(made):
    read, drawn = read_labelled(made / "labels.parquet"), synthetic_claims(800, seed=3)
    assert read.batch.claims["claim_id"].tolist() == drawn.batch.claims["claim_id"].tolist()
    assert read.outcomes["denied"].tolist() == drawn.outcomes["denied"].tolist()
    assert read.outcomes["denial_reason"].fillna("").tolist() == drawn.outcomes["denial_reason"].fillna("").tolist()
    assert read.left_out == 0


def test_amounts_that_were_written_are_read_again(made, tmp_path):
    columns = ["allowed_by_line", "denied_charge_cents"]
    again = synthetic_claims(800, seed=3)
    read, drawn, drawn_batch = read_labelled(made / "labels.parquet").outcomes, again.outcomes, again.batch
    pd.testing.assert_frame_equal(read[columns], drawn[columns])
    assert (read["denied_charge_cents"] > 0).equals(read["denied"] == 1)
    paid = paid_lines(drawn_batch, read["allowed_by_line"], load_reference())
    assert 0.2 < paid["allowed_cents"].sum() / paid["charge_cents"].sum() < 0.8
    labels = pd.read_parquet(made / "labels.parquet")
    assert len(paid) == ((labels["line_denied"] == 0) & (labels["line_charge"].astype(float) > 0)).sum() > 500
    frame = pd.read_parquet(made / "labels.parquet").drop(columns=["line_denied", "line_allowed_amount"])
    frame.to_parquet(tmp_path / "without.parquet")
    without = read_labelled(tmp_path / "without.parquet")
    assert without.line_denied is None
    assert all(one is None for claim in without.outcomes["allowed_by_line"] for one in claim)
    assert paid_lines(without.batch, without.outcomes["allowed_by_line"], load_reference()).empty
    lines = without.batch.service_lines
    whole = lines.groupby("claim_key")["line_charge_cents"].sum().to_numpy("float64")
    lost = without.outcomes["denied_charge_cents"]
    assert lost.tolist() == np.where(without.outcomes["denied"] == 1, whole, 0).tolist()
    assert (lost >= read["denied_charge_cents"]).all()
    frame.assign(line_paid_amount="twelve").to_csv(tmp_path / "worded.csv", index=False)
    with pytest.raises(InputError, match="column line_paid_amount: expected numbers or nothing"):
        read_labelled(tmp_path / "worded.csv")


def test_outcomes_of_lines_that_were_written_are_read_again_and_stay_with_their_claims(made):
    read, drawn = read_labelled(made / "labels.parquet"), synthetic_claims(800, seed=3)
    np.testing.assert_array_equal(read.line_denied, drawn.line_denied)
    assert 0 < np.nansum(read.line_denied) < len(read.line_denied)
    few = read.select(np.array([3, 40, 799]))
    assert few.batch.claims["claim_id"].tolist() == read.batch.claims["claim_id"].iloc[[3, 40, 799]].tolist()
    kept = read.batch.service_lines["claim_key"].isin([3, 40, 799]).to_numpy()
    np.testing.assert_array_equal(few.line_denied, read.line_denied[kept])


def test_a_line_that_nobody_answered_is_not_known(made, tmp_path):
    frame = pd.read_parquet(made / "labels.parquet")
    frame["line_denied"] = frame["line_denied"].astype("float64")
    frame.loc[5, "line_denied"] = np.nan
    frame.to_parquet(tmp_path / "labels.parquet")
    known = read_labelled(tmp_path / "labels.parquet").line_denied
    assert np.flatnonzero(np.isnan(known)).tolist() == [5]


def test_the_reason_and_carc_of_a_claim_come_from_the_line_that_has_them(made):
    read = read_labelled(made / "labels.parquet")
    denied = read.outcomes["denied"] == 1
    assert denied.any()
    assert read.outcomes.loc[denied, ["denial_reason", "carc"]].notna().all(axis=None)
    assert read.outcomes.loc[~denied, ["denial_reason", "carc"]].isna().all(axis=None)


def test_a_csv_of_labels_says_the_same_as_parquet(made, tmp_path):
    frame = pd.read_parquet(made / "labels.parquet")
    frame.to_csv(tmp_path / "labels.csv", index=False)
    one, other = read_labelled(made / "labels.parquet"), read_labelled(tmp_path / "labels.csv")
    assert one.batch.service_lines.equals(other.batch.service_lines)
    assert one.outcomes["denied"].tolist() == other.outcomes["denied"].tolist()
    assert one.digest != other.digest


def test_claims_whose_outcome_is_not_known_are_counted_and_left_out(made, tmp_path):
    frame = pd.read_parquet(made / "labels.parquet")
    waiting = frame["claim_id"].isin(frame["claim_id"].unique()[:10])
    frame["denied"] = frame["denied"].astype("float64").mask(waiting)
    frame.to_parquet(tmp_path / "labels.parquet")
    read = read_labelled(tmp_path / "labels.parquet")
    assert (len(read.batch), read.left_out) == (790, 10)
    assert read.batch.claims["claim_id"].tolist() == list(frame.loc[~waiting, "claim_id"].unique())


def test_a_label_that_is_neither_denied_nor_paid_is_an_error(made, tmp_path):
    frame = pd.read_parquet(made / "labels.parquet").assign(denied=2)
    frame.to_parquet(tmp_path / "labels.parquet")
    with pytest.raises(InputError, match="expected 0, 1 or nothing"):
        read_labelled(tmp_path / "labels.parquet")


def test_the_truth_of_other_claims_is_refused(made, tmp_path):
    labelled = read_labelled(made / "labels.parquet")
    truth = read_truth(made / "truth.parquet", labelled)
    assert truth.between(0, 1).all()
    pd.read_parquet(made / "truth.parquet").iloc[1:].to_parquet(tmp_path / "truth.parquet")
    with pytest.raises(InputError, match="same claims"):
        read_truth(tmp_path / "truth.parquet", labelled)


def test_features_see_of_the_history_only_what_came_before_submission(made):
    labelled = read_labelled(made / "labels.parquet")
    known = prepare(labelled, load_reference(), history=history_of(labelled)).features
    blank = prepare(labelled, load_reference()).features
    rates = [name for name in known if name.endswith("denial_rate")]
    assert rates
    assert blank[rates].isna().all(axis=None)
    earliest = labelled.batch.claims["submission_date"].argmin()
    assert known[rates].iloc[earliest].isna().all()
    assert np.isfinite(known[rates]).any(axis=None)


def test_the_past_holds_every_claim_and_only_the_outcomes_that_are_known(made, tmp_path):
    frame = pd.read_parquet(made / "labels.parquet")
    answered = read_past(made / "labels.parquet")
    waiting = frame["claim_id"].isin(frame["claim_id"].unique()[:10])
    frame.assign(denied=frame["denied"].astype("float64").mask(waiting)).to_parquet(tmp_path / "labels.parquet")
    past = read_past(tmp_path / "labels.parquet")
    assert len(past.claims) == len(answered.claims) == 800
    assert len(answered.outcomes.outcomes) - len(past.outcomes.outcomes) == 10


def test_a_past_of_no_claims_is_an_error(made, tmp_path):
    pd.read_parquet(made / "labels.parquet").iloc[:0].to_csv(tmp_path / "labels.csv", index=False)
    with pytest.raises(InputError):
        read_past(tmp_path / "labels.csv")


def test_the_rules_of_a_preparation_see_the_past_claims(made):
    labelled = read_labelled(made / "labels.parquet")
    alone = prepare(labelled, load_reference()).fired
    known = labelled.batch.claims.assign(claim_id="P" + labelled.batch.claims["claim_id"])
    beside = prepare(labelled, load_reference(), past=replace(labelled.batch, claims=known)).fired
    assert beside["DUP001"].sum() > alone["DUP001"].sum() + 400
    others = [one.id for one in catalogue().values() if not one.history and not one.unless]
    assert len(others) > 50
    assert beside[others].equals(alone[others])
