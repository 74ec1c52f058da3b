"""The probabilities alone, of claims whose features are ready: ours against LightGBM with as many trees and leaves.

Ours are a forest of all denials and one of each cause. LightGBM gets one forest with as many trees as all of these
together, each with as many leaves as ours have on average, and the same inputs as a matrix of numbers.
"""

from __future__ import annotations

import numpy as np

from benchmarks.figures import Figure
from benchmarks.scoring import default_model
from benchmarks.timing import Run, best_of, machine
from features import compute_features
from risk.reference import load_reference
from risk.rules import run_rules, select_rules
from risk.scoring import fired_matrix
from synthetic_data import simulate

CLAIMS, TRAINED_WITH, SEED = 100_000, 20_000, 5


def main(claims: int = CLAIMS) -> list[Figure]:
    """Print seconds of both, and LightGBM's as a multiple of ours."""
    model, reference, rules = default_model().model, load_reference(), select_rules()
    batch = simulate(claims, seed=SEED).batch
    features = compute_features(batch, reference)
    fired = fired_matrix(run_rules(batch, reference, rules), len(batch), [one.id for one in rules])
    forests = [model.forest, *(one.forest for one in model.causes.causes)]
    trees = sum(map(len, forests))
    leaves = round(float(np.mean(np.concatenate([(one.leaf_count > 0).sum(axis=1) for one in forests]))))
    runs: dict[str, Run] = {"denial-risk": lambda: model.scores(features, fired)}
    try:
        from lightgbm import LGBMClassifier
    except ImportError:
        print("lightgbm is not installed: `make bench` installs it")
    else:
        matrix = model.encoder.encode(model.seen(features, fired))
        some = min(TRAINED_WITH, len(matrix))
        denied = np.random.default_rng(SEED).random(some) < 0.5  # whatever it learns, it costs the same
        forest = LGBMClassifier(n_estimators=trees, num_leaves=leaves, min_child_samples=2, verbose=-1)
        forest.fit(matrix[:some], denied)
        runs["lightgbm"] = lambda: forest.predict_proba(matrix)
    seconds = best_of(runs)
    print(f"\nProbabilities of {claims:,} claims, {trees:,} trees of {leaves} leaves; {machine()}; best of 3")
    for name, taken in seconds.items():
        ratio = taken / seconds["denial-risk"]
        print(f"{name:<45} {taken:8.2f} s {claims / taken:12,.0f} claims/s {ratio:8.2f} × our time")
    return [Figure("probabilities alone", claims / seconds["denial-risk"], "claims/s")]


if __name__ == "__main__":
    main()
