"""Claims as rows of bytes, one claim after the other, in the formats that programs read: JSON lines, CSV, Parquet.

A row is made of its claim alone, so that claims may be scored in any order and by several processes, and their rows put
in order afterwards.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson
import pandas as pd

from risk.reports.cells import csv_row
from risk.reports.flat import FLAT_COLUMNS, NUMBERS, flat_records
from risk.reports.output import output_file
from risk.reports.printable import json_safe, printable
from risk.reports.records import claim_records
from risk.scoring import ScoredBatch

#: Formats whose rows stand by themselves.
ROW_FORMATS = ("jsonl", "csv", "parquet")

#: Claims of a row group of Parquet.
_GROUP = 20_000


def encoded_rows(
    scored: ScoredBatch,
    fixes: pd.DataFrame,
    claim_keys: Sequence[int],
    format_name: str,
    columns: Sequence[str] = (),
    *,
    for_terminal: bool = False,
) -> Iterator[bytes]:
    """One row per claim, in the order of ``claim_keys``; a row of Parquet is JSON until it is written.

    ``columns`` are those of a CSV, all unless some are named. A spreadsheet must not be told what to do by a value, nor
    must a terminal (``for_terminal``).
    """
    if format_name == "jsonl":
        for record in claim_records(scored, fixes, claim_keys):
            told = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            yield told if told.isascii() else json_safe(told.decode()).encode()
        return
    rows = flat_records(scored, fixes, claim_keys)
    if format_name == "parquet":
        yield from map(orjson.dumps, rows)
        return
    line = _Line()
    writer = csv.DictWriter(line, columns or FLAT_COLUMNS, extrasaction="ignore", lineterminator="\n")
    for row in rows:
        shown = {name: printable(one) if isinstance(one, str) else one for name, one in row.items()}
        writer.writerow(csv_row(shown if for_terminal else row))
        yield line.text.encode("utf-8", "backslashreplace")


class RowWriter:
    """Writes encoded rows; see :func:`rows_file`."""

    def __init__(self, stream: IO[bytes] | _AsText, format_name: str, columns: Sequence[str] = ()) -> None:
        self._stream = stream
        self._parquet = _ParquetRows(stream) if format_name == "parquet" else None
        if format_name == "csv":
            line = _Line()
            csv.writer(line, lineterminator="\n").writerow(columns or FLAT_COLUMNS)
            stream.write(line.text.encode())

    def write(self, rows: Iterable[bytes]) -> None:
        """Write rows of :func:`encoded_rows`."""
        if self._parquet is not None:
            self._parquet.write(rows)
        else:
            self._stream.writelines(rows)

    def close(self) -> None:
        """Write what is left."""
        if self._parquet is not None:
            self._parquet.close()


@contextmanager
def rows_file(output: Path | None, format_name: str, columns: Sequence[str] = ()) -> Iterator[RowWriter]:
    """Write encoded rows of a format to a file, which appears when it is complete, or to stdout, as text."""
    with output_file(output, binary=output is not None) as stream:
        writer = RowWriter(stream if output is not None else _AsText(stream), format_name, columns)
        yield writer
        writer.close()


class _AsText:
    """A stream of text that bytes are written to: a terminal has an encoding of its own."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: bytes) -> None:
        self._stream.write(text.decode())

    def writelines(self, rows: Iterable[bytes]) -> None:
        self._stream.writelines(row.decode() for row in rows)


def parquet_schema() -> Any:
    """Arrow schema of rows of Parquet, whatever the first claims say."""
    import pyarrow as pa

    kinds = {int: pa.int64(), float: pa.float64()}
    return pa.schema([(name, kinds.get(NUMBERS.get(name, str), pa.string())) for name in FLAT_COLUMNS])


class _Line:
    """What the CSV writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


class _ParquetRows:
    """Rows of JSON into row groups of one schema."""

    def __init__(self, stream: Any) -> None:
        import pyarrow.parquet

        self._schema = parquet_schema()
        self._writer = pyarrow.parquet.ParquetWriter(stream, self._schema)
        self._waiting: list[dict[str, Any]] = []

    def write(self, rows: Iterable[bytes]) -> None:
        for row in rows:
            self._waiting.append(orjson.loads(row))
            if len(self._waiting) == _GROUP:
                self._write_group()

    def _write_group(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
        self._waiting.clear()

    def close(self) -> None:
        if self._waiting:
            self._write_group()
        self._writer.close()
