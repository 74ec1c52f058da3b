"""From features, findings and labels to a model that is fitted, calibrated and measured on later claims."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bootstrap import intervals
from models.bundle import DenialModel
from models.evaluate import Evaluation, evaluate, metrics, precision_recall
from models.fit import Claims, TrainingOptions, fit_model
from models.interval_groups import proven_stretch
from models.operating import operating_points
from models.split import TimeSplit, split_by_submission
from risk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.bundle import Prediction
    from models.encode import Input
    from models.lines import LabelledLines
    from models.priors import RuleInfo

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

#: Fewer labelled claims, or fewer of either outcome, cannot carry a model and its test.
LEAST_CLAIMS, LEAST_OF_AN_OUTCOME = 300, 30

#: Columns of the labels, one row per claim.
LABEL_COLUMNS = ("denied", "denial_reason", "carc", "submission_date", "payer_id", "payer_type")


@dataclass(frozen=True)
class Trained:
    """What training hands over.

    ``model`` was fitted on every labelled claim: it is the one to use. ``tested`` is the same procedure fitted on the
    training part alone, and the one whose figures are known: ``evaluation`` is of ``tested`` on the test part, and
    ``risk`` holds its risk of every claim of it, in the order of ``split.test``. ``estimator`` is the calibrated
    scikit-learn classifier behind ``model`` (for prepared frames; knows no findings).
    """

    model: DenialModel
    tested: DenialModel
    estimator: Any
    split: TimeSplit
    evaluation: Evaluation
    risk: Floats


def train_model(
    features: pd.DataFrame,
    fired: pd.DataFrame,
    rule_info: Mapping[str, RuleInfo],
    labels: pd.DataFrame,
    inputs: Sequence[Input],
    *,
    seed: int,
    thin: pd.DataFrame | None = None,
    lines: LabelledLines | None = None,
    paid: pd.DataFrame | None = None,
    options: TrainingOptions | None = None,
    split: TimeSplit | None = None,
    versions: Mapping[str, str] | None = None,
    extras: Mapping[str, str] | None = None,
) -> Trained:
    """Train on the earliest claims, set thresholds on later ones, test on the latest.

    Parameters
    ----------
    features
        One row per claim, columns as named by ``inputs``.
    fired
        The same claims × rule ids, booleans.
    rule_info
        Facts of each of those rules.
    labels
        The same claims with ``LABEL_COLUMNS``; claims whose ``denied`` is null are left out.
    inputs
        What the features are; see :func:`models.encode.inputs_of`.
    seed
        Of everything random: folds, target encoding, and what is forgotten.
    thin
        Features of copies of some claims that lack more than the real ones do (:func:`models.forget.thin_copies`),
        under the positions of these in ``features``: they are learnt from too. Figures are of ``features``.
    lines
        The lines of the same claims; they teach which lines of a denied claim a payer refuses
        (:func:`models.lines_fit.fit_line_shares`), and test it.
    paid
        What payers allowed of lines of these claims: :data:`models.payment.PAID_COLUMNS`, ``claim`` being the position
        in ``features``.
    split
        Row positions of each part among the claims with an outcome; by submission in the usual shares, unless given.
    versions
        Of the tool, the rule set and the reference data, kept with the model.
    extras
        Inputs that are no features of the catalogue but columns that were asked for: their kinds by name, kept too.

    Raises
    ------
    ModelError
        If there are too few claims, too few of one outcome, or too few days to split by time.
    """
    chosen = options or TrainingOptions()
    known = np.flatnonzero(labels["denied"].notna().to_numpy())
    claims = Claims.of(features, thin, fired, rule_info, labels, lines, paid).select(known)
    require_enough(claims.denied)
    split = split_by_submission(claims.labels["submission_date"]) if split is None else split
    require_both(claims.denied[split.train])
    tested, estimator = fit_model(claims.select(split.train), inputs, chosen, seed)
    tested = replace(tested, versions=dict(versions or {}))
    trained = _measure(tested, estimator, split, claims, chosen, seed)
    if extras:
        trained = _with_extras(trained, extras)
    if not chosen.refit:
        return trained
    # The figures are of the procedure; what scores tomorrow's claims learns from the latest ones too.
    tested = trained.tested
    model, estimator = fit_model(claims, inputs, chosen, seed)
    known_of_it = {"thresholds": tested.thresholds, "summary": tested.summary, "versions": tested.versions}
    return replace(trained, model=replace(model, **known_of_it, stretch=tested.stretch), estimator=estimator)


def _measure(
    model: DenialModel,
    estimator: Any,
    split: TimeSplit,
    claims: Claims,
    options: TrainingOptions,
    seed: int,
) -> Trained:
    """Thresholds from the validation part, figures from the test part, and the summary that goes with the model."""
    labels, denied = claims.labels, claims.denied
    said = {}
    for name, rows in (("validation", split.validation), ("test", split.test)):
        require_both(denied[rows])
        said[name] = model.predict(claims.features.iloc[rows], claims.fired.iloc[rows], claims.rule_info)
    risks = {name: one.risk for name, one in said.items()}
    stretch, proof = proven_stretch(said["validation"], denied[split.validation], said["test"], denied[split.test])
    test = labels.iloc[split.test]
    evaluation = evaluate(risks["test"], denied[split.test], test["payer_id"], test["payer_type"])
    dates = pd.to_datetime(labels["submission_date"])
    summary = {
        "claims": split.sizes(),
        "denial_rate": {name: float(denied[rows].mean()) for name, rows in vars(split).items()},
        "submitted": {
            name: [str(day.date()) if pd.notna(day) else "" for day in (dates.iloc[rows].min(), dates.iloc[rows].max())]
            for name, rows in vars(split).items()
        },
        "seed": seed,
        "options": asdict(options),
        "test": evaluation.overall,
        "risk_interval": proof,
        "line_risk": _of_lines(model, said["test"], claims, split.test),
        "intervals": intervals(risks["test"], denied[split.test], seed),
        "operating_points": operating_points(risks["validation"], denied[split.validation]).to_dict("records"),
    }
    thresholds = precision_recall(risks["validation"], denied[split.validation])
    measured = replace(model, thresholds=thresholds, summary=summary, stretch=stretch)
    return Trained(measured, measured, estimator, split, evaluation, risks["test"])


def _of_lines(model: DenialModel, said: Prediction, claims: Claims, rows: NDArray[np.int64]) -> dict[str, Any]:
    """Denied claims that taught the lines' shares; and log loss and calibration of the line risks of some claims."""
    taught = {"taught_claims": model.lines.claims}
    if claims.lines is None:
        return taught
    lines = claims.lines.select(rows)
    known = ~np.isnan(lines.denied)
    if not known.any():
        return taught
    risk = said.risk[lines.facts.claim] * model.lines.of(lines.facts, said.reasons)
    figures = metrics(risk[known], lines.denied[known] == 1)
    return taught | {"lines": int(known.sum()), "log_loss": figures["log_loss"], "ece": figures["ece"]}


def _with_extras(trained: Trained, extras: Mapping[str, str]) -> Trained:
    tested = replace(trained.tested, summary={**trained.tested.summary, "extra_features": dict(extras)})
    return replace(trained, model=tested, tested=tested)


def require_enough(denied: Booleans) -> None:
    """Raise :class:`ModelError` for fewer labelled claims, or fewer of either outcome, than carry a model."""
    if len(denied) < LEAST_CLAIMS or min(denied.sum(), (~denied).sum()) < LEAST_OF_AN_OUTCOME:
        raise ModelError(
            "training data",
            f"expected at least {LEAST_CLAIMS} labelled claims with {LEAST_OF_AN_OUTCOME} of either outcome",
            "give more months of claims and remittances",
        )


def require_both(denied: Booleans) -> None:
    """Raise :class:`ModelError` unless there are both denied and paid claims in a part of the split."""
    if len(set(denied.tolist())) < 2:
        raise ModelError(
            "training data, submission_date",
            "expected denied and paid claims in each part of the time split",
            "give more months of claims and remittances",
        )
