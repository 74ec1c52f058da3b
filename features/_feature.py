"""What a feature is: a function from the claims to one value per claim, with its meaning declared beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import pandas as pd

from features._asof import History
from risk.claims.tables import ClaimBatch
from risk.reference import Reference

Encoding = Literal["number", "ordinal", "target"]
Direction = Literal["higher", "lower", "unknown"]


@dataclass(frozen=True)
class FeatureInputs:
    """All that a feature may read, and the intermediate tables that several of them share.

    No finding of a rule, no remittance of the claim itself and nothing about the other claims of the batch is in
    reach: a claim scores the same alone or among others. Past outcomes are read through ``history`` alone, which
    knows only what had come back before the claim's submission.
    """

    batch: ClaimBatch
    reference: Reference
    history: History

    @cached_property
    def principal(self) -> pd.Series:
        """Principal or first-listed diagnosis of each claim, by claim_key; null where there is none."""
        first = self.batch.diagnoses.drop_duplicates("claim_key").set_index("claim_key")["dx_code"]
        return first.reindex(self.batch.claims["claim_key"])

    @cached_property
    def main_line(self) -> pd.DataFrame:
        """Costliest service line of each claim (the first of equals), by claim_key; null where it has no line."""
        lines = self.batch.service_lines
        order = lines.sort_values(["claim_key", "line_charge_cents"], ascending=[True, False], kind="stable")
        return order.drop_duplicates("claim_key").set_index("claim_key").reindex(self.batch.claims["claim_key"])


Compute = Callable[[FeatureInputs], pd.Series]


@dataclass(frozen=True)
class Feature:
    """One feature and every fact about it.

    ``label`` is what a biller reads. ``riskier`` says which direction raises the risk, where that is known.
    ``encoding`` says how the model takes it: a number (booleans too), or a code to be ordinally or target-encoded.
    """

    name: str
    family: str
    label: str
    riskier: Direction
    encoding: Encoding
    definition: str
    compute: Compute = field(repr=False)


def feature(*, label: str, riskier: Direction = "unknown", encoding: Encoding = "number") -> Callable[[Compute], Feature]:
    """Declare the decorated function as a feature; the catalogue finds it by itself.

    The function returns a Series indexed by claim_key, one value per claim, in claim order: floats (NaN = missing) for
    numbers, strings (null = missing) for codes. Its docstring defines the value and says what missing means.
    """

    def declare(compute: Compute) -> Feature:
        definition = inspect.cleandoc(compute.__doc__ or "")
        if not definition:
            raise TypeError(f"feature {compute.__name__}: expected a docstring with its definition")
        family = compute.__module__.split(".")[-1]
        return Feature(compute.__name__, family, label, riskier, encoding, definition, compute)

    return declare
