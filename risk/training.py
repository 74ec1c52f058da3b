"""From labelled claims to a registered model: where rules, features, labels and the model meet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from features import History, catalogue, compute_features
from models import (
    DenialModel,
    Evaluation,
    RuleInfo,
    Trained,
    evaluate,
    inputs_of,
    metrics,
    tracking,
    train_model,
)
from models.forget import thinned
from risk import __version__
from risk.claims.tables import ClaimBatch
from risk.effects import Effects, measure_effects
from risk.errors import InputError, RuleError
from risk.readers import read_claim_data
from risk.reference import Reference
from risk.rules import Rule, RuleFailure, ruleset_version, run_rules, select_rules
from risk.scoring import fired_matrix, rule_infos

#: Claims of the default model: enough to learn the world's habits, few enough to train in well under a minute.
DEFAULT_CLAIMS = 20_000

#: World and seed of the default model.
DEFAULT_WORLD, DEFAULT_SEED = 1, 0

#: Row of a file's first record: the header is row 1.
FIRST_ROW = 2

#: Columns of a labelled file beyond the CSV contract.
LABEL_COLUMNS = ("denied", "line_denied", "denial_reason", "carc", "rarc", "remit_date", "label_status")


@dataclass(frozen=True)
class Labelled:
    """Claims whose initial outcome is known.

    Attributes
    ----------
    batch
        The claims, one outcome each.
    outcomes
        By claim_key: ``denied`` (0 or 1), ``denial_reason``, ``carc`` (null where paid), ``remit_date``.
    source
        What the claims are, for the record: a file name, or which synthetic world.
    digest
        Digest of the data.
    left_out
        Claims of the file that could not be read, or whose outcome is not known yet.
    """

    batch: ClaimBatch
    outcomes: pd.DataFrame
    source: str
    digest: str
    left_out: int = 0


@dataclass(frozen=True)
class Past:
    """Past claims of a labelled file: all of them, for the rules; and the outcomes that are known, for the features."""

    claims: ClaimBatch
    outcomes: History


@dataclass(frozen=True)
class Prepared:
    """What a model is trained and measured on: one row per claim in each, in claim order.

    ``features`` as :func:`features.compute_features` gives them, ``fired`` claims × rule ids, ``infos`` facts of those
    rules, ``labels`` with the columns of :data:`models.train.LABEL_COLUMNS`.
    """

    features: pd.DataFrame
    fired: pd.DataFrame
    infos: dict[str, RuleInfo]
    labels: pd.DataFrame


@dataclass(frozen=True)
class Registered:
    """A trained model, the version it has in the registry, and what the rules did to the claims it learnt from."""

    trained: Trained
    version: int
    effects: Effects


def synthetic_claims(claims: int, *, seed: int, world: int = DEFAULT_WORLD) -> Labelled:
    """Labelled synthetic claims; their true probabilities stay behind."""
    from synthetic_data import simulate

    drawn = simulate(claims, seed=seed, world=world)
    by_claim = drawn.outcomes.drop_duplicates("claim_id").set_index("claim_id").loc[drawn.batch.claims["claim_id"]]
    outcomes = by_claim[["denied", "denial_reason", "carc", "remit_date"]].reset_index(drop=True)
    source = f"synthetic world {world}, seed {seed}"
    return Labelled(
        drawn.batch, outcomes, source, hashlib.sha256(f"{source}, {claims} claims".encode()).hexdigest()[:12]
    )


def read_labelled(path: Path) -> Labelled:
    """Read labelled claims: the CSV layout plus ``LABEL_COLUMNS``, as Parquet or CSV.

    Claims whose ``denied`` is null are counted and left out. Raises :class:`InputError` for a file that is neither,
    lacks ``denied``, or has a value other than 0 and 1 there; claims that cannot be read are counted and left out too.
    """
    batch, outcomes, claims_read = _read_claims(path)
    known = np.flatnonzero(outcomes["denied"].notna())
    if not len(known):
        raise InputError(f"{path}, column denied", "expected at least one claim with a known outcome")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    if len(known) < len(batch):
        batch = batch.select(known)
    return Labelled(batch, outcomes.iloc[known].reset_index(drop=True), path.name, digest, claims_read - len(known))


def read_past(path: Path) -> Past:
    """Past claims from a labelled file, those without an outcome yet among them.

    Raises :class:`InputError` for a file that is no labelled one or of which no claim can be read.
    """
    batch, outcomes, _ = _read_claims(path)
    if not len(batch):
        raise InputError(str(path), "expected at least one past claim that can be read")
    return Past(batch, History.of(batch, outcomes["denied"], outcomes["remit_date"]))


def _read_claims(path: Path) -> tuple[ClaimBatch, pd.DataFrame, int]:
    """Claims of a labelled file, their outcomes (null where not known yet), and how many claims the file has."""
    frame = _read_frame(path)
    if "denied" not in frame:
        raise InputError(
            f"{path}, column denied", "expected labelled claims", "make them with `denial-risk label` or `synth`"
        )
    denied = pd.to_numeric(frame["denied"], errors="coerce")
    if not (denied.isin([0, 1]) | frame["denied"].isna()).all():
        raise InputError(f"{path}, column denied", "expected 0, 1 or nothing")
    frame["denied"] = denied
    claims_part = frame.drop(columns=[name for name in LABEL_COLUMNS if name in frame])
    result = read_claim_data(claims_part.to_csv(index=False).encode(), path.name)
    return result.batch, _outcomes(frame, result.batch), result.claims_read


def read_truth(path: Path, labelled: Labelled) -> pd.Series:
    """True probabilities of labelled synthetic claims, by claim_key.

    Raises :class:`InputError` when a claim has none: the files are of two different draws.
    """
    try:
        truth = pd.read_parquet(path, columns=["claim_id", "true_probability"]).set_index("claim_id")[
            "true_probability"
        ]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(str(path), "expected the truth.parquet of `denial-risk synth`") from error
    aligned = truth.reindex(labelled.batch.claims["claim_id"]).reset_index(drop=True)
    if aligned.isna().any():
        raise InputError(str(path), "expected the truth of the same claims as --data")
    return aligned


def history_of(labelled: Labelled) -> History:
    """Outcomes of labelled claims as a history; features see of it only what was known on a claim's submission."""
    return History.of(labelled.batch, labelled.outcomes["denied"], labelled.outcomes["remit_date"])


