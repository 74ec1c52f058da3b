"""Rows of lines and diagnoses brought to one value per claim: what features and the history of outcomes share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from risk.claims.columns import factorized
from risk.claims.tables import ClaimBatch

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


#: Sections by the shape of a procedure code, the first that fits: the numeric ranges are how the code set numbers
#: itself (evaluation and management at the end of the nines), the letters are HCPCS level II.
SECTIONS = (
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


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of codes taken apart, so that a look-up costs per distinct code and not per row.

    ``positions`` has one entry per row, the place of its code in ``distinct``; −1 where the code is null.
    """

    positions: Rows
    distinct: pd.Series

    @classmethod
    def of(cls, column: pd.Series) -> Coded:
        """Take a column of codes apart."""
        positions, distinct = factorized(column)
        return cls(positions.astype("int64", copy=False), pd.Series(distinct, dtype=column.dtype))

    def flags(self, look_up: Callable[[pd.Series], Any]) -> Flags:
        """Truth of each row by a look-up of the distinct codes; False where the code or the answer is null."""
        answers = pd.Series(look_up(self.distinct))
        if answers.dtype != bool:
            answers = answers.fillna(False)
        return np.append(answers.to_numpy(dtype=bool), False)[self.positions]

    def numbers(self, look_up: Callable[[pd.Series], Any]) -> Floats:
        """Return one number per row by a look-up of the distinct codes; NaN where the code or the answer is null."""
        answers = pd.to_numeric(pd.Series(look_up(self.distinct)), errors="coerce")
        return np.append(answers.to_numpy(dtype="float64", na_value=np.nan), np.nan)[self.positions]

    def texts(self, look_up: Callable[[pd.Series], Any]) -> pd.Series:
        """Return one text per row by a look-up of the distinct codes; null where the code or the answer is null."""
        answers = pd.Series(look_up(self.distinct)).astype("str")
        return pd.Series(answers.array.take(self.positions, allow_fill=True))

    def with_code(self, other: Coded) -> Coded:
        """Pairs of codes, ``this|other``; ``this|`` where only the other is null, null where this is."""
        count = len(other.distinct) + 1
        pair = np.where(self.positions < 0, -1, self.positions * count + other.positions + 1)
        places, found = pd.factorize(pair, use_na_sentinel=False)
        known = found >= 0
        second = np.append([""], other.distinct.to_numpy(dtype=object))
        names = self.distinct.to_numpy(dtype=object)[found[known] // count] + "|" + second[found[known] % count]
        place_of = np.full(len(found), -1)
        place_of[known] = np.arange(known.sum())
        return Coded(place_of[places], pd.Series(names, dtype="str"))

    def column(self) -> pd.Series:
        """Put the column together again: a str Series, null where a code is."""
        return pd.Series(self.distinct.astype("str").array.take(self.positions, allow_fill=True))

    def isin(self, *codes: str) -> Flags:
        """Whether each row holds one of the codes."""
        return np.array([*(code in codes for code in self._names), False])[self.positions]

    @cached_property
    def _names(self) -> list[str]:
        return list(self.distinct)


def present(flags: Flags) -> Rows:
    """Row numbers where a flag is set."""
    return np.flatnonzero(flags)


def floats(column: pd.Series) -> Floats:
    """Return a nullable column as floats, NaN for null."""
    return np.asarray(column.to_numpy(dtype="float64", na_value=np.nan))


def days(column: pd.Series) -> Floats:
    """Return dates as days since 1970, NaN for null; a time of day is cut off."""
    stamps = column.to_numpy(dtype="datetime64[D]")
    numbers = stamps.astype("int64").astype("float64")
    numbers[np.isnat(stamps)] = np.nan
    return np.asarray(numbers)


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
    shapes = [(re.compile(pattern, re.ASCII), name) for pattern, name in SECTIONS]
    sections = [next((name for shape, name in shapes if shape.fullmatch(code)), None) for code in codes.fillna("")]
    return pd.Series(sections, index=codes.index, dtype="str")
