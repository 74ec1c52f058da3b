"""From features, findings and labels to a model that is fitted, calibrated and measured on later claims."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bootstrap import intervals
from models.bundle import DenialModel
from models.calibrate import Sigmoid, fit_sigmoid
from models.causes import log_shares
from models.causes_fit import CauseOptions, fit_causes
from models.combine_fit import fit_combiner
from models.encode import Encoder, Input, build_encoder, learn_vocabulary, output_order, prepare
from models.evaluate import Evaluation, evaluate, precision_recall
from models.findings import finding_inputs, with_findings
from models.forget import lessons_of, of_claims
from models.interval import count_support
from models.interval_groups import proven_stretch
from models.operating import operating_points
from models.payer_offsets import PAYER_INPUT, fit_payer_offsets, offsets_of
from models.payment import fit_payment_ratios
from models.reasons import fit_reasons
from models.split import TimeSplit, split_by_submission
from models.trees import MAX_LEAVES, Forest
from risk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.priors import RuleInfo

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

#: Fewer labelled claims, or fewer of either outcome, cannot carry a model and its test.
LEAST_CLAIMS, LEAST_OF_AN_OUTCOME = 300, 30

#: Columns of the labels, one row per claim.
LABEL_COLUMNS = ("denied", "denial_reason", "carc", "submission_date", "payer_id", "payer_type")


@dataclass(frozen=True)
class TrainingOptions:
    """Settings of the trees and of the out-of-fold predictions."""

    iterations: int = 300
    learning_rate: float = 0.07
    max_leaf_nodes: int = MAX_LEAVES
    min_samples_leaf: int = 20
    l2_regularization: float = 2.0
    max_features: float = 0.3  # share of the features tried at each split: trees differ more, and train faster
    folds: int = 3
    causes: CauseOptions | None = field(default_factory=CauseOptions)  # None: one forest of all denials alone
    findings: bool = True  # the trees see which rules fired
    refit: bool = True  # on all claims, once the figures are known
    monotonic: bool = True  # the declared direction of a numeric feature binds the trees


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
        The same claims with ``LABEL_COLUMNS``; claims whose ``denied`` is null are left out. Amounts, where they are
        there, teach what payers allow (:func:`models.payment.fit_payment_ratios`).
    inputs
        What the features are; see :func:`models.encode.inputs_of`.
    seed
        Of everything random: folds, target encoding, and what is forgotten.
    thin
        Features of copies of some claims that lack more than the real ones do (:func:`models.forget.thin_copies`),
        under the positions of these in ``features``: they are learnt from too. Figures are of ``features``.
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
    thin = of_claims(features.iloc[:0] if thin is None else thin, known, len(features))
    features, fired, labels = (frame.iloc[known].reset_index(drop=True) for frame in (features, fired, labels))
    denied = labels["denied"].to_numpy(dtype=np.float64) == 1.0
    require_enough(denied)
    split = split_by_submission(labels["submission_date"]) if split is None else split
    require_both(denied[split.train])
    fit = partial(_fit, features, thin, fired, rule_info, labels, inputs, chosen, seed)
    tested, estimator = fit(split.train)
    tested = replace(tested, versions=dict(versions or {}))
    trained = _measure(tested, estimator, split, features, fired, rule_info, labels, denied, chosen, seed)
    if extras:
        trained = _with_extras(trained, extras)
    tested = trained.tested
    if not chosen.refit:
        return trained
    # The figures are of the procedure; what scores tomorrow's claims learns from the latest ones too.
    model, estimator = fit(np.arange(len(labels)))
    known_of_it = {"thresholds": tested.thresholds, "summary": tested.summary, "versions": tested.versions}
    return replace(trained, model=replace(model, **known_of_it, stretch=tested.stretch), estimator=estimator)


def _fit(
    features: pd.DataFrame,
    thin: pd.DataFrame,
    fired: pd.DataFrame,
    rule_info: Mapping[str, RuleInfo],
    labels: pd.DataFrame,
    inputs: Sequence[Input],
    options: TrainingOptions,
    seed: int,
    rows: NDArray[np.int64],
) -> tuple[DenialModel, Any]:
    """Fit on the given rows: the model, and the calibrated scikit-learn estimator of all denials in it."""
    own_features, own_fired, own_labels = (frame.iloc[rows] for frame in (features, fired, labels))
    denied = own_labels["denied"].to_numpy(dtype=np.float64) == 1.0
    lessons = lessons_of(own_features, of_claims(thin, rows, len(features)), inputs, seed)
    vocabulary = learn_vocabulary(own_features, inputs)
    if options.findings:
        inputs = (*inputs, *finding_inputs(own_fired, rule_info))
    taught = with_findings(lessons.frame, own_fired.iloc[lessons.of_claim].reset_index(drop=True), inputs)
    prepared = prepare(taught, inputs, vocabulary)
    parts = lessons.parts(folds_of(denied, options, seed))
    estimator, raw = fit_out_of_fold(build_estimator(inputs, options, seed), prepared, denied[lessons.of_claim], parts)
    encoder = Encoder.of_fitted(estimator.named_steps["encode"], inputs)
    causes, scores = fit_causes(
        encoder,
        prepared,
        own_labels["denial_reason"].iloc[lessons.of_claim],
        denied[lessons.of_claim],
        parts,
        _directions(inputs, options),
        seed=seed,
        options=options.causes,
    )
    sigmoid = fit_sigmoid(raw, denied, scores)
    log_odds, payer_offsets = sigmoid.log_odds(raw, scores), {}
    if PAYER_INPUT in encoder.tables:
        payers = prepared[PAYER_INPUT].iloc[: len(rows)]
        payer_offsets = fit_payer_offsets(log_odds, denied, payers)
        log_odds = log_odds + offsets_of(payer_offsets, payers)
    guilty = np.flatnonzero(denied)
    reasons = fit_reasons(
        log_shares(scores[guilty]),
        own_fired.iloc[guilty],
        rule_info,
        own_labels["denial_reason"].iloc[guilty],
        own_labels["carc"].iloc[guilty],
    )
    targets = [one.name for one in inputs if one.encoding == "target"]
    model = DenialModel(
        encoder=encoder,
        forest=Forest.of_fitted(estimator.named_steps["classify"]),
        causes=causes,
        sigmoid=sigmoid,
        payer_offsets=payer_offsets,
        combiner=fit_combiner(log_odds, own_fired, rule_info, denied),
        reasons=reasons,
        support=count_support(own_features, {name: vocabulary[name] for name in targets}),
        thresholds=pd.DataFrame(),
        summary={},
        versions={},
        payment=fit_payment_ratios(own_labels),
    )
    return model, as_calibrated(estimator, fit_sigmoid(raw, denied), prepared.iloc[: len(rows)], denied)


def build_estimator(inputs: Sequence[Input], options: TrainingOptions, seed: int) -> Any:
    """Unfitted pipeline: encode, then histogram gradient boosting with trees small enough to explain exactly."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import Pipeline

    booster = HistGradientBoostingClassifier(
        max_iter=options.iterations,
        learning_rate=options.learning_rate,
        max_leaf_nodes=min(options.max_leaf_nodes, MAX_LEAVES),
        min_samples_leaf=options.min_samples_leaf,
        l2_regularization=options.l2_regularization,
        max_features=options.max_features,
        monotonic_cst=_directions(inputs, options),
        early_stopping=False,
        random_state=seed,
    )
    return Pipeline([("encode", build_encoder(inputs, seed)), ("classify", booster)])


