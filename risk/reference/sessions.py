"""Days of service: lines of one claim and day, and which of them meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.frames import frame_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch

#: Wider than any span between two dates, so that days of different claims lie apart on one number line.
DAYS_APART = 1 << 23


def day_numbers(days: pd.Series) -> NDArray[np.int64]:
    """Days since 1970-01-01 of a column of dates; a missing date is long before every edition."""
    numbers: NDArray[np.int64] = days.to_numpy(dtype="datetime64[D]").astype(np.int64)
    return numbers


def sessions_of(lines: pd.DataFrame) -> NDArray[np.int64]:
    """A number for the claim and day of each row of ``service_lines``; without a date, that of no other row's day."""
    sessions: NDArray[np.int64] = lines["claim_key"].to_numpy() * DAYS_APART + day_numbers(lines["service_from_date"])
    return sessions


def meet(batch: ClaimBatch, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> bool:
    """Whether any claim has two lines of which one is of the first side and one of the second."""
    return bool(_on_both(batch, first, second).any())


def _on_both(batch: ClaimBatch, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each claim has a line of either side, and two of them, by claim_key."""
    keys = batch.service_lines["claim_key"].to_numpy()
    left, right, either = (np.bincount(keys[one], minlength=len(batch)) for one in (first, second, first | second))
    return (left > 0) & (right > 0) & (either > 1)


def pairs_of_lines(batch: ClaimBatch, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> pd.DataFrame:
    """Every two different lines of one claim and day, one from each side; the first side's columns are column_1_*.

    ``first`` and ``second`` say which rows of ``service_lines`` are of either side; ``row`` and ``column_1_row`` are
    where the two stand in it. In the order of ``row``, then of ``column_1_row``.
    """
    lines = batch.service_lines
    keys, days = lines["claim_key"].to_numpy(), day_numbers(lines["service_from_date"])
    joined = _on_both(batch, first, second)[keys] & ~np.isnat(lines["service_from_date"].to_numpy())
    one, two = (np.flatnonzero(side & joined) for side in (first, second))
    session_one, session_two = (keys[side] * DAYS_APART + days[side] for side in (one, two))
    one = one[np.argsort(session_one, kind="stable")]
    session_one.sort()
    begins, ends = (np.searchsorted(session_one, session_two, side=side) for side in ("left", "right"))
    counts = ends - begins
    row = np.repeat(two, counts)
    other = one[np.arange(len(row)) + np.repeat(begins - (np.cumsum(counts) - counts), counts)]
    numbers = lines["line_number"].to_numpy(dtype="int64", na_value=0)
    apart = numbers[row] != numbers[other]
    row, other = row[apart], other[apart]
    codes = lines["procedure_code"].array
    return frame_of(
        {
            "claim_key": keys[row],
            "service_from_date": lines["service_from_date"].array.take(row),
            "line_number": lines["line_number"].array.take(row),
            "column_2_code": codes.take(row),
            "row": row,
            "column_1_line": lines["line_number"].array.take(other),
            "column_1_code": codes.take(other),
            "column_1_row": other,
        },
        pd.RangeIndex(len(row)),
    )