def prepare(
    labelled: Labelled,
    reference: Reference,
    *,
    history: History | None = None,
    past: ClaimBatch | None = None,
    rules: Sequence[Rule] | None = None,
) -> Prepared:
    """Features, findings of the rules (the catalogue's, unless given) and labels of labelled claims.

    ``history`` is what the features see of past claims, ``past`` what the rules do beside the claims themselves.

    Raises :class:`RuleError` for a rule that fails: what a model has learnt must not depend on what could be run.
    """
    batch = labelled.batch
    features = compute_features(batch, reference, history)
    rules = select_rules() if rules is None else rules
    infos = rule_infos(rules)
    failures: list[RuleFailure] = []
    findings = run_rules(batch, reference, rules, failures, past=past)
    if failures:
        raise RuleError(str(failures[0]), "expected rules that run on every claim", "mend it or take it out")
    fired = fired_matrix(findings, len(batch), list(infos))
    claims = batch.claims
    served = batch.last_service_date.reset_index(drop=True)
    labels = labelled.outcomes[["denied", "denial_reason", "carc"]].assign(
        submission_date=claims["submission_date"].fillna(served),
        payer_id=claims["payer_id"],
        payer_type=claims["payer_type"],
    )
    return Prepared(features, fired, infos, labels)


def train_on(
    labelled: Labelled,
    reference: Reference,
    *,
    seed: int,
    rules: Sequence[Rule] | None = None,
    prepared: Prepared | None = None,
) -> Trained:
    """Train on labelled claims and test on the latest of them; nothing is recorded. ``rules`` as in :func:`prepare`.

    ``prepared``, where it is at hand, is what :func:`prepare` makes of the claims with their own history.
    """
    rules = select_rules() if rules is None else rules
    past = history_of(labelled)
    data = prepare(labelled, reference, history=past, rules=rules) if prepared is None else prepared
    lessons = compute_features(thinned(labelled.batch, seed), reference, past)
    ruleset = ruleset_version(reference, rules)
    versions = {"tool": __version__, "ruleset": ruleset, "reference": reference.version}
    return train_model(
        data.features,
        data.fired,
        data.infos,
        data.labels,
        inputs_of(catalogue()),
        seed=seed,
        lessons=lessons,
        versions=versions,
    )


