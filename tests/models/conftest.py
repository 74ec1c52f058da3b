"""A simulated world of which everything is known: features, findings, true probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models import Input, RuleInfo, Trained, TrainingOptions, train_model

#: True lift of the rules of each severity, in log-odds.
LIFT = {"reject": 3.0, "deny": 2.2, "review": 0.8}
REASON_CARC = {"coding": "11", "bundling": "97", "authorization": "197", "medical_necessity": "50"}
FAST = TrainingOptions(iterations=60, learning_rate=0.15, folds=3)


@dataclass(frozen=True)
class World:
    features: pd.DataFrame
    fired: pd.DataFrame
    rule_info: dict[str, RuleInfo]
    labels: pd.DataFrame
    inputs: tuple[Input, ...]
    truth: np.ndarray[Any, Any]
    lifts: dict[str, float]

    @property
    def denied(self) -> np.ndarray[Any, Any]:
        return self.labels["denied"].to_numpy() == 1.0


def simulate(claims: int = 6000, rules: int = 18, seed: int = 7, seen_by_features: bool = True) -> World:
    """Claims whose log-odds are a payer, a procedure, two numbers and the defects that rules flag.

    Every other rule's defect is also a feature, so that a model knows half of the patterns and not the other half.
    """
    rng = np.random.default_rng(seed)
    payer, procedure = rng.integers(0, 12, claims), np.minimum(rng.geometric(0.1, claims), 40)
    numbers = rng.normal(size=(claims, 6)).astype("float32")
    numbers[rng.random(numbers.shape) < 0.05] = np.nan
    payer_effect, procedure_effect = rng.normal(0, 0.5, 12), rng.normal(0, 0.4, 41)
    log_odds = -3.0 + payer_effect[payer] + procedure_effect[procedure] + 0.6 * np.nan_to_num(numbers[:, 0])
    columns: dict[str, Any] = {f"number_{i}": numbers[:, i] for i in range(6)}
    fired, lifts, info = {}, {}, {}
    reason = np.array(list(REASON_CARC), dtype=object)[rng.integers(0, 4, claims)]
    for rank in range(rules):
        severity = list(LIFT)[rank % 3]
        rule_id = f"SIM{rank:03d}"
        fired[rule_id] = rng.random(claims) < rng.choice([0.01, 0.02, 0.04])
        lifts[rule_id] = float(rng.normal(LIFT[severity], 0.4))
        log_odds = log_odds + lifts[rule_id] * fired[rule_id]
        own = list(REASON_CARC)[rank % 4]
        info[rule_id] = RuleInfo(severity, own, REASON_CARC[own])
        reason[fired[rule_id]] = own
        if seen_by_features and rank % 2 == 0:
            columns[f"defect_{rank}"] = fired[rule_id].astype("float32")
    truth = 1.0 / (1.0 + np.exp(-log_odds))
    denied = rng.random(claims) < truth
    features = pd.DataFrame(columns)
    features["payer_id"] = pd.array([f"P{one}" for one in payer], dtype="str")
    features["main_procedure"] = pd.array([f"C{one}" for one in procedure], dtype="str")
    features["payer_type"] = pd.array(np.where(payer % 3 == 0, "medicare", "commercial"), dtype="str")
    features.loc[::40, "main_procedure"] = None
    labels = pd.DataFrame(
        {
            "denied": denied.astype(float),
            "denial_reason": pd.Series(np.where(denied, reason, None), dtype="str"),
            "carc": pd.Series(np.where(denied, pd.Series(reason).map(REASON_CARC), None), dtype="str"),
            "submission_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, claims), unit="D"),
            "payer_id": features["payer_id"],
            "payer_type": features["payer_type"],
        }
    )
    encodings = {"payer_type": "ordinal", "payer_id": "target", "main_procedure": "target"}
    riskier = {"number_0": "higher"}
    inputs = tuple(
        Input(name, name.replace("_", " "), encodings.get(name, "number"), riskier.get(name, "unknown"))
        for name in features
    )
    return World(features, pd.DataFrame(fired), info, labels, inputs, truth, lifts)


@pytest.fixture(scope="session")
def world() -> World:
    return simulate()


@pytest.fixture(scope="session")
def trained(world: World) -> Trained:
    return train_model(
        world.features,
        world.fired,
        world.rule_info,
        world.labels,
        world.inputs,
        seed=3,
        options=FAST,
        versions={"tool": "0", "ruleset": "r", "reference": "f"},
    )


@pytest.fixture(scope="session")
def simulated() -> Any:
    """The simulator itself, for tests that need another world."""
    return simulate
