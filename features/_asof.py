"""Past outcomes as they were known on a day: the only way a feature may see a remittance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from features._shared import Coded, Floats, Rows, costliest_rows, days, principal_rows, taken
from risk.claims.tables import ClaimBatch

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

#: How far back a rate looks, in days. Assumed: payers change policies by the calendar year, and a rate over a fixed
#: span means the same early and late in a history, where a running total would tell the model what time it is.
PAST_DAYS = 365

#: How many past claims the prior rate counts for. Assumed: with 20 claims a rate of 12 % has a standard error of seven
#: points, so below that the claim's own group says less than the rate it is shrunk toward.
PRIOR_CLAIMS = 20.0


@dataclass(frozen=True, eq=False)
class History:
    """Known initial outcomes of past claims; columns of ``HISTORY_COLUMNS``, in any order of rows."""

    outcomes: pd.DataFrame

    @classmethod
    def empty(cls) -> History:
        """No past at all: every rate is missing."""
        return cls(pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in HISTORY_COLUMNS.items()}))

    @classmethod
    def of(cls, batch: ClaimBatch, denied: pd.Series, remit_date: pd.Series) -> History:
        """Outcomes of the claims of a batch.

        Parameters
        ----------
        batch
            Past claims.
        denied
            1, 0 or null (not known yet), one per claim in claim order.
        remit_date
            Date of the first remittance, one per claim in claim order; null where none has come.

        Claims without an outcome or a date are left out.
        """
        claims, index = batch.claims, batch.claims.index
        outcomes = pd.DataFrame(
            {
                "payer_id": claims["payer_id"],
                "billing_npi": claims["billing_npi"],
                "rendering_npi": claims["rendering_npi"],
                "procedure_code": taken(batch.service_lines["procedure_code"], costliest_rows(batch), index),
                "dx_code": taken(batch.diagnoses["dx_code"], principal_rows(batch), index),
                "remit_date": pd.Series(pd.to_datetime(remit_date).to_numpy(), index=index),
                "denied": pd.Series(denied.to_numpy(dtype="float64", na_value=np.nan), index=index),
            }
        ).astype(HISTORY_COLUMNS)
        return cls(outcomes.dropna(subset=["remit_date", "denied"]).reset_index(drop=True))

    def counts_before(self, keys: pd.DataFrame, when: pd.Series, within_days: int | None = None) -> pd.DataFrame:
        """Past claims that share the key columns and had their remittance strictly before ``when``.

        ``keys`` holds some of the columns of ``HISTORY_COLUMNS``, or ``dx_category`` (the first three characters of
        the diagnosis), one row per claim asked about; no column asks about all claims. ``when`` is aligned with it.
        ``within_days`` leaves out remittances from longer before ``when``; without it all count.

        Returns ``claims`` and ``denials`` aligned with ``keys``: 0 where nothing is known, NaN where a key or the day
        is null or the history is empty.
        """
        ledger = self._ledger(tuple(keys.columns))
        places, missing = ledger.places(keys)
        asked = days(when)
        missing |= np.isnan(asked)
        if self.outcomes.empty:
            missing[:] = True
        counts = ledger.counts(places, np.where(missing, 0.0, asked), np.inf if within_days is None else within_days)
        counts[missing] = np.nan
        return pd.DataFrame(counts, index=keys.index, columns=["claims", "denials"])

    def overall_rate_before(self, when: pd.Series) -> pd.Series:
        """Share denied of all claims of the ``PAST_DAYS`` strictly before ``when``; NaN where none is known."""
        counts = self.counts_before(pd.DataFrame(index=when.index), when, PAST_DAYS)
        return counts["denials"] / counts["claims"].where(counts["claims"] > 0)

    def rate_before(self, keys: pd.DataFrame, when: pd.Series, toward: pd.Series | None = None) -> pd.Series:
        """Share denied of the claims of the last ``PAST_DAYS`` that share the keys, shrunk toward a broader rate.

        ``toward`` is that rate, aligned with ``keys`` (the overall past rate unless given); it counts as
        ``PRIOR_CLAIMS`` claims. NaN where a key or the day is null or no remittance at all had come in that time.
        """
        prior = self.overall_rate_before(when) if toward is None else toward
        counts = self.counts_before(keys, when, PAST_DAYS)
        return (counts["denials"] + PRIOR_CLAIMS * prior) / (counts["claims"] + PRIOR_CLAIMS)

    def _ledger(self, columns: tuple[str, ...]) -> _Ledger:
        if columns not in self._ledgers:
            self._ledgers[columns] = _Ledger.of(self._past, columns)
        return self._ledgers[columns]

    @cached_property
    def _ledgers(self) -> dict[tuple[str, ...], _Ledger]:
        return {}

    @cached_property
    def _past(self) -> pd.DataFrame:
        past = self.outcomes.dropna(subset=["remit_date", "denied"])
        return past.assign(dx_category=past["dx_code"].str[:3])


@dataclass(frozen=True, eq=False)
class _Ledger:
    """Past outcomes sorted by group and day, so that a count up to a day is two binary searches.

    ``order`` holds group × span + day, ascending; ``denials`` the running total before each entry.
    """

    values: tuple[pd.Index, ...]  # the known values of each key column
    order: Rows
    denials: Floats
    start: float  # first day
    span: int  # days from the first to one past the last

    @classmethod
    def of(cls, past: pd.DataFrame, columns: Sequence[str]) -> _Ledger:
        past = past.dropna(subset=list(columns)) if columns else past
        day = days(past["remit_date"])
        start = float(day.min()) if len(day) else 0.0
        span = int(day.max() - start) + 2 if len(day) else 2
        values, group = [], np.zeros(len(past), dtype="int64")
        for column in columns:
            coded = Coded.of(past[column])
            values.append(pd.Index(coded.distinct))
            group = group * max(len(coded.distinct), 1) + coded.positions
        keys = group * span + (day - start).astype("int64")
        order = np.argsort(keys, kind="stable")
        denied = past["denied"].to_numpy(dtype="float64")[order]
        return cls(tuple(values), keys[order], np.append(0.0, np.cumsum(denied)), start, span)

    def places(self, keys: pd.DataFrame) -> tuple[Rows, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Group of each asked row (−1: never seen) and whether one of its keys is null."""
        group = np.zeros(len(keys), dtype="int64")
        unseen, null = np.zeros(len(keys), dtype=bool), np.zeros(len(keys), dtype=bool)
        for column, known in zip(keys.columns, self.values, strict=True):
            coded = Coded.of(keys[column])
            found = np.append(known.get_indexer(pd.Index(coded.distinct)), -1)[coded.positions]
            null |= coded.positions < 0
            unseen |= found < 0
            group = group * max(len(known), 1) + found
        return np.where(unseen, -1, group), null

    def counts(self, places: Rows, when: Floats, within: float) -> Floats:
        """Past claims and denials of each group strictly before the day and at most ``within`` days before it."""
        first = np.searchsorted(self.order, places * self.span + self._offset(when - within))
        last = np.searchsorted(self.order, places * self.span + self._offset(when))
        counts = np.column_stack([last - first, self.denials[last] - self.denials[first]]).astype("float64")
        counts[places < 0] = 0.0
        return counts

    def _offset(self, day: Floats) -> Rows:
        """Place of a day in the span; days outside it count as its ends, before and past every entry."""
        return np.asarray(np.clip(day - self.start, 0, self.span - 1).astype("int64"))
