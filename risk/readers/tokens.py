"""The one tokenizer of the columnar readers: where every segment and element of a block of X12 bytes stands.

``D`` holds the positions of all element separators and terminators; a segment knows the index in ``D`` of the
terminator before it, so that its element ``k`` lies between ``D[head + k]`` and ``D[head + k + 1]``. Nothing is cut
out of the block until a column is made. All positions count from the beginning of the padded block.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from risk.readers import claims_837_fields, remits_835_fields
from risk.readers.segments import Segments
from risk.readers.words import Words

if TYPE_CHECKING:
    from risk.readers.x12 import Delimiters

Array = np.ndarray[Any, Any]

#: Zero bytes before and after a block, so that eight bytes may be taken at, or before, any position in it.
PAD = bytes(16)

_SEGMENT_IDS = sorted(claims_837_fields.SEGMENT_IDS | remits_835_fields.SEGMENT_IDS)
_IDS = Words(_SEGMENT_IDS, "<u4")
#: Small number of each segment id of the 837 and 835 guides; 0 is an id of neither.
ID = {name: number for number, name in enumerate(_SEGMENT_IDS, start=1)}

#: The first n bytes of a word, by n.
_FIRST = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)
_LAST = len(_FIRST) - 1
#: No word: longer than eight bytes.
TOO_LONG = np.uint64(2**64 - 1)
_BLANKS = b"\t\n\r "
_USUAL_BLANKS = 64  # of indentation: so many are skipped before all segments at once


class Tokens:
    """Segments of a block, one row each.

    Parameters
    ----------
    padded
        The block with :data:`PAD` before and after it.
    delimiters
        Of its interchange, one Latin-1 character each.

    Attributes
    ----------
    ids
        By segment: number of its id in :data:`ID`, upper and lower case alike; 0 for others.
    head, count
        By segment: index in ``D`` of the terminator before it; number of elements.
    start, end
        By segment: positions of its first byte, blanks skipped, and of its terminator.
    cut
        Whether the last segment has no terminator.
    """

    def __init__(self, padded: bytes, delimiters: Delimiters) -> None:
        self.padded, self.delimiters = padded, delimiters
        self.begin, self.limit = len(PAD), len(padded) - len(PAD)
        self._raw: Array = np.frombuffer(padded, np.uint8)
        # Texts rather than numbers, since numpy gathers numbers that are not aligned at half the speed.
        self._words: Array = np.ndarray((len(padded) - 7,), "S8", padded, strides=(1,))
        self._quads: Array = np.ndarray((len(padded) - 3,), "S4", padded, strides=(1,))
        self._element, self._terminator = ord(delimiters.element), ord(delimiters.terminator)
        self._is_blank: Array = np.zeros(256, dtype=bool)
        self._is_blank[[blank for blank in _BLANKS if blank != self._terminator]] = True
        self._find_segments()
        self._skip_blanks()
        self.ids = self._identify()

    def __len__(self) -> int:
        return len(self.start)

    def _find_segments(self) -> None:
        ends = self._raw == self._terminator
        ends[[self.begin - 1, self.limit]] = True  # as if a terminator stood before and after the block
        self.D: Array = np.flatnonzero(ends | (self._raw == self._element))
        heads = np.flatnonzero(ends[self.D])
        tail = self.padded[int(self.D[heads[-2]]) + 1 : self.limit]
        self.cut = bool(tail.strip(_BLANKS))
        self._tail_line_ends = tail.count(b"\n") + tail.count(b"\r")
        if not self.cut:
            heads = heads[:-1]
        at = self.D[heads]
        self.head, self.count = heads[:-1], np.diff(heads) - 1
        self.start, self.end = at[:-1] + 1, at[1:]

    def _skip_blanks(self) -> None:
        """Move segment starts past line ends and indentation; segments of blanks alone are none."""
        line_ends = 0 if self.cut else -self._tail_line_ends
        for line_end in (b"\n", b"\r"):
            if self._terminator != line_end[0] and line_end in self.padded:
                line_ends += int(np.count_nonzero(self._raw == line_end[0]))
        byte = self.byte(self.start)
        for _ in range(_USUAL_BLANKS):
            if not (blank := self._is_blank[byte]).any():
                break
            line_ends -= int(np.count_nonzero((byte == 10) | (byte == 13)))
            self.start = self.start + blank
            byte = self._raw[self.start] * blank
        for row in np.flatnonzero(self._is_blank[byte]).tolist():  # the few with many blanks, one by one
            start = int(self.start[row])
            rest = self.padded[start : int(self.end[row])]
            blanks = rest[: len(rest) - len(rest.lstrip(_BLANKS))]
            line_ends -= blanks.count(b"\n") + blanks.count(b"\r")
            self.start[row] = start + len(blanks)
        empty = self.start >= self.end
        if empty.any():
            kept = ~empty
            self.head, self.count = self.head[kept], self.count[kept]
            self.start, self.end = self.start[kept], self.end[kept]
        self._wrapped = line_ends > 0

    def _identify(self) -> Array:
        words = self._quads[self.start].view("<u4")
        second, third = (words >> np.uint32(16)).astype(np.uint8), (words >> np.uint32(24)).astype(np.uint8)
        of_two = (second == self._element) | (second == self._terminator)
        of_three = (third == self._element) | (third == self._terminator)
        words &= np.where(of_two, np.uint32(0xFFFF), np.uint32(0xFFFFFF))
        words &= ~((words & np.uint32(0x404040)) >> np.uint32(1))  # upper case
        found = _IDS.find(words)
        found += 1
        found *= of_two | of_three
        return found.astype(np.uint8)

    # ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def byte(self, at: Array) -> Array:
        """Byte at each position; zero just outside of the block."""
        taken: Array = self._raw.take(at)
        return taken

    def word(self, at: Array) -> Array:
        """Eight bytes from each position on."""
        words: Array = self._words[at].view("<u8")
        return words

    def key(self, start: Array, end: Array) -> Array:
        """Text of each span as one number, see :mod:`risk.readers.words`; :data:`TOO_LONG` beyond eight bytes."""
        length = end - start
        keys: Array = self.word(start) & _FIRST[np.minimum(length, _LAST)]
        if len(length) and length.max() > _LAST:
            keys[length > _LAST] = TOO_LONG
        return keys

    def text(self, row: int) -> str:
        """One segment, as Latin-1."""
        return self.padded[int(self.start[row]) : int(self.end[row])].decode("latin-1")

    # ── elements ──────────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self, name: str) -> Array:
        """Segments of an id."""
        number = ID[name]
        of_id: Array = self._by_id[self._id_begins[number] : self._id_begins[number + 1]]
        return of_id

    @cached_property
    def _by_id(self) -> Array:
        return np.argsort(self.ids, kind="stable")

    @cached_property
    def _id_begins(self) -> Array:
        return np.append(0, np.cumsum(np.bincount(self.ids, minlength=256)))

    def segments(self, rows: Array) -> Segments:
        """Some segments, for what their elements say."""
        return Segments(self, rows)

    def spans(self, rows: Array, element: int | Array) -> tuple[Array | slice, Array, Array]:
        """Spans of one element of each row, see :meth:`risk.readers.segments.Segments.spans`."""
        return Segments(self, rows).spans(element)

    def key_of(self, rows: Array, element: int) -> Array:
        """Text of one element of each row as a number; 0 where it is blank or absent."""
        return Segments(self, rows).keys(element)

    @cached_property
    def components(self) -> Array:
        """Positions of component separators, and one beyond the block."""
        return np.append(np.flatnonzero(self._raw == ord(self.delimiters.component)), len(self.padded))

    @cached_property
    def has_padding(self) -> bool:
        """Whether an element or component may begin or end with a blank."""
        if self._wrapped or b"\t" in self.padded:
            return True
        marks = np.zeros(256, dtype=bool)
        marks[[self._element, ord(self.delimiters.component)]] = True
        spaces = np.flatnonzero(self._raw == ord(" "))
        before, after = self._raw[spaces - 1], self._raw[spaces + 1]
        marks_after = marks.copy()
        marks_after[self._terminator] = True
        if (marks[before] | marks_after[after]).any():
            return True
        return bool(self._is_blank[self._raw[self.end - 1]].any())

    def trimmed(self, start: Array, end: Array) -> tuple[Array, Array]:
        """Spans without the blanks around them."""
        if not self.has_padding:
            return start, end
        start, end = start.copy(), end.copy()
        at = np.flatnonzero((start < end) & self._is_blank[self.byte(start)])
        while len(at):
            start[at] += 1
            at = at[(start[at] < end[at]) & self._is_blank[self.byte(start[at])]]
        at = np.flatnonzero((start < end) & self._is_blank[self.byte(end - 1)])
        while len(at):
            end[at] -= 1
            at = at[(start[at] < end[at]) & self._is_blank[self.byte(end[at] - 1)]]
        return start, end

    def strange(self, guide: frozenset[str]) -> Array:
        """Segments whose id is none of a guide's."""
        known = np.zeros(256, dtype=bool)
        known[[ID[name] for name in guide]] = True
        return np.flatnonzero(~known[self.ids])

    # ── what the columns cannot take ──────────────────────────────────────────────────────────────────────────────

    @property
    def has_nul(self) -> bool:
        """Whether there are zero bytes."""
        return self.padded.find(b"\0", self.begin, self.limit) >= 0

    @cached_property
    def wrapped_rows(self) -> Array:
        """Segments with a line end inside."""
        if not self._wrapped:
            return np.array([], dtype=np.int64)
        is_line_end = self._is_blank[self._raw] & (self._raw != ord(" ")) & (self._raw != ord("\t"))
        at = np.flatnonzero(is_line_end)
        row = self.row_at(at)
        inside = (row >= 0) & (at >= self.start[row]) & (at < self.end[row])
        return np.unique(row[inside])

    @cached_property
    def foreign(self) -> tuple[Array, Array]:
        """Segments and elements that hold bytes beyond ASCII."""
        at = np.array([], dtype=np.int64) if self.padded.isascii() else np.flatnonzero(self._raw > 127)
        row = self.row_at(at)
        at, row = at[row >= 0], row[row >= 0]
        return row, np.searchsorted(self.D, at, side="right") - 1 - self.head[row]

    def row_at(self, positions: Array) -> Array:
        """Segment in which each position lies, or the one before it; −1 before the first."""
        return np.searchsorted(self.start, positions, side="right") - 1
