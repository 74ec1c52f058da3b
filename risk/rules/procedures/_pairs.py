"""Pairs of lines, told once for each line at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import rows_where

if TYPE_CHECKING:
    from numpy.typing import NDArray


def first_of_lines(pairs: pd.DataFrame, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Of the chosen pairs (bool, in row order) the first of each claim_key and line_number."""
    found = rows_where(pairs, chosen)
    if found.empty:
        return found
    numbers = found["line_number"].to_numpy(dtype="int64", na_value=0)
    places = found["claim_key"].to_numpy() * (1 + numbers.max()) + numbers
    return rows_where(found, ~pd.Index(places).duplicated())
