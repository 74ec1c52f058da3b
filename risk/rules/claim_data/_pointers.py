"""Repairs of lines whose pointers name no diagnosis of the claim."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from risk.claims.tables import NO_POINTER, POINTERS, ClaimBatch
from risk.rules._repair import found_on, with_only, with_values

if TYPE_CHECKING:
    import pandas as pd

#: When the repair is right: what is left to point to is the line's reason.
REQUIRES = "The record gives no reason for the line but the diagnoses it then points to."


def point_to_what_is_there(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take pointers to nothing off the lines found; one that has no other points to the claim's only diagnosis.

    Where the claim has several, or none, which of them such a line is for is for the record to say: it stays.
    """
    lines, diagnoses = batch.service_lines, batch.diagnoses
    rows = np.flatnonzero(found_on(lines, findings))
    keys = lines["claim_key"].to_numpy()[rows]
    pointers = lines[POINTERS].iloc[rows].to_numpy(dtype="int64", na_value=NO_POINTER)
    claims, positions = (diagnoses[name].to_numpy("int64") for name in ("claim_key", "dx_position"))
    width = 1 + max(positions.max(initial=0), pointers.max(initial=0))
    kept = np.isin(keys[:, None] * width + pointers, claims * width + positions) & (pointers != NO_POINTER)
    some = kept.any(axis=1)
    lines = with_only(lines, POINTERS, rows[some], kept[some])
    alone = ~some & (np.bincount(claims, minlength=len(batch))[keys] == 1)
    only = np.full((int(alone.sum()), len(POINTERS)), None, dtype=object)
    at = np.zeros(len(batch), dtype="int64")
    at[claims] = positions
    only[:, 0] = at[keys[alone]]
    return replace(batch, service_lines=with_values(lines, POINTERS, rows[alone], only))
