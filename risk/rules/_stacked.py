"""Offenders of several kinds in one table."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

_NONE = pd.DataFrame({"claim_key": [], "line_number": []}, dtype="int64")


def stacked(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Offenders of each kind, one below the other; kinds without any leave no trace in the columns and their types."""
    kept = [part for part in parts if len(part)]
    return pd.concat(kept) if kept else no_offenders()


def no_offenders() -> pd.DataFrame:
    """A table of no offender."""
    return _NONE.copy(deep=False)
