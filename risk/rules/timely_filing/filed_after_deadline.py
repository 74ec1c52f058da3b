"""TIM001: a claim that arrives after the payer's limit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.columns import one_of
from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "TIM001",
    severity=Severity.DENY,
    reason=Reason.TIMELY_FILING,
    carc="29",
    cite="42 CFR 424.44 (Medicare), 42 CFR 447.45(d) (Medicaid); payers' published limits; payer terms",
    message="The claim is {lateness} late: by the payer terms on file ({limit_days} days after the date of "
    "service) it was due by {deadline_date}.",
    fix="Look for proof that the claim was filed in time, or for the payer's exception (retroactive coverage, "
    "another payer first). If your contract allows longer, say so in your payer terms file.",
    fix_kind="documentation",
    good=[
        claim(
            payer_type="medicare",
            lines=[line("99213", date_of_service="2025-11-02")],
            submission_date=date(2026, 11, 2),
        ),
        claim(lines=[line("99213", date_of_service="2024-01-02")]),
        claim(payer_type="medicare", claim_frequency_code="7", lines=[line("99213", date_of_service="2025-01-02")]),
        claim(payer_type="medicare", lines=[line("99213", date_of_service="2024-01-02")], submission_date=None),
    ],
    bad=[
        claim(
            payer_type="medicare",
            lines=[line("99213", date_of_service="2025-11-01")],
            submission_date=date(2026, 11, 2),
        ),
        claim(payer_name="UnitedHealthcare", lines=[line("99213", date_of_service="2026-07-01")]),
    ],
)
def filed_after_deadline(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Claim filed after the payer's limit.

    A claim that arrives too late is denied and cannot be billed to the patient. The limit counts from the first date of
    service, on institutional claims from the last. Replacements and voids (frequency 7 and 8) have limits of their own
    and are left alone; so are payers whose limit is not known. Usual cause: a claim held for a missing answer.
    """
    limits = reference.payers.filing_limits(batch)
    claims = batch.claims
    late = claims["submission_date"].to_numpy() > limits["deadline_date"].to_numpy()
    late &= ~one_of(claims["claim_frequency_code"], ["7", "8"])
    if not late.any():
        return batch.claims_where(late, "claim_key")
    found = limits.reset_index()[late]
    days = (claims["submission_date"][late] - found["deadline_date"]).dt.days.astype("str")
    return found.assign(lateness=(days + " days").replace("1 days", "1 day"))
