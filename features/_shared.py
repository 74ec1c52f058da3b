"""Rows of lines and diagnoses brought to one value per claim: what features and the history of outcomes share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from risk.claims.columns import factorized
from risk.claims.frames import TYPES, texts_of
from risk.claims.tables import ClaimBatch

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]

Method = TypeVar("Method", bound=Callable[..., Any])

#: Sections by the shape of a procedure code, the first that fits: the numeric ranges are how the code set numbers
#: itself (evaluation and management at the end of the nines), the letters are HCPCS level II.
SECTIONS = tuple(
    (re.compile(pattern, re.ASCII), name)
    for pattern, name in (
        (r"\d{4}T", "emerging_technology"),
        (r"\d{4}[FMU]", "other_category"),
        (r"99[2-4]\d\d", "evaluation_and_management"),
        (r"0\d{4}", "anesthesia"),
        (r"[1-6]\d{4}", "surgery"),
        (r"7\d{4}", "radiology"),
        (r"8\d{4}", "laboratory"),
        (r"97\d{3}", "physical_medicine"),
        (r"90[78]\d\d", "behavioral_health"),
        (r"9\d{4}", "medicine"),
        (r"J\d{4}", "drugs"),
        (r"[A-V]\d{4}", "hcpcs_level_2"),
    )
)


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of codes taken apart, so that a look-up costs per distinct code and not per row.

    ``positions`` has one entry per row, the place of its code in ``names``; −1 where the code is null. A name may be
    held by no row.
    """

    positions: Rows
    names: Sequence[str]

    @classmethod
    def of(cls, column: pd.Series) -> Coded:
        """Take a column of codes apart."""
        positions, distinct = factorized(column)
        return cls(positions.astype("int64", copy=False), distinct)

    @cached_property
    def distinct(self) -> pd.Series:
        """The names as a str Series, for look-ups that take them together."""
        return pd.Series(self.names, dtype=TYPES["text"])

    @property
    def absent(self) -> Flags:
        """Whether each row has no code."""
        return np.asarray(self.positions < 0)

    def holds(self, test: Callable[[str], object]) -> Flags:
        """Whether a test holds for the code of each row; False where it is null."""
        return np.array([*(bool(test(name)) for name in self.names), False])[self.positions]

    def isin(self, *codes: str) -> Flags:
        """Whether each row holds one of the codes."""
        return self.holds(codes.__contains__)

    def flags(self, look_up: Callable[[pd.Series], npt.ArrayLike]) -> Flags:
        """Truth of each row by a look-up of the distinct codes, which tells all of them; False where a code is null."""
        return np.append(np.asarray(look_up(self.distinct), dtype=bool), False)[self.positions]

    def numbers(self, look_up: Callable[[pd.Series], pd.Series]) -> Floats:
        """Return one number per row by a look-up of the distinct codes; NaN where the code or the answer is null."""
        return np.append(floats(look_up(self.distinct)), np.nan)[self.positions]

    def renamed(self, look_up: Callable[[pd.Series], pd.Series]) -> Coded:
        """Texts by a look-up of the distinct codes; null where the code or the answer is null."""
        answers = Coded.of(look_up(self.distinct))
        return Coded(np.append(answers.positions, -1)[self.positions], answers.names)

    def each(self, name_of: Callable[[str], str]) -> Coded:
        """Return another name of each code, by itself; null where the code is."""
        place: dict[str, int] = {}
        places = [place.setdefault(name_of(name), len(place)) for name in self.names]
        return Coded(np.array([*places, -1])[self.positions], list(place))

    def take(self, rows: Rows) -> Coded:
        """Codes at row numbers, null at −1."""
        return Coded(np.append(self.positions, -1)[rows], self.names)

    def where(self, kept: Flags) -> Coded:
        """Codes of the rows that are kept, null elsewhere."""
        return Coded(np.where(kept, self.positions, -1), self.names)

    def filled_with(self, other: Coded) -> Coded:
        """Codes, and those of another column where these are null."""
        further = np.where(other.absent, -1, other.positions + len(self.names))
        return Coded(np.where(self.absent, further, self.positions), [*self.names, *other.names])

    def agrees_with(self, other: Coded) -> Flags:
        """Whether each row holds the same code as another column; False where either is null."""
        place = {name: position for position, name in enumerate(self.names)}
        translated = np.array([*(place.get(name, -2) for name in other.names), -2])
        return np.asarray(translated[other.positions] == self.positions)

    def with_code(self, other: Coded) -> Coded:
        """Pairs of codes, ``this|other``; ``this|`` where only the other is null, null where this is."""
        seconds = ("", *other.names)
        pairs = self.positions * len(seconds) + other.positions + 1
        encoded = pa.array(pairs, mask=self.absent).dictionary_encode()
        found = (divmod(pair, len(seconds)) for pair in encoded.dictionary.to_pylist())
        names = [f"{self.names[first]}|{seconds[second]}" for first, second in found]
        return Coded(encoded.indices.fill_null(-1).to_numpy().astype("int64"), names)

    def array(self) -> pd.api.extensions.ExtensionArray:
        """Put the column together again: str, null where a code is."""
        places = pa.array(self.positions, mask=self.absent)
        return texts_of(pa.array(self.names, pa.large_string()).take(places))


