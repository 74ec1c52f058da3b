"""Some segments of a block and their elements, as spans and as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from risk.readers.tokens import Array, Tokens


class Segments:
    """Segments of a block, in file order.

    Parameters
    ----------
    tokens
        The block.
    rows
        Which of its segments.
    """

    def __init__(self, tokens: Tokens, rows: Array) -> None:
        self.tokens, self.rows = tokens, rows
        self._head: Array = tokens.head.take(rows)
        self._count: Array = tokens.count.take(rows)
        self._keys: dict[int, Array] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def spans(self, element: int | Array) -> tuple[Array | slice, Array, Array]:
        """Spans of one element where it is there and not blank, and the places of those segments among these.

        Parameters
        ----------
        element
            Which one, counted from 1; the same for all segments, or one for each.
        """
        kept: Array | slice = slice(None)
        at: Array = self._head + element
        is_there = self._count >= element
        if not is_there.all():
            kept = np.flatnonzero(is_there)
            at = at[kept]
        D, trimmed = self.tokens.D, self.tokens.trimmed  # noqa: N806 - as the tokenizer names it
        start, end = trimmed(D.take(at) + 1, D.take(at + 1))
        said = end > start
        if said.all():
            return kept, start, end
        places = np.flatnonzero(said)
        return (places if isinstance(kept, slice) else kept[places]), start[places], end[places]

    def keys(self, element: int) -> Array:
        """Text of one element as a number, see :mod:`risk.readers.words`; 0 where it is blank or absent."""
        if element not in self._keys:
            places, start, end = self.spans(element)
            keys = self.tokens.key(start, end)
            if not isinstance(places, slice):
                keys, said = np.zeros(len(self.rows), dtype=np.uint64), keys
                keys[places] = said
            self._keys[element] = keys
        return self._keys[element]

    def where(self, chosen: Array) -> Segments:
        """Those for which ``chosen`` is true."""
        return self if chosen.all() else Segments(self.tokens, self.rows[chosen])
