"""AUTH003: a practitioner's claim whose payment depends on the authorisation that the facility's claim carries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule
from risk.rules.authorization._unauthorized import unauthorized_lines

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "AUTH003",
    severity=Severity.REVIEW,
    reason=Reason.AUTHORIZATION,
    carc="197",
    rarc="M62",
    cite="Medicare hospital outpatient prior authorization (63650 since 2021-07-01, facet procedures since "
    "2023-07-01): the tracking number stands on bill type 13X only; related claims are not paid if the "
    "hospital's is not (NGS, First Coast)",
    message="Line {line_number}: the hospital needs prior authorisation for {procedure_code} ({program}). If it "
    "has none, this claim may be denied together with the hospital's.",
    fix="Ask the hospital whether the payer affirmed the request before the service. The number belongs on "
    "the hospital's claim; this one needs none.",
    fix_kind="data",
    good=[
        claim(payer_type="medicare", place_of_service_code="11", dx=["M47.816"], lines=[line("64493")]),
        claim(payer_type="medicare", place_of_service_code="24", lines=[line("63650")]),
        claim(
            payer_type="medicare",
            claim_kind="institutional",
            bill_type_code="131",
            dx=["M47.816"],
            lines=[line("64493")],
        ),
        claim(payer_type="medicare_advantage", place_of_service_code="22", dx=["M47.816"], lines=[line("64493")]),
        claim(
            payer_type="medicare",
            place_of_service_code="22",
            dx=["M47.816"],
            lines=[line("64635", date_of_service="2023-06-30")],
            submission_date=date(2023, 7, 20),
        ),
        claim(
            payer_type="medicare",
            place_of_service_code="22",
            dx=["M47.816"],
            lines=[line("64493")],
            prior_auth_number="UTN0000001",
        ),
    ],
    bad=[
        claim(payer_type="medicare", place_of_service_code="22", dx=["M47.816"], lines=[line("64493")]),
        claim(
            payer_type="medicare",
            place_of_service_code="19",
            lines=[line("63650", date_of_service="2021-07-01")],
            submission_date=date(2021, 7, 20),
        ),
    ],
)
def facility_authorization_unseen(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Practitioner's service in a hospital that needs the hospital's authorisation.

    Medicare's outpatient program binds the hospital: its claim carries the tracking number and the practitioner's does
    not. Yet what is billed with the service is not paid when the hospital's claim is not, so a practitioner does well
    to ask. A claim with a number on it shows that somebody did. Usual cause: the office took it that the hospital had
    asked, and the hospital that the office had.
    """
    return unauthorized_lines(batch, reference, "required", "likely", number_on="facility_claim")
