"""Mechanical repairs that several rules share.

None changes the payer, the patient or a date of service, and none adds a code.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from risk.claims.tables import ClaimBatch


def drop_lines(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take the lines the findings are on off their claims, and their charges off the claims' totals."""
    lines = batch.service_lines
    offending = pd.MultiIndex.from_frame(findings[["claim_key", "line_number"]].dropna())
    dropped = pd.MultiIndex.from_frame(lines[["claim_key", "line_number"]]).isin(offending)
    charges = lines.loc[dropped].groupby("claim_key")["line_charge_cents"].sum()
    less = charges.reindex(batch.claims["claim_key"], fill_value=0).to_numpy()
    claims = batch.claims.assign(total_charge_cents=batch.claims["total_charge_cents"] - less)
    return replace(batch, claims=claims, service_lines=lines[~dropped].reset_index(drop=True))


def total_the_lines(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Set the total charge of the claims found to the sum of their lines."""
    sums = batch.service_lines.groupby("claim_key")["line_charge_cents"].sum()
    totals = batch.claims["total_charge_cents"].copy()
    keys = np.unique(findings["claim_key"].to_numpy())
    totals.iloc[keys] = sums.reindex(keys).array
    return replace(batch, claims=batch.claims.assign(total_charge_cents=totals))
