"""NCCI procedure-to-procedure edits as CMS publishes them: tab-separated text, several files a quarter.

Source of the layout: the published files of 2026 (``ccipra-v…-f1.txt`` for practitioners, ``ccioph-…`` for outpatient
hospitals): notices, a title, a header wrapped over four lines, then seven columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from risk.errors import ReferenceDataError
from risk.reference.published.codes import NONE, SPAN, numbers_of
from risk.reference.published.editions import quarter_of
from risk.reference.published.files import HEAD, PublishedFile, decoded
from risk.reference.published.imported import Imported, ImportOptions
from risk.reference.published.lookups import OPEN_END

Array = np.ndarray[Any, Any]

TABLES = {"practitioner": "ptp_practitioner", "outpatient": "ptp_outpatient"}
HEADER = ["column 1", "column 2", "*=in existence", "effective", "deletion", "modifier", "ptp edit rationale"]
_SETTINGS = {"ccipra": "practitioner", "ccioph": "outpatient"}
_PART = re.compile(r"-?f(\d)$")
_FIRST_ROW = re.compile(rb"^[0-9A-Z]{5}\t", re.MULTILINE)
_INDICATORS = ("0", "1", "9")
_FIRST_DAY = 19800101


def recognises(file: PublishedFile) -> bool:
    """Whether a file holds PTP edits, by the title or the header."""
    if file.is_workbook:
        return False
    head = file.head().lower()
    return "column1/column2 edits" in head or "column 1\tcolumn 2" in head


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read the files of one or several quarters and settings.

    Raises :class:`ReferenceDataError` with the line for a layout, code, date or indicator that is not as published, and
    for a quarter of which a file is missing.
    """
    groups: dict[tuple[str, str], list[PublishedFile]] = {}
    for file in files:
        key = _setting(file, options), quarter_of(file.name, file.stem, options.edition)
        groups.setdefault(key, []).append(file)
    return [_quarter(setting, quarter, group) for (setting, quarter), group in groups.items()]


def _setting(file: PublishedFile, options: ImportOptions) -> str:
    setting = options.setting or next((one for name, one in _SETTINGS.items() if name in file.stem.lower()), None)
    if setting not in TABLES:
        raise ReferenceDataError(
            file.name,
            "expected a name that tells practitioner (ccipra) or outpatient hospital (ccioph)",
            "say it: --setting practitioner or --setting outpatient",
        )
    return setting


def _quarter(setting: str, quarter: str, files: list[PublishedFile]) -> Imported:
    _require_all_parts(files)
    parts = [_rows(file) for file in files]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["effective"], columns["key"]))
    columns = {name: values[order] for name, values in columns.items()}
    return Imported.of_quarter(TABLES[setting], quarter, columns, [file.name for file in files])


def _require_all_parts(files: Sequence[PublishedFile]) -> None:
    """Raise where files that are numbered f1, f2 … are not all there: a part would pass for the whole quarter."""
    numbers = sorted(int(match[1]) for file in files if (match := _PART.search(file.stem.lower())))
    if not numbers:
        return
    missing = sorted(set(range(1, max(numbers[-1], 2) + 1)) - set(numbers))
    if missing:
        names = ", ".join(f"f{number}" for number in missing)
        raise ReferenceDataError(
            files[0].name, f"expected all files of the quarter, {names} is missing", "name them all"
        )
    if len(set(numbers)) < len(numbers):
        raise ReferenceDataError(files[0].name, "expected each file of the quarter once")


