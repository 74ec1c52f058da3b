"""CAS of a whole block at once, of claims and remittances alike: up to six triplets of reason, amount and units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from risk.readers.remits_835_fields import GROUP_CODES
from risk.readers.spans import NOWHERE, Texts, signed_hundredths
from risk.readers.words import Words, upper

if TYPE_CHECKING:
    from risk.readers.tokens import Array, Tokens

_GROUPS = sorted(GROUP_CODES)
_GROUP_WORDS = Words(_GROUPS)
_GROUP_CODES = pa.array(_GROUPS, pa.large_string())
_TRIPLETS = range(2, 20, 3)  # CAS02, CAS05 … CAS17: the first element of each
_HUNDRED = 100.0


class Triplets:
    """Triplets of CAS segments in file order.

    Parameters
    ----------
    tokens, rows
        The block, and its CAS segments.

    Attributes
    ----------
    rows
        By triplet: its CAS.
    cents, quantity
        By triplet: what is not paid, and units, which may be NaN.
    doubtful
        CAS that are not as the guides say.
    """

    cents: Array
    quantity: Array

    def __init__(self, tokens: Tokens, rows: Array) -> None:
        self._tokens = tokens
        group = _GROUP_WORDS.find(upper(tokens.key_of(rows, 1)))
        bad = group < 0
        found: list[tuple[Array, ...]] = []
        for first in _TRIPLETS:
            of = np.flatnonzero(tokens.count[rows] >= first)
            if not len(of):
                break
            said, good, *values = self._triplet(rows[of], first)
            bad[of[said & ~good]] = True
            found.append((of[said], *(value[said] for value in values)))
        self.doubtful: Array = rows[bad]
        columns = [np.concatenate(parts) for parts in zip(*found, strict=True)] if found else [NOWHERE] * 5
        if len(found) > 1:
            order = np.argsort(columns[0], kind="stable")
            columns = [column[order] for column in columns]
        of, start, end, self.cents, self.quantity = columns
        self.rows: Array = rows[of]
        self._group = group[of]
        self._carc = Texts(tokens, start, end, NOWHERE)

    def __len__(self) -> int:
        return len(self.rows)

    def _triplet(self, rows: Array, first: int) -> tuple[Array, ...]:
        """Whether it is said and good, spans of its reason, cents and units."""
        tokens = self._tokens
        carc, amount, units = (_spans(tokens, rows, first + n) for n in range(3))
        has_carc, has_amount, has_units = (end > start for start, end in (carc, amount, units))
        cents, good = signed_hundredths(tokens, *amount)
        good &= has_carc & has_amount
        quantity = np.full(len(rows), np.nan)
        if has_units.any():
            value, is_number = signed_hundredths(tokens, *units)
            good &= is_number | ~has_units
            quantity[has_units] = value[has_units] / _HUNDRED
        return has_carc | has_amount | has_units, good, *carc, cents, quantity

    def groups(self, kept: Array) -> pa.Array:
        """Group codes of some triplets; none of them in a doubtful CAS."""
        return _GROUP_CODES.take(pa.array(self._group[kept]))

    def carcs(self, kept: Array) -> pa.Array:
        """Reason codes of some triplets."""
        return self._carc.array(kept, upper=True)


def _spans(tokens: Tokens, rows: Array, element: int) -> tuple[Array, Array]:
    """Spans of one element of each row, empty where it is blank or absent."""
    there = tokens.count[rows] >= element
    at = tokens.head[rows] + np.where(there, element, 0)
    start, end = tokens.trimmed(tokens.D[at] + 1, tokens.D[at + 1])
    return np.where(there, start, end), end
