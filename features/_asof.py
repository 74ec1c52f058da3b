"""The past as it was known on a day: outcomes, the only way a feature may see a remittance, and services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import pandas as pd

from features._shared import Coded, Floats, Rows, costliest_rows, days, floats, principal_rows, taken
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

#: One row per past claim of a known patient and day, answered or not.
SERVICE_COLUMNS = {
    "patient": "str",  # member id and birth date: a family may share an id
    "procedure_code": "str",  # of the costliest line
    "service_date": "datetime64[s]",  # first of the claim
}

#: How far back a rate looks, in days. Assumed: payers change policies by the calendar year, and a rate over a fixed
#: span means the same early and late in a history, where a running total would tell the model what time it is.
PAST_DAYS = 365

#: How many past claims the prior rate counts for. Assumed: with 20 claims a rate of 12 % has a standard error of seven
#: points, so below that the claim's own group says less than the rate it is shrunk toward.
PRIOR_CLAIMS = 20.0


def no_rows(columns: Mapping[str, str]) -> pd.DataFrame:
    """Make a table of no rows, with columns of these dtypes."""
    return _no_rows(tuple(columns.items())).copy(deep=False)


@cache
def _no_rows(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in columns})


def patients_of(batch: ClaimBatch) -> pd.Series:
    """Whose each claim is, by claim_key: member id and birth date; null where one of them is."""
    claims = batch.claims
    born = claims["patient_birth_date"].astype("datetime64[s]").dt.strftime("%Y%m%d")
    return pd.Series(claims["member_id"].astype("str") + "|" + born.astype("str"), dtype="str")


def past_facts(batch: ClaimBatch) -> pd.DataFrame:
    """What a claim is remembered by, by claim_key: the columns of a history but for whose it is and how it ended."""
    claims, index = batch.claims, batch.claims.index
    return pd.DataFrame(
        {
            "payer_id": claims["payer_id"],
            "billing_npi": claims["billing_npi"],
            "rendering_npi": claims["rendering_npi"],
            "procedure_code": taken(batch.service_lines["procedure_code"], costliest_rows(batch), index),
            "dx_code": taken(batch.diagnoses["dx_code"], principal_rows(batch), index),
            "service_date": pd.Series(batch.first_service_date.to_numpy(), index=index),
        }
    )


@dataclass(frozen=True, eq=False)
class History:
    """The past of a batch, in any order of rows.

    Attributes
    ----------
    outcomes
        Known initial outcomes of past claims; ``HISTORY_COLUMNS``.
    services
        Past claims of known patients; ``SERVICE_COLUMNS``.
    """

    outcomes: pd.DataFrame
    services: pd.DataFrame = field(default_factory=lambda: no_rows(SERVICE_COLUMNS))

    @classmethod
    def empty(cls) -> History:
        """No past at all: every rate and count is missing."""
        return cls(no_rows(HISTORY_COLUMNS))

    @classmethod
    def of(cls, batch: ClaimBatch, denied: pd.Series, remit_date: pd.Series) -> History:
        """Outcomes and services of the claims of a batch.

        Parameters
        ----------
        batch
            Past claims.
        denied
            1, 0 or null (not known yet), one per claim in claim order.
        remit_date
            Date of the first remittance, one per claim in claim order; null where none has come.

        Claims without an outcome or its date have no outcome here, those without a patient or a day no service.
        """
        facts = past_facts(batch)
        outcomes = facts.assign(
            remit_date=pd.Series(pd.to_datetime(remit_date).to_numpy(), index=facts.index),
            denied=pd.Series(denied.to_numpy(dtype="float64", na_value=np.nan), index=facts.index),
        )
        outcomes = outcomes[list(HISTORY_COLUMNS)].astype(HISTORY_COLUMNS)
        services = facts.assign(patient=patients_of(batch))[list(SERVICE_COLUMNS)].astype(SERVICE_COLUMNS)
        known = outcomes.dropna(subset=["remit_date", "denied"]).reset_index(drop=True)
        return cls(known, services.dropna().reset_index(drop=True))

    def counts_before(self, keys: pd.DataFrame, when: pd.Series, within_days: int | None = None) -> pd.DataFrame:
        """Past claims that share the key columns and had their remittance strictly before ``when``.

        ``keys`` holds some of the columns of ``HISTORY_COLUMNS``, or ``dx_category`` (the first three characters of
        the diagnosis), one row per claim asked about; no column asks about all claims. ``when`` is aligned with it.
        ``within_days`` leaves out remittances from longer before ``when``; without it all count.

        Returns ``claims`` and ``denials`` aligned with ``keys``: 0 where nothing is known, NaN where a key or the day
        is null or the history is empty.
        """
        counts = self._counts_before(keys, when, np.inf if within_days is None else within_days)
        return pd.DataFrame(counts, index=keys.index, columns=["claims", "denials"])

    def overall_rate_before(self, when: pd.Series) -> pd.Series:
        """Share denied of all claims of the ``PAST_DAYS`` strictly before ``when``; NaN where none is known."""
        claims, denials = self._counts_before(pd.DataFrame(index=when.index), when, PAST_DAYS).T
        return pd.Series(denials / np.where(claims > 0, claims, np.nan), index=when.index)

    def rate_before(self, keys: pd.DataFrame, when: pd.Series, toward: pd.Series | None = None) -> pd.Series:
        """Share denied of the claims of the last ``PAST_DAYS`` that share the keys, shrunk toward a broader rate.

        ``toward`` is that rate, aligned with ``keys`` (the overall past rate unless given); it counts as
        ``PRIOR_CLAIMS`` claims. NaN where a key or the day is null or no remittance at all had come in that time.
        """
        prior = floats(self.overall_rate_before(when) if toward is None else toward)
        claims, denials = self._counts_before(keys, when, PAST_DAYS).T
        return pd.Series((denials + PRIOR_CLAIMS * prior) / (claims + PRIOR_CLAIMS), index=keys.index)

    def services_before(
        self, patients: pd.Series, families: pd.Series, when: pd.Series, family_of: Callable[[pd.Series], pd.Series]
    ) -> pd.DataFrame:
        """Past services of the same patient and kind of procedure, strictly before a day.

        Parameters
        ----------
        patients, families, when
            Who, what kind and which day, aligned: one row per claim asked about.
        family_of
            Kind of each of some procedure codes; the same function for every question to one history.

        Returns
        -------
        Aligned with ``patients``: ``count`` of the last ``PAST_DAYS`` and ``days_since`` the latest of them (NaN where
        there is none); NaN in both where something asked is null or the history has no services.
        """
        ledger = self._services_ledger(patients, family_of)
        places, missing = ledger.places(pd.DataFrame({"patient": patients, "family": families}))
        asked = days(when)
        missing |= np.isnan(asked) | (not self.has_services)
        day = np.where(missing, 0.0, asked)
        count = ledger.counts(places, day, PAST_DAYS)[:, 0]
        since = np.where(count > 0, day - ledger.last_day(places, day), np.nan)
        found = pd.DataFrame({"count": count, "days_since": since}, index=patients.index)
        found[missing] = np.nan
        return found

    @property
    def has_outcomes(self) -> bool:
        """Whether the outcome of any claim is known."""
        return not self.outcomes.empty

    @property
    def has_services(self) -> bool:
        """Whether any claim is of a known patient and day."""
        return not self.services.empty

    def _counts_before(self, keys: pd.DataFrame, when: pd.Series, within: float) -> Floats:
        """Claims and denials of each row as two columns; see :meth:`counts_before`."""
        ledger = self._ledger(keys)
        places, missing = ledger.places(keys)
        asked = days(when)
        missing |= np.isnan(asked) | (not self.has_outcomes)
        counts = ledger.counts(places, np.where(missing, 0.0, asked), within)
        counts[missing] = np.nan
        return counts

    def _services_ledger(self, _patients: pd.Series, family_of: Callable[[pd.Series], pd.Series]) -> Ledger:
        """Services by patient and family; of the patients asked about at least."""
        if ("services",) not in self._ledgers:
            self._ledgers["services",] = services_ledger(self.services, family_of)
        return self._ledgers["services",]

    def _ledger(self, keys: pd.DataFrame) -> Ledger:
        """Outcomes by the columns of ``keys``; of the values asked about at least."""
        columns = tuple(keys.columns)
        if columns not in self._ledgers:
            self._ledgers[columns] = Ledger.of(self._past, columns)
        return self._ledgers[columns]

    @cached_property
    def _ledgers(self) -> dict[tuple[str, ...], Ledger]:
        return {}

    @cached_property
    def _past(self) -> pd.DataFrame:
        past = self.outcomes.dropna(subset=["remit_date", "denied"])
        return past.assign(dx_category=past["dx_code"].str[:3])


def services_ledger(services: pd.DataFrame, family_of: Callable[[pd.Series], pd.Series]) -> Ledger:
    """Services (``SERVICE_COLUMNS``) by patient and kind of procedure."""
    families = Coded.of(services["procedure_code"]).renamed(family_of)
    past = services.assign(family=families.array(), one=1.0)
    return Ledger.of(past, ("patient", "family"), day="service_date", weight="one")


@dataclass(frozen=True, eq=False)
class Ledger:
    """The past sorted by group and day, so that a count up to a day is two binary searches.

    ``order`` holds group × span + day, ascending; ``claims`` and ``denials`` the running totals before each entry.
    """

    values: tuple[dict[str, int], ...]  # the known values of each key column, numbered
    order: Rows
    claims: Floats
    denials: Floats
    start: float  # first day
    span: int  # days from the first to one past the last

    @classmethod
    def of(
        cls, past: pd.DataFrame, columns: Sequence[str], *, day: str = "remit_date", weight: str = "denied"
    ) -> Ledger:
        """Count by the columns; a row is one claim, or as many as its column ``claims`` says, where it has one."""
        past = past.dropna(subset=list(columns)) if columns else past
        on = days(past[day])
        start = float(on.min()) if len(on) else 0.0
        span = int(on.max() - start) + 2 if len(on) else 2
        values, group = [], np.zeros(len(past), dtype="int64")
        for column in columns:
            coded = Coded.of(past[column])
            values.append({name: place for place, name in enumerate(coded.names)})
            group = group * max(len(coded.names), 1) + coded.positions
        keys = group * span + (on - start).astype("int64")
        order = np.argsort(keys, kind="stable")
        told = past["claims"].to_numpy(dtype="float64") if "claims" in past else np.ones(len(past))
        claims, denials = (
            np.append(0.0, np.cumsum(one[order])) for one in (told, past[weight].to_numpy(dtype="float64"))
        )
        return cls(tuple(values), keys[order], claims, denials, start, span)

    def places(self, keys: pd.DataFrame) -> tuple[Rows, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Group of each asked row (−1: never seen) and whether one of its keys is null."""
        group = np.zeros(len(keys), dtype="int64")
        unseen, null = np.zeros(len(keys), dtype=bool), np.zeros(len(keys), dtype=bool)
        for column, known in zip(keys.columns, self.values, strict=True):
            coded = Coded.of(keys[column])
            found = np.array([*(known.get(name, -1) for name in coded.names), -1])[coded.positions]
            null |= coded.absent
            unseen |= found < 0
            group = group * max(len(known), 1) + found
        return np.where(unseen, -1, group), null

    def counts(self, places: Rows, when: Floats, within: float) -> Floats:
        """Past claims and denials of each group strictly before the day and at most ``within`` days before it."""
        first = np.searchsorted(self.order, places * self.span + self._offset(when - within))
        last = np.searchsorted(self.order, places * self.span + self._offset(when))
        counts = np.column_stack([total[last] - total[first] for total in (self.claims, self.denials)])
        counts[places < 0] = 0.0
        return counts

    def last_day(self, places: Rows, when: Floats) -> Floats:
        """Day of the latest entry of each group strictly before the day; of no meaning where there is none."""
        last = np.searchsorted(self.order, places * self.span + self._offset(when)) - 1
        return np.asarray(self.start + np.append(self.order, 0)[last] % self.span)

    def _offset(self, day: Floats) -> Rows:
        """Place of a day in the span; days outside it count as its ends, before and past every entry."""
        return np.asarray(np.clip(day - self.start, 0, self.span - 1).astype("int64"))
