"""What training does with data that is thin, one-sided, odd or wider than the contract."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models import registry
from risk.cli import run
from risk.engine import local
from risk.labelled import read_labelled


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A working folder with the labels of 900 claims, and the claims of 120 of them as a CSV."""
    folder = tmp_path_factory.mktemp("train_input")
    assert run(["synth", "--claims", "900", "--seed", "8", "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture
def labels(made):
    return pd.read_parquet(made / "labels.parquet")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys):
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def train(frame, *words):
    frame.to_parquet("labels.parquet")
    return run(["train", "--data", "labels.parquet", "--quiet", *words])


def first_of(frame, claims):
    return frame[frame["claim_id"].isin(frame["claim_id"].unique()[:claims])]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda frame: first_of(frame, 5), "expected at least 300 labelled claims with 30 of either outcome"),
        (lambda frame: frame.assign(denied=0), "expected at least 300 labelled claims with 30 of either outcome"),
        (lambda frame: frame.assign(denied=1), "expected at least 300 labelled claims with 30 of either outcome"),
        (lambda frame: frame.assign(denied=None), "expected at least one claim with a known outcome"),
        (lambda frame: frame.drop(columns="denied"), "expected labelled claims"),
        (lambda frame: frame.assign(submission_date="2026-01-05"), "expected claims of at least three different days"),
    ],
    ids=["five claims", "all paid", "all denied", "no outcomes", "no labels", "one day"],
)
def test_data_that_cannot_carry_a_model_is_told_in_one_line(place, labels, capsys, spoil, line):
    assert train(spoil(labels)) == 2
    (message,) = told(capsys)
    assert line in message
    assert not Path("mlruns").exists()


def test_columns_without_any_value_are_missing_everywhere(place, labels, capsys):
    empty = [
        "payer_type",
        "member_id",
        "patient_birth_date",
        "patient_sex",
        "billing_npi",
        "rendering_npi",
        "claim_note",
    ]
    assert train(labels.assign(**dict.fromkeys(empty))) == 0
    model = registry.load("challenger")
    assert model.summary["claims"]["train"] > 500
    assert np.isfinite(model.summary["test"]["auroc"])


@pytest.fixture(scope="module")
def extended(made, tmp_path_factory):
    """A model trained with two columns beyond the contract, one of which tells much, and a third that was not named."""
    folder = tmp_path_factory.mktemp("extended")
    labels = pd.read_parquet(made / "labels.parquet")
    claims = labels.drop_duplicates("claim_id").set_index("claim_id")["denied"]
    rng = np.random.default_rng(0)
    desk = pd.Series(np.where(rng.random(len(claims)) < np.where(claims == 1, 0.7, 0.2), "NIGHT", "DAY"), claims.index)
    wait = pd.Series(rng.integers(0, 50, len(claims)), claims.index)
    ids = labels["claim_id"]
    wide = labels.assign(desk=ids.map(desk), wait_minutes=ids.map(wait), unasked=ids.map(claims))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(folder)
        wide.to_parquet("labels.parquet")
        words = ["--data", "labels.parquet", "--seed", "2", "--quiet"]
        assert run(["train", *words, "--extra-features", "desk, wait_minutes"]) == 0
        assert run(["model", "promote", "--force", "--reason", "few claims"]) == 0
    contract = pd.read_csv(made / "claims.csv", dtype="str")
    contract = first_of(contract, 120)
    ids = contract["claim_id"]
    contract.assign(desk=ids.map(desk), wait_minutes=ids.map(wait)).to_csv(folder / "wide.csv", index=False)
    contract.assign(desk="NIGHT", wait_minutes="soon").to_csv(folder / "night.csv", index=False)
    contract.assign(desk="DAY", wait_minutes="").to_csv(folder / "day.csv", index=False)
    contract.to_csv(folder / "narrow.csv", index=False)
    return folder


