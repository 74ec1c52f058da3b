"""Which units of a block of 837 claims are left to the loop because something in them is, or may be, unusual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.readers.claims_837_fields import SEGMENT_IDS
from risk.readers.tokens import ID, Array

if TYPE_CHECKING:
    from risk.readers.claim_levels import Levels
    from risk.readers.claim_scopes import Scopes


class Doubt:
    """Units in doubt; whoever reads a column adds the segments it could not take.

    Parameters
    ----------
    levels, scopes
        The block.
    open_end
        Whether the interchange ends with the block, so that its last claim needs an SE after it.

    Attributes
    ----------
    units
        By unit: whether it is left to the loop.
    """

    def __init__(self, levels: Levels, scopes: Scopes, *, open_end: bool) -> None:
        self.levels = levels
        self.units: Array = np.zeros(len(levels.rows), dtype=bool)
        self._of_segments(scopes)
        self._of_ends(open_end)

    def rows(self, rows: Array) -> None:
        """Doubt the units of segments."""
        self.units[self.levels.unit_of_row[rows]] = True

    def trusted(self, rows: Array) -> Array:
        """Segments of units that are not in doubt so far."""
        return rows[~self.units[self.levels.unit_of_row[rows]]]

    def _of_segments(self, scopes: Scopes) -> None:
        tokens = scopes.tokens
        self.rows(tokens.strange(SEGMENT_IDS))
        self.rows(tokens.wrapped_rows)
        self.rows(scopes.foreign_rows)
        self.rows(tokens.rows("SV3"))
        for name in ("LX", "SV1", "SV2", "SVD", "LIN"):
            rows = tokens.rows(name)
            self.rows(rows[~scopes.in_claim[rows]])
        if tokens.cut:
            self.units[-1:] = True

    def _of_ends(self, open_end: bool) -> None:
        """Claims that an envelope ends otherwise than with SE may not be whole; a level should not end with it."""
        levels = self.levels
        after = levels.envelope[levels.envelope > 0]
        whole = (levels.ids[after] == ID["SE"]) & (levels.ids[after - 1] == ID["CLM"])
        self.units[after[~whole] - 1] = True
        if open_end:
            self.units[-1:] = True

    def inherit(self, claims: Array) -> None:
        """Doubt the claims that belong to a level in doubt."""
        levels = self.levels
        for above in (levels.billing, levels.subscriber, levels.patient):
            units = above[claims]
            self.units[claims] |= (units >= 0) & self.units[units]

    def kinds(self, claims: Array, institutional: Array) -> None:
        """Where claims are not of the kind their transaction declares, leave to the loop what it says of that once."""
        levels = self.levels
        declared = levels.institutional[claims]
        if (institutional == declared).all():
            return
        first = np.diff(levels.transaction[claims], prepend=-2) != 0
        before = np.where(first, declared, np.roll(institutional, 1))
        after_doubt = ~first & np.roll(self.units[claims], 1)
        self.units[claims] |= (institutional != before) | after_doubt
