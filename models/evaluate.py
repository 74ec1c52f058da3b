"""How good the risks are: ranking, calibration, and what a threshold catches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.encode import LEAST_CLAIMS_OF_A_CODE, RARE
from risk.errors import ModelError

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

#: Bins of equal mass that the expected calibration error is taken over.
ECE_BINS = 15
#: A precision is believed only if it was reached on at least this many flagged claims.
LEAST_FLAGGED = 25
#: Payers with fewer claims than this get no figures of their own, only their number of claims.
LEAST_OF_A_PAYER = 50


@dataclass(frozen=True)
class Evaluation:
    """Figures of a set of claims; every one is an aggregate.

    ``overall`` by :func:`metrics`; ``by_payer`` and ``by_payer_type`` one row per group; ``reliability`` by
    :func:`reliability`; ``precision_recall`` by :func:`precision_recall`.
    """

    overall: dict[str, float]
    by_payer: pd.DataFrame
    by_payer_type: pd.DataFrame
    reliability: pd.DataFrame
    precision_recall: pd.DataFrame


def evaluate(risk: Floats, denied: Booleans, payer_id: pd.Series, payer_type: pd.Series) -> Evaluation:
    """Evaluate risks against outcomes, overall and by payer; all arguments one value per claim.

    Payers of fewer than ``LEAST_CLAIMS_OF_A_CODE`` claims are one row and not named.
    """
    return Evaluation(
        metrics(risk, denied),
        _by_group(risk, denied, payer_id),
        _by_group(risk, denied, payer_type),
        reliability(risk, denied),
        precision_recall(risk, denied),
    )


def metrics(risk: Floats, denied: Booleans, true_probability: Floats | None = None) -> dict[str, float]:
    """Figures of one set of claims.

    ``auroc`` and ``average_precision`` (NaN unless both outcomes occur), ``brier``, ``log_loss`` in nats, ``ece``
    over ``ece_bins`` bins of equal mass, ``claims``, ``denial_rate``, ``mean_risk``. With the true probabilities, which
    only synthetic claims have: ``entropy``, the log loss that the truth itself would reach, and ``truth_auroc``.
    """
    bounded = np.clip(risk, 1e-12, 1.0 - 1e-12)
    figures = {
        "claims": float(len(risk)),
        "denial_rate": float(np.mean(denied)),
        "mean_risk": float(np.mean(risk)),
        "auroc": auroc(risk, denied),
        "average_precision": average_precision(risk, denied),
        "brier": float(np.mean((risk - denied) ** 2)),
        "log_loss": float(-np.mean(np.where(denied, np.log(bounded), np.log1p(-bounded)))),
        "ece": expected_calibration_error(risk, denied),
        "ece_bins": float(min(ECE_BINS, len(risk))),
    }
    if true_probability is not None:
        truth = np.clip(true_probability, 1e-12, 1.0 - 1e-12)
        figures["entropy"] = float(-np.mean(truth * np.log(truth) + (1.0 - truth) * np.log1p(-truth)))
        figures["truth_auroc"] = auroc(truth, denied)
    return figures


def auroc(risk: Floats, denied: Booleans) -> float:
    """Chance that a denied claim ranks above a paid one; ties count half; NaN unless both outcomes occur."""
    positive = int(denied.sum())
    negative = len(denied) - positive
    if not positive or not negative:
        return float("nan")
    ranks = pd.Series(risk).rank(method="average").to_numpy()
    return float((ranks[denied].sum() - positive * (positive + 1) / 2) / (positive * negative))


def average_precision(risk: Floats, denied: Booleans) -> float:
    """Mean precision over the recalls reached, as scikit-learn defines it; NaN if nothing was denied."""
    if not denied.any():
        return float("nan")
    curve = precision_recall(risk, denied, at_most=None)
    steps = np.diff(curve["recall"].to_numpy(), prepend=0.0)
    return float((steps * curve["precision"].to_numpy()).sum())


def expected_calibration_error(risk: Floats, denied: Booleans, bins: int = ECE_BINS) -> float:
    """Mean distance between predicted and observed rate over bins of equal mass."""
    table = reliability(risk, denied, bins)
    return float((table["claims"] * (table["mean_risk"] - table["denial_rate"]).abs()).sum() / table["claims"].sum())


def reliability(risk: Floats, denied: Booleans, bins: int = ECE_BINS) -> pd.DataFrame:
    """One row per bin of equal mass, in ascending risk: ``mean_risk``, ``denial_rate``, ``claims``."""
    order = np.argsort(risk, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    rows = [(float(risk[part].mean()), float(denied[part].mean()), len(part)) for part in parts]
    return pd.DataFrame(rows, columns=["mean_risk", "denial_rate", "claims"])


def precision_recall(risk: Floats, denied: Booleans, at_most: int | None = 200) -> pd.DataFrame:
    """Tabulate what each distinct risk reaches as a threshold, descending: ``precision``, ``recall``, ``flagged``.

    Thinned evenly to ``at_most`` rows, unless that is None.
    """
    order = np.argsort(-risk, kind="stable")
    ranked = risk[order]
    caught = np.cumsum(denied[order])
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True)) if len(ranked) else np.empty(0, dtype=np.int64)
    if at_most is not None and len(last) > at_most:
        last = last[np.unique(np.linspace(0, len(last) - 1, at_most).astype(int))]
    flagged = last + 1
    return pd.DataFrame(
        {
            "threshold": ranked[last],
            "precision": caught[last] / flagged,
            "recall": caught[last] / max(int(denied.sum()), 1),
            "flagged": flagged,
        }
    )


def threshold_for_precision(table: pd.DataFrame, precision: float) -> float:
    """Lowest threshold that reached the precision on the validation claims: it flags the most.

    Thresholds that flagged fewer than ``LEAST_FLAGGED`` validation claims prove nothing and do not count.

    Raises
    ------
    ModelError
        If no threshold reached it; the message names the best precision that one did.
    """
    proven = table[table["flagged"] >= LEAST_FLAGGED]
    reached = proven[proven["precision"] >= precision]
    if len(reached):
        return float(reached["threshold"].min())
    best = f"{np.floor(proven['precision'].max() * 1000) / 1000:.3f}" if len(proven) else "none"
    raise ModelError(
        "--precision", f"expected a precision that this model reached on validation; the best is {best}", "ask for less"
    )


def _by_group(risk: Floats, denied: Booleans, group: pd.Series) -> pd.DataFrame:
    named = group.reset_index(drop=True).astype("str").fillna("unknown")
    named = named.where(named.map(named.value_counts()) >= LEAST_CLAIMS_OF_A_CODE, RARE)
    rows: list[dict[str, Any]] = []
    for name, places in sorted(named.groupby(named, sort=True).indices.items()):
        row: dict[str, Any] = {named.name or "group": name, "claims": len(places)}
        if len(places) >= LEAST_OF_A_PAYER:
            figures = metrics(risk[places], denied[places])
            row |= {key: figures[key] for key in ("denial_rate", "mean_risk", "auroc", "brier", "log_loss", "ece")}
        rows.append(row)
    columns = [named.name or "group", "claims", "denial_rate", "mean_risk", "auroc", "brier", "log_loss", "ece"]
    return pd.DataFrame(rows, columns=columns)
