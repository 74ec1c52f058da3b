"""The months of service of a sample, and the days that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

#: Last month of service, unless another is asked for.
LAST_MONTH = "2026-10"
#: Months of service, unless others are asked for (assumed: two years show a model each season twice).
MONTHS = 24
#: First and last month that can be asked for: the diagnoses of ``catalogue.toml`` are billable on all days of these.
FIRST_POSSIBLE, LAST_POSSIBLE = np.datetime64("2021-10", "M"), np.datetime64("2027-09", "M")
#: Days after the last service on which a sample is taken: nothing is submitted later (assumed).
DAYS_TO_SUBMIT = 20


@dataclass(frozen=True)
class Period:
    """Calendar months of service: ``months`` of them up to and with ``until`` (``YYYY-MM``).

    Raises ``ValueError`` for a month that is none, fewer than one month, and a period outside of the possible one.
    """

    months: int = MONTHS
    until: str = LAST_MONTH

    def __post_init__(self) -> None:
        """Refuse a period outside of what the catalogue's codes allow."""
        try:
            last = np.datetime64(self.until, "M")
        except ValueError as error:
            raise ValueError("expected the last month of service as YYYY-MM") from error
        if len(self.until) != len("2026-10") or not FIRST_POSSIBLE <= last <= LAST_POSSIBLE or self.months < 1:
            raise ValueError(f"expected at least one month, the last of them from {FIRST_POSSIBLE} to {LAST_POSSIBLE}")
        if last - self.months + 1 < FIRST_POSSIBLE:
            raise ValueError(f"expected months of service from {FIRST_POSSIBLE} on")

    @property
    def last_day(self) -> Any:
        """Last day of service, a ``datetime64[D]``."""
        return (np.datetime64(self.until, "M") + 1).astype("datetime64[D]") - 1

    @property
    def day_before(self) -> Any:
        """Day before the first day of service, a ``datetime64[D]``."""
        return (np.datetime64(self.until, "M") + 1 - self.months).astype("datetime64[D]") - 1

    @property
    def last_submission(self) -> Any:
        """Day on which the sample is taken, a ``datetime64[D]``."""
        return self.last_day + DAYS_TO_SUBMIT
