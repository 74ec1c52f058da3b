"""A payer that training never saw: what codes say that name it.

A pair of a known payer with something else may be rare because it is odd: that payer's claims hardly ever have such a
number of authorization. Of a payer whom the model does not know every pair is new, and none is odd. So codes that name
an unknown payer are missing, and copies of training claims that forget their payer teach what is to be expected then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from models.encode import Input
from models.payer_offsets import PAYER_INPUT
from risk.claims.columns import one_of

#: How the names of inputs begin whose codes name the payer, alone or with something else.
OF_PAYER = "payer_"


def payer_codes(inputs: Sequence[Input]) -> list[str]:
    """Names of the inputs whose codes name the payer."""
    return [one.name for one in inputs if one.encoding == "target" and one.name.startswith(OF_PAYER)]


def without_unknown_payers(frame: pd.DataFrame, inputs: Sequence[Input], known: Collection[str]) -> pd.DataFrame:
    """Let the codes that name a payer be missing in the rows where it is none of the known ones."""
    names = payer_codes(inputs)
    if PAYER_INPUT not in names:
        return frame
    unknown = ~one_of(frame[PAYER_INPUT], known)
    return frame.assign(**{name: frame[name].mask(unknown) for name in names}) if unknown.any() else frame
