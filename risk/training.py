"""From labelled claims to a registered model: where rules, features, labels and the model meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd

from features import History
from models import (
    DenialModel,
    Evaluation,
    RuleInfo,
    Trained,
    TrainingOptions,
    evaluate,
    metrics,
    registry,
    tracking,
    train_model,
)
from models.forget import thin_copies
from models.holdout import freeze
from models.lines import LabelledLines
from models.split import TimeSplit
from risk import __version__
from risk.amounts import paid_lines
from risk.capture import with_capture
from risk.claims.tables import ClaimBatch
from risk.effects import Effects, measure_effects
from risk.errors import RuleError
from risk.extras import all_features, all_inputs
from risk.guards import guard
from risk.labelled import (
    DEFAULT_WORLD,
    LABEL_COLUMNS,
    Labelled,
    Past,
    early_remits,
    history_of,
    read_labelled,
    read_past,
    read_truth,
    submitted_on,
    synthetic_claims,
)
from risk.line_facts import line_facts
from risk.reference import Reference
from risk.repeats import without_repeats
from risk.rules import Rule, RuleFailure, ruleset_version, run_rules, select_rules
from risk.scoring import fired_matrix, rule_infos

#: Claims of the default model: enough to learn the world's habits, few enough to train in well under a minute.
DEFAULT_CLAIMS = 20_000

#: Seed of the default model.
DEFAULT_SEED = 0

__all__ = [
    "DEFAULT_CLAIMS",
    "DEFAULT_SEED",
    "DEFAULT_WORLD",
    "LABEL_COLUMNS",
    "Labelled",
    "Past",
    "Prepared",
    "Registered",
    "evaluate_model",
    "history_of",
    "prepare",
    "read_labelled",
    "read_past",
    "read_truth",
    "synthetic_claims",
    "train_and_register",
    "train_default",
    "train_on",
]


@dataclass(frozen=True)
class Prepared:
    """What a model is trained and measured on: one row per claim in each, in claim order.

    ``features`` as :func:`features.compute_features` gives them, ``fired`` claims × rule ids, ``infos`` facts of those
    rules, ``labels`` with the columns of :data:`models.train.LABEL_COLUMNS`, ``findings`` as
    :func:`risk.rules.run_rules` gives them. ``lines`` are the claims' lines with their outcomes; None where these are
    not known.
    """

    features: pd.DataFrame
    fired: pd.DataFrame
    infos: dict[str, RuleInfo]
    labels: pd.DataFrame
    findings: pd.DataFrame
    lines: LabelledLines | None = None


@dataclass(frozen=True)
class Registered:
    """A trained model, the version it has in the registry, and what the rules did to the claims it learnt from."""

    trained: Trained
    version: int
    effects: Effects


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
    features = all_features(batch, reference, history, labelled.extras)
    rules = select_rules() if rules is None else rules
    infos = rule_infos(rules)
    failures: list[RuleFailure] = []
    findings = run_rules(batch, reference, rules, failures, past=past)
    if failures:
        raise RuleError(str(failures[0]), "expected rules that run on every claim", "mend it or take it out")
    fired = fired_matrix(findings, len(batch), list(infos))
    claims = batch.claims
    labels = labelled.outcomes[["denied", "denial_reason", "carc"]].assign(
        submission_date=submitted_on(batch),
        payer_id=claims["payer_id"],
        payer_type=claims["payer_type"],
    )
    lines = None
    if labelled.line_denied is not None:
        lines = LabelledLines(line_facts(batch, findings, infos), labelled.line_denied)
    return Prepared(features, fired, infos, labels, findings, lines)


def train_on(
    labelled: Labelled,
    reference: Reference,
    *,
    seed: int,
    rules: Sequence[Rule] | None = None,
    prepared: Prepared | None = None,
    options: TrainingOptions | None = None,
    split: TimeSplit | None = None,
) -> Trained:
    """Train on labelled claims and test on the latest of them; nothing is recorded. ``rules`` as in :func:`prepare`.

    ``prepared``, where it is at hand, is what :func:`prepare` makes of the claims with their own history; ``options``
    and ``split`` as in :func:`models.train_model`.
    """
    rules = select_rules() if rules is None else rules
    past = history_of(labelled)
    data = prepare(labelled, reference, history=past, rules=rules) if prepared is None else prepared
    keys, copies = thin_copies(labelled.batch, seed)
    thin = all_features(copies, reference, past, labelled.extras).set_axis(keys)
    ruleset = ruleset_version(reference, rules)
    versions = {"tool": __version__, "ruleset": ruleset, "reference": reference.version}
    trained = train_model(
        data.features,
        data.fired,
        data.infos,
        data.labels,
        all_inputs(labelled.extras),
        seed=seed,
        thin=thin,
        lines=data.lines,
        paid=paid_lines(labelled.batch, labelled.outcomes["allowed_by_line"], reference),
        options=options,
        split=split,
        versions=versions,
        extras=labelled.extras,
    )
    return with_capture(trained, labelled, data.findings, data.fired, data.infos, data.features, reference)


def train_and_register(
    labelled: Labelled,
    reference: Reference,
    *,
    seed: int,
    tell: Callable[[str], None],
    rules: Sequence[Rule] | None = None,
) -> Registered:
    """Train on labelled claims, test on the latest of them, track the run and register the model as challenger.

    A claim that stands twice counts once, the first time (:func:`risk.repeats.without_repeats`). Raises
    :class:`ModelError` where a feature knows the outcome (:func:`risk.guards.guard`).
    """
    labelled, repeats = without_repeats(labelled)
    left_out = f"; {labelled.left_out} without a known outcome left out" if labelled.left_out else ""
    tell(f"training on {len(labelled.batch)} claims ({labelled.source}{left_out})")
    if repeats:
        tell(f"note: {repeats} claims stand there twice; each was kept where it was submitted first")
    if early := early_remits(labelled):
        tell(f"note: {early} remittances are dated before their claim; taken as known on the day of submission")
    data = prepare(labelled, reference, history=history_of(labelled), rules=rules)
    guarded = guard(labelled, data.features, data.labels, reference, seed=seed)
    trained = train_on(labelled, reference, seed=seed, rules=rules, prepared=data)
    effects = measure_effects(
        data.fired,
        data.labels["denied"],
        source=labelled.source,
        basis=trained.model.versions["ruleset"],
        measured=f"{datetime.now(UTC):%Y-%m-%d}",
    )
    parameters = {"data": labelled.source, "data_digest": labelled.digest, **trained.model.versions}
    parameters |= {"shuffled_auroc": f"{guarded.shuffled:.4f}", "shuffled_auroc_below": f"{guarded.by_chance:.4f}"}
    tables = {"lone_aurocs": guarded.alone.rename_axis("feature").rename("auroc").reset_index()}
    if labelled.extras:
        parameters["extra_features"] = ", ".join(f"{name} ({kind})" for name, kind in labelled.extras.items())
    holdout = freeze(
        data.features, data.fired, data.infos, data.labels, all_inputs(labelled.extras), trained.split.test
    )
    registered = tracking.register(
        trained, data_digest=labelled.digest, parameters=parameters, tables=tables, holdout=holdout
    )
    return Registered(trained, registered.version, effects)


def train_default(reference: Reference, tell: Callable[[str], None]) -> None:
    """Train the default model on synthetic claims and make it champion."""
    tell("no champion is registered: training the default model on synthetic claims, once")
    labelled = synthetic_claims(DEFAULT_CLAIMS, seed=DEFAULT_SEED)
    registered = train_and_register(labelled, reference, seed=DEFAULT_SEED, tell=tell)
    registry.promote(registered.version)
    registry.record_decision(registered.version, "promoted", {"because": "default model, trained where there was none"})
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
