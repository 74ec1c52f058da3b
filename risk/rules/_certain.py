"""Certain rejects: claims that no payer will adjudicate, as the claim itself proves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.said import says_what_an_837_says
from risk.claims.tables import ClaimBatch
from risk.rules._rule import Rule


def certain_rejects(batch: ClaimBatch, findings: pd.DataFrame, rules: Mapping[str, Rule]) -> NDArray[np.bool_]:
    """Whether each finding says that its claim is never adjudicated, for certain; aligned with ``findings``.

    ``rules`` are those of the findings, by id, severities as applied (:attr:`risk.rules.Rule.certain_reject`).
    """
    certain: NDArray[Any] = findings["rule_id"].map({rule_id: one.certain_reject for rule_id, one in rules.items()})
    says_all = says_what_an_837_says(batch)[findings["claim_key"]]
    return np.asarray((certain == "always") | ((certain == "837") & says_all), dtype=bool)
