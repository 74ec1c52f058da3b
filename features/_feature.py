"""What a feature is: a function from the claims to one value per claim, with its meaning declared beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from features._inputs import FeatureInputs
from features._shared import Coded, Flags, Floats

Encoding = Literal["number", "ordinal", "target"]
Direction = Literal["higher", "lower", "unknown"]
#: One value per claim, in claim order: numbers (NaN = missing), flags (never missing) or codes (null = missing).
Values = Floats | Flags | Coded
Compute = Callable[[FeatureInputs], Values]


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

    def column(self, inputs: FeatureInputs) -> npt.NDArray[np.float32] | pd.api.extensions.ExtensionArray:
        """Return its column of the frame: float32 (NaN = missing) for numbers, str (null = missing) for codes."""
        values = self.compute(inputs)
        return values.array() if isinstance(values, Coded) else values.astype(np.float32)


def feature(
    *, label: str, riskier: Direction = "unknown", encoding: Encoding = "number", past: bool = False
) -> Callable[[Compute], Feature]:
    """Declare the decorated function as a feature; the catalogue finds it by itself.

    The function returns ``Values``: an array of one number or flag per claim, in claim order, or codes taken apart. Its
    docstring defines the value and says what missing means.
    """

    def declare(compute: Compute) -> Feature:
        definition = inspect.cleandoc(compute.__doc__ or "")
        if not definition:
            raise TypeError(f"feature {compute.__name__}: expected a docstring with its definition")
        family = compute.__module__.split(".")[-1]
        return Feature(compute.__name__, family, label, riskier, encoding, definition, past, compute)

    return declare