def _directions(inputs: Sequence[Input], options: TrainingOptions) -> list[int]:
    """Where the trees may only rise or fall with an input, in the order of the encoder's columns."""
    directions = {"higher": 1, "lower": -1}
    return [
        directions.get(one.riskier, 0) if options.monotonic and one.encoding == "number" else 0
        for one in output_order(inputs)
    ]


def folds_of(denied: Booleans, options: TrainingOptions, seed: int) -> list[tuple[Any, Any]]:
    """Rows to fit on and to score in turn; each fold has its share of the denied claims."""
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(options.folds, shuffle=True, random_state=seed)
    return list(folds.split(np.empty((len(denied), 0)), denied))


def fit_out_of_fold(
    estimator: Any, prepared: pd.DataFrame, denied: Booleans, parts: Sequence[tuple[Any, Any]]
) -> tuple[Any, Floats]:
    """Fit the estimator on all claims; and score each claim by a copy that was fitted without its fold.

    ``parts`` are rows to fit on and to score: those of the whole first, which scores none.

    Each fit runs on one thread and the fits side by side: the order of floating-point sums, and so the model, does not
    depend on the number of cores, and fits do not wait for one another on a busy machine.
    """
    from joblib import Parallel, cpu_count, delayed
    from sklearn.base import clone

    runs = Parallel(n_jobs=min(len(parts), cpu_count()), prefer="threads")(
        delayed(_fit_and_score)(clone(estimator), prepared, denied, taught, held) for taught, held in parts
    )
    raw = np.empty(sum(len(held) for _, held in parts))
    for (_, held), (_, scores) in zip(parts, runs, strict=True):
        raw[held] = scores
    return runs[0][0], raw


