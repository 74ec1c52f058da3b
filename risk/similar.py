"""How past claims like one claim ended: counts only, of the model's training and of a history that is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features import PAST_DAYS, FeatureInputs, History
from models import DenialModel
from models.interval import similar_claims
from models.payer_offsets import PAYER_INPUT
from risk.claims.tables import ClaimBatch
from risk.reference import Reference
from risk.scoring import UNCOUNTED_CLAIMS, ScoredBatch

#: What past claims have in common with a claim: the words for it, the model's feature, and the columns of a history.
_LIKENESSES: tuple[tuple[str, str | None, tuple[str, ...]], ...] = (
    ("This payer", "payer_id", ("payer_id",)),
    ("This procedure", "main_procedure", ("procedure_code",)),
    ("This procedure at this payer", "payer_procedure", ("payer_id", "procedure_code")),
    ("This diagnosis category at this payer", None, ("payer_id", "dx_category")),
    ("This diagnosis category with this procedure", "dx_with_procedure", ("dx_category", "procedure_code")),
    ("This billing provider", "billing_npi", ("billing_npi",)),
    ("This billing provider at this payer", "payer_provider", ("payer_id", "billing_npi")),
    ("This rendering provider", "rendering_npi", ("rendering_npi",)),
)


@dataclass(frozen=True)
class Group:
    """Past claims that have something in common with one claim.

    ``claims`` counts them and ``denials`` those of them denied at first; None where only the other figures are kept.
    ``rate`` is their denial rate drawn toward a broader one; None where nothing is known.
    """

    likeness: str
    claims: int | None
    denials: int | None
    rate: float | None


def groups_of_training(model: DenialModel, features: pd.DataFrame) -> list[list[Group]]:
    """Training claims like each claim, one list for each row of its features.

    The model keeps the number of claims of each code, and their denial rate as its encoder has it (empirical Bayes:
    drawn toward the overall rate, the more the fewer they are). Codes of fewer than five claims are kept as one, and
    are no group; nor is what a claim does not have. Every claim has a payer: a model
    that lacks its code has hardly seen it.
    """
    found: list[list[Group]] = [[] for _ in range(len(features))]
    for likeness, name, _ in _LIKENESSES:
        if name is None or name not in model.support.counts or name not in features:
            continue
        counts, rates = model.support.counts[name], model.encoder.tables[name].encode(features[name])
        for groups, code, rate in zip(found, features[name], rates.tolist(), strict=True):
            if pd.notna(code) or name == PAYER_INPUT:
                claims = counts.get(str(code))
                groups.append(Group(likeness, claims, None, rate if claims else None))
    return found


def groups_of_history(batch: ClaimBatch, reference: Reference, history: History) -> list[list[Group]]:
    """Claims of the history like each claim, answered in the ``PAST_DAYS`` before its submission.

    Rates are drawn toward the overall one of these days, which counts as ``PRIOR_CLAIMS`` claims
    (:meth:`features.History.rate_before`).
    """
    inputs = FeatureInputs(batch, reference, history)
    found: list[list[Group]] = [[] for _ in range(len(batch))]
    for likeness, _, columns in _LIKENESSES:
        keys = inputs.past_keys[list(columns)]
        counts = history.counts_before(keys, inputs.known_by, PAST_DAYS)
        rates = history.rate_before(keys, inputs.known_by)
        for groups, claims, denials, rate in zip(found, counts["claims"], counts["denials"], rates, strict=True):
            if not np.isnan(claims):
                groups.append(Group(likeness, int(claims), int(denials), float(rate) if claims else None))
    return found


def counted_claims(scored: ScoredBatch, model: DenialModel | None) -> Sequence[float]:
    """How many training claims are like each claim, which its interval stands on: 0 or more."""
    if model is None or scored.features is None:
        return [UNCOUNTED_CLAIMS] * len(scored.batch)
    places = model.encoder.take_apart(scored.features)
    scarcity = model.support.scarcity(model.encoder.tables)
    counted: list[float] = similar_claims(scarcity, places, len(scored.batch)).tolist()
    return counted