def _rows(file: PublishedFile) -> dict[str, Array]:
    table, lines_above = _texts(file)

    def bad(which: Array, expected: str) -> None:
        if which.any():
            line = lines_above + int(np.argmax(which)) + 1
            raise ReferenceDataError(f"{file.name}, line {line}", expected, "nothing was imported")

    first_code, second_code = numbers_of(table["column_1"]), numbers_of(table["column_2"])
    bad(first_code == NONE, "column 1: expected a code of five letters and digits")
    bad(second_code == NONE, "column 2: expected a code of five letters and digits")
    effective, is_day = _days(table["effective"])
    bad(~is_day, "effective date: expected YYYYMMDD")
    is_open = pc.equal(table["deletion"], "*").to_numpy(zero_copy_only=False)
    deleted, is_day = _days(table["deletion"])
    bad(~is_day & ~is_open, "deletion date: expected YYYYMMDD or *")
    known = pa.array(_INDICATORS, pa.large_string())
    indicator = pc.index_in(table["indicator"], known).fill_null(-1).to_numpy(zero_copy_only=False)
    bad(indicator < 0, "modifier indicator: expected 0, 1 or 9")
    return {
        "key": first_code * SPAN + second_code,
        "effective": effective.astype(np.int32),
        "deleted": np.where(is_open, OPEN_END, deleted).astype(np.int32),
        "indicator": np.array([int(one) for one in _INDICATORS], dtype=np.int8)[indicator],
    }


def _texts(file: PublishedFile) -> tuple[dict[str, pa.Array], int]:
    """Columns of a file's rows, and the number of lines above them; the text itself is let go."""
    data = file.data
    first = _FIRST_ROW.search(data, 0, HEAD)
    if first is None:
        raise ReferenceDataError(file.name, "expected rows of edits after the header", "is the file whole?")
    above = data[: first.start()]
    lines_above = above.count(b"\n")
    _check_header(file.name, decoded(above))
    if not data.endswith(b"\n"):
        raise ReferenceDataError(file.name, "expected a line end after the last row", "is the file whole?")
    encoding = "utf8" if data.isascii() else "latin-1"
    rows = pa.py_buffer(data).slice(first.start())
    return _parsed(file.name, rows, encoding, lines_above), lines_above


def _check_header(name: str, above: str) -> None:
    rows = [[cell.strip().lower() for cell in row.split("\t")] for row in above.splitlines()]
    at = next((number for number, row in enumerate(rows, start=1) if row[0] == HEADER[0]), None)
    if at is None:
        raise ReferenceDataError(name, "expected a header that begins with Column 1, Column 2")
    found = rows[at - 1]
    if [cell for cell in found if cell] != HEADER:
        expected = f"expected the columns {', '.join(HEADER)}, in this order"
        raise ReferenceDataError(f"{name}, line {at}", expected, "nothing was imported")


def _parsed(name: str, data: pa.Buffer, encoding: str, lines_above: int) -> dict[str, pa.Array]:
    names = ["column_1", "column_2", "before_1996", "effective", "deletion", "indicator", "rationale"]
    torn: list[int | None] = []

    def note(row: Any) -> str:
        torn.append(row.number)
        return "skip"

    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),
            read_options=pa.csv.ReadOptions(column_names=names, encoding=encoding, use_threads=False),
            parse_options=pa.csv.ParseOptions(delimiter="\t", quote_char=False, invalid_row_handler=note),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), include_columns=[*names[:2], *names[3:6]]
            ),
        )
    except pa.ArrowInvalid:
        raise ReferenceDataError(name, "expected tab-separated text") from None
    if torn:
        line = f", line {lines_above + torn[0]}" if torn[0] else ""
        raise ReferenceDataError(f"{name}{line}", "expected seven columns", "nothing was imported")
    return {column: table[column].combine_chunks() for column in table.column_names}


def _days(texts: pa.Array) -> tuple[Array, Array]:
    """Days since 1970-01-01 of YYYYMMDD, and whether each is one."""
    is_number = pc.match_substring_regex(texts, r"^\d{8}$")
    number = pc.if_else(is_number, texts, str(_FIRST_DAY)).cast(pa.int64()).to_numpy(zero_copy_only=False)
    year, month, day = number // 10000, number // 100 % 100, number % 100
    months = (year - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - first).astype(np.int64)
    good = is_number.to_numpy(zero_copy_only=False) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    return first.astype(np.int64) + day - 1, good
