"""A past too large to hold: of each question only what it is about is asked for, and counted as any history is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from features._asof import HISTORY_COLUMNS, SERVICE_COLUMNS, History, Ledger, no_rows, services_ledger


class PastSource(Protocol):
    """Where past claims lie."""

    @property
    def has_outcomes(self) -> bool:
        """Whether the outcome of any claim is known."""

    @property
    def has_services(self) -> bool:
        """Whether any claim is of a known patient and day."""

    def daily_counts(self, keys: pd.DataFrame) -> pd.DataFrame:
        """Claims with a known outcome, by the values of some columns of a history and by the day it was known.

        ``keys`` holds the values asked about, each once and none null; no column asks about all claims. Returns its
        columns, ``remit_date``, ``claims`` and ``denied``, how many of them were.
        """

    def services_of(self, patients: pd.Series) -> pd.DataFrame:
        """Services (``SERVICE_COLUMNS``) of some patients, each named once."""


@dataclass(frozen=True, eq=False)
class AskedHistory(History):
    """A history that asks its source; it keeps the last answer for each kind of question, and no more.

    The same claims are mostly asked about several times: as they are, and as repairs would make them.
    """

    source: PastSource = field(kw_only=True)

    @classmethod
    def over(cls, source: PastSource) -> AskedHistory:
        """The history that a source holds."""
        return cls(no_rows(HISTORY_COLUMNS), source=source)

    @property
    def has_outcomes(self) -> bool:
        """Whether the source knows the outcome of any claim."""
        return self.source.has_outcomes

    @property
    def has_services(self) -> bool:
        """Whether the source has any claim of a known patient and day."""
        return self.source.has_services

    def _ledger(self, keys: pd.DataFrame) -> Ledger:
        columns = tuple(keys.columns)
        asked = keys.drop_duplicates().dropna().astype("str") if columns else pd.DataFrame(index=[0])

        def answer() -> Ledger:
            return Ledger.of(self.source.daily_counts(asked.reset_index(drop=True)), columns)

        return self._answered(columns, pd.MultiIndex.from_frame(asked) if columns else pd.Index([0]), answer)

    def _services_ledger(self, patients: pd.Series, family_of: Callable[[pd.Series], pd.Series]) -> Ledger:
        asked = pd.Series(patients.dropna().unique(), dtype="str")

        def answer() -> Ledger:
            return services_ledger(self.source.services_of(asked).astype(SERVICE_COLUMNS), family_of)

        return self._answered(("services",), pd.Index(asked), answer)

    def _answered(self, kind: tuple[str, ...], asked: pd.Index, answer: Callable[[], Ledger]) -> Ledger:
        known = self._answers.get(kind)
        if known is None or not np.asarray(asked.isin(known[0])).all():
            known = self._answers[kind] = (asked, answer())
        return known[1]

    @cached_property
    def _answers(self) -> dict[tuple[str, ...], tuple[pd.Index, Ledger]]:
        return {}
