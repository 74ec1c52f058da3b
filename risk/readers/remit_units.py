"""Where the parts of a block of remittances begin, and which transactions are as their envelope says.

A unit is a segment of the envelope, a CLP, LX or PLB with what follows it up to the next such segment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.readers.remits_835_fields import GUIDE
from risk.readers.spans import naturals
from risk.readers.tokens import ID, TOO_LONG, Array, Tokens
from risk.readers.words import upper, word

if TYPE_CHECKING:
    from risk.readers.remit_pass import RemitPass

_ENVELOPE = np.zeros(256, dtype=bool)
_ENVELOPE[[ID[name] for name in ("ISA", "GS", "ST", "SE", "GE", "IEA")]] = True
_OPENS_UNIT = _ENVELOPE.copy()
_OPENS_UNIT[[ID[name] for name in ("CLP", "LX", "PLB")]] = True
#: The ten characters that name the guide, as two words of eight.
_OVERLAPPING = [(n, word(GUIDE[n : n + 8])) for n in (0, len(GUIDE) - 8)]


class RemitUnits:
    """Units of a block.

    Parameters
    ----------
    tokens
        Segments of the block.
    loop
        The reader, as it stands before the block.

    Attributes
    ----------
    rows, lengths, ids
        By unit: its first segment, the number of its segments, its segment id.
    unit_of_row
        By segment: its unit.
    transaction
        By unit: the open ST, as a unit; −1 for one that was open before.
    in_remits
        By unit: whether it stands in a transaction of remittances.
    transactions
        ST of each transaction that lies whole in the block and is as its SE says, as units.
    """

    def __init__(self, tokens: Tokens, loop: RemitPass) -> None:
        self.tokens = tokens
        opens = _OPENS_UNIT[tokens.ids]
        opens[:1] = True
        self.rows = np.flatnonzero(opens)
        self.lengths = np.diff(self.rows, append=len(tokens))
        self.unit_of_row: Array = np.repeat(np.arange(len(self.rows)), self.lengths)
        self.ids = tokens.ids[self.rows]
        self.envelope = np.flatnonzero(_ENVELOPE[self.ids])
        is_st = self.ids[self.envelope] == ID["ST"]
        of_remits = is_st & (tokens.key_of(self.rows[self.envelope], 1) == word("835"))
        lengths = np.diff(self.envelope, prepend=0, append=len(self.rows))
        self.in_remits: Array = np.repeat(np.append(loop.reads_remits, of_remits), lengths)
        self.transaction: Array = np.repeat(np.append(-1, np.where(is_st, self.envelope, -1)), lengths)
        self.transactions = self._whole(is_st, of_remits, loop.envelope.in_transaction, loop.envelope.version)

    @property
    def is_odd(self) -> bool:
        """Whether the block begins with no unit, has an ISA inside, or a line end in an envelope segment or an id."""
        wrapped = self.tokens.ids[self.tokens.wrapped_rows]
        return (
            not _OPENS_UNIT[self.tokens.ids[0]]
            or bool((self.ids[1:] == ID["ISA"]).any())
            or bool(((wrapped == 0) | (_ENVELOPE[wrapped] & (wrapped != ID["ISA"]))).any())
        )

    def row_range(self, unit: int) -> range:
        """Segments of a unit."""
        start = int(self.rows[unit])
        return range(start, start + int(self.lengths[unit]))

    def _whole(self, is_st: Array, of_remits: Array, was_open: bool, version: str) -> Array:
        """ST of transactions that begin after the end of another, and end with an SE that agrees with them."""
        tokens, envelope = self.tokens, self.envelope
        after_open = np.append(was_open, is_st[:-1])
        before_se = np.append(self.ids[envelope[1:]] == ID["SE"], False) if len(envelope) else of_remits
        place = np.flatnonzero(of_remits & ~after_open[: len(of_remits)] & before_se)
        st, se = self.rows[envelope[place]], self.rows[envelope[place + 1]]
        there, start, end = tokens.spans(se, 1)
        declared = np.full(len(se), -1)
        value, good = naturals(tokens, start, end)
        declared[there] = np.where(good & (tokens.byte(start) != ord("0")), value, -1)
        control = tokens.key_of(st, 2)
        alone = self.lengths[envelope[place + 1]] == 1  # else the loop sees to what follows SE
        agrees = alone & (declared == se - st + 1) & (control == tokens.key_of(se, 2)) & (control != TOO_LONG)
        of_guide = self._group_of_guide(version)[place]
        there, start, end = tokens.spans(st, 3)
        of_guide[there] = self._names_guide(start, end)
        whole: Array = envelope[place[agrees & of_guide]]
        return whole

    def _group_of_guide(self, version: str) -> Array:
        """By unit of the envelope: whether the open group's GS08 names the guide; ``version`` of one open before."""
        tokens = self.tokens
        groups = np.flatnonzero(self.ids[self.envelope] == ID["GS"])
        there, start, end = tokens.spans(self.rows[self.envelope[groups]], 8)
        names = np.zeros(len(groups) + 1, dtype=bool)
        names[0] = version.startswith(GUIDE)
        names[1:][there] = self._names_guide(start, end)
        of_guide: Array = names[np.searchsorted(groups, np.arange(len(self.envelope)), side="right")]
        return of_guide

    def _names_guide(self, start: Array, end: Array) -> Array:
        first, last = (upper(self.tokens.word(start + n)) == text for n, text in _OVERLAPPING)
        names: Array = first & last & (end - start >= len(GUIDE))
        return names
