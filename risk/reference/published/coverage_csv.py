"""Tables of the Medicare Coverage Database export: CSV with a header, columns by name, cells that may hold HTML.

Source of the layout: the archives ``current_article.zip`` and ``all_article.zip``, each with ``…_article_csv.zip`` in
it, and the column names of their tables. Dates are ISO with a time of day after them, or M/D/YYYY.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from risk.errors import ReferenceDataError
from risk.reference.published.files import HEAD, PublishedFile, decoded
from risk.reference.published.lookups import day_number

Array = np.ndarray[Any, Any]

_DATE = r"^(\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{4})([ T].*)?$"
_NO_DATE = ("", "N/A")
_STAMP = "last_updated"
#: Cells of the export are narratives of up to hundreds of kilobytes.
_BLOCK = 1 << 26
_LONGEST_CELL = 1 << 24


@dataclass(frozen=True)
class Row:
    """Place of a row in a file, for messages."""

    file: PublishedFile
    number: int

    @property
    def line(self) -> int:
        """Line the row ends on; rows count from 0 after the header."""
        with _whole_cells():
            reader = csv.reader(io.StringIO(decoded(self.file.data), newline=""))
            next(islice((row for row in reader if row), self.number + 1, None), None)
        return reader.line_num

    def refused(self, expected: str) -> ReferenceDataError:
        """Error for what stands there."""
        return ReferenceDataError(f"{self.file.name}, line {self.line}", f"expected {expected}", "nothing was imported")


@dataclass(frozen=True)
class CsvTable:
    """Wanted columns of one file, as texts without blanks around them.

    Parameters
    ----------
    file
        Where they are from.
    texts
        Columns by name, of one length; a column that may be left out and is has empty texts.
    """

    file: PublishedFile
    texts: Mapping[str, pa.Array]

    def __len__(self) -> int:
        return len(next(iter(self.texts.values())))

    def refuse(self, bad: Array, expected: str) -> None:
        """Raise :class:`ReferenceDataError` at the first row that is bad."""
        if bad.any():
            raise Row(self.file, int(np.argmax(bad))).refused(expected)

    def list_of(self, column: str) -> list[str]:
        """Texts of a column."""
        return list(self.texts[column].to_pylist())

    def numbers(self, column: str, below: int, *, may_lack: bool = False) -> Array:
        """Whole numbers of a column, from 0 and below a bound; refused where one is none. One that may lack is 0."""
        texts = self.texts[column]
        if may_lack:
            texts = pc.if_else(pc.equal(texts, ""), "0", texts)
        good = pc.match_substring_regex(texts, r"^\d{1,9}$")
        values: Array = pc.if_else(good, texts, "0").cast(pa.int64()).to_numpy(zero_copy_only=False)
        bad = ~good.to_numpy(zero_copy_only=False) | (values >= below)
        self.refuse(bad, f"a whole number below {below:,} as {column}")
        return values

    def days(self, column: str) -> list[int | None]:
        """Days since 1970-01-01 of a column; null for no date. Refused where one cannot be read."""
        found: list[int | None] = []
        for number, text in enumerate(self.list_of(column)):
            day = None if text in _NO_DATE else _day(text)
            if day is None and text not in _NO_DATE:
                raise Row(self.file, number).refused(f"a date as YYYY-MM-DD or M/D/YYYY as {column}")
            found.append(day)
        return found


def header_of(file: PublishedFile) -> list[str]:
    """Names of a file's columns, in small letters; empty for a workbook or what is no CSV."""
    if file.is_workbook:
        return []
    reader = csv.reader(io.StringIO(decoded(file.data[:HEAD]), newline=""))
    try:
        row = next(reader, [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in row]


def read_table(file: PublishedFile, required: Sequence[str], optional: Sequence[str] = ()) -> CsvTable:
    """Read columns of a table by their names, in whatever order they stand.

    Raises :class:`ReferenceDataError`, with the line where there is one: for another encoding, a column that is missing
    or there twice, a row of another number of cells, a quotation mark without its end, and a date of the last change
    that is cut.
    """
    if b"\0" in file.data[:HEAD]:
        raise ReferenceDataError(file.name, "expected text in UTF-8 or Latin-1", "nothing was imported")
    header = header_of(file)
    absent = [name for name in required if header.count(name) != 1]
    if absent:
        raise ReferenceDataError(f"{file.name}, line 1", f"expected one column {absent[0]}", "nothing was imported")
    wanted = [*required, *(name for name in (*optional, _STAMP) if name in header and name not in required)]
    texts = _parsed(file, header, wanted)
    table = CsvTable(file, texts | {name: _empty(texts) for name in optional if name not in texts})
    if _STAMP in texts:
        whole = pc.match_substring_regex(texts[_STAMP], _DATE).to_numpy(zero_copy_only=False)
        table.refuse(~whole & (pc.utf8_length(texts[_STAMP]).to_numpy() > 0), f"a date as {_STAMP}")
    return table


def _empty(texts: Mapping[str, pa.Array]) -> pa.Array:
    return pa.array([""] * len(next(iter(texts.values()))), pa.large_string())


def _parsed(file: PublishedFile, header: list[str], wanted: Sequence[str]) -> dict[str, pa.Array]:
    torn: list[bool] = []

    def note(_: Any) -> str:
        torn.append(True)
        return "skip"

    names = [f"{at}" for at in range(len(header))]
    kept = {names[header.index(name)]: name for name in wanted}
    try:
        table = pa.csv.read_csv(
            io.BytesIO(decoded(file.data).encode()),
            read_options=pa.csv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=_BLOCK),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(kept, pa.large_string()), include_columns=list(kept)
            ),
        )
    except pa.ArrowInvalid:
        raise _torn(file, header) from None
    if torn or _ends_within_quotes(file.data):
        raise _torn(file, header)
    return {
        name: pc.utf8_trim_whitespace(table[number].combine_chunks().fill_null("")) for number, name in kept.items()
    }


def _ends_within_quotes(data: bytes) -> bool:
    return data.count(b'"') % 2 == 1


@contextmanager
def _whole_cells() -> Iterator[None]:
    """Let a reader take narratives longer than it would."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _torn(file: PublishedFile, header: list[str]) -> ReferenceDataError:
    """Error for the first row that has not as many cells as the header."""
    reader = csv.reader(io.StringIO(decoded(file.data), newline=""), strict=True)
    with _whole_cells():
        try:
            line = next((reader.line_num for row in reader if row and len(row) != len(header)), reader.line_num)
        except csv.Error:  # a quotation mark without its end
            line = reader.line_num
    expected = f"expected {len(header)} columns"
    return ReferenceDataError(f"{file.name}, line {line}", expected, "is the file cut? nothing was imported")


def _day(text: str) -> int | None:
    match = re.match(_DATE, text)
    if match is None:
        return None
    parts = match[1].split("-") if "-" in match[1] else [match[1].split("/")[at] for at in (2, 0, 1)]
    try:
        year, month, day = map(int, parts)
        return day_number(date(year, month, day))
    except ValueError:  # no such day
        return None
