"""Which claims are filled in well enough for a gap to be a defect of the claim, and not of the file it came in.

An 837 always has the five facts below. A CSV need not: an extract without patients, say, has no member id on any
claim, and to call each of them unbillable would help nobody. A gap therefore counts only where the claim has the
other four. This looks at the claim alone, so that it is judged the same alone as among others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import absent
from risk.reference._remember import remember_last

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch

#: Required on every claim: subscriber id (NM109), birth date and sex (DMG02, DMG03), billing NPI (NM109), place or
#: type of bill (CLM05). Source: 837P and 837I guides, 005010X222A1 and 005010X223A2.
_FACTS = ("member_id", "patient_birth_date", "patient_sex", "billing_npi", "place")


def lacking(batch: ClaimBatch, fact: str) -> pd.DataFrame:
    """Claims (``claim_key``) that lack one of the five facts and have the other four; ``fact`` is its column."""
    return batch.claims_where(_lacking_one(batch)[_FACTS.index(fact)], "claim_key")


@remember_last
def _lacking_one(batch: ClaimBatch) -> NDArray[np.bool_]:
    """Whether each fact (a row each) is the only one of the five that each claim (a column each) lacks."""
    claims = batch.claims
    gaps = {column: absent(claims[column]) for column in _FACTS if column != "place"}
    gaps["place"] = absent(claims["place_of_service_code"]) & absent(claims["bill_type_code"])
    lacks = np.vstack([gaps[fact] for fact in _FACTS])
    alone: NDArray[np.bool_] = lacks & (lacks.sum(axis=0) == 1)
    return alone
