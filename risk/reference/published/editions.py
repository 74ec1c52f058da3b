"""Which quarter or year a published file is of, told by its name or by the user."""

from __future__ import annotations

import re
from datetime import date, timedelta

from risk.errors import ReferenceDataError

_QUARTER = re.compile(r"(20\d\d)Q([1-4])")
#: PTP files count quarters: v320 is 2026Q1 (CMS numbers its NCCI releases by quarter since).
_RELEASE = re.compile(r"v(\d{3})r\d")
_FIRST_RELEASE, _FIRST_RELEASE_YEAR = 320, 2026
_US_DATE = re.compile(r"(\d\d)[-_](\d\d)[-_](20\d\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_MONTH = re.compile(r"(20\d\d)[-_ ]?(jan|apr|jul|oct)", re.IGNORECASE)
_APRIL = re.compile(r"(?<![a-z])apr(?:il)?(?![a-z])|(?<=20\d\d[-_ ])04", re.IGNORECASE)
_MONTHS = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}


def quarter_of(name: str, stem: str, told: str | None) -> str:
    """Quarter of a file as ``2026Q4``: as told, or else by its published name.

    Raises :class:`ReferenceDataError` where neither says.
    """
    text = told if told is not None else stem
    if match := _QUARTER.search(text.upper()):
        return f"{match[1]}Q{match[2]}"
    if told is not None:
        raise ReferenceDataError("--edition", "expected a quarter such as 2026Q4")
    if match := _RELEASE.search(stem.lower()):
        quarters = int(match[1]) - _FIRST_RELEASE
        return f"{_FIRST_RELEASE_YEAR + quarters // 4}Q{quarters % 4 + 1}"
    if match := _US_DATE.search(stem):
        month, year = int(match[1]), int(match[3])
        if 1 <= month <= 12:
            return f"{year}Q{(month + 2) // 3}"
    if match := _MONTH.search(stem):
        return f"{match[1]}Q{_MONTHS[match[2].lower()]}"
    raise ReferenceDataError(name, "expected a name that tells the quarter", "say it: --edition 2026Q4")


def fiscal_year_of(name: str, stem: str, told: str | None) -> int:
    """Fiscal year of an ICD-10-CM file: as told, ``FY2027`` or ``2027``, or else by its published name.

    Raises :class:`ReferenceDataError` where neither says.
    """
    match = _YEAR.search(told if told is not None else stem)
    if match is None:
        where = name if told is None else "--edition"
        raise ReferenceDataError(where, "expected the fiscal year it is of", "say it: --edition FY2027")
    return int(match[1])


def days_of_tabular_list(year: int, text: str) -> tuple[str, date, date]:
    """Edition of a tabular list of a fiscal year, with its first and last day; ``text`` is its name, or as told.

    CDC publishes a list in October, and one in April where codes were added on its first: ``FY2026-04``.
    """
    begins, ends = days_of_fiscal_year(year)
    if _APRIL.search(text):
        return f"FY{year}-04", date(year, 4, 1), ends
    return f"FY{year}", begins, ends


def days_of_fiscal_year(year: int) -> tuple[date, date]:
    """First and last day of a federal fiscal year."""
    return date(year - 1, 10, 1), date(year, 9, 30)


def days_of_quarter(quarter: str) -> tuple[date, date]:
    """First and last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[5])
    first = date(year, 3 * number - 2, 1)
    after = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return first, after - timedelta(days=1)
