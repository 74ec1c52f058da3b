"""A claim CSV of any size, a chunk of whole claims at a time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from risk.errors import InputError
from risk.readers.claims_csv import claims_of
from risk.readers.csv_records import Header, Records, iter_records, read_header
from risk.readers.sources import HEAD_BYTES, damage_reported, open_source, sniff, source_name, utf8_blocks
from risk.readers.values import read_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from risk.readers.csv_claims import Ints
    from risk.readers.rejects import ReadResult


def iter_claims_csv(
    source: str | Path, *, chunk_claims: int = 20_000, mapping: Mapping[str, str] | None = None
) -> Iterator[ReadResult]:
    """Read a claim CSV of any size in bounded memory, ``chunk_claims`` claims at a time.

    The rows of a claim must stand together: rows of one id that do not follow each other are several claims here. A
    claim is never cut. Raises as :func:`read_claims_csv` does, and for what is X12 and not CSV.
    """
    name = source_name(source)
    with damage_reported(source), open_source(source) as stream:
        if sniff(stream.peek(HEAD_BYTES), name) != "csv":
            raise InputError(name, "expected a claim CSV, this is X12", "read it as an 837")
        blocks = utf8_blocks(stream, name)
        head = next(blocks, b"")
        header = read_header(head, name, mapping)
        body = io.BufferedReader(_Blocks(head[header.body :], blocks), buffer_size=1 << 20)
        pending: list[Records] = []
        for records in iter_records(body, header, name):
            pending.append(records)
            whole = _joined(pending)
            starts = _run_starts(whole)
            done = 0
            while len(starts) - done > chunk_claims:
                cut = int(starts[done + chunk_claims])
                yield claims_of(_part(whole, int(starts[done]), cut, header), header, name)
                done += chunk_claims
            pending = [_part(whole, int(starts[done]) if done else 0, len(whole), header)]
        yield claims_of(_joined(pending), header, name)


def _run_starts(records: Records) -> Ints:
    """Positions where another claim id begins; rows without one belong to the run before them."""
    ids = read_cells(records.columns["claim_id"], "text").codes
    named = np.flatnonzero(ids >= 0)
    if not len(named):
        return np.zeros(min(len(ids), 1), dtype=np.intp)
    starts: Ints = named[np.append(True, ids[named[1:]] != ids[named[:-1]])]
    starts[0] = 0
    return starts


def _joined(parts: Sequence[Records]) -> Records:
    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in parts[0].columns:
        whole = pa.chunked_array([part.columns[name] for part in parts]).unify_dictionaries().combine_chunks()
        columns[name] = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    rows = np.concatenate([part.rows for part in parts])
    return Records(columns, rows, [one for part in parts for one in part.ragged])


def _part(records: Records, start: int, end: int, header: Header) -> Records:
    """Cut out records ``start`` to ``end``, with dictionaries of their own and the ragged rows among them."""
    columns = {
        name: column.slice(start, end - start).cast(pa.large_string()).dictionary_encode()
        for name, column in records.columns.items()
    }
    first = _first_ragged(records, start, header) if start else 0
    beyond = _first_ragged(records, end, header) if end < len(records) else np.inf
    ragged = [one for one in records.ragged if first <= one.row < beyond]
    return Records(columns, records.rows[start:end], ragged)


def _first_ragged(records: Records, position: int, header: Header) -> int:
    """Row from which ragged rows go with the record at ``position``: those just before it that have its claim id."""
    claim_id = records.columns["claim_id"][position].as_py()
    place = header.layout.positions["claim_id"]
    rows = [
        one.row
        for one in records.ragged
        if records.rows[position - 1] < one.row < records.rows[position] and one.cells[place : place + 1] == [claim_id]
    ]
    return min(rows, default=int(records.rows[position]))


class _Blocks(io.RawIOBase):
    """Blocks of text as a file."""

    def __init__(self, first: bytes, rest: Iterator[bytes]) -> None:
        self._left, self._rest = memoryview(first), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not len(self._left):
            block = next(self._rest, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
