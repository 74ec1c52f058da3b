"""837P and 837I files into canonical tables: by columns, and segment by segment where a claim is not as it should be.

A file is read in blocks of one interchange, cut before a claim or level. The levels that are open at the end of a
block are put before the next one, so that each block can be read by itself.
"""

from __future__ import annotations

import gc
import io
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from risk.claims.tables import empty_batch
from risk.errors import InputError
from risk.readers.claim_block import ClaimBlock
from risk.readers.claim_columns import ClaimColumns
from risk.readers.claim_levels import Levels
from risk.readers.claim_loop import ClaimLoop, read_level
from risk.readers.claim_parts import ClaimParts
from risk.readers.claim_scopes import Scopes
from risk.readers.recent_loops import MOST
from risk.readers.rejects import ReadResult, Reject
from risk.readers.spans import NO_DAY
from risk.readers.tokens import ID, PAD, Tokens
from risk.readers.transactions import EXPECTED
from risk.readers.x12 import Block, blocks, utf8

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from risk.readers.envelope import Envelope
    from risk.readers.open_claim import Row
    from risk.readers.x12 import Delimiters

#: Bytes read at a time: larger blocks are slower, as they leave the processor's cache, and fatter.
BLOCK_BYTES = 1 << 22
#: Bytes of an interchange below which the loop is the faster way.
SMALL = 1 << 15
#: Segments before which a block of claims may be cut.
CUTS = (b"CLM", b"HL")


def read_claims_837(data: bytes, file: str) -> ReadResult:
    """Read every 837P and 837I claim of a file.

    Parameters
    ----------
    data
        The file, decompressed.
    file
        Its name as the user gave it; stands in ``source_file``, rejects and notes.

    Returns
    -------
    ReadResult
        Claims in file order, ``source_offset`` being the byte offset of the CLM segment; a reject for each claim that
        could not be read and for each transaction that is not read and holds none; notes on what is not as the guides
        say. ``claims_read`` counts CLM segments and such transactions.

    Raises
    ------
    InputError
        Where the file is no X12, or holds no 837P or 837I transaction, or one claim of it does not end for 8 MB.
    """
    reader = ClaimReader(file)
    for block in claim_blocks(io.BytesIO(data), file, BLOCK_BYTES):
        reader.read(block)
    return reader.finish()


def stream_claims_837(stream: BinaryIO, file: str, *, block_bytes: int = BLOCK_BYTES) -> Iterator[ReadResult]:
    """Read a file block by block: each result has the claims, rejects and notes of one; keys count from 0 in each.

    Memory is bounded by the block, however long the file. Parameters, results and errors are otherwise those of
    :func:`read_claims_837`; that a file holds no claims at all is said at its end.
    """
    reader = ClaimReader(file)
    for block in claim_blocks(stream, file, block_bytes):
        reader.read(block)
        yield reader.take()
    reader.check()


