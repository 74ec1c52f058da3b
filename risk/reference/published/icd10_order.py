"""The ICD-10-CM order file as CDC and CMS publish it: every code of a fiscal year, in fixed columns.

Source of the layout: the files ``icd10cm_order_…txt``: order number (1-5), code (7-13), 1 for a billable code and 0 for
a heading (15), short description (17-76), long description (from 78).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from risk.errors import ReferenceDataError
from risk.reference.published.editions import days_of_fiscal_year, fiscal_year_of
from risk.reference.published.files import PublishedFile, decoded
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.lookups import dx_number

TABLE = "icd10cm_order"
_ROW = re.compile(r"^(\d{5}) ([A-Z][0-9A-Z]{2,6}) {1,5}([01]) \S")
_CODE_END = 14  # the flag stands after it
#: Codes and headings of a year; the lists of 2021 to 2027 have 95,000 to 98,000.
_FEWEST = 50_000


def recognises(file: PublishedFile) -> bool:
    """Whether a file is an order file."""
    return not file.is_workbook and _ROW.match(file.head()) is not None


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read one file for each fiscal year.

    Raises :class:`ReferenceDataError` with the line for a row that is not as published, and for a file that is cut.
    """
    return [_edition(file, options) for file in files]


def _edition(file: PublishedFile, options: ImportOptions) -> Imported:
    numbers, flags = [], []
    for line, text in enumerate(decoded(file.data).splitlines(), start=1):
        if not text.strip():
            continue
        row = _ROW.match(text)
        if row is None or text[_CODE_END] != row[3]:
            raise ReferenceDataError(
                f"{file.name}, line {line}", "expected order number, code, 0 or 1, description", "nothing was imported"
            )
        numbers.append(dx_number(row[2]))
        flags.append(int(row[3]))
    if len(numbers) < _FEWEST:
        raise ReferenceDataError(file.name, f"expected a whole year, {_FEWEST:,} codes and more", "is the file cut?")
    code = np.array(numbers, dtype=np.int64)
    order = np.argsort(code)
    if (np.diff(code[order]) == 0).any():
        raise ReferenceDataError(file.name, "expected each code once", "nothing was imported")
    columns: dict[str, np.ndarray[Any, Any]] = {"code": code[order], "billable": np.array(flags, dtype=np.int8)[order]}
    year = fiscal_year_of(file.name, file.stem, options.edition)
    return Imported(TABLE, f"FY{year}", days_of_fiscal_year(year), columns, [file.name])
