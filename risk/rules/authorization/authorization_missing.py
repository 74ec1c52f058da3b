"""AUTH001: no authorisation where the payer denies without one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._repair import suppose_authorized
from risk.rules._rule import Reason, Severity, rule
from risk.rules.authorization._unauthorized import IF_AUTHORIZED, unauthorized_lines

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "AUTH001",
    severity=Severity.DENY,
    reason=Reason.AUTHORIZATION,
    carc="197",
    rarc="M62",
    cite="Medicare hospital outpatient prior authorization (63650 since 2021-07-01, facet procedures since "
    "2023-07-01); WISeR model, 2026-01-15 to 2031-12-31; payer terms",
    message="Line {line_number}: {procedure_code} needs prior authorisation ({program}), and the claim carries no "
    "number{consequence}.",
    fix="Look for the payer's decision and put its number on the claim. If none was asked for before the "
    "service, hold the claim and ask the payer what it accepts now; a number cannot be taken from another "
    "service.",
    fix_kind="data",
    repair=suppose_authorized,
    requires=IF_AUTHORIZED,
    good=[
        claim(
            payer_type="medicare",
            claim_kind="institutional",
            bill_type_code="131",
            dx=["M47.816"],
            lines=[line("64493")],
            prior_auth_number="UTN0000001",
        ),
        claim(payer_type="medicare", place_of_service_code="22", dx=["M47.816"], lines=[line("64493")]),
        claim(payer_type="medicare", place_of_service_code="11", dx=["M47.816"], lines=[line("64493")]),
        claim(payer_type="medicare", place_of_service_code="24", facility_state="CO", lines=[line("62323")]),
        claim(payer_type="medicare_advantage", facility_state="TX", lines=[line("62323")]),
        claim(payer_type="medicare", facility_state="TX", lines=[line("62323", date_of_service="2026-01-14")]),
        claim(
            payer_type="medicare",
            claim_kind="institutional",
            bill_type_code="131",
            dx=["M47.816"],
            lines=[line("64493", date_of_service="2023-06-30")],
            submission_date=date(2023, 7, 20),
        ),
    ],
    bad=[
        claim(
            payer_type="medicare",
            claim_kind="institutional",
            bill_type_code="131",
            dx=["M47.816"],
            lines=[line("64493")],
        ),
        claim(payer_type="medicare", claim_kind="institutional", bill_type_code="131", lines=[line("63650")]),
        claim(payer_type="medicare", facility_state="TX", lines=[line("62323")]),
    ],
)
def authorization_missing(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Prior authorisation required, none on the claim.

    Medicare asks for it on the claims of hospital outpatient departments and, in the six states of the WISeR model, on
    all claims for the procedures it names. The outpatient program does not ask practitioners for the number: their
    claims of the same service are AUTH003. Usual cause: the number sits in the scheduling system, or the procedure was
    changed after it was authorised.
    """
    found = unauthorized_lines(batch, reference, "required")
    if found.empty:
        return found
    return found.assign(consequence=[f"; {without}" if without else "" for without in found["without"]])
