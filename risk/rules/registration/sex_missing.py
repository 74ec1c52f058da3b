"""REG003: a claim without the patient's sex."""

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
    "REG003",
    severity=Severity.REJECT,
    certain="837",
    reason=Reason.ELIGIBILITY,
    carc="16",
    rarc="MA39",
    cite="837 guides 005010X222A1 and 005010X223A2, DMG03 of the subscriber or patient: F, M or U",
    message="The patient's sex is missing.",
    fix="Enter F, M or U as the payer's enrolment has it.",
    fix_kind="data",
    good=[claim(patient_sex="U"), claim(patient_sex=None, member_id=None)],
    bad=[claim(patient_sex=None)],
)
def sex_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Missing sex of the patient.

    The element is required and the claim is returned without it; U says unknown. Usual cause: a registration left
    incomplete. Counts only on claims that are complete otherwise, so that files without the column can be scored.
    """
    return lacking(batch, "patient_sex")
