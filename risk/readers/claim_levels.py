"""Where the loops of a block of 837 claims begin, and which hang from which.

A unit is a segment of the envelope, of a hierarchical level or of a claim (ISA GS ST SE GE IEA, HL, CLM) with what
follows it up to the next such segment.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from risk.readers.elements import at
from risk.readers.tokens import ID, TOO_LONG, Array, Tokens
from risk.readers.transactions import claim_kind_of
from risk.readers.words import Words

if TYPE_CHECKING:
    from risk.readers.claim_loop import ClaimLoop

_ENVELOPE = np.zeros(256, dtype=bool)
_ENVELOPE[[ID[name] for name in ("ISA", "GS", "ST", "SE", "GE", "IEA")]] = True
_OPENS_UNIT = _ENVELOPE.copy()
_OPENS_UNIT[[ID["HL"], ID["CLM"]]] = True
_LEVELS = Words(["20", "22", "23"])


class Levels:
    """Units of a block, and for each one the levels that are open in it.

    Parameters
    ----------
    tokens
        Segments of the block, led by the levels that were open before it.
    loop
        The reader, as it stands before the block.

    Attributes
    ----------
    rows
        By unit: its first segment.
    lengths
        By unit: number of its segments.
    ids
        By unit: number of its segment id.
    billing, subscriber, patient
        By unit: the open 2000A, 2000B and 2000C, as units; −1 for none.
    transaction
        By unit: the open ST, as a unit; −1 for one that was open before.
    in_claims
        By unit: whether it stands in a transaction of claims.
    institutional
        By unit: whether its transaction declares institutional claims.
    """

    def __init__(self, tokens: Tokens, loop: ClaimLoop) -> None:
        self.tokens = tokens
        opens = _OPENS_UNIT[tokens.ids]
        opens[:1] = True
        self.rows = np.flatnonzero(opens)
        self.lengths = np.diff(self.rows, append=len(tokens))
        self.unit_of_row: Array = np.repeat(np.arange(len(self.rows)), self.lengths)
        self.ids = tokens.ids[self.rows]
        self.envelope = np.flatnonzero(_ENVELOPE[self.ids])
        self._follow_envelope(loop)
        units = np.arange(len(self.rows))
        level = np.full(len(units), -1)
        is_level = self.ids == ID["HL"]
        self._hl = np.flatnonzero(is_level)
        level[self._hl] = _LEVELS.find(tokens.key_of(self.rows[self._hl], 3))
        self._level = level

        def latest(those: Array) -> Array:
            return np.maximum.accumulate(np.where(those, units, -1)) if len(units) else units

        self.transaction = latest(self.ids == ID["ST"])
        a, b, c = (latest(level == rank) for rank in range(3))
        self.billing = np.where(a > self.transaction, a, -1)
        self.subscriber = np.where(b > np.maximum(self.transaction, a), b, -1)
        self.patient = np.where(c > np.maximum(np.maximum(self.transaction, a), b), c, -1)

    def _follow_envelope(self, loop: ClaimLoop) -> None:
        """Tell which transactions hold claims; there are few of them."""
        count = len(self.rows)
        version, reads, institutional = loop.envelope.version, loop.reads_claims, loop.declares_institutional
        at_units, states = [0], [(reads, institutional)]
        for unit in self.envelope.tolist():
            name = self.ids[unit]
            if name == ID["ISA"]:
                continue
            parts = self.tokens.text(int(self.rows[unit])).split(self.tokens.delimiters.element)
            reads = False
            if name == ID["GS"]:
                version = at(parts, 8).upper()
            elif name == ID["ST"]:
                kind = claim_kind_of(at(parts, 1), at(parts, 3).upper() or version)
                reads, institutional = kind is not None, kind == "institutional"
            at_units.append(unit)
            states.append((reads, institutional))
        lengths = np.diff([*at_units, count])
        self.in_claims: Array = np.repeat(np.array([reads for reads, _ in states], dtype=bool), lengths)
        self.institutional: Array = np.repeat(np.array([kind for _, kind in states], dtype=bool), lengths)

    @cached_property
    def nested(self) -> bool:
        """Whether every level of claims hangs from the one that is open, so that order alone tells what it inherits."""
        tokens, units = self.tokens, self._hl[self.in_claims[self._hl]]
        rows = self.rows[units]
        own = np.zeros(len(self.rows) + 1, dtype=np.uint64)  # the last for "no unit"
        own[self._hl] = tokens.key_of(self.rows[self._hl], 1)
        parent = tokens.key_of(rows, 2)
        level = self._level[units]
        keys = own[units]
        if (level < 0).any() or (keys == 0).any() or (keys == TOO_LONG).any() or (parent == TOO_LONG).any():
            return False
        above = np.where(level == 1, self.billing[units], self.subscriber[units])
        hangs = (level == 0) | (parent == 0) | (own[above] == parent)
        hangs |= (level == 1) & (above < 0)  # no 2000A in this transaction at all
        return bool(hangs.all())

    @property
    def has_odd_units(self) -> bool:
        """Whether the block begins with no unit, or has an ISA inside: what follows belongs to what was open before."""
        return not _OPENS_UNIT[self.ids[0]] or bool((self.ids[1:] == ID["ISA"]).any())

    @property
    def has_wrapped_envelope(self) -> bool:
        """Whether a segment of the envelope has a line end inside; that of an ISA matters to nobody."""
        wrapped = self.tokens.ids[self.tokens.wrapped_rows]
        return bool((_ENVELOPE[wrapped] & (wrapped != ID["ISA"])).any())

    def text(self, unit: int) -> bytes:
        """Bytes of a unit."""
        return self.texts(np.array([unit]))[0]

    def texts(self, units: Array) -> list[bytes]:
        """Bytes of several units."""
        tokens = self.tokens
        bounds = np.append(tokens.start[self.rows], tokens.limit)
        starts, ends = bounds[units].tolist(), bounds[units + 1].tolist()
        return [tokens.padded[start:end] for start, end in zip(starts, ends, strict=True)]

    def row_range(self, unit: int) -> range:
        """Segments of a unit."""
        last = unit + 1 == len(self.rows)
        return range(int(self.rows[unit]), len(self.tokens) if last else int(self.rows[unit + 1]))

    def open_at_end(self) -> bytes:
        """Bytes of the levels of claims that are open where the block ends."""
        if not len(self.rows) or not self.in_claims[-1]:
            return b""
        units = [int(levels[-1]) for levels in (self.billing, self.subscriber, self.patient)]
        return b"".join(self.text(unit) for unit in units if unit >= 0)

    def units_of(self, level: int, first: int) -> Array:
        """Units of one level of claims (0 to 2) from unit ``first`` on."""
        units = np.flatnonzero((self._level == level) & self.in_claims)
        return units[units >= first]
