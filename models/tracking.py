"""The record of every training run, and the registered models: MLflow's store, and the only module that imports it.

A run holds parameters, digests of what went in, aggregate figures, two pictures and the model; never a claim. The
registered model ``denial-risk`` has the aliases ``champion`` (scores), ``challenger`` (just trained) and ``previous``
(was champion before). The store is ``MLFLOW_TRACKING_URI``, else ``mlruns/mlflow.db`` of the working folder.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.plots import draw_precision_recall, draw_reliability
from models.registry_file import NAME, aliased_source, sqlite_file
from models.storage import SUMS, load_model, save_model
from risk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from models.bundle import DenialModel
    from models.encode import Input
    from models.train import Trained

EXPERIMENT = NAME
CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
#: Folder of a run's artifacts that the registered version points to, and of our model inside it.
MODEL_FOLDER, BUNDLE_FOLDER = "model", "bundle"


class NoChampionError(ModelError):
    """No model has been promoted yet: score by rules only, or train and promote."""


@dataclass(frozen=True)
class RegisteredModel:
    """One version of the registered model; ``metrics`` are those of its run on the test part."""

    version: int
    aliases: tuple[str, ...]
    run_id: str
    created: datetime
    metrics: Mapping[str, float]
    tags: Mapping[str, str]


def tracking_uri() -> str:
    """Where the store is: ``MLFLOW_TRACKING_URI``, else ``mlruns/mlflow.db`` of the working folder.

    The path of a SQLite file is made absolute: MLflow keeps one connection for each URI, and would go on using the
    file of a folder that has been left.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI") or "sqlite:///mlruns/mlflow.db"
    file = sqlite_file(uri)
    return f"sqlite:///{file.resolve()}" if file else uri


