"""Earlier claims teach, later ones test: the split by submission date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.errors import ModelError

#: Shares of the claims that go, in time order, to training and to validation; the rest is the test.
TRAIN_SHARE, VALIDATION_SHARE = 0.70, 0.15

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class TimeSplit:
    """Row positions of each part, ascending. No claim of a part was submitted before any claim of an earlier part."""

    train: Rows
    validation: Rows
    test: Rows

    def sizes(self) -> dict[str, int]:
        """Claims of each part."""
        return {"train": len(self.train), "validation": len(self.validation), "test": len(self.test)}


def split_by_submission(
    submission_date: pd.Series, *, train: float = TRAIN_SHARE, validation: float = VALIDATION_SHARE
) -> TimeSplit:
    """Split claims by the day they were submitted; a day is never divided.

    Claims without a date go to training, where they can teach but never flatter a later figure.

    Parameters
    ----------
    submission_date
        One date per claim; null where unknown.
    train, validation
        Shares of the dated claims, reached as nearly as whole days allow.

    Raises
    ------
    ModelError
        If the dates do not leave at least one day for each part.
    """
    dates = pd.Series(pd.to_datetime(submission_date).to_numpy())
    per_day = dates.value_counts().sort_index()
    if len(per_day) < 3:
        raise ModelError(
            "training data, submission_date",
            "expected claims of at least three different days",
            "a model is tested on claims submitted later than those it learnt from",
        )
    reached = (per_day.cumsum() / per_day.sum()).to_numpy()
    first_cut = min(int(np.argmin(np.abs(reached - train))), len(per_day) - 3)
    second_cut = int(np.argmin(np.abs(reached - (train + validation))))
    second_cut = min(max(second_cut, first_cut + 1), len(per_day) - 2)
    last_train, last_validation = per_day.index[first_cut], per_day.index[second_cut]
    in_train = (dates.isna() | (dates <= last_train)).to_numpy()
    in_test = (dates > last_validation).to_numpy()
    return TimeSplit(_rows(in_train), _rows(~in_train & ~in_test), _rows(in_test))


def _rows(mask: Any) -> Rows:
    return np.flatnonzero(mask).astype(np.int64)
