"""Loops that occur several times in a claim, and what is numbered within one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from risk.readers.tokens import Array


class Instances:
    """Instances of a loop inside claims.

    Attributes
    ----------
    rows, unit
        By instance: the segment that opens it, and its claim.
    """

    def __init__(self, rows: Array, unit: Array) -> None:
        self.rows, self.unit = rows, unit

    def of(self, rows: Array) -> Array:
        """Instance that is open at each segment."""
        return np.searchsorted(self.rows, rows, side="right") - 1

    @cached_property
    def position(self) -> Array:
        """By instance: its number among those of its claim, from 1."""
        return positions(self.unit)


def positions(key: Array) -> Array:
    """Number each row from 1 among those of its claim; the keys ascend."""
    return np.arange(1, len(key) + 1) - np.searchsorted(key, key)
