"""NCCI add-on code edits as CMS publishes them: a workbook a quarter.

Source of the layout: the files ``AOC_V…-MCR.xlsx``: a header among the first rows, dates as year and day of the year
(YYYYDDD), ``CCCCC`` for primaries that contractors define. Types: 1 lists all primaries, 2 none, 3 some.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from risk.reference.published.codes import NONE, SPAN, numbers_of
from risk.reference.published.editions import quarter_of
from risk.reference.published.files import PublishedFile
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.lookups import OPEN_END, day_number
from risk.reference.published.sheets import Sheet, sheet_of

TABLE = "add_on_codes"
#: Names of the columns as one release or another has them.
_ADD_ON = ("add-on code", "add_on code", "add on code", "aoc code")
_PRIMARY = ("primary code", "primary_code")
_TYPE = ("edit type", "edit_type", "aoc type")
_EFFECTIVE = ("edit eff", "edit_eff")
_DELETED = ("edit del", "edit_del")
_CONTRACTOR = "CCCCC"
_TYPES = ("1", "2", "3")


def recognises(file: PublishedFile) -> bool:
    """Whether a file holds add-on code edits."""
    return _sheet(file) is not None


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read one file for each quarter.

    Raises :class:`ReferenceDataError` with the line for a row that is not as published.
    """
    return [_edition(file, options) for file in files]


def _sheet(file: PublishedFile) -> tuple[Sheet, list[str]] | None:
    wanted = (_ADD_ON, _PRIMARY, _TYPE, _EFFECTIVE, _DELETED)
    for first in _ADD_ON:
        sheet = sheet_of(file, (first,))
        if sheet is None:
            continue
        names = [next((name for name in choices if sheet.place(name) >= 0), "") for choices in wanted]
        if all(names):
            return sheet, names
    return None


def _edition(file: PublishedFile, options: ImportOptions) -> Imported:
    found = _sheet(file)
    assert found is not None, "only recognised files are read"
    sheet, names = found
    lines, (add_ons, primaries, types, effective, deleted) = sheet.columns(*names)
    add_on, primary = (numbers_of(pa.array(codes, pa.large_string())) for codes in (add_ons, primaries))
    by_contractor = np.array([code == _CONTRACTOR for code in primaries])
    sheet.refuse(lines, (add_on == NONE).tolist(), "an add-on code of five letters and digits")
    sheet.refuse(lines, ((primary == NONE) & ~by_contractor).tolist(), "a primary code of five letters and digits")
    sheet.refuse(lines, [text[:1] not in _TYPES for text in types], "an edit type 1, 2 or 3")
    begins, ends = [_day(text) for text in effective], [_day(text) for text in deleted]
    sheet.refuse(lines, [day is None for day in begins], "an effective date YYYYDDD")
    sheet.refuse(
        lines,
        [day is None and text not in ("", "*") for day, text in zip(ends, deleted, strict=True)],
        "a deletion date YYYYDDD or none",
    )
    begin_days = np.array(begins, dtype=np.int32)
    key = add_on * SPAN + np.where(by_contractor, 0, primary)
    order = np.lexsort((begin_days, key))
    columns: dict[str, np.ndarray[Any, Any]] = {
        "key": key,
        "effective": begin_days,
        "deleted": np.array([OPEN_END if day is None else day for day in ends], dtype=np.int32),
        "indicator": np.array([int(text[0]) for text in types], dtype=np.int8),
    }
    quarter = quarter_of(file.name, file.stem, options.edition)
    return Imported.of_quarter(TABLE, quarter, {name: values[order] for name, values in columns.items()}, [file.name])


def _day(text: str) -> int | None:
    """Days since 1970-01-01 of YYYYDDD; 9999365 and the like stand for no end."""
    text = text.removesuffix(".0")
    if len(text) != 7 or not text.isdecimal() or not 1 <= int(text[4:]) <= 366:
        return None
    year = int(text[:4])
    if year > 2500:
        return int(OPEN_END)
    return day_number(date(year, 1, 1) + timedelta(days=int(text[4:]) - 1))
