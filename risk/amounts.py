"""Amounts of labelled claims: what was allowed of their charges, and which charges were denied."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from models.services import services_of
from risk.claims.tables import ClaimBatch
from risk.reference import Reference

#: Columns of a labelled file that hold amounts of the initial decision, in dollars.
LINE_AMOUNTS = ("line_allowed_amount", "line_paid_amount")

#: Columns of :func:`claim_amounts`.
AMOUNT_COLUMNS = ("allowed_by_line", "denied_charge_cents")


def claim_amounts(
    batch: ClaimBatch, denied: pd.Series, line_denied: pd.Series, line_allowed_cents: pd.Series
) -> pd.DataFrame:
    """What the payer did to the charges of each claim, by claim_key; ``AMOUNT_COLUMNS``.

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
    ``allowed_by_line``: a tuple of the cents allowed of each of the claim's lines, in their order; None of a line that
    was denied or charged nothing, or of which nobody said. ``denied_charge_cents``: the charges of the denied lines, of
    all lines of a denied claim where no line says.
    """
    keys = batch.service_lines["claim_key"].to_numpy()
    charge = batch.service_lines["line_charge_cents"].to_numpy("float64", na_value=0.0).clip(min=0.0)
    refused = line_denied.to_numpy("float64", na_value=np.nan)
    allowed = line_allowed_cents.to_numpy("float64", na_value=np.nan)

    def sums(values: np.ndarray, where: np.ndarray) -> np.ndarray:
        return np.bincount(keys[where], weights=values[where], minlength=len(batch))

    told = (refused != 1) & (allowed >= 0) & (charge > 0)
    by_line = sums(np.ones(len(keys)), refused == 1) > 0
    whole = sums(charge, np.ones(len(keys), dtype=bool))
    lost = np.where(by_line, sums(charge, refused == 1), whole)
    return pd.DataFrame(
        {
            "allowed_by_line": _by_claim(allowed, told, keys, len(batch)),
            "denied_charge_cents": np.where(denied.to_numpy("float64", na_value=np.nan) == 1, lost, 0.0),
        }
    )


def paid_lines(batch: ClaimBatch, allowed_by_line: pd.Series, reference: Reference) -> pd.DataFrame:
    """Lines that payers allowed something of, or nothing, as :data:`models.payment.PAID_COLUMNS` names them.

    ``allowed_by_line`` is that of :func:`claim_amounts`, for the claims of the batch; ``claim`` is the claim's key.
    """
    lines = batch.lines_with("payer_type", "payer_id")
    told = [one for claim in allowed_by_line for one in claim]
    allowed = pd.Series(told, index=lines.index, dtype="float64")
    table = pd.DataFrame(
        {
            "claim": lines["claim_key"],
            "payer_type": lines["payer_type"],
            "payer_id": lines["payer_id"],
            **services_of(lines, reference),
            "charge_cents": lines["line_charge_cents"].astype("float64"),
            "allowed_cents": allowed,
        }
    )
    return table[allowed.notna()].reset_index(drop=True)


def _by_claim(allowed: np.ndarray, told: np.ndarray, keys: np.ndarray, claims: int) -> list[tuple[float | None, ...]]:
    values = np.where(told, allowed, np.nan).astype(object)
    values[~told] = None
    ends = np.searchsorted(keys, np.arange(claims + 1))
    return [tuple(values[start:end]) for start, end in pairwise(ends)]
