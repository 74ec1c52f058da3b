"""Reading one X12 element: money, quantities, dates, numbers and codes, exactly or not at all.

Each reader of values takes the element's text, never empty, and raises :class:`Unreadable` where it does not hold
what the guide promises. The answers are remembered: a file repeats few distinct amounts and dates.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What may stand around a segment or element: line ends and indentation. Not the set of ``str.strip()``, which
#: holds characters that X12 files use as delimiters.
BLANKS = " \t\r\n"

_AMOUNT = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)
_MOST_DIGITS = 15  # 18 in the data element dictionary; 15 are exact in a float
#: Ten billion dollars. The 837 guides allow ten digits with the cents (005010X222A1, B.1.1.3.1.2); the sum of any
#: claim's lines stays inside 64 bits.
_TOO_MANY_CENTS = 10**12
_EPOCH = date(1970, 1, 1).toordinal()


class Unreadable(ValueError):  # noqa: N818 - it is a state of the element, reported in a note or a reject
    """An element that does not hold what was expected; the message is the expectation, never the value."""


def at(parts: Sequence[str], element: int) -> str:
    """Element of a segment, or component of a composite; empty where the segment ends before it."""
    return parts[element].strip(BLANKS) if len(parts) > element else ""


@lru_cache(maxsize=65536)
def cents(text: str) -> int:
    """Amount in dollars as integer cents."""
    if len(text) > _MOST_DIGITS or not _AMOUNT.fullmatch(text):
        raise Unreadable("expected an amount in dollars")
    amount = Decimal(text) * 100
    if amount != amount.to_integral_value():
        raise Unreadable("expected an amount of whole cents")
    if abs(amount) >= _TOO_MANY_CENTS:
        raise Unreadable("expected an amount of less than ten billion dollars")
    return int(amount)


@lru_cache(maxsize=65536)
def quantity(text: str) -> float:
    """Units, minutes or days: a plain decimal number."""
    if len(text) > _MOST_DIGITS or not _AMOUNT.fullmatch(text):
        raise Unreadable("expected a number of units")
    return float(text)


@lru_cache(maxsize=65536)
def day(text: str) -> int:
    """Date CCYYMMDD as days since 1970-01-01."""
    if not (len(text) == 8 and text.isdecimal()):
        raise Unreadable("expected a date CCYYMMDD")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal() - _EPOCH
    except ValueError:
        raise Unreadable("expected a date of the calendar, CCYYMMDD") from None


def period_start(text: str) -> int:
    """First day of a date (D8) or a range of dates (RD8), as days since 1970-01-01."""
    return day(text.partition("-")[0])


def period_end(text: str) -> int:
    """Last day of a range of dates (RD8); the day itself of a single date (D8)."""
    return day(text.rpartition("-")[2])


def moment_day(text: str) -> int:
    """Day of a date (D8) or of a date with hour and minute CCYYMMDDHHMM (DT)."""
    return day(text[:8] if len(text) == 12 and text.isascii() and text.isdecimal() else text)


def pointer(text: str) -> int:
    """Diagnosis code pointer: a position from 1 to 12."""
    if not (len(text) <= 2 and text.isdecimal() and 1 <= int(text) <= 12):
        raise Unreadable("expected a diagnosis pointer from 1 to 12")
    return int(text)


def code(text: str) -> str:
    """Code of a code list, in upper case."""
    return text.upper()


def sex(text: str) -> str:
    """Sex as the payer knows it: F, M or U (DMG03)."""
    if (known := text.upper()) not in ("F", "M", "U"):
        raise Unreadable("expected F, M or U")
    return known


def plain(text: str) -> str:
    """Give back an identifier or name, as it stands."""
    return text