def numbered(*keys: npt.NDArray[Any]) -> Rows:
    """Number of each row's combination of integers or dates, counted from 0 as they first occur."""
    number: Rows = np.zeros(len(keys[0]), dtype="int64")
    for key in keys if len(number) else ():
        places = pa.array(key).dictionary_encode("encode").indices.to_numpy()  # null is a value too
        number = number * (places.max(initial=0) + 1) + places
        number = pa.array(number).dictionary_encode().indices.to_numpy().astype("int64")
    return number


def first_of_each(numbers: Rows) -> Flags:
    """Whether each row is the first of its number; see :func:`numbered`."""
    return numbers > np.append(-1, np.maximum.accumulate(numbers)[:-1])


def remembered(method: Method) -> Method:
    """Make a method of tables that do not change answer each question once, as ``cached_property`` does for one."""

    @wraps(method)
    def answered(self: Any, *asked: Any) -> Any:
        answers = vars(self).setdefault(f"answers of {method.__name__}", {})
        if asked not in answers:
            answers[asked] = method(self, *asked)
        return answers[asked]

    return answered  # type: ignore[return-value]  # wraps keeps the signature


def present(flags: Flags) -> Rows:
    """Row numbers where a flag is set."""
    return np.flatnonzero(flags)


def floats(column: pd.Series) -> Floats:
    """Return a nullable column as floats, NaN for null."""
    return np.asarray(column.array.to_numpy(dtype="float64", na_value=np.nan))


def days(dates: pd.Series | Dates) -> Floats:
    """Return dates as days since 1970, NaN for null; a time of day is cut off."""
    stamps = np.asarray(dates, dtype="datetime64[D]")
    numbers = stamps.astype("int64").astype("float64")
    numbers[np.isnat(stamps)] = np.nan
    return numbers


class Calendar(NamedTuple):
    """Dates by year, month (1–12) and day of the month; NaN for null."""

    year: Floats
    month: Floats
    day: Floats


def calendar(dates: Dates) -> Calendar:
    """Read dates off the calendar."""
    on, month = dates.astype("datetime64[D]"), dates.astype("datetime64[M]")
    months, day = month.astype("int64"), (on - month).astype("int64")  # months since January 1970; days since its first
    known = ~np.isnat(dates)
    year, month_of_year, day_of_month = (
        np.where(known, number, np.nan) for number in (months // 12 + 1970, months % 12 + 1, day + 1)
    )
    return Calendar(year, month_of_year, day_of_month)


def first_rows(keys: Rows, claims: int) -> Rows:
    """First row of each claim in a table sorted by claim; −1 for a claim without rows."""
    found = np.searchsorted(keys, np.arange(claims))
    has_row = found < len(keys)
    has_row[has_row] = keys[found[has_row]] == np.flatnonzero(has_row)
    return np.where(has_row, found, -1)


def costliest_rows(batch: ClaimBatch) -> Rows:
    """Service line with the highest charge of each claim (the first of equals), as a row number; −1 without lines."""
    lines = batch.service_lines
    keys = lines["claim_key"].to_numpy()
    charges = lines["line_charge_cents"].to_numpy(dtype="float64", na_value=-np.inf)
    order = np.lexsort((-charges, keys))
    first = first_rows(keys[order], len(batch))
    return np.where(first >= 0, np.append(order, -1)[first], -1)


def principal_rows(batch: ClaimBatch) -> Rows:
    """Principal or first-listed diagnosis of each claim, as a row number; −1 for a claim without diagnoses."""
    return first_rows(batch.diagnoses["claim_key"].to_numpy(), len(batch))


def taken(column: pd.Series, rows: Rows, index: pd.Index) -> pd.Series:
    """Values of a column at row numbers, null at −1, under a new index."""
    return pd.Series(column.array.take(rows, allow_fill=True), index=index, name=column.name)


def section_of(codes: pd.Series) -> pd.Series:
    """Section of each of some distinct codes; null where a code is null or of no known shape."""
    sections = [next((name for shape, name in SECTIONS if shape.fullmatch(code)), None) for code in codes.fillna("")]
    return pd.Series(sections, index=codes.index, dtype="str")
