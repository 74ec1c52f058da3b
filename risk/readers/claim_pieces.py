"""A file of 837 claims cut into pieces that several readers read at once, and put together as if one had.

A piece begins with an ST. What is open there (the interchange, the group, how many transactions came before) is told
from the bytes before it by a plain search, and held against where the reader of the piece before it ended: where the
two differ, as in a file with a torn envelope, the piece is read again from there. So a piece may be read by a thread or
a process that knows nothing of the others.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from risk.readers.claims_837 import BLOCK_BYTES, CUTS, ClaimReader, Ending, Opening
from risk.readers.elements import BLANKS
from risk.readers.envelope import Envelope
from risk.readers.rejects import ReadResult, Reject, concat_results
from risk.readers.x12 import HEAD, Delimiters, Inside, blocks, next_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from mmap import mmap
    from typing import BinaryIO

    Bytes = bytes | mmap

T = TypeVar("T")

_BLANKS = BLANKS.encode()
_COUNTED = 1 << 22  # bytes in which occurrences are counted at a time


@dataclass(frozen=True)
class Piece:
    """Bytes ``start`` to ``end`` of a file, with what is open where they begin; null at its beginning."""

    start: int
    end: int
    opening: Opening | None
    goes_on: bool


def cut(data: Bytes, count: int) -> list[Piece]:
    """Cut a file into at most ``count`` pieces of about the same size; into one where it cannot be told how.

    Parameters
    ----------
    data
        The file, decompressed.
    count
        How many are wanted.
    """
    style = _style(data)
    if style is None or count < 2:
        return [Piece(0, len(data), None, goes_on=False)]
    starts = {0: None, **dict(_places(data, count, style))}
    bounds = [*starts, len(data)]
    return [
        Piece(start, end, opening, goes_on=end < len(data))
        for (start, opening), end in zip(starts.items(), bounds[1:], strict=True)
    ]


class PieceReader:
    """Reads one piece, block by block: each result as :func:`risk.readers.claims_837.stream_claims_837` gives it.

    Segments are numbered from the beginning of the piece; see :func:`in_file`.

    Parameters
    ----------
    stream
        The file, decompressed; it is read from the beginning of the piece on.
    file
        Its name as the user gave it.
    piece
        Which part of it.
    block_bytes
        How many bytes are read at a time.
    """

    def __init__(self, stream: BinaryIO, file: str, piece: Piece, block_bytes: int = BLOCK_BYTES) -> None:
        self._reader = ClaimReader(file)
        stream.seek(piece.start)
        inside = None
        if piece.opening is not None:
            self._reader.resume(piece.opening)
            inside = Inside(piece.opening.delimiters, piece.start)
        stretch = _Stretch(stream, piece.end - piece.start)
        self._blocks = blocks(stretch, file, block_bytes, CUTS, inside=inside, goes_on=piece.goes_on)

    @property
    def ending(self) -> Ending:
        """Where the reader stands."""
        return self._reader.ending

    def __iter__(self) -> Iterator[ReadResult]:
        for block in self._blocks:
            self._reader.read(block)
            yield self._reader.take()

    def whole(self) -> ReadResult:
        """Read the piece at once."""
        for block in self._blocks:
            self._reader.read(block)
        return self._reader.take()


class _Stretch:
    """The next bytes of a stream, and no more."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int) -> bytes:
        read = self._stream.read(min(size, self._left))
        self._left -= len(read)
        return read


class _Style(NamedTuple):
    """How a file is written: delimiters, and what stands between a terminator and the next segment."""

    delimiters: Delimiters
    gap: bytes

    def begins(self, segment: str) -> bytes:
        """Bytes with which a segment of an id begins, the terminator before it included."""
        terminator, element = (mark.encode("latin-1") for mark in (self.delimiters.terminator, self.delimiters.element))
        return terminator + self.gap + segment.encode() + element


def _style(data: Bytes) -> _Style | None:
    head = data[:HEAD]
    if (header := next_header(head, 0, len(head))) is None:
        return None
    at, delimiters = header
    _, terminator, after = head[at:].partition(delimiters.terminator.encode("latin-1"))
    gap = after[: len(after) - len(after.lstrip(_BLANKS))]
    return _Style(delimiters, gap) if terminator else None


