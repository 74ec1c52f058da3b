"""CLM012: a replacement or void that does not say which claim it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from risk.claims.columns import absent, one_of
from risk.claims.examples import claim, line
from risk.claims.said import says_what_an_837_says
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Claim frequency codes of a claim that takes the place of another, or takes it back. Source: NUBC; CLM05-3.
_OF_ANOTHER_CLAIM = ("7", "8")
_SAID: dict[str, Any] = {"payer_responsibility_code": "P", "assignment_code": "A"}


@rule(
    "CLM012",
    severity=Severity.REJECT,
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M47",
    cite="837 guides 005010X222A1 and 005010X223A2, loop 2300 REF*F8: required where CLM05-3 is 7 or 8",
    message="Frequency {claim_frequency_code} says that this claim replaces or voids another, and the payer's number "
    "of that claim is missing.",
    fix="Take the payer's claim number from the remittance (CLP07) and enter it in REF*F8, or in box 22 of a "
    "CMS-1500; if the payer has never adjudicated the first claim, send this one as an original (1).",
    fix_kind="data",
    good=[
        claim(claim_frequency_code="7", original_claim_number="2026100100001", **_SAID),
        claim(claim_frequency_code="1", **_SAID),
        claim(claim_frequency_code="7"),
    ],
    bad=[
        claim(claim_frequency_code="7", **_SAID),
        claim(claim_frequency_code="8", **_SAID),
        claim(
            claim_kind="institutional",
            bill_type_code="137",
            claim_frequency_code="7",
            lines=[line("99213", revenue_center_code="0510")],
            **_SAID,
        ),
    ],
)
def original_claim_number_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Replacement or void without the number the payer gave the first claim.

    The payer cannot find the claim to replace, and returns this one or denies it as a duplicate. Usual cause: a
    corrected claim sent from the billing system before the remittance of the first was posted. Counts only on claims
    that say what every 837 says: a CSV may have no column for the number.
    """
    claims = batch.claims
    missing = one_of(claims["claim_frequency_code"], _OF_ANOTHER_CLAIM)
    if missing.any():
        missing &= absent(claims["original_claim_number"]) & says_what_an_837_says(batch)
    return batch.claims_where(missing, "claim_frequency_code")
