"""Past outcomes as they were known on a day: the only way a feature may see a remittance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

#: One row per past claim whose initial outcome is known.
HISTORY_COLUMNS = {
    "payer_id": "str",
    "billing_npi": "str",
    "rendering_npi": "str",
    "procedure_code": "str",  # of the costliest line
    "dx_code": "str",  # principal
    "remit_date": "datetime64[s]",
    "denied": "float64",  # 1 or 0
}


@dataclass(frozen=True)
class History:
    """Known initial outcomes of past claims; columns of ``HISTORY_COLUMNS``."""

    outcomes: pd.DataFrame

    @classmethod
    def empty(cls) -> History:
        """No past at all: every rate is missing."""
        return cls(pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in HISTORY_COLUMNS.items()}))

    def counts_before(self, keys: pd.DataFrame, when: pd.Series) -> pd.DataFrame:
        """Past claims that share the key columns and had their remittance strictly before ``when``.

        ``keys`` holds some of the columns of ``HISTORY_COLUMNS``, one row per claim asked about; ``when`` is aligned
        with it. Returns ``claims`` and ``denials`` aligned with ``keys``: 0 where nothing is known, NaN where a key or
        the day is null or the history is empty.
        """
        missing = keys.isna().any(axis=1) | when.isna()
        if self.outcomes.empty:
            missing[:] = True
        columns = list(keys.columns)
        past = self.outcomes.dropna(subset=[*columns, "remit_date", "denied"]).sort_values("remit_date", kind="stable")
        asked = keys.assign(_when=when, _row=np.arange(len(keys)))[~missing]
        result = pd.DataFrame({"claims": np.nan, "denials": np.nan}, index=keys.index)
        if asked.empty:
            return result
        groups = past.groupby(columns, sort=False)
        known = past[columns].assign(
            _when=past["remit_date"], claims=groups.cumcount() + 1.0, denials=groups["denied"].cumsum()
        )
        joined = pd.merge_asof(
            asked.sort_values("_when", kind="stable"),
            known,
            on="_when",
            by=columns,
            allow_exact_matches=False,
        ).sort_values("_row")
        result.loc[~missing] = joined[["claims", "denials"]].fillna(0.0).to_numpy()
        return result
