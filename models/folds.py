"""Folds: which claims are scored by forests that were taught without them, so that their scores can be calibrated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

#: Denied claims whose scores are plenty to fit what makes a calibrated risk of scores: a few numbers, and some for each
#: payer and rule.
ENOUGH_DENIED = 5_000


def folds_of(denied: Booleans, folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """Rows to learn from and to score in turn, for each fold; each has its share of the denied claims."""
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return list(splitter.split(np.empty((len(denied), 0)), denied))


def enough_of(folds: Sequence[tuple[Rows, Rows]], denied: Booleans) -> list[tuple[Rows, Rows]]:
    """Leave out the folds that nobody needs once ``ENOUGH_DENIED`` are scored: each costs a fit of every forest."""
    scored = np.cumsum([denied[held].sum() for _, held in folds])
    return list(folds[: 1 + int(np.searchsorted(scored, ENOUGH_DENIED))])


def scored_by(parts: Sequence[tuple[Rows, Rows]]) -> Rows:
    """Rows that one of the parts scores, ascending."""
    return np.sort(np.concatenate([held for _, held in parts]))


def in_order(parts: Sequence[tuple[Rows, Rows]], scores: Sequence[Floats]) -> Floats:
    """Put the scores that each part gives its rows in the order of :func:`scored_by`."""
    return np.concatenate(scores)[np.argsort(np.concatenate([held for _, held in parts]))]
