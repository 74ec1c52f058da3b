"""The record of every training run: what MLflow keeps of it, and the version that is registered.

A run holds parameters, digests of what went in, aggregate figures, tables, pictures, a model card, the model, the model
that its figures are of (``tested``) and the frozen hold-out; no claim that anyone could name. The store is
``MLFLOW_TRACKING_URI``, else ``mlruns/mlflow.db`` of the working folder. What is registered, and which version scores,
is in :mod:`models.registry`, whose functions are here too.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import tempfile
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.card import card_markdown
from models.holdout import write_holdout
from models.plots import draw_precision_recall, draw_reliability
from models.registry import (
    BUNDLE_FOLDER,
    CHALLENGER,
    CHAMPION,
    MODEL_FOLDER,
    POINTS_TAG,
    PREVIOUS,
    NoChampionError,
    RegisteredModel,
    described,
    ensure_registered,
    find,
    list_models,
    load,
    promote,
    rollback,
)
from models.registry_file import NAME
from models.storage import save_model
from models.store import EXPERIMENT, client, experiment_id, quiet, tracking_uri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.bundle import DenialModel
    from models.holdout import Holdout
    from models.train import Trained

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "EXPERIMENT",
    "PREVIOUS",
    "NoChampionError",
    "RegisteredModel",
    "find",
    "list_models",
    "load",
    "promote",
    "register",
    "rollback",
    "tracking_uri",
]

#: Folders of a run's artifacts beside the model.
TESTED_FOLDER, HOLDOUT_FOLDER = "tested", "holdout"
#: Tag of a version: the digest of its frozen hold-out.
HOLDOUT_TAG = "holdout"
#: What the environment of a run is told by.
_PACKAGES = ("numpy", "pandas", "scikit-learn", "scipy", "mlflow")


def register(
    trained: Trained,
    *,
    data_digest: str,
    parameters: Mapping[str, Any] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    holdout: Holdout | None = None,
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
    holdout
        The claims of the test part, for the promotion gate of this and later versions.
    """
    tags = dict(trained.model.versions) | {POINTS_TAG: operating_tag(trained.model)}
    with quiet():
        store = client()
        run = store.create_run(
            experiment_id(store), run_name=f"train-{data_digest[:8]}-{trained.model.summary['seed']}"
        )
        run_id = run.info.run_id
        try:
            store.log_batch(run_id, *_records(trained, data_digest, parameters or {}))
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                _write_tables(trained, tables or {}, folder / "tables")
                _write_plots(trained, folder / "plots")
                _write_model(trained, folder / MODEL_FOLDER)
                save_model(trained.tested, folder / TESTED_FOLDER)
                if holdout is not None:
                    tags[HOLDOUT_TAG] = write_holdout(holdout, folder / HOLDOUT_FOLDER)
                facts = {"data_digest": data_digest, **environment(), **trained.model.versions, "code": code_digest()}
                card = card_markdown(trained, run={**facts, **{k: str(v) for k, v in (parameters or {}).items()}})
                (folder / "model_card.md").write_text(card, encoding="utf-8")
                store.log_artifacts(run_id, str(folder))
            store.set_terminated(run_id)
        except BaseException:
            store.set_terminated(run_id, "FAILED")
            raise
        ensure_registered(store)
        source = f"{run.info.artifact_uri}/{MODEL_FOLDER}"
        made = store.create_model_version(NAME, source, run_id, tags=tags, await_creation_for=0)
        store.set_registered_model_alias(NAME, CHALLENGER, made.version)
        return described(store, store.get_model_version(NAME, made.version))


def _records(
    trained: Trained, data_digest: str, parameters: Mapping[str, Any]
) -> tuple[list[Any], list[Any], list[Any]]:
    """Metrics, parameters and tags of a run, in the order ``log_batch`` takes them."""
    from mlflow.entities import Metric, Param, RunTag

    now = int(datetime.now(tz=UTC).timestamp() * 1000)
    summary = trained.model.summary
    figures = dict(trained.evaluation.overall)
    for name, (low, high) in summary.get("intervals", {}).items():
        figures |= {f"{name}_low": low, f"{name}_high": high}
    figures |= {f"line/{name}": value for name, value in summary.get("line_risk", {}).items()}
    for kind, table in (("payer", trained.evaluation.by_payer), ("payer_type", trained.evaluation.by_payer_type)):
        for row in table.to_dict("records"):
            name = re.sub(r"[^\w.\- ]", "_", str(row[table.columns[0]]))
            figures |= {f"{kind}/{name}/{key}": row[key] for key in ("claims", "auroc", "brier", "ece")}
    settings = {
        **{name: value for name, value in summary["options"].items() if name != "causes"},
        **{f"causes_{name}": value for name, value in (summary["options"]["causes"] or {}).items()},
        **{f"claims_{name}": count for name, count in summary["claims"].items()},
        **{
            f"{name}_{end}": day
            for name, days in summary["submitted"].items()
            for end, day in zip(("since", "until"), days, strict=True)
        },
        "features": len(trained.model.feature_names),
        "rules_seen": len(trained.model.combiner.rules),
        "seed": summary["seed"],
        **parameters,
    }
    tags = {
        "data_digest": data_digest,
        **{f"version.{name}": value for name, value in trained.model.versions.items()},
        "version.code": code_digest(),
        **{f"environment.{name}": value for name, value in environment().items()},
        # MLflow fills these with the account and the path of the script where they are absent.
        "mlflow.user": NAME,
        "mlflow.source.name": NAME,
    }
    return (
        [Metric(name, float(value), now, 0) for name, value in figures.items() if np.isfinite(value)][:1000],
        [Param(name, str(value)) for name, value in settings.items()],
        [RunTag(name, str(value)) for name, value in tags.items()],
    )


def operating_tag(model: DenialModel) -> str:
    """Operating points of a model as the tag of its version holds them: JSON rows, null where nothing was reached."""
    rows = [
        {name: None if isinstance(value, float) and not np.isfinite(value) else value for name, value in one.items()}
        for one in model.summary.get("operating_points", ())
    ]
    return json.dumps(rows)


def environment() -> dict[str, str]:
    """Versions of Python and of the packages that figures depend on."""
    return {"python": platform.python_version(), **{name: installed(name) for name in _PACKAGES}}


@cache
def code_digest() -> str:
    """Twelve digits that name the source of this tool as it is installed: two runs with one value ran the same code."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in ("features", "models", "risk", "synthetic_data"):
        for path in sorted((root / package).rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _write_tables(trained: Trained, tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    folder.mkdir()
    evaluation = trained.evaluation
    own = {
        "by_payer": evaluation.by_payer,
        "by_payer_type": evaluation.by_payer_type,
        "reliability": evaluation.reliability,
        "precision_recall": evaluation.precision_recall,
        "thresholds": trained.model.thresholds,
        "operating_points": pd.DataFrame(trained.model.summary["operating_points"]),
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
