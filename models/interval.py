"""How sure the risk is: a 90 % interval that is wide where training data is thin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import expit, logit
from models.encode import MISSING, CodeTable, Places, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]

COVERAGE = 0.90
#: Normal quantile that leaves (1 − COVERAGE) / 2 above it.
_REACH = 1.6449
#: Claims that speak for a claim of which every code is new: the overall rate and the other features still do.
_LEAST_CLAIMS = 4.0
#: Beyond this many similar claims the features a claim lacks, not their number, limit what is known.
_MOST_CLAIMS = 20.0
#: Smallest distance of an end from 0 and 1.
_EDGE = 1e-4
_GRID = np.linspace(-9.3, 9.3, 373)
_LEVELS = 12


@dataclass(frozen=True)
class Support:
    """Training claims with each code of the inputs that name a payer, a procedure, a diagnosis or the like."""

    counts: Mapping[str, Mapping[str, int]]

    def scarcity(self, tables: Mapping[str, CodeTable]) -> dict[str, Floats]:
        """1 / (1 + training claims) of every place of the tables of these inputs."""
        found = {}
        for name in sorted(self.counts):
            seen = [self.counts[name].get(code, 0) for code in tables[name].codes]
            found[name] = 1.0 / (1.0 + np.array([*seen, 0], dtype=np.float64))
        return found


def similar_claims(scarcity: Mapping[str, Floats], places: Places, rows: int) -> Floats:
    """Training claims like each claim: the harmonic mean over its codes, which rare ones dominate; bounded.

    ``scarcity`` is that of :class:`Support`; ``places`` where the codes of the claims stand.
    """
    if not scarcity:
        return np.full(rows, _MOST_CLAIMS)
    total = np.zeros(rows)
    for name, by_place in scarcity.items():
        total += by_place[places[name]]
    return np.clip(len(scarcity) / total + _LEAST_CLAIMS - 1.0, _LEAST_CLAIMS, _MOST_CLAIMS)


def count_support(features: pd.DataFrame, vocabulary: Vocabulary) -> Support:
    """Count the codes of each column of the vocabulary over the training claims; rare ones are left out."""
    counts = {}
    for name, codes in vocabulary.items():
        own = features[name].fillna(MISSING).value_counts(sort=False)
        counts[name] = {str(code): int(count) for code, count in sorted(own.items()) if code in codes}
    return Support(counts)


def risk_interval(risk: Floats, similar_claims: Floats, extra_spread: Floats) -> tuple[Floats, Floats]:
    """Find the ends of the 90 % interval of each risk; both strictly between 0 and 1, the risk between them.

    Parameters
    ----------
    risk
        Combined probability of each claim.
    similar_claims
        Training claims like it, n: the rate among n claims varies as a Beta(risk·n, (1−risk)·n) does.
    extra_spread
        Standard deviation, in log-odds, that a rule unseen in training adds.
    """
    middle = logit(np.clip(risk, _EDGE / 2, 1.0 - _EDGE / 2))
    low, high = _beta_ends(middle, similar_claims)
    below = np.hypot(middle - low, _REACH * extra_spread)
    above = np.hypot(high - middle, _REACH * extra_spread)
    low_end = np.clip(expit(middle - below), _EDGE, 1.0 - _EDGE)
    high_end = np.clip(expit(middle + above), _EDGE, 1.0 - _EDGE)
    return np.minimum(low_end, risk), np.maximum(high_end, risk)


def _beta_ends(middle: Floats, similar_claims: Floats) -> tuple[Floats, Floats]:
    """Beta quantiles in log-odds: worked out on a grid for a few numbers of claims, then interpolated between."""
    tables = _beta_tables()
    column = np.clip((middle - _GRID[0]) / (_GRID[1] - _GRID[0]), 0, len(_GRID) - 1.001)
    level = np.log(similar_claims / _LEAST_CLAIMS) / np.log(_MOST_CLAIMS / _LEAST_CLAIMS) * (_LEVELS - 1)
    level = np.clip(level, 0, _LEVELS - 1.001)
    low, high = (_interpolated(table, level, column) for table in tables)
    return np.minimum(low, middle), np.maximum(high, middle)


@cache
def _beta_tables() -> tuple[Floats, Floats]:
    """Lower and upper quantiles in log-odds: ``_LEVELS`` numbers of claims × ``_GRID`` of risks."""
    from scipy.special import betaincinv

    levels = np.geomspace(_LEAST_CLAIMS, _MOST_CLAIMS, _LEVELS)
    centre = expit(_GRID)[None, :]
    shape = centre * levels[:, None], (1.0 - centre) * levels[:, None]
    tail = (1.0 - COVERAGE) / 2
    low, high = (logit(np.clip(betaincinv(*shape, q), 1e-12, 1 - 1e-12)) for q in (tail, 1.0 - tail))
    return low, high


def _interpolated(table: Floats, row: Floats, column: Floats) -> Floats:
    i, j = row.astype(np.intp), column.astype(np.intp)
    u, v = row - i, column - j
    upper = table[i, j] * (1 - v) + table[i, j + 1] * v
    lower = table[i + 1, j] * (1 - v) + table[i + 1, j + 1] * v
    return np.asarray(upper * (1 - u) + lower * u)
