"""REG001: a claim without the member id."""

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
    "REG001",
    severity=Severity.REJECT,
    certain="837",
    reason=Reason.ELIGIBILITY,
    carc="31",
    rarc="N382",
    cite="837 guides 005010X222A1 and 005010X223A2, loop 2010BA NM109: the subscriber's id is required",
    message="The member id is missing.",
    fix="Take the member id from the card or an eligibility answer (271) for the date of service.",
    fix_kind="data",
    good=[claim(member_id="A1"), claim(member_id=None, patient_birth_date=None, patient_sex=None)],
    bad=[claim(member_id=None)],
)
def member_id_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Missing member id.

    The payer cannot find the patient among its insured. Usual cause: insurance not verified at registration. Counts
    only on claims that are complete otherwise, so that files without the column can be scored.
    """
    return lacking(batch, "member_id")
