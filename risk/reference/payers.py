"""Payer terms: how long a claim may take to arrive, and which procedures want an authorisation.

The terms are data (``data/payer_terms.toml``), published defaults with their source. A contract knows better: a file
of the user's, in the same format, is read after the built-in one; of the entries that hold for a claim the last counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import factorized, holds, one_of
from risk.claims.frames import frame_of
from risk.claims.tables import empty_batch
from risk.errors import ReferenceDataError
from risk.reference._payer_file import AuthorizationTerm, FilingTerm, Payer, PayerScope, parse_payer_terms
from risk.reference._remember import remember_last

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from risk.claims.tables import ClaimBatch

LIMIT_COLUMNS = ["limit_days", "anchor_date", "deadline_date", "source"]
AUTHORIZATION_COLUMNS = [
    "claim_key",
    "line_number",
    "procedure_code",
    "program",
    "requirement",
    "number_on",
    "without",
    "source",
]


@dataclass(frozen=True, eq=False)
class PayerTerms:
    """What payers ask for, in the order in which the entries were read; see the module docstring.

    Attributes
    ----------
    filing
        Timely-filing entries.
    authorization
        Authorisation entries.
    version
        Digest of the files the entries came from.
    """

    filing: tuple[FilingTerm, ...]
    authorization: tuple[AuthorizationTerm, ...]
    version: str

    @remember_last
    def filing_limits(self, batch: ClaimBatch) -> pd.DataFrame:
        """Until when each claim may arrive, by claim_key in claim order; ``LIMIT_COLUMNS``.

        ``limit_days`` (whole days, nullable) counts from ``anchor_date``: by default the first date of service of a
        professional and the last of an institutional claim (42 CFR 424.44). All null where no entry names the payer,
        or no line has a date.
        """
        payer, payers = _payers(batch)
        holding = np.vstack([_holds(term.scope, payers) for term in self.filing] or [np.zeros(len(payers), bool)])
        last = np.where(holding.any(axis=0), len(holding) - 1 - holding[::-1].argmax(axis=0), -1)[payer]
        dates = {"first": batch.first_service_date.to_numpy(), "last": batch.last_service_date.to_numpy()}
        anchor = np.where(batch.institutional, dates["last"], dates["first"])
        deadline = np.full(len(anchor), np.datetime64("NaT"), dtype=anchor.dtype)
        for number in np.unique(last[last >= 0]):
            term, mine = self.filing[number], last == number
            if term.anchor in dates:
                anchor[mine] = dates[term.anchor][mine]
            deadline[mine] = _later(anchor[mine], term)
        known = ~np.isnat(deadline)
        days = (deadline - anchor).astype("timedelta64[D]").astype("int64")
        return pd.DataFrame(
            {
                "limit_days": pd.arrays.IntegerArray(np.where(known, days, 0), ~known),
                "anchor_date": np.where(known, anchor, np.datetime64("NaT")),
                "deadline_date": deadline,
                "source": self._sources.take(np.where(known, last, -1), allow_fill=True),
            },
            index=batch.first_service_date.index,
        )

    @cached_property
    def _sources(self) -> Any:
        """Source of each filing entry: an array of texts."""
        return pd.array([term.source for term in self.filing], dtype="str")

    @remember_last
    def authorization_required(self, batch: ClaimBatch) -> pd.DataFrame:
        """Lines that the payer wants an authorisation for, in line order; ``AUTHORIZATION_COLUMNS``.

        One row per line, whether or not the claim carries a number. ``requirement`` is ``required`` where a program
        denies without one, ``likely`` where plans of that payer mostly do. ``number_on`` is ``claim``, or
        ``facility_claim`` where the facility's claim has to carry the number and this one depends on it; ``without``
        says what the payer does if it is absent. Lines without a date of service are left out of entries that are
        bounded by dates.
        """
        wanted = one_of(batch.service_lines["procedure_code"], self._procedures)
        if not wanted.any():
            return self._none_required
        lines = _asked_of(batch, wanted)
        payer, payers = _payers(batch)
        payer = payer[lines["claim_key"].to_numpy()]
        decided = np.full(len(lines), -1)
        for number, term in enumerate(self.authorization):
            held = one_of(lines["procedure_code"], term.procedures)
            if held.any():
                held &= _holds(term.scope, payers)[payer]
            if held.any():
                held &= _in_setting(term, lines, batch) & _in_force(term, lines["service_from_date"])
            decided[held] = number
        asked = np.array([term.requirement != "not_required" for term in self.authorization] + [False])[decided]
        own = {name: lines[name].array[asked] for name in AUTHORIZATION_COLUMNS if name in lines}
        told = {name: texts.take(decided[asked]) for name, texts in self._told.items()}
        return frame_of(own | told, pd.RangeIndex(np.count_nonzero(asked)))

    @cached_property
    def _procedures(self) -> frozenset[str]:
        """Procedures of any authorisation entry."""
        return frozenset().union(*(term.procedures for term in self.authorization))

    @cached_property
    def _told(self) -> dict[str, Any]:
        """What each authorisation entry tells, by column: arrays of texts."""
        names = ("program", "requirement", "number_on", "without", "source")
        return {name: pd.array([getattr(term, name) for term in self.authorization], dtype="str") for name in names}

    @cached_property
    def _none_required(self) -> pd.DataFrame:
        return _asked_of(empty_batch(), np.empty(0, dtype=bool)).reindex(columns=AUTHORIZATION_COLUMNS)


def load_payer_terms(path: Path | None = None) -> PayerTerms:
    """Load the built-in payer terms, with the entries of the user's file after them.

    Raises :class:`risk.errors.ReferenceDataError`, naming the file and the entry, for a file that cannot be read or
    an entry that is not as docs/payer_terms.md describes.
    """
    built_in = files("risk.reference").joinpath("data", "payer_terms.toml").read_bytes()
    contents = [("payer_terms.toml", built_in)]
    if path is not None:
        try:
            contents.append((str(path), path.read_bytes()))
        except OSError as error:
            raise ReferenceDataError(
                str(path), "expected a readable file of payer terms", "see docs/payer_terms.md"
            ) from error
    parsed = [parse_payer_terms(content, name) for name, content in contents]
    return PayerTerms(
        filing=tuple(term for filing, _ in parsed for term in filing),
        authorization=tuple(term for _, authorization in parsed for term in authorization),
        version=hashlib.sha256(b"\0".join(content for _, content in contents)).hexdigest()[:12],
    )


def _asked_of(batch: ClaimBatch, wanted: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Wanted lines (bool, in row order) with what entries ask about."""
    columns = ("procedure_code", "service_from_date", "place_of_service_code")
    return batch.lines_where(wanted, *columns)


