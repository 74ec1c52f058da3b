"""Mechanical repairs that several rules share.

None changes the payer, the patient or a date of service, and none adds a code.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from risk.claims.tables import TABLES, ClaimBatch


def drop_lines(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take the lines the findings are on off their claims, and their charges off the claims' totals.

    What belongs to a line goes with it: its notes, attachments, and what other payers did with it.
    """
    lines = batch.service_lines
    offending = pd.MultiIndex.from_frame(findings[["claim_key", "line_number"]].dropna())

    def is_dropped(table: pd.DataFrame) -> np.ndarray[Any, Any]:
        marks: np.ndarray[Any, Any] = pd.MultiIndex.from_frame(table[["claim_key", "line_number"]]).isin(offending)
        return marks

    dropped = is_dropped(lines)
    charges = lines.loc[dropped].groupby("claim_key")["line_charge_cents"].sum()
    less = charges.reindex(batch.claims["claim_key"], fill_value=0).to_numpy()
    claims = batch.claims.assign(total_charge_cents=batch.claims["total_charge_cents"] - less)
    of_lines = {name: getattr(batch, name) for name, columns in TABLES.items() if "line_number" in columns}
    kept = {name: table[~is_dropped(table)].reset_index(drop=True) for name, table in of_lines.items() if len(table)}
    return replace(batch, claims=claims, **kept)


def total_the_lines(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Set the total charge of the claims found to the sum of their lines."""
    sums = batch.service_lines.groupby("claim_key")["line_charge_cents"].sum()
    totals = batch.claims["total_charge_cents"].copy()
    keys = np.unique(findings["claim_key"].to_numpy())
    totals.iloc[keys] = sums.reindex(keys).array
    return replace(batch, claims=batch.claims.assign(total_charge_cents=totals))
