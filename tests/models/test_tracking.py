from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from models import tracking
from models.registry_file import aliased_source, sqlite_file
from risk.errors import ModelError


@dataclass(frozen=True)
class Store:
    """A working folder in which two models were registered, and all that was printed meanwhile."""

    folder: Path
    printed: str


@pytest.fixture(scope="module")
def made(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    printed = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(printed):
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        tracking.register(trained, data_digest="0123456789ab", parameters={"source": "simulated"})
        tracking.register(trained, data_digest="ba9876543210")
    return Store(folder, printed.getvalue())


@pytest.fixture
def store(made, monkeypatch):
    monkeypatch.chdir(made.folder)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return made.folder


@pytest.fixture
def empty(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path


def test_where_nothing_was_trained_there_is_no_champion_and_no_store_is_made(empty) -> None:
    with pytest.raises(tracking.NoChampionError, match="denial-risk model promote"):
        tracking.load()
    assert tracking.list_models() == []
    assert list(empty.iterdir()) == []


def test_the_newest_model_is_the_challenger_and_a_champion_is_not_made_by_itself(store) -> None:
    assert [(one.version, one.aliases) for one in tracking.list_models()] == [(2, ("challenger",)), (1, ())]
    with pytest.raises(tracking.NoChampionError):
        tracking.load("champion")


def test_promotion_and_rollback_move_the_aliases(store, world, trained) -> None:
    assert tracking.promote(1).aliases == ("champion",)
    assert tracking.promote().version == 2
    assert {one.version: one.aliases for one in tracking.list_models()} == {2: ("champion",), 1: ("previous",)}
    assert tracking.rollback().version == 1
    assert {one.version: one.aliases for one in tracking.list_models()} == {2: ("previous",), 1: ("champion",)}
    loaded = tracking.load("champion", world.inputs)
    ours, theirs = (one.predict(world.features, world.fired, world.rule_info).risk for one in (loaded, trained.model))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["challenger", "1", "models:/denial-risk/2", "models:/denial-risk@challenger"])
def test_a_model_is_found_by_alias_version_and_uri(store, name) -> None:
    tracking.promote(1)
    from mlflow import MlflowClient

    MlflowClient(tracking.tracking_uri()).set_registered_model_alias("denial-risk", "challenger", "2")
    assert tracking.load(name).feature_names


def test_a_model_is_found_by_run_and_by_folder(store) -> None:
    newest = tracking.list_models()[0]
    assert tracking.load(f"runs:/{newest.run_id}/model").feature_names
    folder = next(store.glob(f"mlruns/artifacts/{newest.run_id}/artifacts/model"))
    assert tracking.load(folder).feature_names
    assert tracking.load(folder / "bundle").feature_names


def test_the_quick_way_to_a_model_is_mlflows_own_answer(store) -> None:
    from mlflow import MlflowClient

    tracking.promote(2)
    answer = MlflowClient(tracking.tracking_uri()).get_model_version_by_alias("denial-risk", "champion")
    file = sqlite_file(tracking.tracking_uri())
    assert file is not None
    assert aliased_source(file, "champion").as_uri() == answer.source
    assert aliased_source(file, "2") == aliased_source(file, "champion")
    assert aliased_source(file, "nobody") is None


def test_loading_the_champion_does_not_import_mlflow(store) -> None:
    import subprocess
    import sys

    tracking.promote(2)
    program = "import sys; from models import tracking; tracking.load('champion'); print('mlflow' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=store,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ran.stdout, ran.stderr) == ("False\n", "")


@pytest.mark.parametrize("name", ["9", "nobody", "models:/another/1", "no/such/folder", "runs:/0/model"])
def test_an_unknown_model_is_told_in_one_line(store, name) -> None:
    with pytest.raises(ModelError) as raised:
        tracking.load(name)
    assert "\n" not in str(raised.value)
    assert not isinstance(raised.value, tracking.NoChampionError)


def test_a_version_that_is_not_there_cannot_be_promoted(store) -> None:
    with pytest.raises(ModelError, match="no such model"):
        tracking.promote(99)


def test_nothing_to_promote_or_roll_back_is_said_so(empty) -> None:
    with pytest.raises(ModelError, match="expected a challenger"):
        tracking.promote()
    with pytest.raises(ModelError, match="expected a previous champion"):
        tracking.rollback()
    assert list(empty.iterdir()) == []


def test_a_run_holds_figures_digests_and_neither_account_nor_script(store) -> None:
    from mlflow import MlflowClient

    first = next(one for one in tracking.list_models() if one.version == 1)
    run = MlflowClient(tracking.tracking_uri()).get_run(first.run_id)
    assert run.data.params["source"] == "simulated"
    assert run.data.params["seed"] == "3"
    assert {"auroc", "ece", "payer/P1/auroc", "payer_type/medicare/ece"} <= set(run.data.metrics)
    assert run.data.tags["data_digest"] == "0123456789ab"
    assert run.data.tags["version.ruleset"] == "r"
    assert run.data.tags["mlflow.user"] == "denial-risk"
    assert run.data.tags["mlflow.source.name"] == "denial-risk"
    artifacts = {path.name for path in (store / "mlruns/artifacts" / first.run_id).rglob("*")}
    assert {
        "reliability.png",
        "precision_recall.png",
        "by_payer.csv",
        "MLmodel",
        "model.skops",
        "model.json",
    } <= artifacts
    assert not any(name.endswith((".pkl", ".joblib")) or "input_example" in name for name in artifacts)


def test_a_run_tells_where_its_figures_come_from(store, trained) -> None:
    from importlib.metadata import version
    from platform import python_version

    from mlflow import MlflowClient

    first = next(one for one in tracking.list_models() if one.version == 1)
    run = MlflowClient(tracking.tracking_uri()).get_run(first.run_id)
    assert run.data.tags["environment.python"] == python_version()
    assert run.data.tags["environment.scikit-learn"] == version("scikit-learn")
    assert len(run.data.tags["version.code"]) == 12
    assert run.data.params["test_since"] > run.data.params["train_until"]
    assert [run.data.params["test_since"], run.data.params["test_until"]] == trained.model.summary["submitted"]["test"]
    for name in ("auroc", "log_loss", "brier", "ece"):
        low, high = run.data.metrics[f"{name}_low"], run.data.metrics[f"{name}_high"]
        assert low < run.data.metrics[name] < high
    artifacts = store / "mlruns/artifacts" / first.run_id / "artifacts"
    assert len((artifacts / "tables/operating_points.csv").read_text().splitlines()) == 9
    assert not (artifacts / "holdout").exists()  # none was given


def test_the_model_card_has_the_figures_and_says_what_the_model_is_not_for(store, trained) -> None:
    first = next(one for one in tracking.list_models() if one.version == 1)
    card = (store / "mlruns/artifacts" / first.run_id / "artifacts/model_card.md").read_text()
    for part in (
        "## Use",
        "## Run",
        "## Data",
        "## Quality",
        "## Payers",
        "## Operating points",
        "## Inputs",
        "## Limits",
    ):
        assert part in card
    assert f"| AUROC | {trained.evaluation.overall['auroc']:.4f} |" in card
    assert "| data_digest | 0123456789ab |" in card
    assert "must not decide who is treated" in card
    assert "capacity 5%" in card


def test_the_tested_model_is_kept_beside_the_one_that_scores(store, world, trained) -> None:
    from models import load_model
    from models.registry import run_artifacts

    first = next(one for one in tracking.list_models() if one.version == 1)
    with run_artifacts(first, "tested") as folder:
        assert folder is not None
        kept = load_model(folder)
    rows = trained.split.test
    risk = kept.predict(world.features.iloc[rows], world.fired.iloc[rows], world.rule_info).risk
    np.testing.assert_array_equal(risk, trained.risk)
    with run_artifacts(first, "nothing") as folder:
        assert folder is None


def test_decisions_are_numbered_and_read_back_in_order(store) -> None:
    from models.registry import find, record_decision

    for number in range(11):
        record_decision(1, "refused", {"number": number})
    assert [one["number"] for one in find("1").decisions if "number" in one] == list(range(11))


def test_mlflow_reads_the_registered_model_as_a_scikit_learn_one(store, world, trained) -> None:
    import mlflow

    from models.encode import prepare

    tracking.promote(2)
    mlflow.set_tracking_uri(tracking.tracking_uri())
    loaded = mlflow.sklearn.load_model("models:/denial-risk@champion")
    encoder, seen = trained.model.encoder, trained.model.seen(world.features.head(50), world.fired.head(50))
    inputs = (*world.inputs, *(one for one in encoder.inputs if one.rule))
    frame = prepare(seen, inputs, encoder.vocabulary)
    np.testing.assert_array_equal(loaded.predict_proba(frame), trained.estimator.predict_proba(frame))


def test_registering_says_nothing_and_writes_only_the_store(made) -> None:
    assert made.printed == ""
    assert [path.name for path in made.folder.iterdir()] == ["mlruns"]
    assert {path.name for path in (made.folder / "mlruns").iterdir()} == {"mlflow.db", "artifacts"}


def test_a_tracking_uri_of_the_environment_is_used(store, empty, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{store}/mlruns/mlflow.db")
    assert tracking.load("1").feature_names
    assert [one.version for one in tracking.list_models()] == [2, 1]
    assert list(empty.iterdir()) == []
