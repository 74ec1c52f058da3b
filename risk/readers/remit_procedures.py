"""The procedures that lines of a block of remittances name: qualifier, code and modifiers in one composite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.tables import MODIFIERS
from risk.readers.spans import Components
from risk.readers.words import upper, word

if TYPE_CHECKING:
    from risk.readers.tokens import Array, Tokens

_REVENUE = "NU"  # the code is a revenue code


class Procedures:
    """One composite of every SVC.

    Parameters
    ----------
    tokens, rows, element
        The block, its SVC, and the element: 1 as adjudicated, 6 as submitted.

    Attributes
    ----------
    doubtful
        SVC that could not be taken.
    undeclared_component
        Whether a composite of several parts may have another separator than the declared one.
    """

    def __init__(self, tokens: Tokens, rows: Array, element: int) -> None:
        self._count = len(rows)
        there, start, end = tokens.spans(rows, element)
        self._line: Array = np.arange(self._count)[there]
        self._parts = Components(tokens, start, end)
        self.undeclared_component = bool(((self._parts.count == 1) & (end - start > len(_REVENUE))).any())
        self._is_revenue: Array = np.zeros(self._count, dtype=bool)
        self._is_revenue[self._line] = upper(tokens.key(*self._parts[0])) == word(_REVENUE)
        start, end = self._parts[1]
        self.doubtful: Array = rows[self._line[self._is_revenue[self._line] & (end == start)]]

    def columns(self, line: Array) -> dict[str, pa.Array]:
        """Columns of some lines: a revenue code is no procedure code."""
        null, of_revenue, code = (
            pa.scalar(None, pa.large_string()),
            pa.array(self._is_revenue[line]),
            self._codes(1, line),
        )
        return {
            "procedure_qualifier": self._codes(0, line),
            "procedure_code": pc.if_else(of_revenue, null, code),
            "revenue_center_code": pc.if_else(of_revenue, code, null),
            **{column: self._codes(rank, line) for rank, column in enumerate(MODIFIERS, start=2)},
        }

    def _codes(self, rank: int, line: Array) -> pa.Array:
        texts = self._parts.texts(rank, self._line, self._count)
        return texts.array(texts.taken(line), upper=True)
