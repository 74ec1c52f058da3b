"""What training claims forget on purpose, so that a model has learnt to do without.

A model is used on claims of payers, providers and codes that it never saw, and without a history. Rare codes of the
training claims are no guide to that: among them are the mistyped and the expired. So some claims forget what they
know, and RARE comes to mean a code that says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.encode import RARE, Input

#: Share of claims that forget past outcomes: about as many users have a history at hand as have none. Assumed.
WITHOUT_PAST = 0.5
#: Share of claims that forget all their high-cardinality codes at once, as a claim from elsewhere. Assumed.
FROM_ELSEWHERE = 0.2
#: Share of claims that forget a given one of them. Assumed.
WITHOUT_CODE = 0.1


def forgetful(features: pd.DataFrame, inputs: Sequence[Input], seed: int) -> pd.DataFrame:
    """Copy of the features in which some rows lack past rates, or high-cardinality codes.

    Parameters
    ----------
    features
        One row per training claim.
    inputs
        What the columns are.
    seed
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    forgotten = features.copy()
    rows = len(features)
    past = [one.name for one in inputs if one.past]
    forgotten.loc[rng.random(rows) < WITHOUT_PAST, past] = np.nan
    elsewhere = rng.random(rows) < FROM_ELSEWHERE
    for one in inputs:
        if one.encoding == "target":
            lost = elsewhere | (rng.random(rows) < WITHOUT_CODE)
            forgotten[one.name] = forgotten[one.name].mask(lost, RARE)
    return forgotten
