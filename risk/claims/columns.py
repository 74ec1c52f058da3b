"""Columns by their distinct values: each is looked up once, however often it stands there.

Codes, payers and providers repeat thousands of times in a batch; this is how a look-up stays cheap.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Factorized(NamedTuple):
    """The distinct non-null values of a column, and the position of each row's among them; −1 where it is null."""

    positions: NDArray[np.intp]
    distinct: list[Any]


#: Factorized columns, those looked at last: many rules and features ask for the same one.
_FACTORIZED: dict[int, tuple[weakref.ref[Any], Factorized]] = {}
_MOST_FACTORIZED = 64


def factorized(values: pd.Series) -> Factorized:
    """As :func:`pandas.factorize`; remembered for texts, which lie in Arrow memory that never changes."""
    memory = getattr(values.array, "_pa_array", None)
    if memory is None:
        positions, distinct = pd.factorize(values)
        return Factorized(positions, list(distinct))
    key = id(memory)
    known = _FACTORIZED.pop(key, None)
    if known is None or known[0]() is not memory:
        if len(_FACTORIZED) >= _MOST_FACTORIZED:
            del _FACTORIZED[next(iter(_FACTORIZED))]
        forgotten = weakref.ref(memory, lambda _: _FACTORIZED.pop(key, None))  # gone with the column
        encoded = memory.combine_chunks().dictionary_encode()
        indices = encoded.indices.fill_null(-1) if encoded.indices.null_count else encoded.indices
        positions = indices.to_numpy().astype(np.intp)
        known = forgotten, Factorized(positions, encoded.dictionary.to_pylist())
    _FACTORIZED[key] = known  # the latest stands last
    return known[1]


def map_unique(values: pd.Series, function: Callable[[pd.Series], Any]) -> pd.Series:
    """Apply a function to the distinct values only and spread the answers back, aligned with ``values``.

    ``function`` takes a Series of distinct non-null values and returns as many answers (Series, array or list).
    Null stays null, and is False where the answers are booleans. Codes repeat thousands of times in a batch: this is
    how a look-up stays cheap.
    """
    positions, distinct = factorized(values)
    answers = function(pd.Series(distinct, dtype=values.dtype))
    if not isinstance(answers, pd.Series):
        answers = pd.Series(answers)
    if answers.dtype == bool:
        return pd.Series(np.append(answers.to_numpy(), False)[positions], index=values.index)
    return pd.Series(answers.array.take(positions, allow_fill=True), index=values.index)


def spread(values: pd.Series, answer: Callable[[str], Any], null: Any) -> NDArray[Any]:
    """Answer to each text of a column, in row order; ``null`` for null.

    Each distinct text is asked about once, by itself: where there are few of them this is far cheaper than
    :func:`map_unique`, whose function takes them together.
    """
    positions, distinct = factorized(values)
    answers: NDArray[Any] = np.array([*map(answer, distinct), null])[positions]
    return answers


def holds(values: pd.Series, test: Callable[[str], object]) -> NDArray[np.bool_]:
    """Whether a test holds for each text of a column: bool, in row order, False for null; as :func:`spread`."""
    positions, distinct = factorized(values)
    return np.array([*map(bool, map(test, distinct)), False])[positions]


def numbered(values: pd.Series) -> NDArray[np.intp]:
    """Number of each text, counted from 0 as they first occur; the same for the same text, −1 for null."""
    return factorized(values).positions


def rows_where(table: pd.DataFrame, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Rows of a table that are chosen (bool, in row order), under their index; cheap where none is, or all are."""
    count = np.count_nonzero(chosen)
    if count in (0, len(table)):
        return table.iloc[:count]
    return table.take(np.flatnonzero(chosen))


def one_of(values: pd.Series, texts: Iterable[str]) -> NDArray[np.bool_]:
    """Whether each text of a column is one of the given: bool, in row order, False for null."""
    return holds(values, frozenset(texts).__contains__)


def absent(values: pd.Series) -> NDArray[np.bool_]:
    """Whether each value of a column is null: bool, in row order."""
    return np.asarray(values.array.isna(), dtype=bool)
