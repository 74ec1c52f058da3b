"""LAT001: a diagnosis that leaves the side open where codes for right and left exist."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from risk.claims.columns import map_unique
from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions_where, dates_judged_on, listed_codes

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "LAT001",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="16",
    rarc="M81",
    cite="ICD-10-CM guideline I.B.13 (laterality), for every payer; Anthem denies an unspecified side on "
    "commercial and Medicare Advantage claims for dates of service from 2023-08-01",
    message="Diagnosis {dx_position}: {code} does not say which side; {siblings} do.",
    fix="Report the side that the record states; if it states none, ask the clinician which side was treated.",
    fix_kind="documentation",
    since=date(2023, 8, 1),
    good=[
        claim(dx=["M54.31"]),
        claim(dx=["M51.16", "M47.816", "M48.061", "M54.50"]),
        claim(dx=["M17.0"]),
        claim(dx=["M54.9"]),
        claim(dx=["R52"]),
        claim(dx=["M54.30"], lines=[line("99213", date_of_service="2023-07-31")]),
    ],
    bad=[
        claim(dx=["M54.30"]),
        claim(dx=["M54.16", "M54.40"]),
        claim(dx=["M25.569"]),
        claim(dx=["M79.609"]),
        claim(dx=["S83.209A"]),
    ],
)
def unspecified_side(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Unspecified side although the condition has codes for right and left.

    The guideline lets the side open only where the record does not state it. One large payer is known to deny such a
    code where a code with the side exists, and others question it; the rule holds from the first date on which a
    payer is known to. Most spine codes have no side and are no concern here; sciatica and lumbago with sciatica have.
    Usual cause: the side stands in the note and was not coded.
    """
    icd10 = reference.icd10
    found = conditions_where(batch, icd10.has_side(batch.diagnoses["dx_code"], "unspecified").to_numpy())
    if found.empty:
        return found
    found = found.drop_duplicates(["claim_key", "dx_code"])
    dates = dates_judged_on(batch, found["claim_key"])
    found = found[icd10.has_status(found["dx_code"], dates, "valid", "undated")]
    siblings = map_unique(found["dx_code"], lambda codes: [listed_codes(icd10.sided_siblings(code)) for code in codes])
    return found.assign(code=dotted(found["dx_code"]), siblings=siblings)
