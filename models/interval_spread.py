"""How far true probabilities lie from the risks a model tells: measured where the truth is known.

No labels of one's own can tell it: each claim has one outcome, and outcomes of any spread around a calibrated risk look
alike. So it is measured on synthetic claims (`python -m benchmarks.interval`, docs/adr/0009-interval.md) and assumed of
others; what labels can tell, :mod:`models.interval_groups` asks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import IO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Table of the package: one row for each number of similar claims and log-odds of the risk.
FILE = "interval_spread.csv"


@dataclass(frozen=True)
class Spread:
    """Distances of the interval's ends from the risk's log-odds, by knots of similar claims × log-odds of the risk.

    ``claims`` and ``log_odds`` are the knots, ascending; ``below`` and ``above`` have a row for each of ``claims``,
    none negative, none smaller for fewer claims. Between knots they are interpolated, beyond them the last one holds.
    """

    claims: Floats
    log_odds: Floats
    below: Floats
    above: Floats

    def of(self, log_odds: Floats, similar_claims: Floats) -> tuple[Floats, Floats]:
        """Distances below and above of claims with these log-odds and so many similar claims in training."""
        held = np.clip(similar_claims, self.claims[0], self.claims[-1])
        row, down = _place(self._log_claims, np.log(held))
        column, across = _place(self.log_odds, np.clip(log_odds, self.log_odds[0], self.log_odds[-1]))
        corners = (
            ((1.0 - down) * (1.0 - across), row, column),
            ((1.0 - down) * across, row, column + 1),
            (down * (1.0 - across), row + 1, column),
            (down * across, row + 1, column + 1),
        )
        below, above = (
            np.asarray(sum(weight * table[i, j] for weight, i, j in corners)) for table in (self.below, self.above)
        )
        return below, above

    @cached_property
    def _log_claims(self) -> Floats:
        return np.log(self.claims)


def _place(knots: Floats, values: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Which knot each value follows, and what share of the way to the next one it is."""
    place = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 2)
    return place, (values - knots[place]) / (knots[place + 1] - knots[place])


def read_spread(source: IO[str]) -> Spread:
    """Read a table with the columns ``similar_claims``, ``log_odds``, ``below``, ``above``, one row for each knot."""
    table = pd.read_csv(source).sort_values(["similar_claims", "log_odds"])
    claims, log_odds = (table[name].unique().astype(np.float64) for name in ("similar_claims", "log_odds"))
    below, above = (table[name].to_numpy(dtype=np.float64).reshape(len(claims), -1) for name in ("below", "above"))
    return Spread(claims, log_odds, below, above)


@cache
def measured_spread() -> Spread:
    """The table that comes with the package."""
    with (files("models") / "data" / FILE).open(encoding="utf-8") as source:
        return read_spread(source)
