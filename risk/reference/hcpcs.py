"""HCPCS level II by date of service: imported editions, and our own small list of steroid codes that ended.

What ended and still stands in charge templates of pain practices is data, each row with its source:
``data/hcpcs_ended.csv``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from risk.claims.columns import holds, map_unique, one_of
from risk.reference.published.codes import numbers_of_series
from risk.reference.published.lookups import OPEN_END, CodePeriods, day_number
from risk.reference.published.published import load_published
from risk.reference.sessions import day_numbers

FILE = "hcpcs_ended.csv"
STATUSES = ("valid", "ended", "not_yet", "unknown", "undated")
COLUMNS = ("status", "begins", "ends", "edition", "cited", "replaced_by")
_VALID, _ENDED, _NOT_YET, _UNKNOWN, _UNDATED = range(len(STATUSES))
#: Codes CMS keeps in its file: D codes are the dental ones, which it does not publish, W to Z were local.
_SHAPE = re.compile(r"[A-CE-V][0-9]{4}")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Hcpcs:
    """Dates of HCPCS level II codes; build one with :func:`load_hcpcs`.

    Attributes
    ----------
    ended
        Codes of our own list, indexed by ``hcpcs_code``: last_day (ISO), replaced_by, source.
    periods
        What the user has imported: it counts before our own list.
    version
        Digest of both.
    """

    ended: pd.DataFrame
    version: str
    periods: CodePeriods = field(default_factory=lambda: CodePeriods(()))

    def status(self, codes: pd.Series, days: pd.Series) -> pd.Series:
        """How each code stands on its day: one of ``STATUSES``, aligned with ``codes``; see :meth:`dated`."""
        return self.dated(codes, days)["status"]

    def has_dates(self, codes: pd.Series) -> Array:
        """Whether something is known of when each code is valid: bool, in row order; all others are undated."""
        if self.periods:
            return holds(codes, _SHAPE.fullmatch)
        return one_of(codes, self.ended.index)

    def dated(self, codes: pd.Series, days: pd.Series) -> pd.DataFrame:
        """How each code stands on its day: ``COLUMNS``, aligned with ``codes``.

        status
            valid; ended and not_yet (by the dates of its row, or because the edition of the day has dropped it);
            unknown (in no edition, on a day of an imported quarter); undated: no level II code, no day, nothing
            imported, a day before the oldest edition, or a code that no edition has on a day after its quarter.
        begins, ends
            First and last valid day, null where not known or open.
        edition
            Name of the edition that tells it, such as 2026Q4: the newest that has the code, else that of the day; null
            where there is none, or our own list tells it.
        cited
            How to cite that edition.
        replaced_by
            Code that took its place, for codes of our own list.
        """
        is_level_2 = holds(codes, _SHAPE.fullmatch)
        numbers, on = np.where(is_level_2, numbers_of_series(codes), -1), day_numbers(days)
        begins, ends, newest = self.periods.periods(numbers)
        of_day = self.periods.of_days(on)
        known, found = is_level_2 & (of_day >= 0), newest >= 0
        dropped = found & (newest < of_day) & (ends == OPEN_END)
        answer = np.full(len(codes), _UNDATED)
        answer[known & ~found & self.periods.told_by_own(on)] = _UNKNOWN
        answer[known & found] = _VALID
        answer[known & found & (on < begins)] = _NOT_YET
        answer[known & found & ((on > ends) | dropped)] = _ENDED
        last = np.where(found & (ends != OPEN_END), ends.astype("float64"), np.nan)
        own_last, replaced_by = self._own(codes)
        own = is_level_2 & (~found | dropped) & (own_last < on)
        answer[own] = _ENDED
        last[own] = own_last[own]
        told_by = np.where(found & ~dropped, newest, np.where(own & ~found, -1, of_day))
        names = np.array([*(one.edition.name for one in self.periods.tables), None], dtype=object)
        return pd.DataFrame(
            {
                "status": pd.Series(np.array(STATUSES, dtype=object)[answer], index=codes.index, dtype="str"),
                "begins": _dates(np.where(found, begins.astype("float64"), np.nan), codes.index),
                "ends": _dates(last, codes.index),
                "edition": pd.Series(names[told_by], index=codes.index, dtype="str"),
                "cited": pd.Series(self.periods.cited(told_by), index=codes.index, dtype="str"),
                "replaced_by": replaced_by,
            }
        )

    def _own(self, codes: pd.Series) -> tuple[Array, pd.Series]:
        """Last day of each code by our own list, NaN for none, and its successor."""
        last = self.ended["last_day"].map(day_number).astype("float64")
        days = map_unique(codes, lambda distinct: last.reindex(distinct).array)
        successors = map_unique(codes, lambda distinct: self.ended["replaced_by"].reindex(distinct).array)
        return days.to_numpy(dtype="float64", na_value=np.nan), successors


def load_hcpcs() -> Hcpcs:
    """Load our own list, and open what the user has imported.

    Raises :class:`risk.errors.ReferenceDataError` for an imported table that is damaged.
    """
    content = files("risk.reference").joinpath("data", FILE)
    with content.open(encoding="utf-8") as handle:
        ended = pd.read_csv(handle, dtype="str").set_index("hcpcs_code")
    published = load_published()
    digest = hashlib.sha256(content.read_bytes() + published.version.encode())
    return Hcpcs(ended=ended, version=digest.hexdigest()[:12], periods=published.hcpcs_periods)


def _dates(days: Array, index: pd.Index) -> pd.Series:
    """Days since 1970-01-01 as dates, null for NaN."""
    return pd.Series(pd.to_datetime(days, unit="D"), index=index).astype("datetime64[s]")
