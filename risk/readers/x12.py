"""X12 bytes as interchanges and segments with their positions; knows delimiters, nothing of claims.

Every ISA declares the delimiters of its interchange: they are taken from there, and may change inside one file. The
bytes are taken as Latin-1, one character each, so that a character's position is its byte offset; what turns out to
be UTF-8 is decoded where text becomes a value (:func:`utf8`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from risk.errors import InputError
from risk.readers.elements import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOM = "\xef\xbb\xbf"  # the UTF-8 byte order mark, read as Latin-1
_ISA_ELEMENTS = 16  # X12.5 interchange control header
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

    A file without any ISA that begins with GS or ST is one interchange with the customary delimiters.

    Raises
    ------
    InputError
        Where there is neither, or a header is cut off.
    """
    text = data.decode("latin-1")
    headers = list(_headers(text, "ISA")) or list(_headers(text, "isa"))
    if headers:
        ends = [*(at for at, _ in headers[1:]), len(text)]
        return [
            Interchange(delimiters, at, text[at:end].split(delimiters.terminator), has_header=True)
            for (at, delimiters), end in zip(headers, ends, strict=True)
        ]
    body = text.removeprefix(_BOM).lstrip(BLANKS)
    if body[:3].upper() in ("GS*", "ST*"):
        return [Interchange(Delimiters(), len(text) - len(body), body.split("~"), has_header=False)]
    raise InputError(file, "expected an X12 file that begins with a complete ISA segment", "is it an 837 file?")


def utf8(value: str) -> str:
    """Text of a Latin-1 decoded value whose bytes may be UTF-8; stays as it is where they are not.

    Nor are they where the value has left Latin-1: the capital of ``ÿ`` is not in it.
    """
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _headers(text: str, tag: str) -> Iterator[tuple[int, Delimiters]]:
    at = text.find(tag)
    while at >= 0:
        if (delimiters := _declared(text, at)) is not None:
            yield at, delimiters
        at = text.find(tag, at + 3)


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
