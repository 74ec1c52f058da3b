"""Every feature there is, found by walking the modules, and the one way to compute them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import pandas as pd

from features._asof import History
from features._feature import Feature
from features._inputs import FeatureInputs
from risk.claims.tables import ClaimBatch
from risk.reference import Reference


@cache
def catalogue() -> dict[str, Feature]:
    """All features by name, in the order family, place in the family's module."""
    package = importlib.import_module("features")
    found: dict[str, Feature] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        if info.name.startswith("_"):
            continue
        for one in vars(importlib.import_module(f"features.{info.name}")).values():
            if isinstance(one, Feature) and one.family == info.name:
                if one.name in found:
                    raise TypeError(f"two features are named {one.name}")
                found[one.name] = one
    return found


def compute_features(batch: ClaimBatch, reference: Reference, history: History | None = None) -> pd.DataFrame:
    """All features of a batch: one row per claim in claim order, one column per feature.

    Numbers are float32 (NaN = missing), codes are strings (null = missing).
    """
    inputs = FeatureInputs(batch, reference, history if history is not None else History.empty())
    columns = {name: one.column(inputs) for name, one in catalogue().items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(batch), name="claim_key"))
