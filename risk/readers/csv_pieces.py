"""A claim table cut anywhere between two rows, each piece read by itself, by whoever has time for it.

The first and the last claim of a piece may have rows in the pieces beside it; they are put aside and joined afterwards.
Rows are numbered from the beginning of the piece, since nobody knows yet how many there are before it. What cannot be
read so (cells of several lines, rows of a claim that stand apart) is read from the whole file instead.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from risk.claims.tables import empty_batch
from risk.readers.csv_chunks import claims_with_extras, digests, joined_records, part_of_records, run_starts
from risk.readers.csv_extras import extra_layout
from risk.readers.csv_headers import match_headers
from risk.readers.csv_records import Header, RaggedRow, Records, read_header, read_records
from risk.readers.rejects import ReadResult
from risk.readers.sources import as_utf8

_ROWS, _RAGGED = "row", b"ragged"


@dataclass(frozen=True)
class Pieces:
    """What every piece of a file must know of it: its name, its header, and the columns that are wanted beside it."""

    file: str
    header: Header
    mapping: Mapping[str, str] | None = None
    extras: Sequence[str] = ()

    @property
    def wider(self) -> Header:
        """The header with the columns that are wanted beside the contract."""
        return replace(self.header, layout=extra_layout(self.header.layout, self.file, self.extras)[0])

    def claims(self, records: Records) -> ReadResult:
        """Claims of records that hold whole claims."""
        _, wanted = extra_layout(self.header.layout, self.file, self.extras)
        return claims_with_extras(self.header.layout.positions, wanted, self.wider, self.file, records)


@dataclass(frozen=True)
class Piece:
    """What a piece holds.

    Attributes
    ----------
    result
        Claims that have all of their rows in it.
    head, tail
        Rows of its first and its last claim; all of them are ``head`` where they are of one claim, none is at the
        beginning of a file.
    rows
        How many rows there are.
    known
        What :func:`claim_digests` says of the claims in ``result``.
    """

    result: ReadResult
    head: Records | None
    tail: Records | None
    rows: int
    known: tuple[NDArray[np.int64], NDArray[np.int64] | None]


def read_text_piece(text: bytes, pieces: Pieces, *, first: bool) -> Piece | None:
    """Read lines of a CSV, the header among them if they are the ``first``; None where the whole file must be read.

    Raises :class:`InputError` as the reader of CSVs does; the whole file tells better where.
    """
    text = as_utf8(text, pieces.file)
    header = replace(pieces.wider, body=0, row=0)
    if first:
        here = read_header(text, pieces.file, pieces.mapping)
        if text.count(b"\n", 0, here.body) != here.row:
            return None
        header = replace(header, body=here.body, row=here.row)
    records = read_records(text, header, pieces.file)
    rows = text.count(b"\n") + (not text.endswith(b"\n"))
    filled = text.rstrip().count(b"\n") + 1
    last = max([header.row, *records.rows[-1:].tolist(), *(one.row for one in records.ragged)])
    if last != filled and (len(records) or records.ragged or filled > max(header.row, 1)):
        return None
    if _stays_open(text.rstrip().rsplit(b"\n", 1)[-1], header.delimiter):
        return None
    return cut_piece(records, pieces, rows, first=first)


def _stays_open(line: bytes, delimiter: str) -> bool:
    """Whether a cell of the last line goes on in the next one."""
    if b'"' not in line:
        return False
    try:
        return len(list(csv.reader([line.decode(), "next"], delimiter=delimiter))) < 2
    except csv.Error:
        return True


def table_pieces(file: str, columns: Sequence[str], mapping: Mapping[str, str] | None, extras: Sequence[str]) -> Pieces:
    """What pieces of a table must know; raises :class:`InputError` for its columns."""
    return Pieces(file, Header(match_headers(columns, file, mapping), ",", 0, 1), mapping, extras)


def read_table_piece(table: pa.Table, begin: int, pieces: Pieces, *, first: bool) -> Piece | None:
    """Read rows of a table that begin with row ``begin`` of it, counted from 0; see :func:`table_records`."""
    records = table_records(table, pieces)
    return cut_piece(replace(records, rows=records.rows + begin), pieces, 0, first=first)


def table_records(table: pa.Table, pieces: Pieces) -> Records:
    """Rows of a table whatever the types of its columns, numbered as if it were a CSV with its header in row 1."""
    columns = {}
    for name, position in pieces.wider.layout.positions.items():
        chunks = [chunk.cast(pa.large_string()) for chunk in table.column(position).chunks]
        columns[name] = pa.concat_arrays(chunks or [pa.array([], pa.large_string())]).dictionary_encode()
    return Records(columns, np.arange(len(table)) + 2, [])


def cut_piece(records: Records, pieces: Pieces, rows: int, *, first: bool) -> Piece | None:
    """Put the first and the last claim of records aside; the first not where the file begins with it."""
    header = pieces.wider
    nothing = Piece(ReadResult(empty_batch(), [], 0), None, None, rows, (np.empty(0, "int64"), None))
    if not len(records) and (first or not records.ragged):
        return None if records.ragged else nothing
    starts = run_starts(records).tolist()
    if len(starts) < 2 and not first:
        return replace(nothing, head=records)
    begin, end = 0 if first else starts[1], starts[-1]
    head = None if first else part_of_records(records, 0, begin, header)
    tail = part_of_records(records, end, len(records), header)
    between = part_of_records(records, begin, end, header)
    return Piece(pieces.claims(between), head, tail, rows, claim_digests(between))


def claim_digests(records: Records) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """A number for each claim id, and one for its line numbers; None where there are none.

    An id that is in two places with other line numbers is one claim whose rows stand apart.
    """
    column = records.columns["claim_id"]
    known = column.indices.is_valid().to_numpy(zero_copy_only=False)
    ids, place = np.unique(digests(column)[known], return_inverse=True)
    numbers = records.columns.get("line_number")
    if numbers is None:
        return ids.view("int64"), None
    sums = np.zeros(len(ids), dtype="uint64")
    np.add.at(sums, place, digests(numbers)[known])
    return ids.view("int64"), sums.view("int64")


def joined_edges(edges: Sequence[Records]) -> Records:
    """Rows that were put aside, one after the other."""
    return joined_records(edges)


def shifted(records: Records, before: int) -> Records:
    """Records with so many rows before them."""
    ragged = [replace(one, row=one.row + before) for one in records.ragged]
    return Records(records.columns, records.rows + before, ragged)


def to_bytes(records: Records) -> bytes:
    """Records as an Arrow stream."""
    arrays = {f" {name}": column.cast(pa.large_string()) for name, column in records.columns.items()}
    told = json.dumps([asdict(one) for one in records.ragged])
    table = pa.table({**arrays, _ROWS: records.rows}).replace_schema_metadata({_RAGGED: told.encode()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def from_bytes(data: bytes) -> Records:
    """Records of :func:`to_bytes`."""
    table = pa.ipc.open_stream(data).read_all().combine_chunks()
    names: Collection[str] = [name for name in table.column_names if name != _ROWS]
    columns = {}
    for name in names:
        chunks = table.column(name).chunks or [pa.array([], pa.large_string())]
        columns[name[1:]] = pa.concat_arrays(chunks).dictionary_encode()
    ragged = [RaggedRow(**one) for one in json.loads(table.schema.metadata[_RAGGED])]
    return Records(columns, table.column(_ROWS).to_numpy(), ragged)
