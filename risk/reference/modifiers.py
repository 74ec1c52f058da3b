"""Modifiers of service lines: which lines carry one of some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import factorized
from risk.claims.tables import MODIFIERS
from risk.reference._remember import remember_last

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import pandas as pd
    from numpy.typing import NDArray


def carries_modifier(lines: pd.DataFrame, modifiers: AbstractSet[str]) -> NDArray[np.bool_]:
    """Whether each row of ``service_lines`` carries one of the modifiers: a bool array, in row order.

    What the rows carry is kept for the next question about the same table, so it is not to be changed in between.
    """
    carried = np.zeros(len(lines), dtype=bool)
    for modifier, rows in _rows_by_modifier(lines).items():
        if modifier in modifiers:
            carried[rows] = True
    return carried


@remember_last
def _rows_by_modifier(lines: pd.DataFrame) -> dict[str, NDArray[np.intp]]:
    """Rows of ``service_lines`` that carry each modifier there is on them, by position."""
    carrying: dict[str, list[NDArray[np.intp]]] = {}
    for column in MODIFIERS:
        numbers, distinct = factorized(lines[column])
        rows = np.flatnonzero(numbers >= 0)
        rows = rows[np.argsort(numbers[rows], kind="stable")]
        begins = np.searchsorted(numbers[rows], np.arange(len(distinct) + 1)).tolist()
        for modifier, begin, end in zip(distinct, begins, begins[1:], strict=False):
            carrying.setdefault(modifier, []).append(rows[begin:end])
    return {modifier: np.concatenate(parts) for modifier, parts in carrying.items()}