@pytest.fixture
def wider(extended, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(extended)
    return extended


def scores(name):
    assert run(["score", name, "-o", "out.jsonl", "--drivers", "all"]) == 0
    return {one["claim_id"]: one for one in map(json.loads, Path("out.jsonl").read_text().splitlines())}


def test_named_columns_become_inputs_and_no_other_column_does(wider):
    model = registry.load("champion")
    assert model.extra_features == {"desk": "target", "wait_minutes": "number"}
    assert {"desk", "wait_minutes"} < set(model.feature_names)
    assert "unasked" not in model.feature_names  # it is the label: it would have stopped the training


def test_a_score_reads_them_from_the_csv(wider, capsys):
    night, day = scores("night.csv"), scores("day.csv")
    assert "desk" not in capsys.readouterr().err
    riskier = [night[name]["denial_risk"] > day[name]["denial_risk"] for name in night]
    assert np.mean(riskier) > 0.95
    strongest = [one["feature"] for record in night.values() for one in record["drivers"][:3]]
    assert strongest.count("desk") > 60


@pytest.mark.parametrize("size", [1 << 30, 30_000], ids=["in memory", "in parts"])
def test_a_file_without_them_is_scored_with_missing_values_and_one_line(size, wider, capsys, monkeypatch):
    monkeypatch.setattr(local, "PART_BYTES", size)
    assert (local.parts_for(["narrow.csv"]) > 1) is (size == 30_000)
    narrow = scores("narrow.csv")
    (line,) = [one for one in capsys.readouterr().err.splitlines() if "missing" in one]
    assert "desk, wait_minutes" in line
    assert len(narrow) == 120


def test_the_repairs_of_a_claim_are_scored_with_its_own_columns(wider):
    for name, record in scores("night.csv").items():
        for fix in record["fixes"]:
            if fix["denial_risk_after"] is not None:
                assert fix["denial_risk_after"] <= record["denial_risk"] + 1e-6, name


def test_the_model_is_evaluated_with_them(wider, capsys):
    assert run(["evaluate", "--data", "labels.parquet"]) == 0
    assert "AUROC" in capsys.readouterr().out
    assert run(["evaluate", "--data", str(wider / "labels.parquet"), "--model", "1"]) == 0


def test_the_hold_out_has_them(wider):
    frozen = pd.read_parquet(next(wider.glob("mlruns/artifacts/*/artifacts/holdout/features.parquet")))
    assert set(frozen["desk"].dropna()) == {"DAY", "NIGHT"}
    assert "unasked" not in frozen


def test_values_are_kept_only_where_a_column_is_asked_for(wider):
    assert read_labelled(Path("labels.parquet")).batch.extra_values.empty
    asked = read_labelled(Path("labels.parquet"), ["wait_minutes"]).batch.extra_values
    assert set(asked["name"]) == {"wait_minutes"}
    assert len(asked) == 900


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("denied", "the payer's answer"),
        ("line_denied", "the payer's answer"),
        ("carc", "the payer's answer"),
        ("remit_date", "the payer's answer"),
        ("Paid Amount", "the payer's answer"),
        ("patient_name", "identifies no patient"),
        ("MRN", "identifies no patient"),
        ("member_id", "identifies no patient"),
        ("patient_sex", "read already"),
        ("age_at_service", "read already"),
        ("nowhere", "expected a column of the data"),
        ("desk,desk", "each column once"),
    ],
)
def test_columns_that_may_not_be_learnt_from_are_refused_by_name(wider, capsys, name, line):
    assert run(["train", "--data", "labels.parquet", "--quiet", "--extra-features", name]) == 2
    (message,) = told(capsys)
    assert line in message


def test_texts_and_ids_under_an_innocent_name_are_refused(place, labels, capsys):
    wide = labels.assign(remarkless="x" + labels["claim_id"])
    assert train(wide.rename(columns={"remarkless": "ticket"}), "--extra-features", "ticket") == 2
    assert "most claims have a text of their own" in told(capsys)[0]


def test_the_outcome_under_an_innocent_name_stops_the_training(wider, capsys):
    assert run(["train", "--data", "labels.parquet", "--quiet", "--extra-features", "unasked"]) == 2
    (message,) = told(capsys)
    assert "unasked: alone it ranks denied above paid claims" in message
    assert "train without it" in message


def test_extra_columns_need_data(place, capsys):
    assert run(["train", "--synthetic", "500", "--extra-features", "desk"]) == 2
    assert "--data" in told(capsys)[0]


def test_a_payer_that_training_never_saw_is_scored(wider):
    frame = pd.read_csv("narrow.csv", dtype="str").assign(payer_id="NEVERSEEN", payer_name="A new payer")
    frame.to_csv("new_payer.csv", index=False)
    risks = [one["denial_risk"] for one in scores("new_payer.csv").values()]
    assert len(risks) == 120
    assert 0.01 < np.mean(risks) < 0.6


def test_a_model_of_other_features_is_told_in_one_line(wider, capsys, monkeypatch):
    from features import catalogue

    fewer = {name: one for name, one in catalogue().items() if name != "age_at_service"}
    monkeypatch.setattr("features.catalogue", lambda: fewer)
    assert run(["score", "wide.csv"]) == 2
    (message,) = told(capsys)
    assert "age_at_service" in message
    assert "train a new model" in message


def test_claims_that_stand_twice_and_early_remittances_are_counted(place, labels, capsys):
    later = labels[labels["claim_id"].isin(labels["claim_id"].unique()[:40])]
    moved = (pd.to_datetime(later["submission_date"]) + pd.Timedelta(days=300)).dt.strftime("%Y-%m-%d")
    both = pd.concat([labels, later.assign(submission_date=moved)], ignore_index=True)
    early = both["claim_id"].isin(labels["claim_id"].unique()[100:107])
    before = pd.to_datetime(both["submission_date"]) - pd.Timedelta(days=9)
    dates = pd.to_datetime(both["remit_date"]).mask(early, before)
    both.assign(remit_date=dates).to_parquet("labels.parquet")
    assert run(["train", "--data", "labels.parquet"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("note: 40 claims stand there twice") for line in lines), lines
    assert any(line.startswith("note: 7 remittances are dated before their claim") for line in lines), lines
    assert sum(registry.load("challenger").summary["claims"].values()) == 900
