"""Amounts: what is charged, and whether the sums are right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Floats, floats


@feature(label="Total charge (log of dollars)")
def log_total_charge(inputs: FeatureInputs) -> pd.Series:
    """Logarithm of one plus the total charge in dollars. Missing: no total, or one below zero."""
    return _log_dollars(inputs, floats(inputs.batch.claims["total_charge_cents"]))


@feature(label="Highest line charge (log of dollars)")
def log_highest_charge(inputs: FeatureInputs) -> pd.Series:
    """Logarithm of one plus the highest line charge in dollars. Missing: no line has a charge of zero or more."""
    charges = np.append(floats(inputs.batch.service_lines["line_charge_cents"]), np.nan)
    return _log_dollars(inputs, charges[inputs.main_rows])


@feature(label="Total charge is not the sum of its lines", riskier="higher")
def total_mismatch(inputs: FeatureInputs) -> pd.Series:
    """1 when the total charge differs from the sum of the line charges, else 0.

    Missing: no total, no line, or a line without a charge.
    """
    charges = floats(inputs.batch.service_lines["line_charge_cents"])
    sums = np.bincount(inputs.line_claims, weights=charges, minlength=len(inputs.batch))
    total = floats(inputs.batch.claims["total_charge_cents"])
    known = ~np.isnan(total) & ~np.isnan(sums) & (inputs.count_lines().to_numpy() > 0)
    return inputs.claim_series(np.where(known, (total != sums).astype("float64"), np.nan))


@feature(label="Lines without a charge", riskier="higher")
def uncharged_line_count(inputs: FeatureInputs) -> pd.Series:
    """Lines whose charge is absent or zero. Never missing."""
    charges = floats(inputs.batch.service_lines["line_charge_cents"])
    return inputs.count_lines(np.isnan(charges) | (charges == 0))


def _log_dollars(inputs: FeatureInputs, cents: Floats) -> pd.Series:
    return inputs.claim_series(np.log1p(np.where(cents >= 0, cents, np.nan) / 100))
