"""The addenda of the ICD-10-CM order file: what a fiscal year adds to the year before and takes from it.

Source of the layout: the file ``icd10cm_order_addenda_2027.txt``: rows ``Add:``, ``Delete:``, ``Revise from:`` and
``Revise to:``, each with 0 for a heading or 1 for a billable code, the code and its descriptions; then the totals of
both years, by which a file that is cut is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from risk.errors import ReferenceDataError
from risk.reference.published.editions import days_of_fiscal_year
from risk.reference.published.files import PublishedFile, decoded
from risk.reference.published.icd10_order import TABLE
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.lookups import dx_number
from risk.reference.published.store import stored_tables

_ROW = re.compile(r"^(Add|Delete|Revise from|Revise to): +([01]) ([A-Z][0-9A-Z]{2,6}) +\S")
_TOTAL = re.compile(r"^ *(\d+) codes in icd10cm_order_(\d{4})\.txt")
_BEGINS = ("Add:", "Delete:", "Revise ")

Codes = dict[int, int]  # number of a code to 1, or 0 for a heading


def recognises(file: PublishedFile) -> bool:
    """Whether a file holds addenda."""
    return not file.is_workbook and file.head().startswith(_BEGINS)


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read the addenda of each year onto the list of the year before: the imported one, or else the built-in.

    Raises :class:`ReferenceDataError` with the line for a row that is not as published, and where the totals at the end
    are missing or do not add up with the year before.
    """
    return [_edition(file, options) for file in files]


def _edition(file: PublishedFile, _: ImportOptions) -> Imported:
    changes: list[tuple[str, int, int]] = []
    totals: dict[int, int] = {}
    for line, text in enumerate(decoded(file.data).splitlines(), start=1):
        if row := _ROW.match(text):
            changes.append((row[1], dx_number(row[3]), int(row[2])))
        elif text.startswith(_BEGINS):
            expected = "expected Add, Delete or Revise, 0 or 1, code, description"
            raise ReferenceDataError(f"{file.name}, line {line}", expected, "nothing was imported")
        elif total := _TOTAL.match(text):
            totals[int(total[2])] = int(total[1])
    if len(totals) != 2 or max(totals) != min(totals) + 1:
        raise ReferenceDataError(file.name, "expected the totals of two years at the end", "is the file cut?")
    year = max(totals)
    codes = _list_of(year - 1)
    _require(file, sum(codes.values()), totals[year - 1], f"FY{year - 1}")
    for action in ("Delete", "Add"):  # a code that becomes a heading is deleted as one and added as the other
        for change, number, flag in changes:
            if change == "Delete" == action and codes.get(number) == flag:
                del codes[number]
            elif change == "Add" == action:
                codes[number] = flag
    _require(file, sum(codes.values()), totals[year], f"FY{year}")
    numbers = np.array(sorted(codes), dtype=np.int64)
    flags = np.array([codes[number] for number in numbers.tolist()], dtype=np.int8)
    columns: dict[str, np.ndarray[Any, Any]] = {"code": numbers, "billable": flags}
    return Imported(TABLE, f"FY{year}", days_of_fiscal_year(year), columns, [file.name])


def _list_of(year: int) -> Codes:
    """Codes and headings of a fiscal year, as imported or built in."""
    for stored in stored_tables().get(TABLE, ()):
        if stored.edition.name == f"FY{year}":
            return dict(zip(stored.columns["code"].tolist(), stored.columns["billable"].tolist(), strict=True))
    from risk.reference.icd10 import load_icd10  # it looks into the imported years itself

    icd10 = load_icd10()
    codes = icd10.nodes["code"]
    _, end = days_of_fiscal_year(year)
    status = icd10.status(codes, pd.Series(pd.Timestamp(end), index=codes.index))
    kept = status.isin(["valid", "header"])
    flags = (status[kept] == "valid").astype(int)
    return dict(zip(map(dx_number, codes[kept]), flags.tolist(), strict=True))


def _require(file: PublishedFile, found: int, expected: int, year: str) -> None:
    if found != expected:
        raise ReferenceDataError(
            file.name,
            f"expected {expected:,} codes in {year}, there are {found:,}",
            "import the order file of the year instead, or that of the year before first",
        )
