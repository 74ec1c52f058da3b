"""CLM009: an institutional claim whose type of bill is missing or no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from risk.claims.columns import holds
from risk.claims.examples import claim
from risk.claims.tables import ClaimBatch
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "CLM009",
    severity=Severity.REJECT,
    certain="837",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="MA30",
    cite="837I guide 005010X223A2, CLM05; NUBC type of bill: facility, classification, frequency",
    message="The type of bill is missing or is not of three characters.",
    fix="Enter the facility type, the classification and the frequency, such as 131 for a hospital outpatient claim.",
    fix_kind="data",
    good=[
        claim(claim_kind="institutional", bill_type_code="131"),
        claim(claim_kind="institutional", bill_type_code="83A"),
    ],
    bad=[
        claim(claim_kind="institutional", bill_type_code=None),
        claim(claim_kind="institutional", bill_type_code="13"),
        claim(claim_kind="institutional", bill_type_code="X31"),
    ],
)
def bill_type_malformed(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Institutional claim without a type of bill, or with one that is no code.

    The type of bill decides how the claim is processed; without it the claim is returned. Usual cause: a professional
    place of service entered in its field, or the frequency left off.
    """
    well_formed = holds(batch.claims["bill_type_code"], re.compile(r"[1-9][1-9][0-9A-Z]").fullmatch)
    return batch.claims_where(batch.institutional & ~well_formed, "claim_key")
