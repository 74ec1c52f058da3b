"""What a feature is: a function from the claims to one value per claim, with its meaning declared beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from features._inputs import FeatureInputs

Encoding = Literal["number", "ordinal", "target"]
Direction = Literal["higher", "lower", "unknown"]
Compute = Callable[[FeatureInputs], pd.Series]


@dataclass(frozen=True)
class Feature:
    """One feature and every fact about it.

    ``label`` is what a biller reads. ``riskier`` says which direction raises the risk, where that is known.
    ``encoding`` says how the model takes it: a number (booleans too), or a code to be ordinally or target-encoded.
    ``past`` marks the features that read the history: without one they are missing, and no other feature changes.
    """

    name: str
    family: str
    label: str
    riskier: Direction
    encoding: Encoding
    definition: str
    past: bool
    compute: Compute = field(repr=False)


def feature(
    *, label: str, riskier: Direction = "unknown", encoding: Encoding = "number", past: bool = False
) -> Callable[[Compute], Feature]:
    """Declare the decorated function as a feature; the catalogue finds it by itself.

    The function returns a Series indexed by claim_key, one value per claim, in claim order: floats (NaN = missing) for
    numbers, strings (null = missing) for codes. Its docstring defines the value and says what missing means.
    """

    def declare(compute: Compute) -> Feature:
        definition = inspect.cleandoc(compute.__doc__ or "")
        if not definition:
            raise TypeError(f"feature {compute.__name__}: expected a docstring with its definition")
        family = compute.__module__.split(".")[-1]
        return Feature(compute.__name__, family, label, riskier, encoding, definition, past, compute)

    return declare
