"""What an importer is told, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from risk.reference.published.editions import days_of_quarter
from risk.reference.published.store import Column, Edition

Columns = Mapping[str, Column]


@dataclass(frozen=True)
class ImportOptions:
    """What a file's name does not tell.

    Parameters
    ----------
    edition
        Quarter, such as ``2026Q4``, fiscal year of ICD-10-CM, such as ``FY2027``, or day of an export of the coverage
        database, such as ``2026-09-28``.
    setting
        ``practitioner`` or ``outpatient``.
    """

    edition: str | None = None
    setting: str | None = None


@dataclass(frozen=True, eq=False)
class Imported:
    """One edition that was read whole and is not kept yet.

    Parameters
    ----------
    table
        Name of the table.
    edition
        Such as ``2026Q4``, ``FY2027`` or ``2026-09-28``.
    period
        First and last date of service it was published for.
    columns
        As the table's look-up wants them.
    sources
        Names of the files it was read from.
    """

    table: str
    edition: str
    period: tuple[date, date]
    columns: Columns
    sources: list[str]

    @classmethod
    def of_quarter(cls, table: str, quarter: str, columns: Columns, sources: list[str]) -> Imported:
        """Edition of a quarter."""
        return cls(table, quarter, days_of_quarter(quarter), columns, sources)


@dataclass(frozen=True, eq=False)
class ImportedTable:
    """An edition that is looked up as it was read, without being kept."""

    edition: Edition
    columns: Mapping[str, np.ndarray[Any, Any]]
    texts: Mapping[str, pa.Array]

    @classmethod
    def of(cls, one: Imported) -> ImportedTable:
        """Table of what an importer gave."""
        begins, ends = (day.isoformat() for day in one.period)
        rows = len(next(iter(one.columns.values())))
        edition = Edition(one.table, one.edition, begins, ends, rows, one.sources)
        numbers = {name: column for name, column in one.columns.items() if isinstance(column, np.ndarray)}
        texts = {name: column for name, column in one.columns.items() if name not in numbers}
        return cls(edition, numbers, texts)