def register(
    trained: Trained,
    *,
    data_digest: str,
    parameters: Mapping[str, Any] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> RegisteredModel:
    """Record a training run and register its model as ``challenger``.

    Parameters
    ----------
    trained
        What :func:`models.train.train_model` gave back; its model carries the versions of rules and reference data.
    data_digest
        Names the data it was trained on, without telling anything of it.
    parameters
        More of the run's settings, such as where the claims came from.
    tables
        Aggregate tables to keep beside the figures, by file name without suffix; never rows of claims.
    """
    with _quiet():
        client = _client()
        run = client.create_run(
            _experiment_id(client), run_name=f"train-{data_digest[:8]}-{trained.model.summary['seed']}"
        )
        run_id = run.info.run_id
        try:
            client.log_batch(run_id, *_records(trained, data_digest, parameters or {}))
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                _write_tables(trained, tables or {}, folder / "tables")
                _write_plots(trained, folder / "plots")
                _write_model(trained, folder / MODEL_FOLDER)
                client.log_artifacts(run_id, str(folder))
            client.set_terminated(run_id)
        except BaseException:
            client.set_terminated(run_id, "FAILED")
            raise
        _ensure_registered(client)
        source = f"{run.info.artifact_uri}/{MODEL_FOLDER}"
        made = client.create_model_version(
            NAME, source, run_id, tags=dict(trained.model.versions), await_creation_for=0
        )
        client.set_registered_model_alias(NAME, CHALLENGER, made.version)
        return _described(client, client.get_model_version(NAME, made.version))


def list_models() -> list[RegisteredModel]:
    """Every registered version, newest first; none where nothing was ever trained."""
    if not _store_exists():
        return []
    with _quiet():
        client = _client()
        found = client.search_model_versions(f"name='{NAME}'")
        # A search leaves the aliases out of what it returns; a look-up by version has them.
        whole = [client.get_model_version(NAME, one.version) for one in found]
        return sorted((_described(client, one) for one in whole), key=lambda one: -one.version)


def find(name: str) -> RegisteredModel:
    """A registered version by number or alias; raises :class:`ModelError` if there is none."""
    wanted = _wanted(name)
    for one in list_models():
        if str(one.version) == wanted or wanted in one.aliases:
            return one
    raise _no_such(wanted)


def promote(version: int | None = None) -> RegisteredModel:
    """Make a version (the challenger, unless given) the champion; the champion it replaces becomes ``previous``.

    Raises :class:`ModelError` if there is no such version, or no challenger.
    """
    nothing = ModelError("model promote", "expected a challenger to promote", "train a model first (denial-risk train)")
    if not _store_exists():
        raise nothing
    with _quiet():
        client = _client()
        chosen = version if version is not None else _aliased(client, CHALLENGER)
        if chosen is None:
            raise nothing
        _require_version(client, chosen)
        current = _aliased(client, CHAMPION)
        if current is not None and current != chosen:
            client.set_registered_model_alias(NAME, PREVIOUS, str(current))
        client.set_registered_model_alias(NAME, CHAMPION, str(chosen))
        if _aliased(client, CHALLENGER) == chosen:
            client.delete_registered_model_alias(NAME, CHALLENGER)
        return _described(client, client.get_model_version(NAME, str(chosen)))


def rollback() -> RegisteredModel:
    """Make the previous champion champion again; the two change places.

    Raises :class:`ModelError` if there is no previous champion.
    """
    nothing = ModelError("model rollback", "expected a previous champion", "promote a second model first")
    if not _store_exists():
        raise nothing
    with _quiet():
        client = _client()
        previous, current = _aliased(client, PREVIOUS), _aliased(client, CHAMPION)
        if previous is None or current is None:
            raise nothing
        client.set_registered_model_alias(NAME, CHAMPION, str(previous))
        client.set_registered_model_alias(NAME, PREVIOUS, str(current))
        return _described(client, client.get_model_version(NAME, str(previous)))


def load(name: str | Path = CHAMPION, inputs: Sequence[Input] | None = None) -> DenialModel:
    """Load a model.

    Parameters
    ----------
    name
        An alias, a version number, a ``models:/`` or ``runs:/`` URI, or the path of a saved model.
    inputs
        The features of this version; see :func:`models.storage.load_model`.

    Raises
    ------
    NoChampionError
        If the champion is asked for and none was promoted.
    ModelError
        If there is no such model, or it is damaged or does not fit this version.
    """
    text = str(name)
    for folder in (Path(name), Path(name) / BUNDLE_FOLDER):
        if (folder / SUMS).is_file():
            return load_model(folder, inputs)
    wanted = _wanted(text)
    if not _store_exists():
        raise _no_such(wanted)
    if (file := sqlite_file(tracking_uri())) and (source := aliased_source(file, wanted)):
        return load_model(source / BUNDLE_FOLDER, inputs)
    return _load_through_mlflow(text, wanted, inputs)


def _load_through_mlflow(text: str, wanted: str, inputs: Sequence[Input] | None) -> DenialModel:
    with _quiet():
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException

        client = _client()
        try:
            if text.startswith("runs:/"):
                source = text
            elif wanted.isdigit():
                source = client.get_model_version(NAME, wanted).source
            else:
                source = client.get_model_version_by_alias(NAME, wanted).source
            with tempfile.TemporaryDirectory() as scratch:
                where = f"{source.rstrip('/')}/{BUNDLE_FOLDER}"
                found = download_artifacts(artifact_uri=where, dst_path=scratch, tracking_uri=tracking_uri())
                return load_model(Path(found), inputs)
        except (MlflowException, OSError) as failure:
            raise _no_such(wanted) from failure


def _wanted(text: str) -> str:
    """Alias or version that a name stands for; the name itself where it is a URI of another kind."""
    uri = re.fullmatch(rf"models:/{NAME}[@/](\w+)", text)
    if uri:
        return uri[1]
    if re.fullmatch(r"\w+", text) or text.startswith("runs:/"):
        return text
    raise ModelError(
        "--model", "expected champion, challenger, previous, a version, a model URI or the folder of a saved model"
    )


def _no_such(wanted: str) -> ModelError:
    if wanted == CHAMPION:
        return NoChampionError(
            "model champion", "no model has been promoted", "run `denial-risk train`, then `denial-risk model promote`"
        )
    return ModelError("--model", "no such model in the store", "run `denial-risk model list`")


def _store_exists() -> bool:
    uri = tracking_uri()
    file = sqlite_file(uri)
    return file.is_file() if file else True


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep MLflow from talking, from reporting its use, and from looking at the working folder's git."""
    for variable, value in {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_CONFIGURE_LOGGING": "false",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "GIT_PYTHON_REFRESH": "quiet",
    }.items():
        os.environ.setdefault(variable, value)
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic", "sqlalchemy", "git")]
    levels = [one.level for one in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in loggers:
            one.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for one, level in zip(loggers, levels, strict=True):
                one.setLevel(level)


def _client() -> Any:
    from mlflow import MlflowClient

    uri = tracking_uri()
    if file := sqlite_file(uri):
        file.parent.mkdir(parents=True, exist_ok=True)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def _experiment_id(client: Any) -> str:
    if (found := client.get_experiment_by_name(EXPERIMENT)) is not None:
        return str(found.experiment_id)
    file = sqlite_file(tracking_uri())
    artifacts = (file.parent / "artifacts").resolve().as_uri() if file else None
    return str(client.create_experiment(EXPERIMENT, artifact_location=artifacts))


def _ensure_registered(client: Any) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.get_registered_model(NAME)
    except MlflowException:
        client.create_registered_model(NAME, description="Probability of an initial denial of a health-care claim.")


def _aliased(client: Any, alias: str) -> int | None:
    from mlflow.exceptions import MlflowException

    try:
        return int(client.get_model_version_by_alias(NAME, alias).version)
    except MlflowException:
        return None


def _require_version(client: Any, version: int) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.get_model_version(NAME, str(version))
    except MlflowException as failure:
        raise _no_such(str(version)) from failure


def _described(client: Any, version: Any) -> RegisteredModel:
    metrics = client.get_run(version.run_id).data.metrics if version.run_id else {}
    return RegisteredModel(
        version=int(version.version),
        aliases=tuple(sorted(version.aliases)),
        run_id=str(version.run_id or ""),
        created=datetime.fromtimestamp(version.creation_timestamp / 1000, tz=UTC),
        metrics={name: float(value) for name, value in sorted(metrics.items()) if "/" not in name},
        tags=dict(version.tags),
    )


def _records(
    trained: Trained, data_digest: str, parameters: Mapping[str, Any]
) -> tuple[list[Any], list[Any], list[Any]]:
    """Metrics, parameters and tags of a run, in the order ``log_batch`` takes them."""
    from mlflow.entities import Metric, Param, RunTag

    now = int(datetime.now(tz=UTC).timestamp() * 1000)
    summary = trained.model.summary
    figures = dict(trained.evaluation.overall)
    for kind, table in (("payer", trained.evaluation.by_payer), ("payer_type", trained.evaluation.by_payer_type)):
        for row in table.to_dict("records"):
            name = re.sub(r"[^\w.\- ]", "_", str(row[table.columns[0]]))
            figures |= {f"{kind}/{name}/{key}": row[key] for key in ("claims", "auroc", "brier", "ece")}
    settings = {
        **summary["options"],
        **{f"claims_{name}": count for name, count in summary["claims"].items()},
        "features": len(trained.model.feature_names),
        "rules_seen": len(trained.model.combiner.rules),
        "seed": summary["seed"],
        **parameters,
    }
    tags = {
        "data_digest": data_digest,
        **{f"version.{name}": value for name, value in trained.model.versions.items()},
        # MLflow fills these with the account and the path of the script where they are absent.
        "mlflow.user": NAME,
        "mlflow.source.name": NAME,
    }
    return (
        [Metric(name, float(value), now, 0) for name, value in figures.items() if np.isfinite(value)][:1000],
        [Param(name, str(value)) for name, value in settings.items()],
        [RunTag(name, str(value)) for name, value in tags.items()],
    )


def _write_tables(trained: Trained, tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    folder.mkdir()
    evaluation = trained.evaluation
    own = {
        "by_payer": evaluation.by_payer,
        "by_payer_type": evaluation.by_payer_type,
        "reliability": evaluation.reliability,
        "precision_recall": evaluation.precision_recall,
        "thresholds": trained.model.thresholds,
    }
    for name, table in {**own, **tables}.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _write_plots(trained: Trained, folder: Path) -> None:
    folder.mkdir()
    draw_reliability(trained.evaluation, folder / "reliability.png")
    draw_precision_recall(trained.evaluation, folder / "precision_recall.png")


def _write_model(trained: Trained, folder: Path) -> None:
    """MLflow's scikit-learn model, serialised by skops, with our model in a folder inside it."""
    import mlflow.sklearn
    import sklearn
    import skops
    from skops.io import dumps, get_untrusted_types

    mlflow.sklearn.save_model(
        trained.estimator,
        str(folder),
        serialization_format="skops",
        # Classes of scikit-learn's own that skops does not list: taken from what we have just fitted, not from a file.
        skops_trusted_types=get_untrusted_types(data=dumps(trained.estimator)),
        pip_requirements=[f"scikit-learn=={sklearn.__version__}", f"skops=={skops.__version__}"],
    )
    save_model(trained.model, folder / BUNDLE_FOLDER)
