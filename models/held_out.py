"""How well the combiner does on patterns it was never taught: leave one rule out, with every claim it flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from models._logistic import expit
from models.fit import TrainingOptions
from models.train import train_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.encode import Input
    from models.priors import RuleInfo

#: Fewer flagged claims than this say nothing about a rule.
LEAST_FLAGGED = 30
#: Lighter than the shipped model: the experiment trains one model for each rule.
QUICK = TrainingOptions(iterations=120, learning_rate=0.12, folds=3, causes=None, refit=False)


def held_out_rules(
    features: pd.DataFrame,
    fired: pd.DataFrame,
    rule_info: Mapping[str, RuleInfo],
    labels: pd.DataFrame,
    inputs: Sequence[Input],
    *,
    seed: int,
    rules: Sequence[str] | None = None,
    options: TrainingOptions = QUICK,
) -> pd.DataFrame:
    """Train without the claims a rule flags and without the rule, then predict those claims; once for each rule.

    Parameters
    ----------
    features, fired, rule_info, labels, inputs, seed
        As for :func:`models.train.train_model`.
    rules
        Rules to leave out; all that flag at least ``LEAST_FLAGGED`` labelled claims, unless given.

    Returns
    -------
    One row per rule: ``rule_id``, ``severity``, ``claims`` flagged, ``observed`` denial rate among them, and the mean
    predicted by the model alone (``model``), by the combiner (``combined``), and by the combiner without the rule's
    finding (``without_finding``).
    """
    labelled = np.flatnonzero(labels["denied"].notna().to_numpy())
    features, fired, labels = (frame.iloc[labelled].reset_index(drop=True) for frame in (features, fired, labels))
    denied = labels["denied"].to_numpy(dtype=np.float64) == 1.0
    rows = []
    for rule_id in fired.columns if rules is None else rules:
        flagged = fired[rule_id].to_numpy(dtype=bool)
        if flagged.sum() < LEAST_FLAGGED or rule_info[rule_id].preview:
            continue
        rest = np.flatnonzero(~flagged)
        others = fired.drop(columns=rule_id)
        model = train_model(
            features.iloc[rest], others.iloc[rest], rule_info, labels.iloc[rest], inputs, seed=seed, options=options
        ).model
        hidden = model.predict(features[flagged], fired[flagged], rule_info)
        plain = model.predict(features[flagged], others[flagged], rule_info)
        rows.append(
            {
                "rule_id": rule_id,
                "severity": rule_info[rule_id].severity,
                "claims": int(flagged.sum()),
                "observed": float(denied[flagged].mean()),
                "model": float(expit(hidden.model_log_odds).mean()),
                "combined": float(hidden.risk.mean()),
                "without_finding": float(plain.risk.mean()),
            }
        )
    columns = ["rule_id", "severity", "claims", "observed", "model", "combined", "without_finding"]
    return pd.DataFrame(rows, columns=columns)
