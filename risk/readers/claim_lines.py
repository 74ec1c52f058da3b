"""The service lines of a block of 837 claims: LX with its SV1, or its SV2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.tables import POINTERS
from risk.readers.spans import Components, amounts, hundredths, naturals, texts_of
from risk.readers.tokens import ID, Array, Tokens

if TYPE_CHECKING:
    from risk.readers.claim_doubt import Doubt
    from risk.readers.claim_levels import Levels

_MOST_LINES = 10**6
_MOST_POINTER = 12
_HUNDRED = 100.0


class Lines:
    """Lines of the claims in which every LX has its service.

    Attributes
    ----------
    rows, service_rows
        By line: its LX, and its SV1 or SV2.
    unit
        By line: its claim.
    number
        By line: LX01.
    of_row
        By segment: the line that is open, for segments of 2400 and below.
    institutional
        By claim: whether its services are SV2.
    """

    def __init__(self, tokens: Tokens, levels: Levels, claims: Array, doubt: Doubt) -> None:
        ids = tokens.ids
        rows = np.flatnonzero((ids == ID["LX"]) | (ids == ID["SV1"]) | (ids == ID["SV2"]))
        unit = levels.unit_of_row[rows]
        is_line = ids[rows] == ID["LX"]
        doubt.rows(rows[~_paired(unit, is_line)])
        professional, institutional = (
            np.bincount(unit[ids[rows] == ID[name]], minlength=len(levels.rows))[claims] > 0 for name in ("SV1", "SV2")
        )
        doubt.units[claims] |= professional == institutional
        self.institutional: Array = institutional
        taken = ~doubt.units[unit] & (levels.ids[unit] == ID["CLM"]) & levels.in_claims[unit]
        self.rows, self.service_rows = rows[taken & is_line], rows[taken & ~is_line]
        self.unit: Array = levels.unit_of_row[self.rows]
        opened = np.zeros(len(tokens), dtype=np.int32)
        opened[self.rows] = 1
        self.of_row: Array = np.cumsum(opened, dtype=np.int32) - 1
        self.number = self._numbers(tokens)
        bad = (self.number < 1) | (self.number >= _MOST_LINES)
        bad[1:] |= (self.unit[1:] == self.unit[:-1]) & (self.number[1:] <= self.number[:-1])
        doubt.units[self.unit[bad]] = True

    def __len__(self) -> int:
        return len(self.rows)

    def _numbers(self, tokens: Tokens) -> Array:
        there, start, end = tokens.spans(self.rows, 1)
        number, good = naturals(tokens, start, end)
        numbers: Array = np.zeros(len(self.rows), dtype=np.int64)
        numbers[there] = np.where(good, number, 0)
        return numbers


def _paired(unit: Array, is_line: Array) -> Array:
    """Whether each LX is followed by a service of its claim, and each service led by an LX."""
    same = unit[1:] == unit[:-1]
    follows, leads = np.zeros(len(unit), dtype=bool), np.zeros(len(unit), dtype=bool)
    follows[:-1] = same & ~is_line[1:]
    leads[1:] = same & is_line[:-1]
    return np.where(is_line, follows, leads)


class Services:
    """What SV1 and SV2 say, by line: texts, cents, units and pointers."""

    def __init__(self, tokens: Tokens, rows: Array, doubt: Doubt) -> None:
        count = len(rows)
        self.institutional: Array = tokens.ids[rows] == ID["SV2"]
        hospital, office = np.flatnonzero(self.institutional), np.flatnonzero(~self.institutional)
        services = tokens.segments(rows)
        of_office = services.where(~self.institutional)
        shift = self.institutional.astype(np.int64) if len(hospital) else 0  # SV201 is the revenue code, the rest after
        there, start, end = tokens.spans(rows[hospital], 1)
        self.revenue = texts_of(tokens, start, end, hospital[there], count)
        there, start, end = services.spans(1 + shift)
        line, parts = np.arange(count)[there], Components(tokens, start, end)
        self.procedure = parts.texts(1, line, count)
        self.modifiers = [parts.texts(rank, line, count) for rank in range(2, 6)]
        self.charge, good = amounts(services, 2 + shift)
        doubt.rows(rows[~good])
        there, start, end = services.spans(4 + shift)
        quantity, good = hundredths(tokens, start, end)
        doubt.rows(rows[there][~good])
        self.quantity: Array = np.full(count, np.nan)
        self.quantity[there] = quantity / _HUNDRED
        said, start, end = of_office.spans(5)
        self.place = texts_of(tokens, start, end, office[said], count)
        self.pointers: Array = np.zeros((len(POINTERS), count), dtype=np.int64)
        said, start, end = of_office.spans(7)
        self._read_pointers(Components(tokens, start, end), office[said], rows, doubt)

    def _read_pointers(self, parts: Components, line: Array, rows: Array, doubt: Doubt) -> None:
        doubt.rows(rows[line[parts.count > len(POINTERS)]])
        for rank, pointers in enumerate(self.pointers):
            if not (parts.count > rank).any():
                break
            start, end = parts.raw(rank)
            there = np.flatnonzero(end > start)
            start, end = start[there], end[there]
            value, good = naturals(parts.tokens, start, end)
            good &= (value >= 1) & (value <= _MOST_POINTER) & (end - start <= 2)
            doubt.rows(rows[line[there[~good]]])
            pointers[line[there]] = np.where(good, value, 0)
