"""835 files into remittance tables: by columns, and segment by segment where a remit is not as it should be.

A file is read in blocks, cut before a claim or transaction. :mod:`risk.readers.remit_pass` says how the segments are
read and what becomes a reject or a note; :mod:`risk.readers.remit_block` takes what is in order.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from risk.errors import InputError
from risk.readers.claims_837 import BLOCK_BYTES, SMALL, BlockPlaces, collection_paused
from risk.readers.rejects import Reject
from risk.readers.remit_block import RemitBlock
from risk.readers.remit_columns import RemitColumns
from risk.readers.remit_parts import RemitParts
from risk.readers.remit_pass import EXPECTED, RemitPass
from risk.readers.remit_result import RemitResult
from risk.readers.remit_units import RemitUnits
from risk.readers.sources import read_source, source_name
from risk.readers.spans import NO_DAY
from risk.readers.tokens import ID, PAD, Tokens
from risk.readers.x12 import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_CUTS, _RATHER = (b"CLP",), (b"ST",)


def read_remit_file(source: str | Path) -> RemitResult:
    """Read an 835 file, or standard input for ``-``, decompressing gzip; see :func:`read_remits_835`."""
    return read_remits_835(read_source(source), source_name(source))


def read_remits_835(data: bytes, file: str) -> RemitResult:
    """Read every remit of a file.

    Parameters
    ----------
    data
        The file, decompressed.
    file
        Its name as the user gave it; stands in ``source_file``, rejects and notes.

    Returns
    -------
    RemitResult
        Remits in file order, ``source_offset`` being the byte offset of the CLP or ST segment; a reject for each claim
        that could not be read and each transaction that is no 835; notes on what is not as the guide says.
        ``claims_read`` counts CLP segments and such transactions.

    Raises
    ------
    InputError
        Where the file is no X12, or holds no 835 transaction, or one claim of it does not end for 8 MB.
    """
    reader = RemitReader(file)
    for block in remit_blocks(io.BytesIO(data), file):
        reader.read(block)
    return reader.finish()


def stream_remits_835(stream: BinaryIO, file: str, *, block_bytes: int = BLOCK_BYTES) -> Iterator[RemitResult]:
    """Read a file block by block: each result has the remits, rejects and notes of whole transactions.

    Keys count from 0 in each. Memory is bounded by the block and the tables of one transaction. Parameters, results and
    errors are otherwise those of :func:`read_remits_835`; that a file holds no remits at all is said at its end.
    """
    reader = RemitReader(file)
    for block in remit_blocks(stream, file, block_bytes):
        reader.read(block)
        if not reader.in_transaction:
            yield reader.take()
    reader.check()


def remit_blocks(stream: BinaryIO, file: str, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut a file of remittances into blocks; see :func:`risk.readers.x12.blocks`."""
    try:
        yield from blocks(stream, file, block_bytes, _CUTS, rather=_RATHER)
    except InputError as error:
        raise InputError(error.where, error.expected, "is it an 835 file?") from None


