"""Taking modifiers off lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.rules._repair import found_on

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


def without_modifiers(batch: ClaimBatch, findings: pd.DataFrame, modifiers: AbstractSet[str]) -> ClaimBatch:
    """Take the modifiers off the lines the findings are on, and close the gaps."""
    lines = batch.service_lines.copy()
    for row in lines.index[found_on(lines, findings)]:
        kept = [one for one in lines.loc[row, MODIFIERS].dropna() if one not in modifiers]
        lines.loc[row, MODIFIERS] = kept + [None] * (len(MODIFIERS) - len(kept))
    return replace(batch, service_lines=lines)
