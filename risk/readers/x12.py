"""X12 bytes as interchanges and segments with their positions; knows delimiters, nothing of claims.

Every ISA declares the delimiters of its interchange: they are taken from there, and may change inside one file. The
bytes are taken as Latin-1, one character each, so that a character's position is its byte offset; what turns out to
be UTF-8 is decoded where text becomes a value (:func:`utf8`).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from risk.errors import InputError
from risk.readers.elements import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BOM = b"\xef\xbb\xbf"
_BLANK_BYTES = BLANKS.encode()
_INDENT = 200  # blanks before a segment at which an interchange is cut
HEAD = 4096  # bytes that must show whether a file begins without an ISA
#: Bytes of one claim or loop beyond which a file is given up; real ones have a few thousand.
LONGEST = 1 << 23
_ISA_ELEMENTS = 16  # X12.5 interchange control header
_ISA01 = re.compile(rb"(.)[\r\n]*[^\r\n][\r\n]*[^\r\n][\r\n]*\1", re.DOTALL)  # what most look-alikes lack
_SEARCHED = 1 << 18  # bytes looked through at a time for a header, so that they stay in the processor's cache
_ISA_SPAN = 250  # characters in which a header that is not of its fixed width of 106 must still be complete


@dataclass(frozen=True)
class Delimiters:
    """The four separators of one interchange; ``repetition`` is empty before version 00402."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"


@dataclass(frozen=True)
class Interchange:
    """One interchange, cut at its terminators.

    Parameters
    ----------
    delimiters
        From its ISA, or the customary ``* : ^ ~`` where there is none.
    start
        Byte offset of the first piece in the file.
    pieces
        Text between terminators, blanks still around it; pieces of blanks alone are no segments. The last piece is
        what follows the last terminator.
    has_header
        Whether it begins with an ISA.
    """

    delimiters: Delimiters
    start: int
    pieces: list[str]
    has_header: bool

    @cached_property
    def _starts(self) -> np.ndarray[Any, Any]:
        lengths = np.fromiter(map(len, self.pieces), dtype=np.int64, count=len(self.pieces)) + 1
        return self.start + np.concatenate([[0], np.cumsum(lengths)[:-1]])

    def offset(self, piece: int) -> int:
        """Byte offset in the file at which the segment of a piece begins, blanks skipped."""
        raw = self.pieces[piece]
        return int(self._starts[piece]) + len(raw) - len(raw.lstrip(BLANKS))


def split_interchanges(data: bytes, file: str) -> list[Interchange]:
    """Cut a file into interchanges; text before the first ISA is left out.

    A file that begins with GS or ST is one interchange with the customary delimiters up to its first ISA.

    Raises
    ------
    InputError
        Where there is neither, or a header is cut off.
    """
    found = []
    for block in blocks(io.BytesIO(data), file, max(len(data), 1)):
        pieces = block.data.decode("latin-1").split(block.delimiters.terminator)
        found.append(Interchange(block.delimiters, block.offset, pieces, has_header=block.has_header))
    return found


def utf8(value: str) -> str:
    """Text of a Latin-1 decoded value whose bytes may be UTF-8; stays as it is where they are not.

    Nor are they where the value has left Latin-1: the capital of ``ÿ`` is not in it.
    """
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


