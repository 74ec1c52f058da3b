"""Diagnoses that are only reported with the disease behind them: ``data/dx_companions.csv``, each row with its source.

Only where the source closes the list of what that disease can be.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from risk.claims.columns import holds, map_unique
from risk.errors import ReferenceDataError
from risk.reference._shipped import plain_codes, shipped_bytes, table_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "dx_companions.csv"
COLUMNS = ("codes", "companion_codes", "companion", "source")

#: Sorts behind every character of a code: ``prefix + END`` closes the interval of a prefix.
END = "~"

Interval = tuple[str, str]


@dataclass(frozen=True)
class Companion:
    """One row: diagnoses, by prefix, and the intervals one of which another diagnosis of the claim has to lie in.

    ``companion`` is what people read; ``companion_codes`` is as written in the file ("C00-D49", "I25.1 I25.7").
    """

    prefixes: tuple[str, ...]
    intervals: tuple[Interval, ...]
    companion: str
    companion_codes: str
    source: str

    def is_met_by(self, code: str) -> bool:
        """Whether a code is one of the companions."""
        return any(start <= code < end for start, end in self.intervals)


@dataclass(frozen=True)
class DxCompanions:
    """All rows, in the order of the file; build one with :func:`load_dx_companions`."""

    companions: tuple[Companion, ...]
    version: str

    def missing(self, diagnoses: pd.DataFrame) -> pd.DataFrame:
        """Diagnoses whose companion is not among the diagnoses of their claim.

        Parameters
        ----------
        diagnoses
            claim_key, dx_code and whatever else; sorted by claim_key.

        Returns
        -------
        The rows found, in order, with ``companion`` and ``companion_codes`` added.
        """
        depends = holds(diagnoses["dx_code"], lambda code: code.startswith(self._prefixes))
        if not depends.any():
            return diagnoses.iloc[:0]
        concerned = diagnoses[diagnoses["claim_key"].isin(diagnoses.loc[depends, "claim_key"])]
        parts = [self._missing_one(one, concerned) for one in self.companions]
        return pd.concat(parts).sort_index(kind="stable")

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        """Prefixes of all rows."""
        return tuple(prefix for one in self.companions for prefix in one.prefixes)

    @staticmethod
    def _missing_one(one: Companion, diagnoses: pd.DataFrame) -> pd.DataFrame:
        codes = diagnoses["dx_code"]
        depends = map_unique(codes, lambda distinct: [code.startswith(one.prefixes) for code in distinct]).astype(bool)
        met = map_unique(codes, lambda distinct: [one.is_met_by(code) for code in distinct]).astype(bool)
        lacking = diagnoses[depends & ~diagnoses["claim_key"].isin(diagnoses.loc[met, "claim_key"])]
        return lacking.assign(companion=one.companion, companion_codes=one.companion_codes.replace(" ", ", "))


def load_dx_companions() -> DxCompanions:
    """Load the shipped table."""
    return parse_dx_companions(shipped_bytes(FILE))


def parse_dx_companions(content: bytes) -> DxCompanions:
    """Read the table from CSV.

    Raises :class:`risk.errors.ReferenceDataError` where a row lacks its codes, its companions or a word for them.
    """
    companions = []
    for number, row in enumerate(table_rows(FILE, content, COLUMNS), start=1):
        prefixes, intervals = plain_codes(row["codes"]), _intervals(plain_codes(row["companion_codes"]))
        if not (prefixes and intervals and row["companion"]):
            raise ReferenceDataError(f"{FILE}, row {number}", "expected codes, companions and a word for them")
        companions.append(
            Companion(tuple(prefixes), intervals, row["companion"], row["companion_codes"], row["source"])
        )
    return DxCompanions(tuple(companions), f"dx_companions-{hashlib.sha256(content).hexdigest()[:12]}")


def _intervals(codes: Sequence[str]) -> tuple[Interval, ...]:
    """Half-open intervals of codes and of ranges of categories: "N18" as N18 to N18~, "C00-D49" as C00 to D49~."""
    bounds = [(code.partition("-")[0], code.rpartition("-")[2]) for code in codes]
    return tuple((first, last + END) for first, last in bounds)
