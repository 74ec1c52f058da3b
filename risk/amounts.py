"""Amounts of labelled claims: what was allowed of their charges, and which charges were denied."""

from __future__ import annotations

import numpy as np
import pandas as pd

from risk.claims.tables import ClaimBatch

#: Columns of a labelled file that hold amounts of the initial decision, in dollars.
LINE_AMOUNTS = ("line_allowed_amount", "line_paid_amount")

#: Columns of :func:`claim_amounts`.
AMOUNT_COLUMNS = ("allowed_cents", "allowed_of_cents", "denied_charge_cents")


def claim_amounts(
    batch: ClaimBatch, denied: pd.Series, line_denied: pd.Series, line_allowed_cents: pd.Series
) -> pd.DataFrame:
    """What the payer did to the charges of each claim, by claim_key; ``AMOUNT_COLUMNS``, float cents.

    Parameters
    ----------
    batch
        The claims.
    denied
        Outcome of each claim; null where not known.
    line_denied, line_allowed_cents
        Of each service line, in the order of ``batch.service_lines``; null where nobody said.

    Returns
    -------
    ``allowed_cents`` of the lines that were not denied and whose allowed amount is known, ``allowed_of_cents`` the
    charges of these lines (both null where there is none), ``denied_charge_cents`` the charges of the denied lines:
    of all lines of a denied claim where no line says.
    """
    keys = batch.service_lines["claim_key"].to_numpy()
    charge = batch.service_lines["line_charge_cents"].to_numpy("float64", na_value=0.0).clip(min=0.0)
    refused = line_denied.to_numpy("float64", na_value=np.nan)
    allowed = line_allowed_cents.to_numpy("float64", na_value=np.nan)

    def sums(values: np.ndarray, where: np.ndarray) -> np.ndarray:
        return np.bincount(keys[where], weights=values[where], minlength=len(batch))

    told = (refused != 1) & (allowed >= 0) & (charge > 0)
    known = sums(np.ones(len(keys)), told) > 0
    by_line = sums(np.ones(len(keys)), refused == 1) > 0
    whole = sums(charge, np.ones(len(keys), dtype=bool))
    lost = np.where(by_line, sums(charge, refused == 1), whole)
    return pd.DataFrame(
        {
            "allowed_cents": np.where(known, sums(allowed, told), np.nan),
            "allowed_of_cents": np.where(known, sums(charge, told), np.nan),
            "denied_charge_cents": np.where(denied.to_numpy("float64", na_value=np.nan) == 1, lost, 0.0),
        }
    )