class RemitReader:
    """Reads the blocks of one file in order.

    Parameters
    ----------
    file
        Name of the file as the user gave it.
    small
        Bytes below which an interchange is read segment by segment.
    plain
        Whether everything is.
    """

    def __init__(self, file: str, small: int = SMALL, *, plain: bool = False) -> None:
        self._file, self._small, self._all_plain = file, small, plain
        self._loop = RemitPass(file)
        self._parts = RemitParts(file)
        self._remits = 0  # taken by columns
        self._text_before = True
        self._plain = False  # whether this interchange is read by the loop to its end

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open: its payment is not known yet."""
        return self._loop.envelope.in_transaction

    def read(self, block: Block) -> None:
        """Read the next block."""
        with collection_paused():
            self._read(block)

    def take(self) -> RemitResult:
        """Remits, rejects and notes since the last call; no transaction may be open."""
        loop = self._loop
        if len(loop.tables):
            self._parts.add(loop.tables.tables())
        result = RemitResult(self._parts.batch(), loop.rejects, self._remits + loop.claims_read, tuple(loop.notes))
        loop.tables, loop.rejects, loop.claims_read, loop.notes, self._remits = RemitColumns(), [], 0, [], 0
        return result

    def finish(self) -> RemitResult:
        """Everything that was read; raises :class:`InputError` as :meth:`check` does."""
        self.check()
        return self.take()

    def check(self) -> None:
        """Raise :class:`InputError` where there was no transaction of remittances."""
        loop = self._loop
        if not loop.remit_transactions:
            found = " and ".join(dict.fromkeys(loop.refused)) or "an interchange without transactions"
            raise InputError(self._file, f"{found}: {EXPECTED}")

    def _read(self, block: Block) -> None:
        loop = self._loop
        if block.begins:
            if self._text_before and block.text_before:
                reason = "the text before the first ISA segment is left out"
                loop.notes.append(Reject(self._file, reason, byte_offset=0))
            self._text_before, self._plain = False, self._all_plain
            loop.begin(block.delimiters, BlockPlaces(None, block.offset), has_header=block.has_header)
        tokens = Tokens(b"".join((PAD, block.data, PAD)), replace(block.delimiters, component=loop.component))
        places = loop.places = BlockPlaces(tokens, block.offset - tokens.begin)
        units = RemitUnits(tokens, loop)
        self._plain = self._plain or not len(tokens) or tokens.has_nul or units.is_odd
        is_small = block.begins and block.ends and len(block.data) < self._small
        if self._plain or is_small or not self._by_columns(tokens, units, places):
            _read_segments(loop, tokens, range(len(tokens)))
        if block.ends:
            loop.end_interchange()

    def _by_columns(self, tokens: Tokens, units: RemitUnits, places: BlockPlaces) -> bool:
        """Read a block by columns, and by the loop what they leave; says whether it could be."""
        loop, remits = self._loop, RemitBlock(tokens, units)
        if remits.undeclared_component:
            return False
        count = len(units.rows)
        transactions, paid = np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1, dtype=np.int64)
        transactions[remits.whole + 1] = 1
        paid[1:] = np.where(remits.doubtful | remits.is_whole, 0, remits.paid_of_unit)
        transactions, paid = np.cumsum(transactions), np.cumsum(paid)
        day_of, payment_of = np.full(count + 1, NO_DAY), np.zeros(count + 1, dtype=np.int64)  # by ST; the last: before
        day_of[remits.whole] = remits.remit_days(remits.whole)
        payment_of[:-1] = tokens.start[units.rows] + places.base
        if loop.reads_remits:
            day_of[-1], payment_of[-1] = _day(loop), loop.payment["source_offset"]
        number, expected = loop.number, 0
        for unit in [*np.flatnonzero(remits.doubtful).tolist(), count]:
            if unit > expected:  # those between were taken by columns
                taken, paid_cents = (int(sums[unit] - sums[expected]) for sums in (transactions, paid))
                loop.skip(taken, paid_cents)
                last = units.row_range(unit - 1)[-1]
                loop.stand_at(tokens.text(last), last)
            if unit == count:
                break
            segments = units.row_range(unit)
            loop.number = number + segments.start
            _read_segments(loop, tokens, segments)
            if units.ids[unit] == ID["ST"] and loop.reads_remits:
                day_of[unit] = _day(loop)
            expected = unit + 1
        loop.number = number + len(tokens)
        transaction = units.transaction[remits.clean]
        self._parts.add(remits.tables(day_of[transaction], payment_of[transaction], places.base))
        self._remits += len(remits.clean)
        return True


def _day(loop: RemitPass) -> int:
    day = loop.remit_day
    return NO_DAY if day is None else day


def _read_segments(loop: RemitPass, tokens: Tokens, rows: range) -> None:
    last = len(tokens) - 1
    for row in rows:
        loop.read_piece(tokens.text(row), row, cut=tokens.cut and row == last)
