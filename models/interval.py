"""How sure the risk is: a 90 % interval for the true probability of a claim's denial (docs/adr/0009-interval.md).

    ends = log-odds of the risk ∓ distance(risk, similar claims) · stretch(similar claims)

The *distance* is measured on synthetic claims, whose true probabilities are known (:mod:`models.interval_spread`); the
*stretch* is what the labels of the validation claims ask for beyond that (:mod:`models.interval_groups`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models._logistic import expit, logit
from models.encode import MISSING, CodeTable, Places, Vocabulary
from models.interval_spread import measured_spread

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]

COVERAGE = 0.90
#: Normal quantile that leaves (1 − COVERAGE) / 2 above it.
_REACH = 1.6449
#: Smallest distance of an end from 0 and 1.
_EDGE = 1e-4


@dataclass(frozen=True)
class Support:
    """Training claims with each code of the inputs that name a payer, a procedure, a diagnosis or the like."""

    counts: Mapping[str, Mapping[str, int]]

    def scarcity(self, tables: Mapping[str, CodeTable]) -> dict[str, Floats]:
        """1 / (1 + training claims) of every place of the tables; NaN of a missing code that claims lacked too."""
        found = {}
        for name in sorted(self.counts):
            codes = tables[name].codes
            own = 1.0 / (1.0 + np.array([*(self.counts[name].get(code, 0) for code in codes), 0], dtype=np.float64))
            if self.counts[name].get(MISSING):
                own[codes.index(MISSING)] = np.nan
            found[name] = own
        return found


def similar_claims(scarcity: Mapping[str, Floats], places: Places, rows: int) -> Floats:
    """Training claims like each claim, 0 or more: the harmonic mean over the codes it has, which rare ones dominate.

    ``scarcity`` is that of :class:`Support`; ``places`` where the codes of the claims stand. Infinite where claims have
    no codes.
    """
    total, codes = np.zeros(rows), np.zeros(rows)
    for name, by_place in scarcity.items():
        own = by_place[places[name]]
        has = ~np.isnan(own)
        total += np.where(has, own, 0.0)
        codes += has
    return np.asarray(np.divide(codes, total, out=np.full(rows, np.inf), where=codes > 0) - 1.0)


def count_support(features: pd.DataFrame, vocabulary: Vocabulary) -> Support:
    """Count the codes of each column of the vocabulary over the training claims; rare ones are left out."""
    counts = {}
    for name, codes in vocabulary.items():
        own = features[name].fillna(MISSING).value_counts(sort=False)
        counts[name] = {str(code): int(count) for code, count in sorted(own.items()) if code in codes}
    return Support(counts)


def risk_interval(risk: Floats, similar_claims: Floats, extra_spread: Floats, stretch: Floats) -> tuple[Floats, Floats]:
    """Find the ends of the 90 % interval of each risk; both strictly between 0 and 1, the risk between them.

    Parameters
    ----------
    risk
        Combined probability of each claim.
    similar_claims
        Training claims like it.
    extra_spread
        Standard deviation, in log-odds, that a rule unseen in training adds.
    stretch
        What the distances are multiplied by.
    """
    middle = logit(np.clip(risk, _EDGE / 2, 1.0 - _EDGE / 2))
    below, above = measured_spread().of(middle, similar_claims)
    extra = _REACH * extra_spread
    return bounded(
        expit(middle - np.hypot(below * stretch, extra)), expit(middle + np.hypot(above * stretch, extra)), risk
    )


def bounded(low: Floats, high: Floats, risk: Floats) -> tuple[Floats, Floats]:
    """Ends that keep off 0 and 1 and hold the risk."""
    low, high = (np.clip(end, _EDGE, 1.0 - _EDGE) for end in (low, high))
    return np.minimum(low, risk), np.maximum(high, risk)