def _places(data: Bytes, count: int, style: _Style) -> Iterator[tuple[int, Opening]]:
    """Places of ST near the even ones, with what is open there."""
    last = 0
    for part in range(1, count):
        found = data.find(style.begins("ST"), max(len(data) * part // count, last))
        if found < 0:
            return
        at = found + 1 + len(style.gap)
        if (opening := _opening(data, at, style)) is not None:
            last = at
            yield at, opening


def _opening(data: Bytes, at: int, style: _Style) -> Opening | None:
    """What is open at an ST, going by the last ISA and the last GS before it."""
    delimiters = style.delimiters
    isa = max(data.rfind(style.begins("ISA"), 0, at), 0)
    gs = data.rfind(style.begins("GS"), isa, at)
    header = next_header(data[isa : isa + HEAD], 0, HEAD)
    if gs < 0 or header is None or header[1] != delimiters:
        return None
    isa += header[0]
    envelope = Envelope()
    envelope.open_interchange(_segment(data, isa, delimiters))
    envelope.skip_groups(_count(data, style.begins("GS"), isa, gs))
    envelope.open_group(_segment(data, gs + 1 + len(style.gap), delimiters))
    envelope.skip_transactions(_count(data, style.begins("ST"), gs, at - 1 - len(style.gap)))
    return Opening(delimiters, delimiters.component, envelope)


def _segment(data: Bytes, at: int, delimiters: Delimiters) -> list[str]:
    text = data[at : at + HEAD].decode("latin-1")
    return text.partition(delimiters.terminator)[0].strip(BLANKS).split(delimiters.element)


def _count(data: Bytes, needle: bytes, start: int, end: int) -> int:
    """Occurrences of a text; block by block, since a mapped file cannot count and copying it whole would be dear."""
    lap = len(needle) - 1
    return sum(data[at : min(at + _COUNTED + lap, end)].count(needle) for at in range(start, end, _COUNTED))


def in_order(
    pieces: Sequence[Piece],
    read: Callable[[Piece], tuple[T, Ending]],
    run: Callable[..., Iterable[tuple[T, Ending]]] = map,
) -> Iterator[tuple[T, Ending]]:
    """Give what is read of each piece, in order, each piece being what it was taken for.

    A piece in which something else was open than was expected is read again; one that turns out to end inside of a
    transaction is read again together with the next.

    Parameters
    ----------
    pieces
        From :func:`cut`.
    read
        Reads a piece: anything it likes, and where its reader ended.
    run
        Applies ``read`` to the pieces and gives the outcomes in order, such as ``map`` of an executor.
    """
    before: tuple[Piece, tuple[T, Ending]] | None = None
    for piece, outcome in zip(pieces, run(read, pieces), strict=True):
        if before is None:
            before = piece, outcome
            continue
        last, (_, ending) = before
        if ending.opening is None:
            both = replace(last, end=piece.end, goes_on=piece.goes_on)
            before = both, read(both)
            continue
        yield before[1]
        if ending.opening != piece.opening:
            piece = replace(piece, opening=ending.opening)  # as it turned out to be
            outcome = read(piece)
        before = piece, outcome
    if before is not None:
        yield before[1]


def read_pieces(
    data: bytes, file: str, pieces: Sequence[Piece], run: Callable[..., Iterable[tuple[ReadResult, Ending]]] = map
) -> ReadResult:
    """Read a file in pieces, as :func:`risk.readers.claims_837.read_claims_837` reads it whole."""

    def read(piece: Piece) -> tuple[ReadResult, Ending]:
        reader = PieceReader(io.BytesIO(data), file, piece)
        return reader.whole(), reader.ending

    results, endings = zip(*in_order(pieces, read, run), strict=True)
    joined(endings).check(file)
    before = accumulate((ending.segments for ending in endings), initial=0)
    return concat_results([in_file(result, segments) for result, segments in zip(results, before, strict=False)])


def joined(endings: Sequence[Ending]) -> Ending:
    """Where one reader of all pieces would have ended."""
    refused = dict.fromkeys(name for ending in endings for name in ending.refused)
    segments = sum(ending.segments for ending in endings)
    return Ending(endings[-1].opening, segments, sum(ending.claim_transactions for ending in endings), tuple(refused))


def in_file(result: ReadResult, segments: int) -> ReadResult:
    """Result of a piece with its segments numbered in the file, so many segments having come before."""

    def moved(reject: Reject) -> Reject:
        number = reject.segment_number
        return reject if number is None else replace(reject, segment_number=number + segments)

    if not segments:
        return result
    rejects, notes = [moved(reject) for reject in result.rejects], tuple(moved(note) for note in result.notes)
    return replace(result, rejects=rejects, notes=notes)
