"""HCPCS level II as CMS publishes it, the alpha-numeric file of a quarter: codes and their dates, no descriptions.

Source of the layout: the files ``HCPC2026_OCT_ANWEB.xlsx`` and ``….txt`` and their record layout. A record id tells
what a row is: 3 the first row of a procedure code, 4 a further one, 7 and 8 the same for modifiers; only rows with 3
are kept. Dates are YYYYMMDD; the termination date is the last day on which a code may be used. In the text: code (1-5),
record id (11), date added (269-276), date of the last action (277-284), termination date (285-292).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from risk.errors import ReferenceDataError
from risk.reference.published.codes import numbers_of
from risk.reference.published.editions import quarter_of
from risk.reference.published.files import PublishedFile, decoded
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.lookups import OPEN_END, day_number
from risk.reference.published.sheets import sheet_of

TABLE = "hcpcs_level_2"
#: Words of the columns' names: HCPC, RECID, ADD DT, ACT EFF DT, TERM DT, with blanks or underscores.
_COLUMNS = ("hcpc", "recid", "add dt", "act eff dt", "term dt")
_RECORD_IDS = ("3", "4", "7", "8")
_PROCEDURE = "3"
_CODE = re.compile(r"[A-CE-V]\d{4}")  # D codes are the dentists' (CDT) and not in the file
_ROW = re.compile(r"^(?:[A-Z]\d{4}| {3}[0-9A-Z]{2})[\d ]{5}[3478]")
_FIRST_ROW = re.compile(_ROW.pattern + r".{257}\d{8}", re.MULTILINE)
_DATES = (slice(268, 276), slice(276, 284), slice(284, 292))
_SHORTEST = 284  # characters of a row: blanks at its end may be cut off
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\.0)?|(\d{4})-(\d\d)-(\d\d)(?: 00:00:00)?")
_US_DATE = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")
_NO_DATE = ("", "0", "00000000")
_YEARS = range(1960, 2100)
#: Procedure codes of a quarter; the files of 2019 to 2026 have 7,000 and more.
_FEWEST = 5_000

#: Line number, code, record id, and the three dates of a row.
_Row = tuple[int, str, str, str, str, str]


def recognises(file: PublishedFile) -> bool:
    """Whether a file is an alpha-numeric file."""
    return _is_text(file) or sheet_of(file, _COLUMNS) is not None


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read one file for each quarter.

    Raises :class:`ReferenceDataError` with the line for a row that is not as published, and for a file that is cut.
    """
    return [_edition(file, options) for file in files]


def _is_text(file: PublishedFile) -> bool:
    return not file.is_workbook and _FIRST_ROW.search(file.head()) is not None


def _edition(file: PublishedFile, options: ImportOptions) -> Imported:
    numbers, begins, ends = [], [], []
    lines: dict[str, int] = {}
    for line, code, record_id, added, acted, ended in _text_rows(file) if _is_text(file) else _sheet_rows(file):
        if record_id not in _RECORD_IDS:
            raise _refused(file, line, "a record id 3, 4, 7 or 8")
        if record_id != _PROCEDURE:
            continue
        if not _CODE.fullmatch(code):
            raise _refused(file, line, "a code of a letter and four digits")
        if code in lines:
            raise _refused(file, line, f"each code once, {code} is on line {lines[code]} too")
        lines[code] = line
        # The last action may be a change of words long after the code was added, or set its start before that day.
        first = [day for text in (added, acted) if (day := _day(file, line, text)) is not None]
        if not first:
            raise _refused(file, line, "a date added (ADD DT) or a date of the last action (ACT EFF DT)")
        last = _day(file, line, ended)
        numbers.append(code)
        begins.append(min(first))
        ends.append(int(OPEN_END) if last is None else last)
    if len(numbers) < _FEWEST:
        raise ReferenceDataError(
            file.name, f"expected a whole file, {_FEWEST:,} codes and more", "is the file cut, or a list of changes?"
        )
    number = numbers_of(pa.array(numbers, pa.large_string()))
    order = np.argsort(number)
    columns: dict[str, np.ndarray[Any, Any]] = {
        "code": number[order],
        "begins": np.array(begins, dtype=np.int32)[order],
        "ends": np.array(ends, dtype=np.int32)[order],
    }
    return Imported.of_quarter(TABLE, quarter_of(file.name, file.stem, options.edition), columns, [file.name])


def _sheet_rows(file: PublishedFile) -> list[_Row]:
    sheet = sheet_of(file, _COLUMNS)
    assert sheet is not None, "only recognised files are read"
    places = [sheet.place(name) for name in _COLUMNS]
    if len(set(places)) < len(places):
        raise ReferenceDataError(file.name, "expected columns HCPC, RECID, ADD DT, ACT EFF DT and TERM DT, one each")
    lines, (codes, record_ids, added, acted, ended) = sheet.columns(*_COLUMNS)
    record_ids = [text.removesuffix(".0") for text in record_ids]
    return list(zip(lines, codes, record_ids, added, acted, ended, strict=True))


def _text_rows(file: PublishedFile) -> list[_Row]:
    text = decoded(file.data)
    if not text.endswith("\n"):
        raise ReferenceDataError(file.name, "expected a line end after the last row", "is the file cut?")
    rows: list[_Row] = []
    for line, row in enumerate(text.split("\n"), start=1):
        if not row.strip() or (not rows and not _FIRST_ROW.match(row)):  # notices stand before the first row
            continue
        if not _ROW.match(row):
            raise _refused(file, line, "a code in columns 1 to 5 and a record id in column 11")
        if row[10] == _PROCEDURE and len(row.rstrip("\r")) < _SHORTEST:
            raise _refused(file, line, "dates in columns 269 to 292")
        added, acted, ended = (row[place].strip() for place in _DATES)
        rows.append((line, row[:5].strip(), row[10], added, acted, ended))
    return rows


def _day(file: PublishedFile, line: int, text: str) -> int | None:
    """Days since 1970-01-01; null for no date."""
    if text in _NO_DATE:
        return None
    parts: list[str] = []
    if match := _DATE.fullmatch(text):
        parts = [part for part in match.groups() if part]
    elif match := _US_DATE.fullmatch(text):
        parts = [match[3], match[1], match[2]]
    try:
        year, month, day = map(int, parts)
        found = date(year, month, day)
    except ValueError:  # no three parts, or no such day
        raise _refused(file, line, "dates as YYYYMMDD") from None
    if found.year not in _YEARS:
        raise _refused(file, line, f"dates of the years {_YEARS.start} to {_YEARS.stop - 1}")
    return day_number(found)


def _refused(file: PublishedFile, line: int, expected: str) -> ReferenceDataError:
    return ReferenceDataError(f"{file.name}, line {line}", f"expected {expected}", "nothing was imported")
