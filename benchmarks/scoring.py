"""Scoring 100,000 claims against the floor: reading the CSV with pandas and predicting on ready features.

The floor does none of the work a score needs: no claim is checked, no feature made, nothing explained. Its features
are as ready as can be: a matrix of numbers for the bare trees. What the registered classifier takes from a table of
features, codes still to be encoded, is printed beside it.
"""

from __future__ import annotations

import tempfile
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.figures import Figure
from benchmarks.timing import best_of, machine
from features import compute_features
from models.encode import prepare
from models.train import Trained
from risk.claims.tables import ClaimBatch
from risk.cli._run import read
from risk.fixes import THRESHOLD, fixes_of
from risk.readers import ReadResult
from risk.reference import load_reference
from risk.reports.write import write_scored
from risk.rules import run_rules, select_rules
from risk.scoring import Scorer, fired_matrix, score_batch
from risk.training import DEFAULT_CLAIMS, DEFAULT_SEED, synthetic_claims, train_on
from synthetic_data import simulate, write_world

CLAIMS = 100_000
_FLAGGED = "the same, with the drivers of flagged claims"
_WHOLE = "the same, with the drivers of every claim"


@cache
def default_model() -> Trained:
    """The model that a first run trains, with the estimator it was made of."""
    return train_on(synthetic_claims(DEFAULT_CLAIMS, seed=DEFAULT_SEED), load_reference(), seed=DEFAULT_SEED)


def ready(batch: ClaimBatch) -> pd.DataFrame:
    """What the default model sees of claims: features and findings, one row per claim."""
    reference, rules = load_reference(), select_rules()
    fired = fired_matrix(run_rules(batch, reference, rules), len(batch), [one.id for one in rules])
    return default_model().model.seen(compute_features(batch, reference), fired)


def bare_trees() -> Any:
    """The forest of all denials as scikit-learn fitted it, without its calibration: takes a matrix of numbers."""
    return default_model().estimator.estimator.estimator.named_steps["classify"]  # calibrated(frozen(pipeline))


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print seconds, claims a second and ratios to the floor."""
    reference, trained = load_reference(), default_model()
    scorer = Scorer(reference, trained.model, select_rules())
    with tempfile.TemporaryDirectory() as folder:
        write_world(simulate(claims, seed=99), Path(folder))
        path = Path(folder) / "claims.csv"
        batch = read([str(path)]).batch
        seen, encoder = ready(batch), trained.model.encoder
        prepared = prepare(seen, encoder.inputs, encoder.vocabulary)
        matrix, booster = encoder.encode(seen), bare_trees()
        scored = score_batch(batch, scorer)
        keys = list(range(len(batch)))
        out = Path(folder) / "scores.jsonl"

        def again() -> ReadResult:
            return read([str(path)])

        def floor() -> None:
            pd.read_csv(path, low_memory=False)
            booster.predict_proba(matrix)

        seconds = best_of(
            {
                "floor: pandas.read_csv + predict_proba": floor,
                "  pandas.read_csv": lambda: pd.read_csv(path, low_memory=False),
                "  predict_proba of the trees": lambda: booster.predict_proba(matrix),
                "  (predict_proba of the registered classifier)": lambda: trained.estimator.predict_proba(prepared),
                "read + rules + features + model": lambda: score_batch(
                    read([str(path)]).batch, scorer, explain_from=inf
                ),
                _FLAGGED: lambda: score_batch(again().batch, scorer, explain_from=THRESHOLD),
                _WHOLE: lambda: score_batch(again().batch, scorer),
                "  read the CSV": again,
                "  read the 837": lambda: read([str(path.with_suffix(".837"))]),
                "  rules": lambda: run_rules(batch, reference, scorer.rules),
                "  features": lambda: compute_features(batch, reference),
                "  fixes, scored again": lambda: fixes_of(scored, scorer),
                "  write JSON lines": lambda: write_scored(scored, fixes_of(scored, scorer), out, "jsonl", keys),
            }
        )
    base = seconds["floor: pandas.read_csv + predict_proba"]
    print(f"\nScoring {claims:,} claims ({len(batch.service_lines):,} lines); {machine()}; best of 3")
    for name, taken in seconds.items():
        print(f"{name:<45} {taken:8.2f} s {claims / taken:12,.0f} claims/s {taken / base:7.2f} × floor")
    return [Figure("scoring in memory, drivers of flagged claims, times the floor", seconds[_FLAGGED] / base, "")]


if __name__ == "__main__":
    main()
