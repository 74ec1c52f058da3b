"""CSV text into records: header, delimiter, one dictionary-coded column per position, and the rows that do not fit."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from risk.errors import InputError
from risk.readers.csv_headers import Layout, match_headers, recognised, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DELIMITERS = (",", ";", "\t", "|")
BLOCK_BYTES = 1 << 22

_MOST_HEADER_BYTES = 1 << 20
_LINE_END = re.compile(rb"\r\n|\n|\r")
_DATE = re.compile(r"\s*\"?\s*(\d{4}-?\d{2}-?\d{2}|\d{1,2}/\d{1,2}/\d{4})\b")
_CODED = pa.dictionary(pa.int32(), pa.large_string())  # as pandas keeps text


@dataclass(frozen=True)
class Header:
    """The first record: what its columns mean, what separates them, and where the records start."""

    layout: Layout
    delimiter: str
    body: int  # byte after the header record
    row: int  # as a spreadsheet numbers it: 1, unless blank lines or an Excel `sep=` line come first


@dataclass(frozen=True)
class RaggedRow:
    """A record with more or fewer cells than the header."""

    row: int
    cells: list[str]


@dataclass(frozen=True)
class Records:
    """Records of a CSV: the columns the contract knows, by its names, and each record's spreadsheet row.

    ``columns`` are dictionary-coded strings, null where blank; the dictionaries are as in the file, not trimmed.
    """

    columns: dict[str, pa.DictionaryArray]
    rows: np.ndarray[Any, np.dtype[np.int64]]
    ragged: list[RaggedRow]

    def __len__(self) -> int:
        return len(self.rows)


def read_header(text: bytes, file: str, mapping: Mapping[str, str] | None = None) -> Header:
    """Find the header record at the start of UTF-8 text and match its columns.

    The delimiter is the one that makes most of the names known. Raises :class:`InputError` as
    :func:`risk.readers.csv_headers.match_headers` does, and when there is no end to the first record.
    """
    start, row, forced = 0, 1, None
    while True:
        end = _record_end(text, start, file)
        record = text[start:end].decode(errors="replace").strip("\r\n")
        if separator := re.fullmatch(r'"?sep=(.)"?', record, re.IGNORECASE):
            forced = separator[1]
        elif record.strip(" ,;|\t"):
            break
        if end >= len(text):
            raise InputError(file, "expected claims as CSV or X12 837, the file is empty")
        start, row = end, row + 1
    if forced is not None and forced not in DELIMITERS:
        raise InputError(f"{file}, row 1", "expected a comma, semicolon, tab or | after sep=")
    mapped = {squeezed(header) for header in mapping or {}}
    best: tuple[tuple[int, int], str, list[str]] = ((-1, -1), ",", [])
    for delimiter in [forced] if forced else [one for one in DELIMITERS if one in record] or DELIMITERS:
        try:
            cells = next(csv.reader([record], delimiter=delimiter))
        except csv.Error:  # a header of several lines is quoted, which only the right delimiter shows
            continue
        known = recognised(cells) + sum(squeezed(cell) in mapped for cell in cells)
        best = max(best, ((known, len(cells)), delimiter, cells), key=lambda one: one[0])
    _, delimiter, cells = best
    if not cells:
        raise InputError(f"{file}, row {row}", "expected a row of column names")
    return Header(match_headers(cells, file, mapping), delimiter, end, row)


def read_records(text: bytes, header: Header, file: str) -> Records:
    """Read all records after the header.

    Raises :class:`InputError` where a quote that was left open takes in later rows.
    """
    used = header.layout.positions
    if len(text) == header.body:
        return no_records(header)
    table, ragged = _parse(text, header, sorted(used.values()), file)
    rows = _row_numbers(0, len(table), [one.row for one in ragged], header.row)
    named = {name: _coded(table.column(f"c{position}")) for name, position in used.items()}
    breaks = text.count(b"\n", header.body) or text.count(b"\r", header.body)
    if breaks > len(table) + len(ragged) and b'"' in text:
        columns = {position: named[name] for name, position in used.items()}
        if others := [position for position in range(header.layout.width) if position not in columns]:
            rest, _ = _parse(text, header, others, file)
            columns |= {position: _coded(rest.column(f"c{position}")) for position in others}
        for position, column in columns.items():
            _check_quotes(column, position, rows, header, file)
    return Records(named, rows, _not_blank(ragged))


def iter_records(stream: Any, header: Header, file: str) -> Iterator[Records]:
    """Read records block by block from a file object that stands at the first of them.

    The ragged rows of a block come with it, or with an earlier one. Raises :class:`InputError` as
    :func:`read_records` does.
    """
    ragged: list[RaggedRow] = []
    aside: list[int] = []
    every, done, reader = range(header.layout.width), 0, None

    def take_ragged() -> list[RaggedRow]:
        _check_ragged(ragged, header, file)
        aside.extend(one.row for one in ragged)
        taken = _not_blank(ragged)
        ragged.clear()
        return taken

    try:
        options = _options(header, every, ragged, BLOCK_BYTES, threads=False, quoted=True)
        reader = pyarrow.csv.open_csv(pa.PythonFile(stream, mode="r"), **options)
        for batch in reader:
            unfit = take_ragged()
            rows = _row_numbers(done, len(batch), aside, header.row)
            done += len(batch)
            columns = [_coded(pa.chunked_array([column])) for column in batch.columns]
            for position, column in enumerate(columns):
                _check_quotes(column, position, rows, header, file)
            named = {name: columns[position] for name, position in header.layout.positions.items()}
            yield Records(named, rows, unfit)
    except pa.ArrowInvalid as error:
        if reader is not None or "Empty CSV" not in str(error):
            raise _open_quote(file) from None
    if ragged or not done:
        yield replace(no_records(header), ragged=take_ragged())


def no_records(header: Header) -> Records:
    """Make the records of a file that has none."""
    columns = {name: pa.array([], _CODED) for name in header.layout.positions}
    return Records(columns, np.array([], dtype=np.int64), [])


def _parse(text: bytes, header: Header, positions: Any, file: str) -> tuple[pa.Table, list[RaggedRow]]:
    ragged: list[RaggedRow] = []
    body = pa.py_buffer(text).slice(header.body)
    threads, block, quoted = True, BLOCK_BYTES, b'"' in text  # only a quoted cell holds a line break
    while True:
        ragged.clear()
        options = _options(header, positions, ragged, block, threads=threads, quoted=quoted)
        try:
            table = pyarrow.csv.read_csv(pa.BufferReader(body), **options)
        except pa.ArrowInvalid:
            if block > len(body):
                raise _open_quote(file) from None
            block = len(body) + 1  # a record longer than a block
            continue
        if ragged and threads:  # only an unthreaded reader knows the row numbers
            threads = False
            continue
        _check_ragged(ragged, header, file)
        return table, ragged


def _options(
    header: Header, positions: Any, ragged: list[RaggedRow], block: int, *, threads: bool, quoted: bool
) -> dict[str, Any]:
    names = [f"c{position}" for position in range(header.layout.width)]
    wanted = [names[position] for position in positions]

    def set_aside(row: Any) -> str:
        number = header.row + (row.number or 0)
        try:
            cells = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=header.delimiter), [])
        except csv.Error:  # a cell longer than the module takes
            cells = row.text.split(header.delimiter)
        ragged.append(RaggedRow(number, cells))
        return "skip"

    return {
        "read_options": pyarrow.csv.ReadOptions(use_threads=threads, block_size=block, column_names=names),
        "parse_options": pyarrow.csv.ParseOptions(
            delimiter=header.delimiter,
            newlines_in_values=quoted,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        ),
        "convert_options": pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, _CODED),
            include_columns=wanted,
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
            check_utf8=False,
        ),
    }


def _coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if column.num_chunks == 1:
        return column.chunk(0)
    whole = column.unify_dictionaries().combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _row_numbers(start: int, count: int, skipped: list[int], header_row: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Spreadsheet rows of ``count`` kept records, the first being kept record ``start``, given the rows set aside."""
    kept = np.arange(start, start + count)
    aside = np.sort(np.array(skipped, dtype=np.int64)) - header_row - 1
    return kept + np.searchsorted(aside - np.arange(len(aside)), kept, side="right") + header_row + 1


