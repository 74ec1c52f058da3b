"""Operating points: which risk to flag from, for a wanted precision or for the share of claims a team can look at."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluate import precision_recall, threshold_for_precision
from risk.errors import ModelError

#: Precisions that thresholds are kept for.
PRECISIONS = (0.3, 0.5, 0.7, 0.9)
#: Capacities that thresholds are kept for: shares of the claims that are worth a person's time.
CAPACITIES = (0.01, 0.02, 0.05, 0.10)

COLUMNS = ("wanted", "value", "threshold", "precision", "recall", "flagged")


def operating_points(risk: NDArray[np.float64], denied: NDArray[np.bool_]) -> pd.DataFrame:
    """Thresholds on the validation claims, one row per wanted value.

    Parameters
    ----------
    risk, denied
        Of the validation claims: one value per claim.

    Returns
    -------
    ``wanted`` (precision or capacity), ``value`` (the precision, or the share of the claims), ``threshold`` (flag
    claims at or above it), and what it reached there: ``precision``, ``recall``, ``flagged`` (claims). A precision
    that no threshold reached on enough claims (:func:`models.evaluate.threshold_for_precision`) has NaN for all of
    them. Of a capacity the threshold is the lowest that flags no more than the share, at least one claim, unless more
    claims have the highest risk of all.
    """
    curve = precision_recall(risk, denied, at_most=None)
    rows = []
    for value in PRECISIONS:
        try:
            threshold = threshold_for_precision(precision_recall(risk, denied), value)
        except ModelError:
            threshold = math.nan
        rows.append(_row("precision", value, threshold, curve))
    for value in CAPACITIES:
        most = max(1, math.floor(value * len(risk)))
        fitting = curve[curve["flagged"] <= most]
        threshold = float((fitting if len(fitting) else curve.head(1))["threshold"].iloc[-1])
        rows.append(_row("capacity", value, threshold, curve))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    wanted: str, value: float, threshold: float, curve: pd.DataFrame
) -> tuple[str, float, float, float, float, float]:
    reached = curve[curve["threshold"] == threshold]
    if reached.empty:
        return wanted, value, math.nan, math.nan, math.nan, math.nan
    one = reached.iloc[0]
    return wanted, value, threshold, float(one["precision"]), float(one["recall"]), float(one["flagged"])
