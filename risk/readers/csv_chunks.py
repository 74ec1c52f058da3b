"""A claim CSV of any size, a chunk of whole claims at a time.

Read whole, rows of one claim may stand anywhere; read in chunks, they must stand together. Whether they do is told by
what earlier chunks held: a claim id that comes back is another claim of that id where it comes with the same line
numbers as before, as it is when the file is read whole, and rows of the same claim where it does not.
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from risk.errors import InputError
from risk.readers.claims_csv import claims_of
from risk.readers.csv_extras import extra_layout, extra_values
from risk.readers.csv_records import Header, Records, iter_records, read_header
from risk.readers.sources import HEAD_BYTES, damage_reported, open_source, sniff, source_name, utf8_blocks
from risk.readers.values import read_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from risk.readers.csv_claims import Ints
    from risk.readers.rejects import ReadResult

    Digests = np.ndarray[tuple[int], np.dtype[np.uint64]]


class RowsApartError(InputError):
    """Rows of one claim stand so far apart that the file has to be read whole."""


def iter_claims_csv(
    source: str | Path,
    *,
    chunk_claims: int = 20_000,
    mapping: Mapping[str, str] | None = None,
    extras: Sequence[str] = (),
) -> Iterator[ReadResult]:
    """Read a claim CSV of any size in bounded memory, ``chunk_claims`` claims at a time; a claim is never cut.

    Sixteen bytes a claim are kept, to tell whether its rows stand together. Raises as :func:`read_claims_csv` does,
    for what is X12 and not CSV, and :class:`RowsApartError` where they do not.
    """
    name = source_name(source)
    with damage_reported(source), open_source(source) as stream:
        if sniff(stream.peek(HEAD_BYTES), name) != "csv":
            raise InputError(name, "expected a claim CSV, this is X12", "read it as an 837")
        blocks = utf8_blocks(stream, name)
        head = next(blocks, b"")
        header = read_header(head, name, mapping)
        body = io.BufferedReader(_Blocks(head[header.body :], blocks), buffer_size=1 << 20)
        wider, wanted = extra_layout(header.layout, name, extras)
        own = header.layout.positions
        header = replace(header, layout=wider)
        read = partial(claims_with_extras, own, wanted, header, name)
        earlier = _Earlier(name)
        pending: list[Records] = []
        for records in iter_records(body, header, name):
            pending.append(records)
            whole = joined_records(pending)
            starts = run_starts(whole)
            done = 0
            while len(starts) - done > chunk_claims:
                cut = int(starts[done + chunk_claims])
                chunk = part_of_records(whole, int(starts[done]), cut, header)
                earlier.add(chunk)
                yield read(chunk)
                done += chunk_claims
            pending = [part_of_records(whole, int(starts[done]) if done else 0, len(whole), header)]
        last = joined_records(pending)
        earlier.add(last)
        yield read(last)


def claims_with_extras(
    own: Iterable[str], wanted: Mapping[str, int], header: Header, name: str, records: Records
) -> ReadResult:
    """Claims of some records, by the columns ``own``, with what they say in those ``wanted``."""
    result = claims_of(replace(records, columns={column: records.columns[column] for column in own}), header, name)
    if not wanted:
        return result
    return replace(result, batch=replace(result.batch, extra_values=extra_values(records, wanted, result.batch)))


class _Earlier:
    """Ids of the claims of earlier chunks, each with a digest of its line numbers."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: list[tuple[Digests, Digests]] = []  # ids ascending, and of the same ids their lines

    def add(self, records: Records) -> None:
        """Take note of a chunk; raises :class:`RowsApartError` where it goes on with a claim of an earlier one."""
        column = records.columns["claim_id"]
        known = column.indices.is_valid().to_numpy(zero_copy_only=False)
        ids = digests(column)[known]
        numbers = records.columns.get("line_number")
        lines = np.zeros(len(ids), dtype="uint64") if numbers is None else digests(numbers)[known]
        own, place = np.unique(ids, return_inverse=True)
        sums = np.zeros(len(own), dtype="uint64")
        np.add.at(sums, place, lines)
        if not len(own):
            return
        for before, told in self._seen:
            at = np.searchsorted(before, own).clip(max=len(before) - 1)
            again = before[at] == own
            if (told[at[again]] != sums[again]).any() or (again.any() and numbers is None):
                raise RowsApartError(self._name, "expected the rows of a claim together", "sort the file by claim id")
        while self._seen and len(self._seen[-1][0]) < 2 * len(own):  # few arrays, each looked into once a chunk
            before, told = self._seen.pop()
            own, first = np.unique(np.append(before, own), return_index=True)
            sums = np.append(told, sums)[first]
        self._seen.append((own, sums))


def digests(column: pa.DictionaryArray) -> Digests:
    """A number for each row, the same for the same text but for blanks around it."""
    texts = pd.Series(pc.utf8_trim_whitespace(column.dictionary).to_pandas(), dtype="str")
    distinct = np.append(pd.util.hash_pandas_object(texts, index=False).to_numpy(dtype="uint64"), np.uint64(0))
    found: Digests = distinct[column.indices.fill_null(-1).to_numpy()]
    return found


def run_starts(records: Records) -> Ints:
    """Positions where another claim id begins; rows without one belong to the run before them."""
    ids = read_cells(records.columns["claim_id"], "text").codes
    named = np.flatnonzero(ids >= 0)
    if not len(named):
        return np.zeros(min(len(ids), 1), dtype=np.intp)
    starts: Ints = named[np.append(True, ids[named[1:]] != ids[named[:-1]])]
    starts[0] = 0
    return starts


def joined_records(parts: Sequence[Records]) -> Records:
    """Records one after the other, with dictionaries of their own."""
    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in parts[0].columns:
        whole = pa.chunked_array([part.columns[name] for part in parts]).unify_dictionaries().combine_chunks()
        columns[name] = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    rows = np.concatenate([part.rows for part in parts])
    return Records(columns, rows, [one for part in parts for one in part.ragged])


def part_of_records(records: Records, start: int, end: int, header: Header) -> Records:
    """Cut out records ``start`` to ``end``, with dictionaries of their own and the ragged rows among them."""
    columns = {name: _compact(column.slice(start, end - start)) for name, column in records.columns.items()}
    first = _first_ragged(records, start, header) if start else 0
    beyond = _first_ragged(records, end, header) if end < len(records) else np.inf
    ragged = [one for one in records.ragged if first <= one.row < beyond]
    return Records(columns, records.rows[start:end], ragged)


def _compact(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The column with a dictionary of no more than its own texts, in the order in which they first occur."""
    own = column.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(own.indices, column.dictionary.take(own.dictionary))


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
