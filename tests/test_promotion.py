"""Which model scores: promoted, refused, forced, restored; and what is kept of it."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import catalogue
from models import TrainingOptions, inputs_of, registry, tracking, train_model
from models.calibrate import Sigmoid
from models.holdout import freeze
from models.store import client, experiment_id, quiet
from risk import promotion
from risk.cli import run
from risk.errors import ModelError
from risk.labelled import history_of, synthetic_claims
from risk.promotion import promote, rollback
from risk.reference import load_reference
from risk.reports.model_cards import model_card
from risk.rules import ruleset_version, select_rules
from risk.training import prepare

RULES = select_rules()


@pytest.fixture(scope="module")
def made():
    """A small model with the hold-out that goes with it, and its claims as they were prepared."""
    reference = load_reference()
    labelled = synthetic_claims(2500, seed=21)
    data = prepare(labelled, reference, history=history_of(labelled))
    trained = train_model(
        data.features,
        data.fired,
        data.infos,
        data.labels,
        inputs_of(catalogue()),
        seed=1,
        options=TrainingOptions(iterations=40, learning_rate=0.15, folds=3),
        versions={"tool": "0", "ruleset": ruleset_version(reference, RULES), "reference": reference.version},
    )
    return trained, data


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    """A store without models: making its tables takes MLflow seconds, copying them does not."""
    folder = tmp_path_factory.mktemp("blank")
    with pytest.MonkeyPatch.context() as patch, quiet():
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        experiment_id(client())
    return folder / "mlruns"


@pytest.fixture
def store(blank, tmp_path, monkeypatch):
    shutil.copytree(blank, tmp_path / "mlruns")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return blank / "artifacts"


def registered(made, *, frozen=True, model=lambda model: model):
    """Register the small model, changed as asked; returns its version."""
    trained, data = made
    changed = replace(trained, model=model(trained.model), tested=model(trained.tested))
    holdout = freeze(data.features, data.fired, data.infos, data.labels, inputs_of(catalogue()), trained.split.test)
    return tracking.register(changed, data_digest="0" * 12, holdout=holdout if frozen else None).version


def shifted(model):
    """The same ranking, every risk far too high."""
    return replace(model, sigmoid=Sigmoid(model.sigmoid.slope, model.sigmoid.intercept + 1.2))


def flattened(model):
    """A model that ranks claims the wrong way round, and hardly tells them apart."""
    return replace(model, sigmoid=Sigmoid(-0.2, -2.1))


def of_another_time(model):
    """As if its claims had been submitted years before."""
    submitted = {part: ["2019-01-01", "2019-06-30"] for part in ("train", "validation", "test")}
    return replace(model, summary={**model.summary, "submitted": submitted})


def with_features(model, names):
    """A model that says it takes other features: one of its own is renamed."""
    inputs = tuple(replace(one, name=names.get(one.name, one.name)) for one in model.encoder.inputs)
    return replace(model, encoder=replace(model.encoder, inputs=inputs))


def decide(name=None, **settings):
    return promote(name, RULES, load_reference(), **settings)


def decisions(version):
    return registry.find(str(version)).decisions


def test_the_first_model_needs_no_champion_to_be_compared_with(store, made):
    version = registered(made)
    decision = decide()
    assert (decision.what, decision.version) == ("promoted", version)
    assert [one.name for one in decision.checks] == ["rules", "sanity", "calibration"]
    (kept,) = decisions(version)
    assert (kept["what"], kept["against"]) == ("promoted", "no champion")
    assert kept["sanity: auroc"] == pytest.approx(made[0].evaluation.overall["auroc"], abs=2e-3)
    assert kept["calibration: ece"] <= kept["calibration: ece_at_most"]


def test_a_first_model_that_is_badly_calibrated_is_refused(store, made):
    version = registered(made, model=shifted)
    with pytest.raises(ModelError, match=r"calibration error 0\.\d+ \(at most") as raised:
        decide()
    assert "\n" not in str(raised.value)
    assert "--force --reason" in str(raised.value)
    assert registry.find(str(version)).aliases == ("challenger",)
    assert decisions(version)[0]["what"] == "refused"


def test_the_same_model_again_takes_the_champions_place(store, made):
    first, second = registered(made), None
    decide()
    second = registered(made)
    decision = decide()
    assert decision.what == "promoted"
    assert {"log loss", "payers"} <= {one.name for one in decision.checks}
    assert {one.version: one.aliases for one in registry.list_models()} == {second: ("champion",), first: ("previous",)}
    assert decisions(second)[0]["against"] == f"version {first}"
    assert decisions(second)[0]["log loss: difference_low"] == 0.0


def test_a_worse_challenger_is_refused_with_figures_and_may_be_forced(store, made):
    first = registered(made)
    decide()
    second = registered(made, model=flattened)
    with pytest.raises(ModelError, match=r"log loss 0\.\d+ against 0\.\d+ .*interval") as raised:
        decide()
    assert f"version {second}" in str(raised.value)
    assert registry.find("champion").version == first
    decision = decide(reason="the payer has changed its edits")
    assert decision.what == "forced"
    assert registry.find("champion").version == second
    refused, forced = decisions(second)
    assert (refused["what"], forced["what"]) == ("refused", "forced")
    assert forced["reason"] == "the payer has changed its edits"
    assert "log loss" in forced["in spite of"]
    shown = model_card(registry.find("champion"))
    assert "refused 20" in shown
    assert "the payer has changed its edits" in shown
    assert "decision." not in shown


def test_a_rollback_is_kept_with_the_version_that_scores_again(store, made):
    first = registered(made)
    decide()
    second = registered(made)
    decide()
    assert rollback().version == first
    assert [one["what"] for one in decisions(first)] == ["promoted", "restored"]
    assert decisions(first)[1]["in place of"] == f"version {second}"


def test_the_champion_is_not_promoted_again(store, made):
    version = registered(made)
    decide()
    assert decide("champion").what == decide(str(version)).what == "unchanged"
    assert len(decisions(version)) == 1


def test_a_challenger_is_measured_in_the_form_that_has_not_seen_the_hold_out(store, made):
    """What is registered was fitted on all claims: its risk of the hold-out would flatter it."""
    trained, _ = made
    decide(str(registered(made)))
    kept = decisions(1)[0]
    assert kept["sanity: log_loss"] == pytest.approx(trained.evaluation.overall["log_loss"], abs=1e-3)
    frozen = promotion._frozen(registry.find("1"))
    in_sample = trained.model.predict(frozen.features[trained.model.feature_names], frozen.fired, frozen.rule_info).risk
    assert np.abs(in_sample - trained.risk).mean() > 0.01


def test_a_champion_of_earlier_claims_is_measured_as_it_scores(store, made):
    decide(str(registered(made, model=of_another_time)), reason="earlier claims")
    registered(made)
    chosen, blind = promotion._unlearnt(registry.find("champion"), promotion._frozen(registry.find("challenger")))
    assert blind
    assert chosen.summary["submitted"]["test"] == ["2019-01-01", "2019-06-30"]
    assert chosen.sigmoid == made[0].model.sigmoid != made[0].tested.sigmoid


def test_a_champion_with_features_that_are_gone_cannot_be_compared(store, made):
    old = registered(made, model=lambda model: with_features(model, {"age_at_service": "age"}))
    registry.promote(old)
    second = registered(made)
    with pytest.raises(ModelError, match="champion, version 1, was trained on other features"):
        decide()
    assert decide(reason="new features").what == "forced"
    assert registry.find("champion").version == second


def test_a_model_that_this_version_cannot_use_is_not_promoted_even_by_force(store, made):
    registered(made, model=lambda model: with_features(model, {"age_at_service": "age"}))
    with pytest.raises(ModelError, match="train a new model"):
        decide(reason="never mind")
    assert registry.find("1").aliases == ("challenger",)


def test_without_a_hold_out_a_labelled_file_is_asked_for(store, made):
    registered(made, frozen=False)
    with pytest.raises(ModelError, match="no hold-out was frozen with it; give a labelled file with --data"):
        decide()
    later = synthetic_claims(500, seed=77)
    claims = later.batch.claims.assign(submission_date=later.batch.claims["submission_date"] + pd.Timedelta(days=1500))
    newer = replace(later, batch=replace(later.batch, claims=claims), source="newer.parquet")
    decision = decide(read=lambda _: newer, reason="figures are not the point here")
    assert {"sanity", "calibration"} <= {one.name for one in decision.checks}
    assert decisions(1)[1]["measured on"] == "newer.parquet, 500 claims"


def test_the_hold_out_that_was_frozen_last_counts_whatever_its_dates(store, made):
    """A champion of synthetic claims that lie ahead of the calendar must not set the terms for a model of real ones."""
    trained, data = made
    ahead = replace(
        data, labels=data.labels.assign(submission_date=data.labels["submission_date"] + pd.Timedelta(days=900))
    )
    first = registered((trained, ahead))
    registry.promote(first)
    second = registered(made)
    decide()
    assert decisions(second)[0]["submitted"] == " to ".join(trained.model.summary["submitted"]["test"])


def test_a_labelled_file_of_the_time_it_learnt_from_does_not_count(store, made):
    registered(made)
    with pytest.raises(ModelError, match="has learnt from claims of this time"):
        decide(read=lambda _: synthetic_claims(400, seed=78))


def test_a_hold_out_that_was_changed_afterwards_is_refused(store, made):
    registered(made)
    labels = store / registry.find("1").run_id / "artifacts" / "holdout" / "labels.parquet"
    pd.read_parquet(labels).assign(denied=1).to_parquet(labels, index=False)
    with pytest.raises(ModelError, match="frozen hold-out"):
        decide()


def test_rules_that_changed_must_still_do_what_their_files_promise(store, made):
    registered(made)
    few = [one for one in RULES if one.id in ("DX004", "LAT001", "MOD001") and not one.unless]
    assert few
    assert "all their examples hold" in promote(None, few, load_reference()).checks[0].told
    registered(made)
    broken = [replace(few[0], bad=few[0].good), *few[1:]]
    with pytest.raises(ModelError, match=f"an example fails: {few[0].id} bad example 1 draws no finding"):
        promote(None, broken, load_reference())


def test_force_and_reason_go_together(store, capsys):
    for words in (["--force"], ["--reason", "because"], ["--force", "--reason", " "]):
        assert run(["model", "promote", *words]) == 2
        assert "--force" in capsys.readouterr().err


def test_the_command_refuses_in_one_line_and_shows_operating_points(store, made, capsys):
    registered(made, model=shifted)
    assert run(["model", "promote"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert "calibration error" in line
    assert run(["model", "promote", "--force", "--reason", "a test"]) == 0
    assert run(["model", "show"]) == 0
    shown = capsys.readouterr().out
    assert "capacity 5%: flag from a risk of" in shown
    assert "auroc: 0." in shown
    assert "reason: a test" in shown


def test_operating_points_are_kept_with_the_model(store, made):
    registered(made)
    loaded = registry.load("1")
    kept = loaded.summary["operating_points"]
    assert [one["value"] for one in kept] == [0.3, 0.5, 0.7, 0.9, 0.01, 0.02, 0.05, 0.1]
    assert registry.find("1").operating_points == kept
    measured = json.dumps(made[0].model.summary["operating_points"], sort_keys=True)
    assert json.dumps(kept, sort_keys=True) == measured.replace("NaN", "null")


def test_nothing_in_the_record_names_a_claim(store, made):
    registered(made)
    frozen = store / registry.find("1").run_id / "artifacts" / "holdout"
    claims = synthetic_claims(2500, seed=21).batch.claims
    ids, members = set(claims["claim_id"]), set(claims["member_id"].dropna())
    for table in ("features", "fired", "labels"):
        frame = pd.read_parquet(frozen / f"{table}.parquet")
        assert not set(frame.columns) & {"claim_id", "member_id", "patient_birth_date", "submission_date"}
        values = {str(value) for column in frame.select_dtypes(exclude="number") for value in frame[column].unique()}
        assert not values & (ids | members)
