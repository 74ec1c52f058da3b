"""REG004: a birth date after the service, or too long before it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import claim
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: The oldest person on record reached 122 years (Jeanne Calment, 1875–1997).
_OLDEST_YEARS = 123


@rule(
    "REG004",
    severity=Severity.REJECT,
    reason=Reason.ELIGIBILITY,
    carc="16",
    rarc="N329",
    cite="837 guides 005010X222A1 and 005010X223A2, DMG02: a birth date is not after the service",
    message="The patient's birth date is {relation} the service.",
    fix="Correct the birth date from the registration, checked against the card.",
    fix_kind="data",
    good=[claim(patient_birth_date=date(2026, 10, 1)), claim(patient_birth_date=None)],
    bad=[claim(patient_birth_date=date(2026, 10, 2)), claim(patient_birth_date=date(1868, 4, 2))],
)
def implausible_birth_date(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Birth date after the service, or longer before it than anybody lives.

    The payer does not find the patient and returns the claim. Usual cause: a century or a digit mistyped.
    """
    born = batch.claims["patient_birth_date"].to_numpy()
    served = batch.first_service_date.to_numpy()
    after = born > served
    ancient = born < served - np.timedelta64(int(_OLDEST_YEARS * 365.25), "D")
    found = batch.claims_where(after | ancient, "claim_key")
    if found.empty:
        return found
    return found.assign(relation=np.where(ancient[after | ancient], "more than 120 years before", "after"))
