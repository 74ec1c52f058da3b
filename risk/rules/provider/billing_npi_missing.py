"""PRV002: a claim without the NPI of the billing provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.claim_data._filled_in import lacking

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: NUCC taxonomy codes of billers that give no health care and so can have no NPI: transport (343, 3446, 347, 172A),
#: changes to homes and vehicles (171W), meals brought home (332U), respite (385H). Medicaid enrols them.
_NO_HEALTH_CARE = ("3439", "3446", "347", "172A", "171W", "332U", "385H")


@rule(
    "PRV002",
    severity=Severity.REJECT,
    certain="837",
    reason=Reason.PROVIDER,
    carc="16",
    rarc="N257",
    cite="837 guides 005010X222A1 and 005010X223A2, loop 2010AA NM109: the billing provider's NPI is required of "
    "every health care provider; 45 CFR 160.103 and 162.404",
    message="The NPI of the billing provider is missing.",
    fix="Enter the NPI under which the payer has enrolled the billing provider.",
    fix_kind="data",
    good=[
        claim(),
        claim(billing_npi=None, member_id=None),
        claim(billing_npi=None, payer_type="medicaid", billing_taxonomy_code="343900000X", lines=[line("A0130")]),
    ],
    bad=[
        claim(billing_npi=None),
        claim(billing_npi=None, payer_type="medicaid"),
        claim(billing_npi=None, payer_type="medicare", billing_taxonomy_code="343900000X", lines=[line("A0130")]),
    ],
)
def billing_npi_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Missing NPI of the billing provider.

    The payer does not know whom to pay and returns the claim. Usual cause: a location or group set up without its NPI.
    Counts only on claims that are complete otherwise, so that files without the column can be scored; and not on
    Medicaid claims of those who give no health care, such as drivers, whom the plan knows by a number of its own.
    """
    found = lacking(batch, "billing_npi")
    if found.empty:
        return found
    claims = batch.claims.loc[found.index]
    atypical = claims["billing_taxonomy_code"].str.startswith(_NO_HEALTH_CARE).fillna(False).astype(bool)
    return found[~(atypical & claims["payer_type"].eq("medicaid").fillna(False))]
