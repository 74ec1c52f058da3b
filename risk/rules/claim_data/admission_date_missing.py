"""CLM015: a stay without the day it began."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from risk.claims.columns import absent, holds
from risk.claims.examples import claim, line
from risk.claims.said import says_what_an_837_says
from risk.reference.forms import INPATIENT_BILL_TYPES
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_STAY: dict[str, Any] = {
    "claim_kind": "institutional",
    "bill_type_code": "111",
    "place_of_service_code": None,
    "lines": [line(None, revenue_center_code="0120", quantity=3.0)],
}
_SAID: dict[str, Any] = {"payer_responsibility_code": "P", "assignment_code": "A"}


@rule(
    "CLM015",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="MA40",
    cite="837I guide 005010X223A2, loop 2300 DTP*435: required on inpatient claims; NUBC form locator 12",
    message="The claim is of an inpatient stay (type of bill {bill_type_code}), and the admission date is missing.",
    fix="Enter the day of admission from the registration of the stay.",
    fix_kind="data",
    good=[
        claim(admission_date=date(2026, 10, 1), **_STAY, **_SAID),
        claim(**(_STAY | {"bill_type_code": "131"}), **_SAID),
        claim(**_STAY),
    ],
    bad=[claim(**_STAY, **_SAID), claim(**(_STAY | {"bill_type_code": "211"}), **_SAID)],
)
def admission_date_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Inpatient claim without the admission date.

    Without it the payer cannot match the stay to its authorisation, nor count its days, and returns the claim. Usual
    cause: a stay that began as observation, whose account was never changed. Counts only on claims that say what every
    837 says: a CSV may have no column for the date.
    """
    claims = batch.claims
    missing = batch.institutional & holds(claims["bill_type_code"], lambda code: code[:2] in INPATIENT_BILL_TYPES)
    if missing.any():
        missing &= absent(claims["admission_date"]) & says_what_an_837_says(batch)
    return batch.claims_where(missing, "bill_type_code")
