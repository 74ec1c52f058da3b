"""Looking codes up in the edition of their date of service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from risk.reference.published.codes import SPAN, code_of
from risk.reference.published.store import Edition

Array = np.ndarray[Any, Any]

_EPOCH = date(1970, 1, 1)
#: The last day of a row that is still in force.
OPEN_END = np.int32(np.iinfo(np.int32).max)
_LONGEST_DX = 7
NO_INDICATOR = np.int8(-1)


def dx_number(code: str) -> int:
    """Diagnosis code of up to seven letters and digits as a number of its own; −1 for what is none."""
    is_code = 0 < len(code) <= _LONGEST_DX and code.isascii() and code.isalnum()
    return int("1" + code, 36) if is_code else -1


def dx_code(number: int) -> str:
    """Diagnosis code of a number of :func:`dx_number`."""
    return np.base_repr(number, 36)[1:]


def day_number(day: str | date) -> int:
    """Days since 1970-01-01."""
    return ((date.fromisoformat(day) if isinstance(day, str) else day) - _EPOCH).days


class Table(Protocol):
    """An edition and its columns."""

    @property
    def edition(self) -> Edition:
        """What it is."""

    @property
    def columns(self) -> Mapping[str, Array]:
        """Columns of numbers by name; none where there are no rows."""

    @property
    def texts(self) -> Mapping[str, pa.Array]:
        """Columns of texts by name; none where there are no rows."""


@dataclass(frozen=True, eq=False)
class DatedEditions:
    """Editions of one table, the earliest first; a day after the last is judged by the last."""

    tables: Sequence[Table]

    def __bool__(self) -> bool:
        return bool(self.tables)

    def of_days(self, days: Array) -> Array:
        """Position of the edition of each day; −1 before the first."""
        begins = [day_number(one.edition.begins) for one in self.tables]
        return np.searchsorted(begins, days, side="right") - 1

    def cited(self, positions: Array) -> Array:
        """How a finding cites the edition at each position, as texts; null for −1."""
        names: Array = np.array([*(one.edition.cited for one in self.tables), None], dtype=object)
        return names[positions]

    def told_by_own(self, days: Array) -> Array:
        """Whether each day lies within the period its edition was published for: bools."""
        positions = self.of_days(days)
        last = np.array([day_number(one.edition.ends) for one in self.tables], dtype=np.int64)
        own = positions >= 0
        own[own] = days[own] <= last[positions[own]]
        return own

    def groups(self, positions: Array) -> Iterator[tuple[Table, Array]]:
        """Each edition with the places of the rows that are judged by it."""
        for position in np.unique(positions).tolist():
            if position >= 0:
                yield self.tables[position], np.flatnonzero(positions == position)


class PairEdits(DatedEditions):
    """Procedure-to-procedure edits of one setting.

    Columns of a table: ``key`` (column 1 × :data:`SPAN` + column 2, ascending), ``effective``, ``deleted`` (last day,
    :data:`OPEN_END` while in force), ``indicator``. A row has its own dates, so the first edition tells of earlier days
    too.
    """

    def indicators(self, first: Array, second: Array, days: Array) -> tuple[Array, Array]:
        """Modifier indicator of each pair on its day, :data:`NO_INDICATOR` where there is no edit; and the edition.

        Parameters
        ----------
        first, second
            Numbers of the column-1 and column-2 codes.
        days
            Days since 1970-01-01.
        """
        found = np.full(len(first), NO_INDICATOR)
        editions = np.maximum(self.of_days(days), 0)
        for table, rows in self.groups(editions):
            found[rows] = _in_force(table.columns, first[rows] * SPAN + second[rows], days[rows])
        return found, editions


def _in_force(columns: Mapping[str, Array], keys: Array, days: Array) -> Array:
    """Indicator of the row of each key that is in force on its day, the one that began last."""
    answer = np.full(len(keys), NO_INDICATOR)
    if not columns:
        return answer
    begin, end = (np.searchsorted(columns["key"], keys, side=side) for side in ("left", "right"))
    for period in range(int((end - begin).max(initial=0))):  # the periods of a pair stand together, in order
        at = np.flatnonzero(begin + period < end)
        row = begin[at] + period
        holds = (columns["effective"][row] <= days[at]) & (days[at] <= columns["deleted"][row])
        answer[at[holds]] = columns["indicator"][row[holds]]
    return answer


class UnitLimits(DatedEditions):
    """Medically unlikely edits of one setting: columns ``code`` (ascending), ``units``, ``mai``.

    Rows carry no dates, so days before the first edition are unknown.
    """

    @cached_property
    def codes_without_units(self) -> Array:
        """Codes whose limit is zero in any edition."""
        found = [one.columns["code"][one.columns["units"] == 0] for one in self.tables if one.columns]
        return np.unique(np.concatenate(found)) if found else np.array([], dtype=np.int64)

    def limits(self, codes: Array, days: Array) -> tuple[Array, Array]:
        """Units and MAI of each code on its day; NaN where there is no edit or no edition."""
        units, mai = np.full((2, len(codes)), np.nan)
        for table, rows in self.groups(self.of_days(days)):
            place, there = _found(table.columns, codes[rows])
            units[rows[there]] = table.columns["units"][place]
            mai[rows[there]] = table.columns["mai"][place]
        return units, mai


class AddOnEdits(PairEdits):
    """Add-on code edits, with the same columns as pairs: an add-on and a primary, ``indicator`` being the edit's type.

    Type 1 lists every primary there is; of an add-on with an edit of type 2 or 3 contractors may take others.
    """

    @cached_property
    def add_ons(self) -> Array:
        """Every add-on code of any edition, ascending."""
        keys = [table.columns["key"] // SPAN for table in self.tables if table.columns]
        return np.unique(np.concatenate(keys)) if keys else np.array([], dtype=np.int64)

    def primaries(self, add_ons: Array, days: Array) -> list[tuple[str, ...]]:
        """Codes of which each add-on needs one on its day, sorted; empty where it is no add-on or others will do."""
        return [self._primaries(*one) for one in zip(add_ons.tolist(), days.tolist(), strict=True)]

    def _primaries(self, add_on: int, day: int) -> tuple[str, ...]:
        columns = self.tables[max(int(self.of_days(np.array([day]))[0]), 0)].columns
        if not columns:
            return ()
        begin, end = np.searchsorted(columns["key"], [add_on * SPAN, (add_on + 1) * SPAN])
        holds = (columns["effective"][begin:end] <= day) & (day <= columns["deleted"][begin:end])
        if not holds.any() or (columns["indicator"][begin:end][holds] != 1).any():
            return ()
        return tuple(code_of(int(key % SPAN)) for key in np.unique(columns["key"][begin:end][holds]))


class CodeYears(DatedEditions):
    """Diagnosis codes of whole fiscal years: columns ``code`` (:func:`dx_number`, ascending), ``billable``."""

    def flags(self, codes: Array, days: Array) -> tuple[Array, Array]:
        """Whether each code is billable in the year of its day: 1, 0 for a heading, NaN for none; and whether we know.

        A year tells of its own days alone.
        """
        positions = self.of_days(days)
        known = self.told_by_own(days)
        flags = np.full(len(codes), np.nan)
        for table, rows in self.groups(np.where(known, positions, -1)):
            place, there = _found(table.columns, codes[rows])
            flags[rows[there]] = table.columns["billable"][place]
        return flags, known


class CodePeriods(DatedEditions):
    """Codes with their own dates: columns ``code`` (ascending), ``begins``, ``ends`` (last day, or :data:`OPEN_END`).

    The newest edition that has a code tells when it ends, for CMS drops codes from its file some time after their end;
    a code that was taken up twice begins with the earlier of its dates.
    """

    @cached_property
    def merged(self) -> Mapping[str, Array]:
        """Every code once, ascending, with ``begins``, ``ends`` and ``edition``, the position of its newest edition."""
        parts = [one.columns for one in self.tables if one.columns]
        if not parts:
            return {}
        code, begins, ends = (np.concatenate([part[name] for part in parts]) for name in ("code", "begins", "ends"))
        edition = np.concatenate([np.full(len(one.columns["code"]), at) for at, one in enumerate(self.tables)])
        order = np.lexsort((edition, code))
        first = np.flatnonzero(np.diff(code[order], prepend=-1))
        newest = order[np.append(first[1:], len(order)) - 1]
        earliest = np.minimum.reduceat(begins[order], first)
        return {"code": code[newest], "begins": earliest, "ends": ends[newest], "edition": edition[newest]}

    def periods(self, codes: Array) -> tuple[Array, Array, Array]:
        """First day, last day and position of the newest edition of each code; position −1 where none has it."""
        begins, ends, edition = (np.full(len(codes), value, dtype=np.int64) for value in (0, OPEN_END, -1))
        place, there = _found(self.merged, codes)
        for values, name in ((begins, "begins"), (ends, "ends"), (edition, "edition")):
            if len(there):
                values[there] = self.merged[name][place]
        return begins, ends, edition


class PaymentIndicators(DatedEditions):
    """Indicators of the fee schedule: columns ``code`` (ascending), ``global_days``, others as in the built-in facts.

    A negative value is none. Editions that were imported by an earlier version lack columns it did not read.
    """

    def values(self, column: str, codes: Array, days: Array) -> Array:
        """Value of each code on its day; NaN where the edition does not have it or the column, or there is none."""
        values = np.full(len(codes), np.nan)
        for table, rows in self.groups(self.of_days(days)):
            if column in table.columns:
                place, there = _found(table.columns, codes[rows])
                values[rows[there]] = table.columns[column][place]
        return values


def _found(columns: Mapping[str, Array], codes: Array) -> tuple[Array, Array]:
    """Places of codes in a table, and which of the codes these are."""
    if not columns:
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    place = np.searchsorted(columns["code"], codes)
    there = np.flatnonzero((place < len(columns["code"])) & (codes >= 0))
    there = there[columns["code"][place[there]] == codes[there]]
    return place[there], there
