"""Service lines with what the diagnoses they point to amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import rows_where
from risk.claims.frames import frame_of
from risk.reference._remember import remember_last

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_MOST_LINES = 1 << 24  # of one claim


def lines_with_dx_groups(batch: ClaimBatch, reference: Reference, lines: pd.DataFrame, *groups: str) -> pd.DataFrame:
    """Lines that point to a diagnosis, with one boolean column per group: does a pointed diagnosis belong to it.

    ``lines`` are rows of ``service_lines``; those without a diagnosis are left out, since nothing can be said of them.
    """
    known, at = _pointing_lines(batch)
    own = _places(lines)
    there = np.isin(own, known)
    row = np.searchsorted(known, own[there])
    codes = batch.line_diagnoses["dx_code"]
    members = {group: at[reference.dx_groups.of_group(codes, group)] for group in groups}
    pointing = {group: (np.bincount(of, minlength=len(known)) > 0)[row] for group, of in members.items()}
    kept = {str(name): values.array for name, values in rows_where(lines, there).items()}
    return frame_of(kept | pointing, pd.RangeIndex(len(row)))


@remember_last
def _pointing_lines(batch: ClaimBatch) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Places of the lines that point to a diagnosis, ascending, and of each row of ``line_diagnoses`` which it is."""
    known, at = np.unique(_places(batch.line_diagnoses), return_inverse=True)
    return known, at


def _places(table: pd.DataFrame) -> NDArray[np.int64]:
    """A number for the claim and line of each row."""
    lines = table["line_number"].to_numpy(dtype="int64")
    places: NDArray[np.int64] = table["claim_key"].to_numpy() * _MOST_LINES + lines
    return places