def train_and_register(
    labelled: Labelled,
    reference: Reference,
    *,
    seed: int,
    tell: Callable[[str], None],
    rules: Sequence[Rule] | None = None,
) -> Registered:
    """Train on labelled claims, test on the latest of them, track the run and register the model as challenger."""
    left_out = f"; {labelled.left_out} without a known outcome left out" if labelled.left_out else ""
    tell(f"training on {len(labelled.batch)} claims ({labelled.source}{left_out})")
    data = prepare(labelled, reference, history=history_of(labelled), rules=rules)
    trained = train_on(labelled, reference, seed=seed, rules=rules, prepared=data)
    effects = measure_effects(
        data.fired,
        data.labels["denied"],
        source=labelled.source,
        basis=trained.model.versions["ruleset"],
        measured=f"{datetime.now(UTC):%Y-%m-%d}",
    )
    parameters = {"data": labelled.source, "data_digest": labelled.digest, **trained.model.versions}
    registered = tracking.register(trained, data_digest=labelled.digest, parameters=parameters)
    return Registered(trained, registered.version, effects)


def train_default(reference: Reference, tell: Callable[[str], None]) -> None:
    """Train the default model on synthetic claims and make it champion."""
    tell("no champion is registered: training the default model on synthetic claims, once")
    labelled = synthetic_claims(DEFAULT_CLAIMS, seed=DEFAULT_SEED)
    registered = train_and_register(labelled, reference, seed=DEFAULT_SEED, tell=tell)
    tracking.promote(registered.version)
    tell(
        f"registered denial-risk version {registered.version} as champion; its probabilities describe synthetic "
        "payers until you train on your own remittances"
    )


def evaluate_model(
    model: DenialModel,
    labelled: Labelled,
    reference: Reference,
    *,
    past: Past | None = None,
    truth: pd.Series | None = None,
    rules: Sequence[Rule] | None = None,
) -> Evaluation:
    """Measure a model on labelled claims that it was not trained on; ``truth`` adds what could at best be reached.

    ``rules`` as in :func:`prepare`.
    """
    history, claims = (past.outcomes, past.claims) if past else (None, None)
    data = prepare(labelled, reference, history=history, past=claims, rules=rules)
    risk = model.predict(data.features, data.fired, data.infos).risk
    denied = data.labels["denied"].to_numpy() == 1
    evaluation = evaluate(risk, denied, data.labels["payer_id"], data.labels["payer_type"])
    if truth is None:
        return evaluation
    return replace(evaluation, overall=metrics(risk, denied, truth.to_numpy(dtype="float64")))


def _read_frame(path: Path) -> pd.DataFrame:
    """All columns of a Parquet or CSV file: labels as they are, claim columns as text."""
    if not path.is_file():
        raise InputError(str(path), "expected a labelled Parquet or CSV file", "check the path")
    if path.suffix == ".parquet":
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError) as error:
            raise InputError(str(path), "expected a Parquet file") from error
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise InputError(str(path), "expected a CSV file with a header") from error


def _outcomes(frame: pd.DataFrame, batch: ClaimBatch) -> pd.DataFrame:
    """Outcome of each claim: its first row says whether it was denied, the first row with a reason says why."""
    first_rows = batch.claims["source_offset"].to_numpy("int64") - FIRST_ROW
    keys = batch.service_lines["claim_key"]
    rows = first_rows[keys] + keys.groupby(keys).cumcount().to_numpy()
    labels = frame.reindex(columns=["denied", "denial_reason", "carc", "remit_date"])
    first = labels.iloc[np.minimum(rows, len(frame) - 1)].groupby(keys.to_numpy()).first()  # the first non-null of each
    return pd.DataFrame(
        {
            "denied": labels["denied"].to_numpy("float64", na_value=np.nan)[first_rows],
            "denial_reason": first["denial_reason"].astype("str").array,
            "carc": first["carc"].astype("str").array,
            "remit_date": pd.to_datetime(first["remit_date"]).astype("datetime64[s]").array,
        }
    )