def as_calibrated(estimator: Any, sigmoid: Sigmoid, prepared: pd.DataFrame, denied: Booleans) -> Any:
    """Put a fitted estimator and its calibration together as scikit-learn's own calibrated classifier."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    few = np.concatenate([np.flatnonzero(denied == outcome)[:5] for outcome in (False, True)])
    calibrated = CalibratedClassifierCV(FrozenEstimator(estimator), method="sigmoid", cv=2, ensemble=False)
    calibrated.fit(prepared.iloc[few], denied[few])
    # It knows no way to take a calibration as given; its fit on a few rows is replaced. It computes 1/(1+exp(a·raw+b)).
    (calibrator,) = calibrated.calibrated_classifiers_[0].calibrators
    calibrator.a_, calibrator.b_ = -sigmoid.slope, -sigmoid.intercept
    return calibrated


def _fit_and_score(
    estimator: Any, prepared: pd.DataFrame, denied: Booleans, taught: Any, held: Any
) -> tuple[Any, Floats]:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        fitted = estimator.fit(_without_empty_columns(prepared.iloc[taught]), denied[taught])
        scores = fitted.decision_function(prepared.iloc[held]) if len(held) else np.empty(0)
    return fitted, np.asarray(scores, dtype=np.float64)


def _without_empty_columns(prepared: pd.DataFrame) -> pd.DataFrame:
    """Put 0 into columns that are missing throughout: scikit-learn cannot bin them, and no tree can ask about them."""
    empty = prepared.columns[prepared.isna().all()]
    return prepared.assign(**dict.fromkeys(empty, 0.0)) if len(empty) else prepared


def _measure(
    model: DenialModel,
    estimator: Any,
    split: TimeSplit,
    features: pd.DataFrame,
    fired: pd.DataFrame,
    rule_info: Mapping[str, RuleInfo],
    labels: pd.DataFrame,
    denied: Booleans,
    options: TrainingOptions,
    seed: int,
) -> Trained:
    """Thresholds from the validation part, figures from the test part, and the summary that goes with the model."""
    said = {}
    for name, rows in (("validation", split.validation), ("test", split.test)):
        require_both(denied[rows])
        said[name] = model.predict(features.iloc[rows], fired.iloc[rows], rule_info)
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
        "intervals": intervals(risks["test"], denied[split.test], seed),
        "operating_points": operating_points(risks["validation"], denied[split.validation]).to_dict("records"),
    }
    thresholds = precision_recall(risks["validation"], denied[split.validation])
    measured = replace(model, thresholds=thresholds, summary=summary, stretch=stretch)
    return Trained(measured, measured, estimator, split, evaluation, risks["test"])


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
