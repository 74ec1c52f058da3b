"""Diagnoses that belong to one sex or to an age: ``data/dx_patients.csv``, each row with its source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from risk.claims.columns import spread
from risk.errors import ReferenceDataError
from risk.reference._shipped import plain_codes, shipped_bytes, table_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "dx_patients.csv"
COLUMNS = ("codes", "sex", "age_from", "age_to", "age_unit", "source")
AGE_UNITS = ("years", "days")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class DxPatients:
    """Whom a diagnosis can belong to; build one with :func:`load_dx_patients`.

    Attributes
    ----------
    limits
        One row per group of codes: sex (F, M or null), age_from and age_to (inclusive, completed; NaN: no bound),
        age_unit (years, days or null), source.
    row_of_prefix
        Row of ``limits`` of each code, upper case without the dot; a code stands for everything below it, and the
        longest that matches decides.
    version
        Digest of the data.
    """

    limits: pd.DataFrame
    row_of_prefix: Mapping[str, int]
    version: str

    def sex(self, codes: pd.Series) -> pd.Series:
        """Sex each diagnosis belongs to, F or M, aligned with ``codes``; null where it belongs to either."""
        values = self.limits["sex"].array.take(self._rows(codes), allow_fill=True)
        return pd.Series(values, index=codes.index, name="sex")

    def depends_on_sex(self, codes: pd.Series) -> Array:
        """Whether each diagnosis belongs to one sex: bool, in row order."""
        return self._limited["sex"][self._rows(codes)]

    def depends_on_age(self, codes: pd.Series) -> Array:
        """Whether each diagnosis belongs to some ages: bool, in row order."""
        return self._limited["age_unit"][self._rows(codes)]

    @cached_property
    def _limited(self) -> dict[str, Array]:
        """Whether each row of ``limits`` says something in a column; none, which is −1, does not."""
        return {name: np.append(told.to_numpy(), False) for name, told in self.limits.notna().items()}

    def age_limits(self, codes: pd.Series) -> pd.DataFrame:
        """Bounds of each diagnosis, aligned with ``codes``: age_from, age_to (NaN: none) and age_unit (null: none)."""
        rows = self._rows(codes)
        columns = ["age_from", "age_to", "age_unit"]
        return pd.DataFrame(
            {column: self.limits[column].array.take(rows, allow_fill=True) for column in columns}, index=codes.index
        )

    def _rows(self, codes: pd.Series) -> Array:
        """Row of ``limits`` of each code, −1 where there is none."""
        return spread(codes, self._row, -1)

    def _row(self, code: str) -> int:
        prefixes = (code[:length] for length in range(len(code), 0, -1))
        return next((self.row_of_prefix[prefix] for prefix in prefixes if prefix in self.row_of_prefix), -1)


def load_dx_patients() -> DxPatients:
    """Load the shipped table."""
    return parse_dx_patients(shipped_bytes(FILE))


def parse_dx_patients(content: bytes) -> DxPatients:
    """Read the table from CSV.

    Raises :class:`risk.errors.ReferenceDataError` where a row has no codes, a code occurs twice, or a sex, an age or
    its unit is none.
    """
    rows = table_rows(FILE, content, COLUMNS)
    row_of_prefix: dict[str, int] = {}
    for number, row in enumerate(rows):
        codes = plain_codes(row["codes"])
        if not codes or not row_of_prefix.keys().isdisjoint(codes):
            raise ReferenceDataError(f"{FILE}, row {number + 1}", "expected codes that no other row has")
        row_of_prefix |= dict.fromkeys(codes, number)
        ages = [row[bound] for bound in ("age_from", "age_to") if row[bound]]
        if row["sex"] not in ("F", "M", "") or bool(ages) != (row["age_unit"] in AGE_UNITS):
            raise ReferenceDataError(f"{FILE}, row {number + 1}", "expected F, M or none, and ages in years or days")
        if not all(age.isdigit() for age in ages):
            raise ReferenceDataError(f"{FILE}, row {number + 1}", "expected whole ages")
    frame = pd.DataFrame(rows, dtype="str")
    limits = pd.DataFrame(
        {
            "sex": frame["sex"].where(frame["sex"] != ""),
            "age_from": pd.to_numeric(frame["age_from"].where(frame["age_from"] != "")).astype("float64"),
            "age_to": pd.to_numeric(frame["age_to"].where(frame["age_to"] != "")).astype("float64"),
            "age_unit": frame["age_unit"].where(frame["age_unit"] != ""),
            "source": frame["source"],
        }
    )
    return DxPatients(limits, row_of_prefix, f"dx_patients-{hashlib.sha256(content).hexdigest()[:12]}")