def _not_blank(ragged: list[RaggedRow]) -> list[RaggedRow]:
    return [one for one in ragged if "".join(one.cells).strip()]


def _record_end(text: bytes, start: int, file: str) -> int:
    """Byte after the record that starts at ``start``: the first line break outside quotes."""
    for match in _LINE_END.finditer(text, start, start + _MOST_HEADER_BYTES):
        if text.count(b'"', start, match.start()) % 2 == 0:
            return match.end()
    if len(text) - start > _MOST_HEADER_BYTES or text.count(b'"', start) % 2:
        raise InputError(f"{file}, row 1", "expected a row of column names, found no end to it")
    return len(text)


def _check_ragged(ragged: list[RaggedRow], header: Header, file: str) -> None:
    for one in ragged:
        for position, cell in enumerate(one.cells):
            if "\n" in cell and _swallowed(cell, position, header):
                raise _open_quote(file, one.row)


def _check_quotes(column: pa.DictionaryArray, position: int, rows: Any, header: Header, file: str) -> None:
    """Refuse cells that hold whole records: a quote left open in one row takes in all rows to the next quote."""
    cells = column.dictionary
    broken = np.flatnonzero(pc.match_substring(cells, "\n").to_numpy(zero_copy_only=False))
    separators = pc.count_substring(cells.take(pa.array(broken)), header.delimiter).to_numpy()
    for index in broken[separators >= header.layout.width - 1]:
        if _swallowed(cells[int(index)].as_py(), position, header):
            where = np.flatnonzero(column.indices.fill_null(-1).to_numpy() == index)
            raise _open_quote(file, int(rows[where[0]]))


def _swallowed(cell: str, position: int, header: Header) -> bool:
    """Whether a line inside a cell is a record: as many cells as a record has there, and a date of service in place."""
    date_at = header.layout.positions["service_from_date"]
    lines = cell.splitlines()
    for rank, line in enumerate(lines[1:], start=1):
        parts = line.split(header.delimiter)
        whole = len(parts) == header.layout.width
        cut = rank == len(lines) - 1 and len(parts) == position + 1  # the record whose quote ended the cell
        if (whole or cut) and date_at < len(parts) and _DATE.match(parts[date_at]):
            return True
    return False


def _open_quote(file: str, row: int | None = None) -> InputError:
    where = file if row is None else f"{file}, row {row}"
    return InputError(where, "a quote is opened here and takes in later rows", "close it, or double it inside a cell")
