"""How good the risks are on synthetic claims whose truth is known: each part beside the truth, in one run.

Earlier claims teach and later ones test. No model can beat the row `truth`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from features import catalogue
from models.compare import compare_parts
from models.encode import inputs_of
from models.evaluate import expected_calibration_error
from models.held_out import held_out_rules
from risk.reference import load_reference
from risk.training import history_of, prepare, synthetic_claims, train_on
from synthetic_data import simulate

CLAIMS, SEED = 50_000, 20_26


def main(claims: int = CLAIMS) -> None:
    """Print the comparison, the calibration by payer, and what the combiner makes of rules it was never taught."""
    labelled = synthetic_claims(claims, seed=SEED)
    truth = simulate(claims, seed=SEED).truth["true_probability"].to_numpy()
    data = prepare(labelled, load_reference(), history=history_of(labelled))
    inputs = inputs_of(catalogue())
    given = (data.features, data.fired, data.infos, data.labels, inputs)
    trained = train_on(labelled, load_reference(), seed=SEED)
    compared = compare_parts(trained, *given, seed=SEED, true_probability=truth)
    print(f"\nQuality on {claims:,} synthetic claims, seed {SEED}; tested on the latest {len(trained.split.test):,}")
    print(_shown(compared[["contender", "auroc", "average_precision", "brier", "log_loss", "ece"]]))
    test = trained.split.test
    entropy = float(-np.mean(truth[test] * np.log(truth[test]) + (1 - truth[test]) * np.log1p(-truth[test])))
    print(f"\nentropy of the truth on the same claims: {entropy:.4f} nats")
    print("\nBy payer, combined")
    print(_shown(_by_payer(trained.risk, truth[test], data.labels.iloc[test])))
    print("\nRules left out of training, with every claim they flag: mean risk on those claims")
    print(_shown(held_out_rules(*given, seed=SEED)))


def _by_payer(risk: np.ndarray, truth: np.ndarray, labels: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for payer, places in sorted(labels.reset_index(drop=True).groupby("payer_id").indices.items()):
        denied = labels["denied"].to_numpy()[places] == 1
        rows.append(
            {
                "payer": payer,
                "claims": len(places),
                "denied": denied.mean(),
                "risk": risk[places].mean(),
                "ece": expected_calibration_error(risk[places], denied, 5),
                "ece_of_truth": expected_calibration_error(truth[places], denied, 5),
            }
        )
    return pd.DataFrame(rows)


def _shown(frame: pd.DataFrame) -> str:
    return str(frame.to_string(index=False, float_format=lambda value: f"{value:.4f}"))


if __name__ == "__main__":
    main()
