"""What an importer is told, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from risk.reference.published.editions import days_of_quarter
from risk.reference.published.store import Column

Columns = Mapping[str, Column]


@dataclass(frozen=True)
class ImportOptions:
    """What a file's name does not tell.

    Parameters
    ----------
    edition
        Quarter, such as ``2026Q4``, or fiscal year of ICD-10-CM, such as ``FY2027``.
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
        Such as ``2026Q4`` or ``FY2027``.
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
