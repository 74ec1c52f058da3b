"""PRV002: a claim without the NPI of the billing provider."""

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
    "PRV002",
    severity=Severity.REJECT,
    reason=Reason.PROVIDER,
    carc="16",
    rarc="N257",
    cite="837 guides 005010X222A1 and 005010X223A2, loop 2010AA NM109: the billing provider's NPI is required",
    message="The NPI of the billing provider is missing.",
    fix="Enter the NPI under which the payer has enrolled the billing provider.",
    fix_kind="data",
    good=[claim(), claim(billing_npi=None, member_id=None)],
    bad=[claim(billing_npi=None)],
)
def billing_npi_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Missing NPI of the billing provider.

    The payer does not know whom to pay and returns the claim. Usual cause: a location or group set up without its NPI.
    Counts only on claims that are complete otherwise, so that files without the column can be scored.
    """
    return lacking(batch, "billing_npi")
