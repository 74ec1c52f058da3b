"""What the first claims of a worklist would have caught of the validation claims, kept with the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from models import RuleInfo, Trained
from models.operating import capture_curve
from risk.labelled import Labelled
from risk.reference import Reference
from risk.scoring import claim_stakes

#: Where the summary of a model keeps the curve.
CAPTURE = "capture"


def with_capture(
    trained: Trained,
    labelled: Labelled,
    findings: pd.DataFrame,
    fired: pd.DataFrame,
    infos: Mapping[str, RuleInfo],
    features: pd.DataFrame,
    reference: Reference,
) -> Trained:
    """Keep the capture curve of the validation claims with both models: ranked as ``score --capacity`` ranks claims.

    Arguments are of all labelled claims, in claim order. Denied dollars of a claim are the charges of its denied lines
    times the share that its payer allows of what it bills, since nobody knows what would have been allowed of a line
    that was denied.
    """
    rows, tested = trained.split.validation, trained.tested
    batch, outcomes = labelled.batch.select(rows), labelled.outcomes.iloc[rows]
    there = findings[findings["claim_key"].isin(rows)]
    there = there.assign(claim_key=np.searchsorted(rows, there["claim_key"].to_numpy()))
    own_features, own_fired = (frame.iloc[rows].reset_index(drop=True) for frame in (features, fired))
    risk, stake, ratio = claim_stakes(batch, there, own_fired, dict(infos), own_features, tested, reference)
    denied_cents = outcomes["denied_charge_cents"].to_numpy("float64") * ratio
    curve = capture_curve(risk, stake, outcomes["denied"].to_numpy() == 1, denied_cents).to_dict("list")
    tested = replace(tested, summary={**tested.summary, CAPTURE: curve})
    model = replace(trained.model, summary={**trained.model.summary, CAPTURE: curve})
    return replace(trained, model=model, tested=tested)
