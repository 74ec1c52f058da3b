"""How a model did, as a table for people."""

from __future__ import annotations

import math

from models.evaluate import Evaluation

#: Figures shown, with what they mean for who does not live among them.
SHOWN = {
    "claims": "claims",
    "denial_rate": "denied",
    "mean_risk": "mean risk",
    "auroc": "AUROC",
    "truth_auroc": "AUROC of the truth",
    "average_precision": "average precision",
    "brier": "Brier score",
    "log_loss": "log loss",
    "entropy": "log loss of the truth",
    "ece": "calibration error (ECE)",
}


def quality_table(evaluation: Evaluation) -> str:
    """Overall figures, then one row per payer."""
    lines = [
        f"{label:<24} {_number(evaluation.overall[name])}"
        for name, label in SHOWN.items()
        if name in evaluation.overall
    ]
    payers = evaluation.by_payer
    group = payers.columns[0]
    width = max([len("payer"), *payers[group].str.len()])
    lines += ["", f"{'payer':<{width}}  {'claims':>7}  {'denied':>7}  {'risk':>7}  {'AUROC':>7}  {'ECE':>7}"]
    for row in payers.itertuples(index=False):
        figures = (row.denial_rate, row.mean_risk, row.auroc, row.ece)
        lines.append(f"{row[0]:<{width}}  {row.claims:>7}  " + "  ".join(f"{_number(one):>7}" for one in figures))
    return "\n".join(lines)


def _number(value: float) -> str:
    if value is None or math.isnan(value):
        return "-"
    return f"{value:,.0f}" if value >= 10 else f"{value:.4f}"
