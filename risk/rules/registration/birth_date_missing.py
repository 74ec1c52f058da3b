"""REG002: a claim without the patient's birth date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim
from risk.rules._rule import Reason, Severity, rule
from risk.rules.claim_data._filled_in import lacking

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "REG002",
    severity=Severity.REJECT,
    certain="837",
    reason=Reason.ELIGIBILITY,
    carc="16",
    rarc="N329",
    cite="837 guides 005010X222A1 and 005010X223A2, DMG02 of the subscriber or patient",
    message="The patient's birth date is missing.",
    fix="Take the birth date from the registration, checked against the card.",
    fix_kind="data",
    good=[claim(), claim(patient_birth_date=None, patient_sex=None)],
    bad=[claim(patient_birth_date=None)],
)
def birth_date_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Missing birth date of the patient.

    Payers match patients by member id and birth date and return the claim without it. Usual cause: a registration left
    incomplete. Counts only on claims that are complete otherwise, so that files without the column can be scored.
    """
    return lacking(batch, "patient_birth_date")
