"""Spans of a block into columns: texts, codes, dates, amounts; each says which spans it could not take.

A primitive here takes what nearly every file writes: eight digits as a date, a plain amount with at most two decimals.
Whatever else an element may hold is left to :mod:`risk.readers.elements`, which reads it one at a time, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.readers.segments import Segments
from risk.readers.tokens import Array, Tokens

_EPOCH = np.datetime64("1970-01-01")
NO_DAY = int(np.iinfo(np.int64).min)  # numpy's NaT
NO_CENTS = NO_DAY  # an amount that is null

_FIRST_YEAR, _YEARS = 1800, 400
_ZEROS = np.uint64(0x3030303030303030)
_HIGH_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES = np.uint64(0x0606060606060606)
#: The last n bytes of a word, by n.
_LAST_BYTES = np.array([((1 << (8 * n)) - 1) << (8 * (8 - n)) for n in range(9)], dtype=np.uint64)


NOWHERE: Array = np.array([], dtype=np.int64)
MOST_CENTS = 10**10  # of one amount that is taken here; sums of lines stay far inside 64 bits


@dataclass(frozen=True)
class Texts:
    """Text values as spans of the block, and for each instance of a loop the place of its value, −1 for none."""

    tokens: Tokens
    start: Array
    end: Array
    place: Array

    def taken(self, instances: Array) -> Array:
        """Places of the values of instances; −1 stands for no instance."""
        if not len(self.place):
            return np.full(len(instances), -1)
        return np.where(instances >= 0, self.place[instances], -1)

    def array(self, places: Array, *, upper: bool = False) -> pa.Array:
        """Values at places, null at −1."""
        if not len(self.start):
            return pa.nulls(len(places), pa.large_string())
        bounds = np.empty(2 * len(self.start), dtype=np.int64)
        bounds[0::2], bounds[1::2] = self.start, self.end
        spans = pa.LargeStringArray.from_buffers(
            len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(self.tokens.padded)
        )
        absent = places < 0
        index = pa.array(places * 2, mask=absent) if absent.any() else pa.array(places * 2)
        values = spans.take(index)
        return pc.ascii_upper(values) if upper else values


class Values(NamedTuple):
    """Numbers of a field and for each instance of its loop the place of its number, −1 for none."""

    values: Array
    place: Array

    def taken(self, instances: Array, absent: float) -> Array:
        """Values of instances; ``absent`` where there is none."""
        if not len(self.values):
            return np.full(len(instances), absent)
        at = np.where(instances >= 0, self.place[instances], -1)
        return np.where(at >= 0, self.values[at], absent)


def texts_of(tokens: Tokens, start: Array, end: Array, instance_of: Array, instances: int) -> Texts:
    """Texts by the instance each belongs to; of several the first counts."""
    return Texts(tokens, start, end, places(instance_of, instances))


def places(instance_of: Array, instances: int) -> Array:
    """For each instance the first of the values that belong to it; −1 for none."""
    if not len(instance_of):
        return NOWHERE
    place: Array = np.full(instances, -1)
    place[instance_of[::-1]] = np.arange(len(instance_of) - 1, -1, -1)
    return place


def is_digits(words: Array) -> Array:
    """Whether all eight bytes are digits."""
    digits: Array = ((words & _HIGH_HALVES) == _ZEROS) & (((words + _SIXES) & _HIGH_HALVES) == _ZEROS)
    return digits


def eight_digits(words: Array) -> Array:
    """Number that eight digits write."""
    words = words & np.uint64(0x0F0F0F0F0F0F0F0F)
    words = (words * np.uint64(2561)) >> np.uint64(8)
    words = ((words & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    return (((words & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32)).astype(np.int64)


def _calendar() -> Array:
    """Days since 1970-01-01 of year, month and day packed as the tokenizer finds them; no day where there is none."""
    table = np.full((_FIRST_YEAR + _YEARS) * 512, NO_DAY)
    days = np.arange(np.datetime64(f"{_FIRST_YEAR}-01-01"), np.datetime64(f"{_FIRST_YEAR + _YEARS}-01-01"))
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    month = (months - years).astype(np.int64) + 1
    year = years.astype(np.int64) + 1970
    table[year * 512 + month * 32 + (days - months).astype(np.int64) + 1] = (days - _EPOCH).astype(np.int64)
    return table


_CALENDAR = _calendar()


def days(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    """Dates CCYYMMDD as days since 1970-01-01, and whether each was one (from 1800 to 2199)."""
    words = tokens.word(start)
    good = (end - start == 8) & is_digits(words)
    pairs = (words & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(2561)  # century, year, month, day in two bytes each
    century, year, month, day = ((pairs >> np.uint64(shift)) & np.uint64(0xFF) for shift in (8, 24, 40, 56))
    slot = (((century * np.uint64(100) + year) << np.uint64(4)) + month << np.uint64(5)) + day
    good &= (slot < len(_CALENDAR)) & (month < 16) & (day < 32)
    value = _CALENDAR[np.where(good, slot, 0)]
    return value, good & (value != NO_DAY)


def period_bounds(tokens: Tokens, start: Array, end: Array, *, last: bool) -> tuple[Array, Array]:
    """First or last day of a date or of a range of dates CCYYMMDD-CCYYMMDD, as :func:`days`."""
    is_range = (end - start == 17) & (tokens.byte(start + 8) == ord("-"))
    if last:
        return days(tokens, np.where(is_range, end - 8, start), end)
    return days(tokens, start, np.where(is_range, start + 8, end))


def hundredths(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    """Unsigned decimal numbers of at most eight digits before the point and two after it, times a hundred."""
    length = end - start
    dot = ord(".")
    one, two, three = (tokens.byte(end - n) == dot for n in (1, 2, 3))
    decimals = np.where(one & (length >= 1), 1, 0) + np.where(two & (length >= 2), 2, 0)
    decimals += np.where(three & (length >= 3), 3, 0)  # with the point itself
    whole_end = end - decimals
    digits = whole_end - start
    masks = _LAST_BYTES[np.clip(digits, 0, 8)]
    words = (tokens.word(whole_end - 8) & masks) | (_ZEROS & ~masks)
    tenths = np.where(decimals >= 2, tokens.byte(whole_end + 1), 48).astype(np.int64) - 48
    cents = np.where(decimals == 3, tokens.byte(whole_end + 2), 48).astype(np.int64) - 48
    good = is_digits(words) & (digits <= 8) & (digits + decimals >= 1) & (decimals <= 3)
    good &= ((digits > 0) | (decimals > 1)) & (tenths >= 0) & (tenths <= 9) & (cents >= 0) & (cents <= 9)
    return eight_digits(words) * 100 + tenths * 10 + cents, good


def signed_hundredths(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    """As :func:`hundredths`, of numbers that a minus may lead."""
    negative = tokens.byte(start) == ord("-")
    value, good = hundredths(tokens, start + negative, end)
    return np.where(negative, -value, value), good


def amounts(segments: Segments, element: int | Array) -> tuple[Array, Array]:
    """Cents of one element of each segment, and whether there was such an amount."""
    there, start, end = segments.spans(element)
    value, good = hundredths(segments.tokens, start, end)
    good &= value < MOST_CENTS
    if isinstance(there, slice):
        return np.where(good, value, 0), good
    cents: Array = np.zeros(len(segments), dtype=np.int64)
    found: Array = np.zeros(len(segments), dtype=bool)
    cents[there], found[there] = np.where(good, value, 0), good
    return cents, found


def naturals(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    """Whole numbers of one to eight digits, and whether each was one."""
    length = end - start
    masks = _LAST_BYTES[np.clip(length, 0, 8)]
    words = (tokens.word(end - 8) & masks) | (_ZEROS & ~masks)
    return eight_digits(words), is_digits(words) & (length >= 1) & (length <= 8)


class Components:
    """Components of composites, counted from 0."""

    def __init__(self, tokens: Tokens, start: Array, end: Array) -> None:
        self.tokens, self._start, self._end = tokens, start, end
        self._first = np.searchsorted(tokens.components, start)
        last = len(tokens.components) - 1
        self.count: Array = np.ones(len(start), dtype=np.int64)
        more = tokens.components[self._first] < end
        while more.any():
            self.count += more
            more &= tokens.components[np.minimum(self._first + self.count - 1, last)] < end

    def __getitem__(self, rank: int) -> tuple[Array, Array]:
        """Spans of one component, blanks around it skipped; empty where the composite ends before it."""
        start, end = self.raw(rank)
        return self.tokens.trimmed(start, end)

    def raw(self, rank: int) -> tuple[Array, Array]:
        """Spans of one component as it stands."""
        separators = self.tokens.components
        last = len(separators) - 1
        there = self.count > rank
        start = self._start if rank == 0 else separators[np.minimum(self._first + rank - 1, last)] + 1
        end = np.where(self.count > rank + 1, separators[np.minimum(self._first + rank, last)], self._end)
        return np.where(there, start, self._end), np.where(there, end, self._end)

    def texts(self, rank: int, instance_of: Array, instances: int) -> Texts:
        """One component by the instance each composite belongs to."""
        if not (self.count > rank).any():
            return Texts(self.tokens, NOWHERE, NOWHERE, NOWHERE)
        start, end = self[rank]
        said = np.flatnonzero(end > start)
        return texts_of(self.tokens, start[said], end[said], instance_of[said], instances)
