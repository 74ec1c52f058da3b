"""MLflow's store, and how it is spoken to: where it is, quietly, and without an account or a script in it."""

from __future__ import annotations

import logging
import os
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from models.registry_file import NAME, sqlite_file

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPERIMENT = NAME


def tracking_uri() -> str:
    """Where the store is: ``MLFLOW_TRACKING_URI``, else ``mlruns/mlflow.db`` of the working folder.

    The path of a SQLite file is made absolute: MLflow keeps one connection for each URI, and would go on using the
    file of a folder that has been left.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI") or "sqlite:///mlruns/mlflow.db"
    file = sqlite_file(uri)
    return f"sqlite:///{file.resolve()}" if file else uri


def store_exists() -> bool:
    """Whether there is a store to ask; one that is no local file is taken to be there."""
    file = sqlite_file(tracking_uri())
    return file.is_file() if file else True


@contextmanager
def quiet() -> Iterator[None]:
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


def client() -> Any:
    """MLflow's client of the store; makes the folder of a local one."""
    from mlflow import MlflowClient

    uri = tracking_uri()
    if file := sqlite_file(uri):
        file.parent.mkdir(parents=True, exist_ok=True)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def experiment_id(store: Any) -> str:
    """Id of our experiment, made if need be."""
    if (found := store.get_experiment_by_name(EXPERIMENT)) is not None:
        return str(found.experiment_id)
    file = sqlite_file(tracking_uri())
    artifacts = (file.parent / "artifacts").resolve().as_uri() if file else None
    return str(store.create_experiment(EXPERIMENT, artifact_location=artifacts))
