"""Short texts as numbers: up to eight ASCII characters as they lie in memory, looked up in a small vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = np.ndarray[Any, Any]

_SLOT_BITS = 10
_FIRST_MULTIPLIER = 0x9E3779B97F4A7C15  # odd, its bits well mixed: 2^64 divided by the golden ratio
_NEXT_MULTIPLIER = 0x632BE59BD9B4E02A


def word(text: str) -> int:
    """Number of a text of up to eight ASCII characters."""
    return int.from_bytes(text.encode("ascii"), "little")


def upper(words: Array) -> Array:
    """Words of letters and digits in upper case."""
    folded: Array = words & ~((words & np.uint64(0x4040404040404040)) >> np.uint64(1))
    return folded


class Words:
    """A vocabulary in which many words are looked up at once, by a hash that no two of its words share.

    Parameters
    ----------
    texts
        The words.
    dtype
        Of the arrays to be looked up: eight bytes a word, or four where that is enough.
    """

    def __init__(self, texts: Sequence[str], dtype: str = "<u8") -> None:
        words = np.array([word(text) for text in texts], dtype=dtype)
        self._type = words.dtype.type
        self._shift = self._type(8 * words.dtype.itemsize - _SLOT_BITS)
        multiplier = _FIRST_MULTIPLIER
        self._multiplier = self._type(multiplier >> (64 - 8 * words.dtype.itemsize))
        while len(set(self._slots(words).tolist())) < len(words):
            multiplier = (multiplier + _NEXT_MULTIPLIER) % 2**64
            self._multiplier = self._type(multiplier >> (64 - 8 * words.dtype.itemsize))
        self._keys: Array = np.zeros(1 << _SLOT_BITS, dtype=dtype)
        self._ranks: Array = np.full(1 << _SLOT_BITS, -1, dtype=np.int16)
        slots = self._slots(words)
        self._keys[slots], self._ranks[slots] = words, np.arange(len(words))

    def find(self, words: Array) -> Array:
        """Place of each word in the vocabulary; −1 for others."""
        slots = self._slots(words)
        ranks = self._ranks[slots]
        ranks[self._keys[slots] != words] = -1
        return ranks

    def _slots(self, words: Array) -> Array:
        slots: Array = (words * self._multiplier) >> self._shift
        return slots
