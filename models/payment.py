"""What share of their charges payers allow: learnt from paid lines, drawn toward the payer's type, and that toward all.

A payer's ratio is what it allowed of its lines over what was charged for them. How much is believed of it is for the
claims to say: with v the variance of the ratio itself and τ² that between the payers of all types, the payer's own
counts τ² / (τ² + v) (random effects; DerSimonian & Laird 1986), and what is left is the ratio of its type, which is
drawn to that of all claims in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.encode import LEAST_CLAIMS_OF_A_CODE

Floats = NDArray[np.float64]

#: Columns of the labels that the ratios are learnt from; one value per claim, in cents.
ALLOWED, ALLOWED_OF = "allowed_cents", "allowed_of_cents"

#: What a ratio stands on, by the code that :meth:`PaymentRatios.of` gives.
SOURCES = ("charge", "overall", "payer_type", "payer_id")


@dataclass(frozen=True)
class PaymentRatios:
    """Expected allowed amount by dollar charged, were the claim paid.

    ``overall`` is None where training saw no amounts; ``by_type`` and ``by_payer`` hold those of
    ``LEAST_CLAIMS_OF_A_CODE`` claims or more; ``claims`` counts the claims behind them.
    """

    overall: float | None = None
    by_type: Mapping[str, float] = field(default_factory=dict)
    by_payer: Mapping[str, float] = field(default_factory=dict)
    claims: int = 0

    def of(self, payer_id: pd.Series, payer_type: pd.Series) -> tuple[Floats, NDArray[np.int64]]:
        """Ratio of each row: of its payer, of its type, of all, or 1; and which that is, a position in ``SOURCES``."""
        ratio = np.full(len(payer_id), 1.0 if self.overall is None else self.overall)
        source = np.full(len(payer_id), 0 if self.overall is None else 1)
        for level, (names, known) in enumerate(((payer_type, self.by_type), (payer_id, self.by_payer)), start=2):
            found = _mapped(names, known)
            there = ~np.isnan(found)
            ratio[there], source[there] = found[there], level
        return ratio, source


def fit_payment_ratios(labels: pd.DataFrame) -> PaymentRatios:
    """Learn the ratios from claims: ``payer_id``, ``payer_type``, and the amounts where the labels have them.

    Claims without an amount teach nothing.
    """
    if ALLOWED not in labels or ALLOWED_OF not in labels:
        return PaymentRatios()
    claims = labels[(labels[ALLOWED_OF] > 0) & (labels[ALLOWED] >= 0)]
    if claims.empty:
        return PaymentRatios()
    overall = float(claims[ALLOWED].sum() / claims[ALLOWED_OF].sum())
    types = _shrunken(claims, claims["payer_type"], lambda _: overall)
    of_payer = claims.groupby("payer_id")["payer_type"].first()
    payers = _shrunken(claims, claims["payer_id"], lambda payer: types.get(of_payer[payer], overall))
    return PaymentRatios(overall, types, payers, len(claims))


def _shrunken(claims: pd.DataFrame, group: pd.Series, centre_of: Any) -> dict[str, float]:
    """Ratio of each group drawn toward its centre; of groups of enough claims."""
    counts = group.value_counts()
    names = sorted(str(name) for name in counts.index[counts >= LEAST_CLAIMS_OF_A_CODE])
    if not names:
        return {}
    place = pd.Index(names).get_indexer(group)
    own = claims[place >= 0]
    place = place[place >= 0]
    charged, allowed = own[ALLOWED_OF].to_numpy("float64"), own[ALLOWED].to_numpy("float64")
    total = np.bincount(place, weights=charged, minlength=len(names))
    ratio = np.bincount(place, weights=allowed, minlength=len(names)) / total
    # Variance of a ratio of sums (Cochran, Sampling Techniques, 2.11): residuals over the squared sum of charges.
    residual = np.bincount(place, weights=(allowed - ratio[place] * charged) ** 2, minlength=len(names))
    size = np.bincount(place, minlength=len(names))
    variance = np.maximum(residual * size / (size - 1) / total**2, 1e-12)
    centre = np.array([centre_of(name) for name in names])
    weight = 1.0 / variance
    between = max(0.0, float((weight * ((ratio - centre) ** 2 - variance)).sum() / weight.sum()))
    belief = between / (between + variance)
    return dict(zip(names, (centre + belief * (ratio - centre)).tolist(), strict=True))


def _mapped(names: pd.Series, known: Mapping[str, float]) -> Floats:
    places, distinct = pd.factorize(names)
    values = np.array([*(known.get(one, np.nan) for one in distinct), np.nan], dtype=np.float64)
    return np.asarray(values[places])