def claim_blocks(stream: BinaryIO, file: str, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut a file of claims into blocks; see :func:`risk.readers.x12.blocks`."""
    return blocks(stream, file, block_bytes, CUTS)


@dataclass(frozen=True)
class Opening:
    """What is open between two transactions: all that a reader must know of what came before.

    Parameters
    ----------
    delimiters
        Of the interchange.
    component
        Component separator that its claims turned out to use.
    envelope
        The interchange and the group.
    """

    delimiters: Delimiters
    component: str
    envelope: Envelope


class Ending(NamedTuple):
    """Where a reader stands after what it has read.

    Parameters
    ----------
    opening
        What is open; null inside of a transaction.
    segments
        How many segments were read.
    claim_transactions
        How many transactions of claims.
    refused
        What the others are.
    """

    opening: Opening | None
    segments: int
    claim_transactions: int
    refused: tuple[str, ...]

    def check(self, file: str) -> None:
        """Raise :class:`InputError` where there was no transaction of claims."""
        if not self.claim_transactions:
            found = " and ".join(self.refused) or "an interchange without transactions"
            raise InputError(file, f"{found}: {EXPECTED}")


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pause garbage collection: reading makes millions of objects and no cycles, and collecting doubles its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class ClaimReader:
    """Reads the blocks of one file in order.

    Parameters
    ----------
    file
        Name of the file as the user gave it.
    small
        Bytes below which an interchange is read segment by segment.
    """

    def __init__(self, file: str, small: int = SMALL) -> None:
        self._file, self._small = file, small
        self._loop = ClaimLoop(file)
        self._parts = ClaimParts(file)
        self._text_before = True
        self._open = b""  # bytes of the levels that are open
        self._delimiters: Delimiters | None = None
        self._plain = False  # whether this interchange is read by the loop to its end

    def read(self, block: Block) -> None:
        """Read the next block."""
        with collection_paused():
            self._read(block)

    def take(self) -> ReadResult:
        """Claims, rejects and notes since the last call."""
        loop = self._loop
        batch = self._parts.batch(loop.tables.batch(utf8) if len(loop.tables) else empty_batch())
        loop.tables = ClaimColumns()
        result = ReadResult(batch, loop.rejects, loop.claims_read, notes=tuple(loop.notes))
        loop.rejects, loop.notes, loop.claims_read = [], [], 0
        return result

    def resume(self, opening: Opening) -> None:
        """Begin inside of an interchange, between two transactions; segments are numbered from there."""
        loop = self._loop
        loop.begin(opening.delimiters, BlockPlaces(None, 0), has_header=True)
        loop.component, loop.envelope = opening.component, copy(opening.envelope)
        self._delimiters = opening.delimiters
        self._text_before = False

    @property
    def ending(self) -> Ending:
        """Where the reader stands."""
        loop, opening = self._loop, None
        if self._delimiters is not None and not loop.envelope.in_transaction:
            opening = Opening(self._delimiters, loop.component, copy(loop.envelope))
        return Ending(opening, loop.number, loop.claim_transactions, tuple(dict.fromkeys(loop.refused)))

    def finish(self) -> ReadResult:
        """Everything that was read; raises :class:`InputError` as :meth:`check` does."""
        self.check()
        return self.take()

    def check(self) -> None:
        """Raise :class:`InputError` where there was no transaction of claims."""
        self.ending.check(self._file)

    def _read(self, block: Block) -> None:
        loop = self._loop
        if block.begins:
            self._begin(block)
        before = self._open
        delimiters = replace(block.delimiters, component=loop.component)
        tokens = Tokens(b"".join((PAD, before, block.data, PAD)), delimiters)
        levels = Levels(tokens, loop)
        first = int(np.searchsorted(tokens.start, tokens.begin + len(before)))
        places = BlockPlaces(tokens, block.offset - len(before) - tokens.begin)
        loop.places = places
        self._plain = self._plain or _unsure(tokens, levels)
        is_small = block.begins and block.ends and len(block.data) < self._small
        if self._plain or is_small or not self._by_columns(levels, places, first, block.ends):
            self._sync(levels, first)
            loop.nested = False
            _read_segments(loop, tokens, range(first, len(tokens)))
        self._open = b"" if self._plain else levels.open_at_end()
        if block.ends:
            loop.end_interchange()
        else:
            loop.close_claim()
        loop.places = BlockPlaces(None, places.base)  # lets go of the block

    def _begin(self, block: Block) -> None:
        loop = self._loop
        if self._text_before and block.text_before:
            loop.notes.append(Reject(self._file, "the text before the first ISA segment is left out", byte_offset=0))
        self._text_before = False
        loop.begin(block.delimiters, BlockPlaces(None, block.offset), has_header=block.has_header)
        self._open, self._plain, self._delimiters = b"", False, block.delimiters

    def _sync(self, levels: Levels, first: int) -> None:
        """Give the loop the levels that are open before segment ``first``, where they are known by their bytes."""
        if self._open:
            _set_levels(self._loop, levels, int(np.searchsorted(levels.rows, first)) - 1, {})

    def _by_columns(self, levels: Levels, places: BlockPlaces, first: int, open_end: bool) -> bool:
        """Read a block by columns, and by the loop what they leave; says whether it could be."""
        loop, tokens = self._loop, levels.tokens
        claims = ClaimBlock(tokens, levels, Scopes(tokens, levels), open_end=open_end)
        if claims.undeclared_component:
            return False
        begin, end = int(np.searchsorted(levels.rows, first)), len(levels.rows)
        by_loop = claims.doubtful | ~levels.in_claims
        by_loop[levels.envelope] = True
        by_loop[:begin] = False
        headers: dict[int, Row] = {-1: loop.header}
        read_again: dict[int, Row] = {}
        loop.nested = True
        number, expected = loop.number, begin
        for unit in [*np.flatnonzero(by_loop).tolist(), end]:
            if unit > expected:  # those between were taken by columns
                loop.close_claim()
                loop.enter(None, {})
                loop.declared_kind = claims.kind_before(unit) or loop.declared_kind
            if unit == end:
                break
            if claims.is_claim(unit):
                loop.close_claim()
                _set_levels(loop, levels, unit, read_again)
            segments = levels.row_range(unit)
            loop.number = number + segments.start - first
            _read_segments(loop, tokens, segments)
            if levels.ids[unit] == ID["ST"]:
                headers[unit] = loop.header
            expected = unit + 1
        loop.number = number + len(tokens) - first
        _remember(loop, levels, begin)
        dates = np.array([header.get("submission_date") or NO_DAY for header in headers.values()])
        submitted = dates[np.searchsorted(list(headers), levels.transaction[claims.clean])]
        self._parts.add(claims.tables(submitted, places.base))
        loop.claims_read += len(claims.clean)
        return True


class BlockPlaces:
    """Where the segments of a block stand."""

    def __init__(self, tokens: Tokens | None, base: int) -> None:
        self._tokens, self.base = tokens, base

    def offset(self, piece: int) -> int:
        """Byte offset in the file of a segment."""
        return self.base + (int(self._tokens.start[piece]) if self._tokens else 0)


def _unsure(tokens: Tokens, levels: Levels) -> bool:
    """Whether a block's loops cannot be told by order alone."""
    if not len(tokens) or tokens.has_nul or levels.has_odd_units or not levels.nested:
        return True
    wrapped = tokens.ids[tokens.wrapped_rows]
    return bool(((wrapped == 0) | (wrapped == ID["HL"])).any()) or levels.has_wrapped_envelope


def _read_segments(loop: ClaimLoop, tokens: Tokens, rows: range) -> None:
    last = len(tokens) - 1
    for row in rows:
        loop.read_piece(tokens.text(row), row, cut=tokens.cut and row == last)


def _set_levels(loop: ClaimLoop, levels: Levels, unit: int, read: dict[int, Row]) -> None:
    """Give the loop the levels that are open in a unit; what has been read again is remembered."""

    def row(level: int) -> Row | None:
        if level < 0:
            return None
        if level not in read:
            read[level] = read_level(levels.tokens.delimiters, levels.text(level))[1]
        return read[level]

    loop.billing = row(int(levels.billing[unit])) or {}
    loop.subscriber = row(int(levels.subscriber[unit])) or {}
    loop.patient = row(int(levels.patient[unit]))


def _remember(loop: ClaimLoop, levels: Levels, begin: int) -> None:
    """Keep the bytes of levels from a unit on, in case a later one that is out of order names them."""
    since, nothing = max(begin, int(levels.transaction[-1])), b""
    billings = levels.units_of(0, since)[-MOST:]
    subscribers = levels.units_of(1, since)[-MOST:]
    above = levels.billing[subscribers]
    texts = levels.texts(np.maximum(above, 0)) if (above >= 0).any() else [nothing] * len(above)
    delimiters = levels.tokens.delimiters
    loop.billings.defer((delimiters, text) for text in levels.texts(billings))
    loop.subscribers.defer((delimiters, *pair) for pair in zip(levels.texts(subscribers), texts, strict=True))
