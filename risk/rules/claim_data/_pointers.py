"""Repairs of lines whose pointers name no diagnosis of the claim."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.tables import POINTERS, ClaimBatch
from risk.rules._repair import found_on

if TYPE_CHECKING:
    from collections.abc import Sequence

#: When the repair is right: what is left to point to is the line's reason.
REQUIRES = "The record gives no reason for the line but the diagnoses it then points to."


def point_to_what_is_there(batch: ClaimBatch, findings: pd.DataFrame) -> ClaimBatch:
    """Take pointers to nothing off the lines found; one that has no other points to the claim's only diagnosis.

    Where the claim has several, or none, which of them such a line is for is for the record to say: it stays.
    """
    positions = batch.diagnoses.groupby("claim_key")["dx_position"].agg(list).to_dict()
    lines = batch.service_lines.copy()
    for row in lines.index[found_on(lines, findings)]:
        there = positions.get(lines.loc[row, "claim_key"], [])
        kept = [at for at in lines.loc[row, POINTERS].dropna() if at in there] or _only(there)
        if kept:
            lines.loc[row, POINTERS] = kept + [pd.NA] * (len(POINTERS) - len(kept))
    return replace(batch, service_lines=lines)


def _only(positions: Sequence[int]) -> list[int]:
    return list(positions) if len(positions) == 1 else []
