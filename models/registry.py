"""The registered models: which there are, which one scores, how that was decided, and how one is loaded.

The registered model ``denial-risk`` has the aliases ``champion`` (scores), ``challenger`` (just trained) and
``previous`` (was champion before). Moving an alias is all that happens here; whether it should be moved is decided in
:mod:`risk.promotion`. Every decision is a tag ``decision.<number>`` of the version it is about, in JSON.
"""

from __future__ import annotations

import json
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.registry_file import NAME, aliased_source, sqlite_file
from models.storage import SUMS, load_model
from models.store import client, quiet, store_exists, tracking_uri
from risk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from models.bundle import DenialModel
    from models.encode import Input

CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
#: Folder of a run's artifacts that the registered version points to, and of our model inside it.
MODEL_FOLDER, BUNDLE_FOLDER = "model", "bundle"
#: Beginning of the tags that hold decisions, and the tag that holds the operating points.
DECISION, POINTS_TAG = "decision.", "operating_points"


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

    @property
    def decisions(self) -> list[dict[str, Any]]:
        """What was decided about the version, oldest first; see :func:`record_decision`."""
        numbered = [
            (int(name.removeprefix(DECISION)), tag) for name, tag in self.tags.items() if name.startswith(DECISION)
        ]
        return [json.loads(tag) for _, tag in sorted(numbered)]

    @property
    def operating_points(self) -> list[dict[str, Any]]:
        """Rows of :func:`models.operating.operating_points`, None for NaN; empty where an older version kept none."""
        return list(json.loads(self.tags.get(POINTS_TAG, "[]")))


def list_models() -> list[RegisteredModel]:
    """Every registered version, newest first; none where nothing was ever trained."""
    if not store_exists():
        return []
    with quiet():
        store = client()
        found = store.search_model_versions(f"name='{NAME}'")
        # A search leaves the aliases out of what it returns; a look-up by version has them.
        whole = [store.get_model_version(NAME, one.version) for one in found]
        return sorted((described(store, one) for one in whole), key=lambda one: -one.version)


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
    if not store_exists():
        raise nothing
    with quiet():
        store = client()
        chosen = version if version is not None else _aliased(store, CHALLENGER)
        if chosen is None:
            raise nothing
        _require_version(store, chosen)
        current = _aliased(store, CHAMPION)
        if current is not None and current != chosen:
            store.set_registered_model_alias(NAME, PREVIOUS, str(current))
        store.set_registered_model_alias(NAME, CHAMPION, str(chosen))
        if _aliased(store, CHALLENGER) == chosen:
            store.delete_registered_model_alias(NAME, CHALLENGER)
        return described(store, store.get_model_version(NAME, str(chosen)))


def rollback() -> RegisteredModel:
    """Make the previous champion champion again; the two change places.

    Raises :class:`ModelError` if there is no previous champion.
    """
    nothing = ModelError("model rollback", "expected a previous champion", "promote a second model first")
    if not store_exists():
        raise nothing
    with quiet():
        store = client()
        previous, current = _aliased(store, PREVIOUS), _aliased(store, CHAMPION)
        if previous is None or current is None:
            raise nothing
        store.set_registered_model_alias(NAME, CHAMPION, str(previous))
        store.set_registered_model_alias(NAME, PREVIOUS, str(current))
        return described(store, store.get_model_version(NAME, str(previous)))


def record_decision(version: int, what: str, figures: Mapping[str, Any]) -> None:
    """Keep a decision about a version as its next tag ``decision.<number>``.

    Parameters
    ----------
    version
        The version it is about.
    what
        promoted, refused, forced, or restored (by a rollback).
    figures
        What it rests on, as JSON takes it; aggregates and words, nothing of a claim.
    """
    with quiet():
        store = client()
        number = 1 + len(described(store, store.get_model_version(NAME, str(version))).decisions)
        entry = {"what": what, "when": f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC", **figures}
        store.set_model_version_tag(NAME, str(version), f"{DECISION}{number}", json.dumps(entry))


@contextmanager
def run_artifacts(one: RegisteredModel, folder: str) -> Iterator[Path | None]:
    """A folder of artifacts of the version's run, on this machine while the context lasts; None where it has none."""
    with quiet(), tempfile.TemporaryDirectory() as scratch:
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException

        try:
            where = download_artifacts(
                artifact_uri=f"runs:/{one.run_id}/{folder}", dst_path=scratch, tracking_uri=tracking_uri()
            )
        except (MlflowException, OSError):
            where = None
        yield Path(where) if where and any(Path(where).iterdir()) else None


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
    if not store_exists():
        raise _no_such(wanted)
    if (file := sqlite_file(tracking_uri())) and (source := aliased_source(file, wanted)):
        return load_model(source / BUNDLE_FOLDER, inputs)
    return _load_through_mlflow(text, wanted, inputs)


def _load_through_mlflow(text: str, wanted: str, inputs: Sequence[Input] | None) -> DenialModel:
    with quiet():
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException

        store = client()
        try:
            if text.startswith("runs:/"):
                source = text
            elif wanted.isdigit():
                source = store.get_model_version(NAME, wanted).source
            else:
                source = store.get_model_version_by_alias(NAME, wanted).source
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


def ensure_registered(store: Any) -> None:
    """Make the registered model if it is not there."""
    from mlflow.exceptions import MlflowException

    try:
        store.get_registered_model(NAME)
    except MlflowException:
        store.create_registered_model(NAME, description="Probability of an initial denial of a health-care claim.")


def _aliased(store: Any, alias: str) -> int | None:
    from mlflow.exceptions import MlflowException

    try:
        return int(store.get_model_version_by_alias(NAME, alias).version)
    except MlflowException:
        return None


def _require_version(store: Any, version: int) -> None:
    from mlflow.exceptions import MlflowException

    try:
        store.get_model_version(NAME, str(version))
    except MlflowException as failure:
        raise _no_such(str(version)) from failure


def described(store: Any, version: Any) -> RegisteredModel:
    """What is known of a version that MLflow gave back."""
    metrics = store.get_run(version.run_id).data.metrics if version.run_id else {}
    return RegisteredModel(
        version=int(version.version),
        aliases=tuple(sorted(version.aliases)),
        run_id=str(version.run_id or ""),
        created=datetime.fromtimestamp(version.creation_timestamp / 1000, tz=UTC),
        metrics={name: float(value) for name, value in sorted(metrics.items()) if "/" not in name},
        tags=dict(version.tags),
    )
