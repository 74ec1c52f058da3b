"""Medically unlikely edits as CMS publishes them: a CSV or workbook a quarter and setting, which its header names.

Source of the layout: the published files of 2026: a notice in one quoted cell, a header, then code, units, the
adjudication indicator in words that begin with its number, and a rationale.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from risk.errors import ReferenceDataError
from risk.reference.published.codes import NONE, numbers_of
from risk.reference.published.editions import quarter_of
from risk.reference.published.files import PublishedFile
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.sheets import sheet_of

#: A word of the units column's name that tells the setting, and the setting's table.
_SETTINGS = {"practitioner": "mue_practitioner", "outpatient": "mue_outpatient", "dme": "mue_dme"}
_CODE, _UNITS, _INDICATOR = "hcpcs", "mue values", "mue adjudication indicator"
_INDICATORS = ("1", "2", "3")


def recognises(file: PublishedFile) -> bool:
    """Whether a file holds medically unlikely edits."""
    return sheet_of(file, (_CODE, _UNITS)) is not None


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read one file for each quarter and setting.

    Raises :class:`ReferenceDataError` with the line for a row that is not as published, and for a code told twice.
    """
    return [_edition(file, options) for file in files]


def _edition(file: PublishedFile, options: ImportOptions) -> Imported:
    sheet = sheet_of(file, (_CODE, _UNITS, _INDICATOR))
    if sheet is None:
        raise ReferenceDataError(file.name, "expected a column MUE Adjudication Indicator beside the values")
    setting = next((table for word, table in _SETTINGS.items() if word in sheet.name_of(_UNITS)), None)
    if setting is None:
        raise ReferenceDataError(file.name, "expected values for practitioners, outpatient hospitals or DME suppliers")
    lines, (codes, units, indicators) = sheet.columns(_CODE, _UNITS, _INDICATOR)
    numbers = numbers_of(pa.array(codes, pa.large_string()))
    sheet.refuse(lines, [number == NONE for number in numbers], "a code of five letters and digits")
    sheet.refuse(lines, [not (text.isdecimal() and len(text) < 7) for text in units], "a whole number of units")
    sheet.refuse(lines, [text[:1] not in _INDICATORS for text in indicators], "an adjudication indicator 1, 2 or 3")
    order = np.argsort(numbers, kind="stable")
    code = numbers[order]
    twice = np.zeros(len(code), dtype=bool)
    twice[order[1:][code[1:] == code[:-1]]] = True
    sheet.refuse(lines, twice.tolist(), "each code once")
    columns = {
        "code": code,
        "units": np.array([int(text) for text in units], dtype=np.int32)[order],
        "mai": np.array([int(text[0]) for text in indicators], dtype=np.int8)[order],
    }
    return Imported.of_quarter(setting, quarter_of(file.name, file.stem, options.edition), columns, [file.name])
