"""Amounts: what is charged, and whether the sums are right."""

from __future__ import annotations

import numpy as np

from features._feature import feature
from features._inputs import FeatureInputs
from features._shared import Floats, floats


@feature(label="Total charge (log of dollars)")
def log_total_charge(inputs: FeatureInputs) -> Floats:
    """Logarithm of one plus the total charge in dollars. Missing: no total, or one below zero."""
    return _log_dollars(floats(inputs.batch.claims["total_charge_cents"]))


@feature(label="Highest line charge (log of dollars)")
def log_highest_charge(inputs: FeatureInputs) -> Floats:
    """Logarithm of one plus the highest line charge in dollars. Missing: no line has a charge of zero or more."""
    return _log_dollars(np.append(inputs.line_charges, np.nan)[inputs.main_rows])


@feature(label="Total charge is not the sum of its lines", riskier="higher")
def total_mismatch(inputs: FeatureInputs) -> Floats:
    """1 when the total charge differs from the sum of the line charges, else 0.

    Missing: no total, no line, or a line without a charge.
    """
    sums = np.bincount(inputs.line_claims, weights=inputs.line_charges, minlength=len(inputs.batch))
    total = floats(inputs.batch.claims["total_charge_cents"])
    known = ~np.isnan(total) & ~np.isnan(sums) & (inputs.count_lines() > 0)
    return np.where(known, total != sums, np.nan)


@feature(label="Lines without a charge", riskier="higher")
def uncharged_line_count(inputs: FeatureInputs) -> Floats:
    """Lines whose charge is absent or zero. Never missing."""
    return inputs.count_lines(np.isnan(inputs.line_charges) | (inputs.line_charges == 0))


def _log_dollars(cents: Floats) -> Floats:
    return np.log1p(np.where(cents >= 0, cents, np.nan) / 100)
