"""A model's way from training to champion and back."""

import sqlite3
from pathlib import Path

import pytest

from risk.cli import run
from risk.effects import own_effects
from risk.reference import load_reference
from risk.rules import ruleset_version
from risk.training import read_labelled


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(folder)
        assert run(["synth", "--claims", "3000", "--seed", "5", "--out", "made"]) == 0
        assert run(["train", "--data", "made/labels.parquet", "--seed", "5", "--quiet"]) == 0
        yield folder


def test_training_registers_a_challenger_and_not_yet_a_champion(fresh, capsys):
    assert run(["model", "list"]) == 0
    listed = capsys.readouterr().out
    assert "challenger" in listed
    assert "champion" not in listed


def test_training_keeps_what_the_rules_did_to_the_claims(fresh, capsys):
    kept = own_effects()
    assert (kept.source, kept.claims, len(kept.measured)) == ("labels.parquet", 3000, len("2026-11-01"))
    assert kept.basis == ruleset_version(load_reference())
    assert kept.denied == read_labelled(Path("made/labels.parquet")).outcomes["denied"].sum()
    assert kept.rules["DX004"].fired >= 5
    assert run(["rule", "DX004"]) == 0
    assert "Measured on your own claims: 3,000 claims of labels.parquet, on 20" in capsys.readouterr().out


def test_promotion_and_rollback(fresh, capsys):
    assert run(["model", "promote"]) == 0
    assert run(["train", "--data", "made/labels.parquet", "--seed", "5", "--quiet"]) == 0
    assert run(["model", "promote", "challenger"]) == 0
    assert run(["model", "rollback"]) == 0
    capsys.readouterr()
    assert run(["model", "show"]) == 0
    assert "version 1" in capsys.readouterr().out


def test_the_run_is_tracked_with_parameters_metrics_and_plots(fresh):
    with sqlite3.connect(fresh / "mlruns" / "mlflow.db") as database:
        params = {name for (name,) in database.execute("select key from params")}
        metrics = {name for (name,) in database.execute("select key from metrics")}
    assert {"seed", "data_digest", "shuffled_auroc", "train_until"} <= params
    assert len(list(Path("mlruns").rglob("tables/lone_aurocs.csv"))) >= 1
    assert any("ruleset" in name for name in params)
    assert any("auroc" in name for name in metrics)
    assert any("ece" in name for name in metrics)
    assert {"line/taught_claims", "line/lines", "line/log_loss", "line/ece"} <= metrics
    plots = {path.name for path in Path("mlruns").rglob("*.png")}
    assert len(plots) >= 2, plots


def test_evaluate_shows_the_truth_beside_the_model(fresh, capsys):
    run(["model", "promote", "1"])
    capsys.readouterr()
    assert run(["evaluate", "--data", "made/labels.parquet", "--truth", "made/truth.parquet"]) == 0
    shown = capsys.readouterr().out
    assert "AUROC of the truth" in shown
    assert "log loss of the truth" in shown


def test_a_precision_maps_to_a_threshold_or_says_what_is_the_best(fresh, capsys):
    assert run(["score", "made/claims.csv", "--precision", "0.2", "-o", "s.jsonl"]) == 0
    capsys.readouterr()
    code = run(["score", "made/claims.csv", "--precision", "1.0", "-o", "s.jsonl"])
    told = capsys.readouterr().err
    assert (code, "flagged" in told, "the best is" in told) in ((0, True, False), (2, False, True)), told


def test_the_csv_and_the_837_of_one_draw_score_the_same(fresh):
    import json

    assert run(["score", "made/claims.csv", "-o", "csv.jsonl", "--quiet"]) == 0
    assert run(["score", "made/claims.837", "made/claims_i.837", "-o", "x12.jsonl", "--quiet"]) == 0
    from_csv = {r["claim_id"]: r for r in map(json.loads, Path("csv.jsonl").read_text().splitlines())}
    from_x12 = {r["claim_id"]: r for r in map(json.loads, Path("x12.jsonl").read_text().splitlines())}
    assert from_csv.keys() == from_x12.keys()
    differing = [key for key in from_csv if abs(from_csv[key]["denial_risk"] - from_x12[key]["denial_risk"]) > 1e-6]
    assert differing == []
