"""Fitting a model on labelled claims: forests, and what makes one calibrated risk and its reasons of their scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bundle import DenialModel
from models.calibrate import Sigmoid, fit_sigmoid
from models.causes import Causes, log_shares
from models.causes_fit import CauseOptions, fit_causes
from models.combine_fit import fit_combiner
from models.encode import MISSING, Encoder, Input, build_encoder, learn_vocabulary, output_order, prepare
from models.findings import finding_inputs, with_findings
from models.folds import enough_of, folds_of, in_order, scored_by
from models.forget import lessons_of, of_claims
from models.interval import count_support
from models.lines import LineShares
from models.lines_fit import fit_line_shares
from models.new_payer import payer_codes, without_unknown_payers
from models.payer_offsets import PAYER_INPUT, fit_payer_offsets, offsets_of
from models.payment import fit_payment_ratios
from models.reasons import fit_reasons
from models.trees import MAX_LEAVES, Forest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.interval import Support
    from models.lines import LabelledLines
    from models.priors import RuleInfo

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class TrainingOptions:
    """Settings of the trees and of the out-of-fold predictions."""

    iterations: int = 300  # trees at most, and one for each ``denied_per_tree`` denials down to ``fewest_trees``
    denied_per_tree: float = 4.0
    fewest_trees: int = 60
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

    def trees(self, denied: int) -> int:
        """Trees that so many denied claims are worth: more only learn the claims by heart, and cost time."""
        return min(self.iterations, max(self.fewest_trees, round(denied / self.denied_per_tree)))


@dataclass(frozen=True)
class Claims:
    """Labelled claims: what there is to learn from.

    ``features``, ``fired`` and ``labels`` have one row for each, ``thin`` is features of copies of some of them that
    lack columns, under their positions (:func:`models.forget.thin_copies`). ``lines`` are the lines of all of them,
    with their outcomes, and ``paid`` what payers allowed of lines, ``claim`` being the claim's position
    (:data:`models.payment.PAID_COLUMNS`); None where these are not at hand.
    """

    features: pd.DataFrame
    thin: pd.DataFrame
    fired: pd.DataFrame
    rule_info: Mapping[str, RuleInfo]
    labels: pd.DataFrame
    lines: LabelledLines | None = None
    paid: pd.DataFrame | None = None

    @classmethod
    def of(
        cls,
        features: pd.DataFrame,
        thin: pd.DataFrame | None,
        fired: pd.DataFrame,
        rule_info: Mapping[str, RuleInfo],
        labels: pd.DataFrame,
        lines: LabelledLines | None = None,
        paid: pd.DataFrame | None = None,
    ) -> Claims:
        """Take all rows of the frames."""
        return cls(features, features.iloc[:0] if thin is None else thin, fired, rule_info, labels, lines, paid)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def denied(self) -> Booleans:
        """Whether each claim was denied."""
        return np.asarray(self.labels["denied"].to_numpy(dtype=np.float64) == 1.0)

    def select(self, rows: NDArray[np.int64]) -> Claims:
        """Keep some claims, by position."""
        features, fired, labels = (
            one.iloc[rows].reset_index(drop=True) for one in (self.features, self.fired, self.labels)
        )
        thin = of_claims(self.thin, rows, len(self))
        lines, paid = self.lines and self.lines.select(rows), self.paid
        if paid is not None:
            paid = of_claims(paid.set_index("claim"), rows, len(self)).rename_axis("claim").reset_index()
        return Claims(features, thin, fired, self.rule_info, labels, lines, paid)


@dataclass(frozen=True)
class Taught:
    """Forests that learnt from claims, and scores of these by forests that were taught without them.

    ``prepared`` are the claims as the encoder takes them; ``raw`` and ``scores`` are of all denials and of each cause,
    one row for each claim of ``scored``, which are positions, ascending.
    """

    encoder: Encoder
    estimator: Any
    causes: Causes
    support: Support
    prepared: pd.DataFrame
    scored: NDArray[np.int64]
    raw: Floats
    scores: Floats

    @property
    def forest(self) -> Forest:
        """Trees of all denials."""
        return Forest.of_fitted(self.estimator.named_steps["classify"])


def fit_model(claims: Claims, inputs: Sequence[Input], options: TrainingOptions, seed: int) -> tuple[DenialModel, Any]:
    """Fit on all of the claims: the model, and the calibrated scikit-learn estimator of all denials in it."""
    taught = _teach(claims, inputs, options, seed)
    scored, denied = taught.scored, claims.denied[taught.scored]
    fired, labels = claims.fired.iloc[scored], claims.labels.iloc[scored]
    sigmoid = fit_sigmoid(taught.raw, denied, taught.scores)
    log_odds, payer_offsets = sigmoid.log_odds(taught.raw, taught.scores), {}
    if PAYER_INPUT in taught.encoder.tables:
        payers = taught.prepared[PAYER_INPUT].iloc[scored]
        payer_offsets = fit_payer_offsets(log_odds, denied, payers)
        log_odds = log_odds + offsets_of(payer_offsets, payers)
    reasons = fit_reasons(
        log_shares(taught.scores[denied]),
        fired[denied],
        claims.rule_info,
        labels["denial_reason"][denied],
        labels["carc"][denied],
    )
    model = DenialModel(
        encoder=taught.encoder,
        forest=taught.forest,
        causes=taught.causes,
        sigmoid=sigmoid,
        payer_offsets=payer_offsets,
        combiner=fit_combiner(log_odds, fired, claims.rule_info, denied),
        reasons=reasons,
        support=taught.support,
        thresholds=pd.DataFrame(),
        summary={},
        versions={},
        payment=fit_payment_ratios(claims.paid),
        lines=_line_shares(claims),
    )
    return model, as_calibrated(taught.estimator, fit_sigmoid(taught.raw, denied), taught.prepared, claims.denied)


def _line_shares(claims: Claims) -> LineShares:
    """Learn which lines a denial refuses, or take what is assumed where labels do not say."""
    if claims.lines is None:
        return LineShares()
    return fit_line_shares(claims.lines, claims.denied, claims.labels["denial_reason"])


def _teach(claims: Claims, inputs: Sequence[Input], options: TrainingOptions, seed: int) -> Taught:
    """Teach the forests on all claims, and score as many as it needs by forests that were taught without their fold."""
    denied = claims.denied
    lessons = lessons_of(claims.features, claims.thin, inputs, seed)
    vocabulary = learn_vocabulary(claims.features, inputs)
    frame = without_unknown_payers(lessons.frame, inputs, vocabulary.get(PAYER_INPUT, ()))
    for name in payer_codes(inputs):
        vocabulary[name] |= {MISSING}  # of the copies that forget their payer
    if options.findings:
        inputs = (*inputs, *finding_inputs(claims.fired, claims.rule_info))
    of_claim, directions = lessons.of_claim, _directions(inputs, options)
    fired = claims.fired.iloc[of_claim].reset_index(drop=True)
    prepared = prepare(with_findings(frame, fired, inputs), inputs, vocabulary)
    parts = lessons.parts(enough_of(folds_of(denied, options.folds, seed), denied))
    untaught = build_estimator(inputs, options, options.trees(int(denied.sum())), seed)
    estimator, raw = fit_out_of_fold(untaught, prepared, denied[of_claim], parts)
    encoder = Encoder.of_fitted(estimator.named_steps["encode"], inputs)
    reason = claims.labels["denial_reason"].iloc[of_claim]
    causes, scores = fit_causes(
        encoder, prepared, reason, denied[of_claim], parts, directions, seed=seed, options=options.causes
    )
    targets = {one.name: vocabulary[one.name] for one in inputs if one.encoding == "target"}
    support = count_support(claims.features, targets)
    return Taught(encoder, estimator, causes, support, prepared.iloc[: len(claims)], scored_by(parts), raw, scores)


def build_estimator(inputs: Sequence[Input], options: TrainingOptions, trees: int, seed: int) -> Any:
    """Unfitted pipeline: encode, then histogram gradient boosting with trees small enough to explain exactly."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import Pipeline

    booster = HistGradientBoostingClassifier(
        max_iter=trees,
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


def fit_out_of_fold(
    estimator: Any, prepared: pd.DataFrame, denied: Booleans, parts: Sequence[tuple[Any, Any]]
) -> tuple[Any, Floats]:
    """Fit the estimator on all claims; and score the claims of each fold by a copy that was fitted without it.

    ``parts`` are rows to fit on and to score: those of the whole first, which scores none. The scores are in the order
    of :func:`models.folds.scored_by`.

    Each fit runs on one thread and the fits side by side: the order of floating-point sums, and so the model, does not
    depend on the number of cores, and fits do not wait for one another on a busy machine.
    """
    from joblib import Parallel, cpu_count, delayed
    from sklearn.base import clone

    runs = Parallel(n_jobs=min(len(parts), cpu_count()), prefer="threads")(
        delayed(_fit_and_score)(clone(estimator), prepared, denied, taught, held) for taught, held in parts
    )
    return runs[0][0], in_order(parts, [scores for _, scores in runs])


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