@dataclass(frozen=True)
class Block:
    """Some whole segments of one interchange.

    Parameters
    ----------
    delimiters
        From its ISA, or the customary ``* : ^ ~`` where there is none.
    offset
        Byte offset of the first byte in the file.
    data
        Bytes from there; the block that ends an interchange may end with a segment that nothing terminates.
    begins, ends
        Whether it holds the beginning of its interchange, and the end.
    has_header
        Whether its interchange begins with an ISA.
    text_before
        Whether text that is in no interchange stands before it.
    """

    delimiters: Delimiters
    offset: int
    data: bytes
    begins: bool
    ends: bool
    has_header: bool
    text_before: bool = False


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Read at most ``size`` bytes; none at the end."""


class Inside(NamedTuple):
    """A place inside of an interchange: its delimiters, and the byte offset in the file."""

    delimiters: Delimiters
    offset: int


def blocks(
    stream: Readable,
    file: str,
    size: int,
    cuts: Sequence[bytes] = (),
    *,
    rather: Sequence[bytes] = (),
    inside: Inside | None = None,
    goes_on: bool = False,
) -> Iterator[Block]:
    """Cut a file into blocks of about ``size`` bytes, each of one interchange.

    Parameters
    ----------
    stream
        The file, decompressed; only ``read`` is used.
    file
        Its name as the user gave it.
    size
        How many bytes are read at a time.
    cuts
        Ids of segments before which an interchange may be cut; without them it is never cut.
    rather
        Ids of segments before which it is cut where a block has one.
    inside
        Where the stream begins inside of an interchange, what is known of it.
    goes_on
        Whether the last interchange goes on after the stream.

    Raises
    ------
    InputError
        Where there is no complete ISA and the text does not begin with GS or ST, or where nothing may be cut for
        :data:`LONGEST` bytes.
    """
    window = _Window(stream, size)
    if inside is None:
        begins, (delimiters, has_header, text_before) = True, _beginning(window, file)
    else:
        begins, delimiters, has_header, text_before = False, inside.delimiters, True, False
        window.offset = inside.offset
    while True:
        settled = window.settled
        header = next_header(window.data, 1, settled)
        if header is not None:
            at, declared = header
            yield Block(delimiters, window.offset, window.take(at), begins, True, has_header, text_before)
            delimiters, begins, has_header, text_before = declared, True, True, False
        elif window.ended:
            rest, ends = window.take(len(window.data)), not goes_on
            yield Block(delimiters, window.offset - len(rest), rest, begins, ends, has_header, text_before)
            return
        elif (at := _last_cut(window.data, settled, delimiters, rather)) > 0 or (
            at := _last_cut(window.data, settled, delimiters, cuts)
        ) > 0:
            yield Block(delimiters, window.offset, window.take(at), begins, False, has_header, text_before)
            begins = text_before = False
            window.grow()
        else:
            if cuts and len(window.data) >= max(LONGEST, 2 * size):
                where = f"expected one claim or loop to end within {LONGEST >> 20} MB of byte {window.offset}"
                raise InputError(file, where, "is a segment terminator missing?")
            window.grow()


class _Window:
    """What has been read of a stream and not been taken yet."""

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream, self._size = stream, size
        self.data, self.offset, self.ended = b"", 0, False
        self.grow()

    @property
    def settled(self) -> int:
        """Position up to which a header would be complete."""
        return len(self.data) if self.ended else max(0, len(self.data) - _ISA_SPAN)

    def grow(self) -> None:
        """Read on: a block, or as much again as there is, so that long stretches stay cheap; but not past the limit."""
        have = len(self.data)
        again = have if have >= LONGEST else min(have, LONGEST - have)
        more = self._stream.read(max(self._size, again))
        self.ended = not more
        self.data = self.data + more if self.data else more

    def take(self, length: int) -> bytes:
        """Take bytes from the front."""
        taken, self.data = self.data[:length], self.data[length:]
        self.offset += length
        return taken


def _beginning(window: _Window, file: str) -> tuple[Delimiters, bool, bool]:
    """Move the window to the first interchange; gives its delimiters, whether it has a header, and text before it."""
    while not window.ended and len(window.data) < HEAD:
        window.grow()
    body = window.data.removeprefix(_BOM).lstrip(_BLANK_BYTES)
    if body[:3].upper() in (b"GS*", b"ST*"):
        window.take(len(window.data) - len(body))
        return Delimiters(), False, False
    while True:
        if (header := next_header(window.data, 0, window.settled)) is not None:
            at, delimiters = header
            before = window.take(at).removeprefix(_BOM)
            return delimiters, True, bool(before.strip())
        if window.ended or len(window.data) >= LONGEST:
            raise InputError(file, "expected an X12 file that begins with a complete ISA segment", "is it an 837 file?")
        window.grow()


def next_header(data: bytes, begin: int, end: int) -> tuple[int, Delimiters] | None:
    """First position from ``begin`` and before ``end`` at which a complete ISA begins, with what it declares."""
    for window in range(begin, end, _SEARCHED):
        letters = np.frombuffer(data[window : min(window + _SEARCHED, end) + 2], np.uint8) & 0xDF  # upper case
        is_header = (letters[:-2] == ord("I")) & (letters[1:-1] == ord("S")) & (letters[2:] == ord("A"))
        for at in (np.flatnonzero(is_header) + window).tolist():
            if _ISA01.match(data, at + 3) is None:
                continue
            if (declared := _declared(data[at : at + _ISA_SPAN].decode("latin-1"), 0)) is not None:
                return at, declared
    return None


def _last_cut(data: bytes, end: int, delimiters: Delimiters, cuts: Sequence[bytes]) -> int:
    """Last position before ``end`` at which a segment of one of these ids begins; 0 where there is none."""
    terminator, element = (mark.encode("latin-1") for mark in (delimiters.terminator, delimiters.element))
    best = 0
    for cut in cuts:
        at = end
        while (at := data.rfind(cut + element, best + 1, at + len(cut))) > 0:
            if data[max(0, at - _INDENT) : at].rstrip(_BLANK_BYTES.replace(terminator, b"")).endswith(terminator):
                best = at
                break
            at -= 1
    return best


def _declared(text: str, at: int) -> Delimiters | None:
    """Delimiters of the ISA at a position; null where these letters are not a header.

    Elements are counted rather than measured, because some writers do not pad them. The terminator is the first
    character after ISA16 that is not blank, unless the next segment begins there: then the line end terminates.
    """
    element = text[at + 3 : at + 4]
    if not element or element.isalnum() or element in BLANKS:
        return None
    *fields, last = text[at : at + _ISA_SPAN].split(element, _ISA_ELEMENTS)
    fields = [field.replace("\r", "").replace("\n", "") for field in fields]  # lines may be wrapped inside it
    last = last.lstrip(BLANKS)
    if len(fields) < _ISA_ELEMENTS or [len(fields[n]) for n in (1, 3, 5, 7)] != [2, 2, 2, 2]:
        return None
    version = fields[12].strip()
    if not (len(version) == 5 and version.isdecimal()) or len(last) < 2:
        return None
    after = last[1:].lstrip(BLANKS)
    blanks = last[1 : len(last) - len(after)]
    if after and not after[0].isalnum():
        terminator = after[0]
    elif "\n" in blanks or "\r" in blanks:
        terminator = "\n" if "\n" in blanks else "\r"
    else:
        return None
    repetition = fields[11] if len(fields[11]) == 1 and not fields[11].isalnum() else ""
    return Delimiters(element, last[0], repetition, terminator)
