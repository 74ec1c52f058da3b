"""Service lines with what the diagnoses they point to amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import rows_where

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_MOST_LINES = 1 << 24  # of one claim


def lines_with_dx_groups(batch: ClaimBatch, reference: Reference, lines: pd.DataFrame, *groups: str) -> pd.DataFrame:
    """Lines that point to a diagnosis, with one boolean column per group: does a pointed diagnosis belong to it.

    ``lines`` are rows of ``service_lines``; those without a diagnosis are left out, since nothing can be said of them.
    """
    pointed = batch.line_diagnoses
    known, at = np.unique(_places(pointed), return_inverse=True)
    own = _places(lines)
    there = np.isin(own, known)
    row = np.searchsorted(known, own[there])
    codes = pointed["dx_code"]
    members = {group: at[reference.dx_groups.of_group(codes, group)] for group in groups}
    pointing = {group: (np.bincount(of, minlength=len(known)) > 0)[row] for group, of in members.items()}
    return rows_where(lines, there).reset_index(drop=True).assign(**pointing)


def _places(table: pd.DataFrame) -> NDArray[np.int64]:
    """A number for the claim and line of each row."""
    lines = table["line_number"].to_numpy(dtype="int64")
    places: NDArray[np.int64] = table["claim_key"].to_numpy() * _MOST_LINES + lines
    return places
