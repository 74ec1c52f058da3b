"""Claim files into rows, on executors: whole files, and pieces of large tables.

Everything that reading tells is a row of one kind: a claim, a reject, rows of a claim that may go on in the next piece
(``edge``), the digest of a claim id (``id``), and one ``report`` for each file or piece.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.claims.tables import ClaimBatch
from risk.engine.claim_rows import row_type, rows_of
from risk.errors import InputError
from risk.readers import ReadResult, read_claim_data
from risk.readers.claims_837 import stream_claims_837
from risk.readers.csv_pieces import (
    Piece,
    Pieces,
    claim_digests,
    from_bytes,
    joined_edges,
    read_table_piece,
    read_text_piece,
    shifted,
    table_pieces,
    table_records,
    to_bytes,
)
from risk.readers.csv_records import Records
from risk.readers.notes import Notes
from risk.readers.sources import HEAD_BYTES, damage_reported, decompressed, sniff

#: What a row of reading holds. ``piece`` is the byte or row at which the piece begins, 0 for a whole file; ``position``
#: counts within it; ``digest`` is of the member for a claim, of the claim id for an id.
SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("file", pa.int32()),
        ("piece", pa.int64()),
        ("position", pa.int64()),
        ("digest", pa.int64()),
        ("lines", pa.int64()),
        ("told", pa.string()),
        ("edge", pa.binary()),
        ("claim", row_type()),
    ]
)

#: First bytes of a Parquet file.
PARQUET = b"PAR1"

#: Claims of a batch of rows.
_SLICE = 2_000

#: Where the claims between two pieces stand: after those of the first one.
_BETWEEN = 1 << 40

Rows = Iterator[pa.RecordBatch]


@dataclass
class Report:
    """What is told of a file or piece: counts, and what else :class:`risk.readers.ReadResult` has of it.

    ``rows`` are those of a piece; ``extras`` the columns beyond the contract that some claim has a value of; ``error``
    is why a file holds no claims; ``whole`` why it must be read as a whole.
    """

    file: int
    piece: int
    claims_read: int = 0
    scored: int = 0
    rows: int = 0
    ignored: list[str] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    error: list[str] | None = None
    whole: str | None = None


@dataclass(frozen=True)
class ReadFiles:
    """Reads whole files: paths and contents into rows of ``SCHEMA``; ``names`` is number and name by path."""

    names: Mapping[str, tuple[int, str]]
    mapping: Mapping[str, str] | None
    extras: Sequence[str]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Rows:
        """Rows of the files."""
        for batch in batches:
            for path, content in zip(batch.column(0), batch.column(1), strict=True):
                number, name = self.names[path.as_py()]
                yield from self.rows(number, name, content.as_py())

    def rows(self, number: int, name: str, content: bytes) -> Rows:
        """Rows of one file."""
        report, notes = Report(number, 0), Notes()
        try:
            for result in results_of(content, name, self.mapping, self.extras):
                yield from _told(result, report)
                notes.add(result.notes)
                report.ignored += [one for one in result.ignored_columns if one not in report.ignored]
        except InputError as error:
            report.error = [error.where, error.expected, error.hint]
        report.notes = [[asdict(note), count] for note, count in notes]
        yield _report(report)


def results_of(
    content: bytes, name: str, mapping: Mapping[str, str] | None, extras: Sequence[str]
) -> Iterator[ReadResult]:
    """Read a file that is in memory as what its content says it is; an 837 block by block.

    Raises :class:`InputError` as :func:`risk.readers.read_claims` does.
    """
    if content.startswith(PARQUET):
        yield _read_parquet(content, name, mapping, extras)
        return
    with damage_reported(name):
        stream = decompressed(io.BytesIO(content))
        if sniff(stream.peek(HEAD_BYTES), name) == "x12":
            yield from stream_claims_837(stream, name)
            return
        data = stream.read()
    yield read_claim_data(data, name, mapping, extras)


def _read_parquet(content: bytes, name: str, mapping: Mapping[str, str] | None, extras: Sequence[str]) -> ReadResult:
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError):
        raise InputError(name, "the Parquet file is damaged", "copy or write it again") from None
    pieces = table_pieces(name, table.column_names, mapping, extras)
    return pieces.claims(table_records(table, pieces))


@dataclass(frozen=True)
class ReadPieces:
    """Reads pieces of large files: batches of path, begin of the piece, then either a line or the cells of a row.

    ``files`` is the number and what pieces must know of each file, by path.
    """

    files: Mapping[str, tuple[int, Pieces]]
    text: bool

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Rows:
        """Rows of the pieces."""
        for path, begin, part in _by_piece(batches):
            number, pieces = self.files[unquote(path)]
            report = Report(number, begin)
            try:
                piece = self._read(part, pieces, first=begin == 0)
            except InputError:
                piece = None
            if piece is None:
                report.whole = "cells of several lines, or rows of other lengths, stand where it would be cut"
                yield _report(report)
                continue
            report.rows = piece.rows
            report.ignored = list(pieces.header.layout.ignored)
            yield from _told(piece.result, report)
            yield from _ids(report, *piece.known)
            for position, edge in enumerate((piece.head, piece.tail)):
                if edge is not None:
                    yield _rows("edge", number, begin, position, edge=pa.array([to_bytes(edge)], pa.binary()))
            yield _report(report)

    def _read(self, part: pa.Table, pieces: Pieces, *, first: bool) -> Piece | None:
        if not self.text:
            return read_table_piece(part.drop_columns([_ROW]), part.column(_ROW)[0].as_py(), pieces, first=first)
        lines = part.column(0).to_pylist()
        return read_text_piece(b"\n".join(lines) + b"\n", pieces, first=first)


#: Column that numbers the rows of a table.
_ROW = "row_index"


def _by_piece(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, int, pa.Table]]:
    """Path and begin of each piece, and what it holds; rows of a piece follow each other."""
    last: tuple[str, int] | None = None
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        paths, begins = batch.column(0).dictionary_encode(), batch.column(1).to_numpy()
        codes = paths.indices.to_numpy()
        changes = np.flatnonzero((codes[1:] != codes[:-1]) | (begins[1:] != begins[:-1])) + 1
        bounds = [0, *changes.tolist(), len(batch)] if len(batch) else [0]
        for start, end in pairwise(bounds):
            own = paths.dictionary[int(codes[start])].as_py(), int(begins[start])
            if last is not None and own != last:
                yield (*last, pa.Table.from_batches(waiting))
                waiting = []
            last = own
            waiting.append(batch.slice(start, end - start).select(list(range(2, batch.num_columns))))
    if last is not None:
        yield (*last, pa.Table.from_batches(waiting))


@dataclass(frozen=True)
class JoinEdges:
    """Joins what pieces put aside: rows of kind ``edge``, all of a file, in order.

    ``files`` is what pieces must know, by number; ``before`` how many rows stand before each piece, by file and piece.
    """

    files: Mapping[int, Pieces]
    before: Mapping[tuple[int, int], int]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Rows:
        """Rows of the claims that lie across pieces, as if they were of the first of these."""
        file, piece, waiting = -1, 0, list[Records]()
        for batch in batches:
            for row in batch.to_pylist():
                if waiting and (row["file"] != file or row["position"] == 1):  # a tail begins with a claim
                    yield from self._joined(file, piece, waiting)
                    waiting = []
                if not waiting:
                    file, piece = row["file"], row["piece"]
                further = self.before[row["file"], row["piece"]] - self.before[file, piece]
                waiting.append(shifted(from_bytes(row["edge"]), further))
        if waiting:
            yield from self._joined(file, piece, waiting)

    def _joined(self, file: int, piece: int, waiting: Sequence[Records]) -> Rows:
        report, records = Report(file, piece), joined_edges(waiting)
        yield from _told(self.files[file].claims(records), report, first=_BETWEEN)
        yield from _ids(report, *claim_digests(records))
        yield _report(report)


def _told(result: ReadResult, report: Report, first: int = 0) -> Rows:
    """Claims and rejects of a result, counted in ``report``."""
    batch, begin = result.batch, first + report.scored
    rows = rows_of(batch)
    digests = member_digests(batch, report.file, begin + report.piece)
    for start in range(0, len(batch), _SLICE):
        claims = rows.slice(start, _SLICE)
        positions = np.arange(begin + start, begin + start + len(claims))
        own = digests[start : start + _SLICE]
        yield _rows("claim", report.file, report.piece, positions, digest=pa.array(own), claim=claims)
    report.scored += len(batch)
    if result.rejects:
        already = first + report.claims_read - (report.scored - len(batch))
        positions = np.arange(already, already + len(result.rejects))
        told = pa.array([json.dumps(one.to_json()) for one in result.rejects], pa.string())
        yield _rows("reject", report.file, report.piece, positions, told=told)
    report.claims_read += result.claims_read
    report.extras = sorted({*report.extras, *batch.extra_values["name"].unique()})


def member_digests(batch: ClaimBatch, file: int, begin: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """A number for the member of each claim; any for one without a member."""
    member = batch.claims["member_id"]
    own = pd.util.hash_pandas_object(member, index=False).to_numpy("uint64")
    alone = pd.util.hash_array(np.arange(len(batch), dtype="uint64") + np.uint64(begin)) ^ np.uint64(file)
    digests: np.ndarray[Any, np.dtype[np.int64]] = np.where(member.isna(), alone, own).astype("uint64").view("int64")
    return digests


def _ids(report: Report, ids: Any, lines: Any) -> Rows:
    if len(ids):
        yield _rows(
            "id",
            report.file,
            report.piece,
            np.zeros(len(ids), dtype="int64"),
            digest=pa.array(ids),
            lines=pa.nulls(len(ids), pa.int64()) if lines is None else pa.array(lines),
        )


def _report(report: Report) -> pa.RecordBatch:
    told = pa.array([json.dumps(asdict(report))], pa.string())
    return _rows("report", report.file, report.piece, 0, told=told)


def _rows(kind: str, file: int, piece: int, position: Any, **columns: pa.Array) -> pa.RecordBatch:
    positions = pa.array(np.atleast_1d(position), pa.int64())
    count = len(positions)
    given = {
        "kind": pa.array([kind] * count, pa.string()),
        "file": pa.array(np.full(count, file), pa.int32()),
        "piece": pa.array(np.full(count, piece), pa.int64()),
        "position": positions,
        **columns,
    }
    arrays = [given.get(one.name) for one in SCHEMA]
    filled = [pa.nulls(count, one.type) if own is None else own for one, own in zip(SCHEMA, arrays, strict=True)]
    return pa.RecordBatch.from_arrays(filled, schema=SCHEMA)


def report_of(told: str) -> Report:
    """A report as it was."""
    return Report(**json.loads(told))


def rows_before(reports: Iterable[Report]) -> dict[tuple[int, int], int]:
    """How many rows of its file stand before each piece, by file and piece."""
    before: dict[tuple[int, int], int] = {}
    rows: dict[int, int] = {}
    for one in sorted(reports, key=lambda one: (one.file, one.piece)):
        before[one.file, one.piece] = rows.get(one.file, 0)
        rows[one.file] = before[one.file, one.piece] + one.rows
    return before
