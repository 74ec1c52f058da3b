"""Is each part worth having? Rules alone, models without findings, and all together, on the same later claims."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import expit
from models.encode import Input, build_encoder, learn_vocabulary, prepare
from models.evaluate import metrics
from models.fit import TrainingOptions
from models.priors import RuleInfo, rules_only
from models.train import train_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.train import Trained

Floats = NDArray[np.float64]

#: Inverse ridge strengths of the two linear baselines (scikit-learn's C), on standardised inputs.
_LINEAR_C = 0.1


def compare_parts(
    trained: Trained,
    features: pd.DataFrame,
    fired: pd.DataFrame,
    rule_info: Mapping[str, RuleInfo],
    labels: pd.DataFrame,
    inputs: Sequence[Input],
    *,
    seed: int,
    options: TrainingOptions | None = None,
    true_probability: Floats | None = None,
) -> pd.DataFrame:
    """Fit the baselines on the training part and measure everything on the test part.

    Parameters
    ----------
    trained, features, fired, rule_info, labels, inputs, seed, options
        What :func:`models.train.train_model` gave back and was given; ``denied`` of the labels must not be null.
    true_probability
        True probability of each claim, known of synthetic claims only; adds a row ``truth``.

    Returns
    -------
    One row per contender, columns as :func:`models.evaluate.metrics`: ``base_rate``, ``rules_assumed`` (no data at
    all), ``rules`` (logistic on the findings), ``logistic`` (on the features), ``features`` (our model, of features
    alone), ``features_combined`` (findings met in the combiner alone), ``trees`` (findings as inputs), ``combined``.
    """
    taught, tested = trained.split.train, trained.split.test
    denied = labels["denied"].to_numpy(dtype=np.float64) == 1.0
    outcome = denied[taught]
    own, later = features.iloc[taught], features.iloc[tested]
    prediction = trained.tested.predict(later, fired.iloc[tested], rule_info)
    without = train_model(
        features,
        fired,
        rule_info,
        labels,
        inputs,
        seed=seed,
        options=replace(options or TrainingOptions(), findings=False, refit=False),
        split=trained.split,
    ).tested.predict(later, fired.iloc[tested], rule_info)
    vocabulary = learn_vocabulary(own, inputs)
    rules = fired.to_numpy(dtype=np.float64)
    linear = linear_model(inputs, seed).fit(prepare(own, inputs, vocabulary), outcome)
    risks = {
        "base_rate": np.full(len(tested), outcome.mean()),
        "rules_assumed": rules_only(fired.iloc[tested], rule_info),
        "rules": _logistic().fit(rules[taught], outcome).predict_proba(rules[tested])[:, 1],
        "logistic": linear.predict_proba(prepare(later, inputs, vocabulary))[:, 1],
        "features": expit(without.model_log_odds),
        "features_combined": without.risk,
        "trees": expit(prediction.model_log_odds),
        "combined": prediction.risk,
    }
    if true_probability is not None:
        risks["truth"] = true_probability[tested]
    rows = {name: metrics(np.asarray(risk), denied[tested]) for name, risk in risks.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("contender").reset_index()


def linear_model(inputs: Sequence[Input], seed: int) -> Any:
    """Logistic regression on the prepared features: codes encoded as for the trees, gaps filled, all standardised."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    return Pipeline(
        [
            ("encode", build_encoder(inputs, seed)),
            ("fill", SimpleImputer(add_indicator=True, keep_empty_features=True)),
            ("scale", StandardScaler()),
            ("classify", _logistic()),
        ]
    )


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=_LINEAR_C, max_iter=1000)