@remember_last
def _payers(batch: ClaimBatch) -> tuple[np.ndarray[Any, Any], tuple[Payer, ...]]:
    """Position of each claim's payer among the distinct ones, and these: id, name and type."""
    columns = [factorized(batch.claims[name]) for name in Payer._fields]
    combined = np.zeros(len(batch), dtype="int64")
    for numbers, distinct in columns:
        combined = pd.factorize(combined * (len(distinct) + 1) + numbers + 1)[0]
    first = np.unique(combined, return_index=True)[1]
    texts = (np.array([*distinct, ""], dtype=object)[numbers[first]] for numbers, distinct in columns)
    return combined, tuple(map(Payer, *texts))


def _later(days: np.ndarray[Any, Any], term: FilingTerm) -> np.ndarray[Any, Any]:
    """Last day of a term that is counted from each day."""
    if not term.years:
        return days + np.timedelta64(term.days, "D")
    later: np.ndarray[Any, Any] = (pd.DatetimeIndex(days) + pd.DateOffset(years=term.years)).to_numpy()
    return later


def _holds(scope: PayerScope, payers: Sequence[Payer]) -> np.ndarray[Any, Any]:
    """Whether the scope holds for each distinct payer."""
    return np.array([scope.holds(payer) for payer in payers], dtype=bool)


def _in_setting(term: AuthorizationTerm, lines: pd.DataFrame, batch: ClaimBatch) -> NDArray[np.bool_]:
    """Whether each line was served where the entry holds: place or bill type, and state of the facility."""
    keys = lines["claim_key"].to_numpy()
    here = np.ones(len(lines), dtype=bool)
    if term.places or term.bill_types:
        billed = holds(batch.claims["bill_type_code"], lambda code: code.startswith(term.bill_types))
        placed = one_of(lines["place_of_service_code"], term.places)
        here = np.where(batch.institutional[keys], billed[keys], placed)
    if term.states:
        here &= one_of(batch.claims["facility_state"], term.states)[keys]
    return here


def _in_force(term: AuthorizationTerm, served: pd.Series) -> NDArray[np.bool_]:
    """Whether the entry holds on each date of service: bool, in row order."""
    days = served.to_numpy()
    held = np.ones(len(days), dtype=bool)
    if term.since:
        held &= days >= np.datetime64(term.since)
    if term.until:
        held &= days <= np.datetime64(term.until)
    return held
