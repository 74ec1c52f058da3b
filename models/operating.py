"""Operating points: which risk to flag from, for a wanted precision or for the share of claims a team can look at.

And what a worklist of a given length catches (:func:`capture_curve`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluate import precision_recall, threshold_for_precision
from risk.errors import ModelError

Floats = NDArray[np.float64]

#: Precisions that thresholds are kept for.
PRECISIONS = (0.3, 0.5, 0.7, 0.9)
#: Capacities that thresholds are kept for: shares of the claims that are worth a person's time.
CAPACITIES = (0.01, 0.02, 0.05, 0.10)

#: Shares of the claims that the capture curve is kept for.
SHARES = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, *(round(0.05 * step, 2) for step in range(2, 21)))

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


def capture_curve(
    risk: Floats, stake: NDArray[Any], denied: NDArray[np.bool_], denied_amount: NDArray[Any]
) -> pd.DataFrame:
    """What the first claims of a worklist catch, ranked by risk and ranked by what they put at stake.

    Parameters
    ----------
    risk, stake
        Of each claim: its risk, and its expected denied amount.
    denied, denied_amount
        Whether it was denied, and the amount that was.

    Returns
    -------
    One row for each of ``SHARES`` of the claims: ``share``, and the shares of all denials and of the whole denied
    amount that are among the first claims, ``denials_by_risk``, ``amount_by_risk``, ``denials_by_stake``,
    ``amount_by_stake``; 0 where nothing was denied.
    """
    columns: dict[str, Any] = {"share": np.array(SHARES)}
    for name, order in (("risk", np.argsort(-risk, kind="stable")), ("stake", np.lexsort((-risk, -stake)))):
        for what, amounts in (("denials", denied), ("amount", denied_amount)):
            caught = np.concatenate([[0.0], np.cumsum(amounts[order].astype(np.float64))])
            reached = np.interp(columns["share"] * len(order), np.arange(len(caught)), caught)
            columns[f"{what}_by_{name}"] = reached / caught[-1] if caught[-1] > 0 else np.zeros(len(reached))
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class Caught:
    """Shares, 0 to 1: of the claims that are looked at, and of the denials and the denied amount among them."""

    share: float
    denials: float
    amount: float


def caught(curve: Mapping[str, Sequence[float]], ranked_by: Literal["risk", "stake"], share: float) -> Caught:
    """What the first ``share`` of the claims catch by a kept :func:`capture_curve`, in between its rows by a line."""
    at = [float(np.interp(share, curve["share"], curve[f"{what}_by_{ranked_by}"])) for what in ("denials", "amount")]
    return Caught(share, *at)
