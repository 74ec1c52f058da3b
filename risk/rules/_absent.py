"""What is not there."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def absent(values: pd.Series) -> NDArray[np.bool_]:
    """Whether each value of a column is null: bool, in row order."""
    return np.asarray(values.array.isna(), dtype=bool)
