"""Taking modifiers off lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.rules._repair import found_on, with_only

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import pandas as pd


def without_modifiers(batch: ClaimBatch, findings: pd.DataFrame, modifiers: AbstractSet[str]) -> ClaimBatch:
    """Take the modifiers off the lines the findings are on, and close the gaps."""
    lines = batch.service_lines
    rows = np.flatnonzero(found_on(lines, findings))
    own = lines[MODIFIERS].iloc[rows]
    kept = own.notna().to_numpy() & ~own.isin(modifiers).to_numpy()
    return replace(batch, service_lines=with_only(lines, MODIFIERS, rows, kept))
