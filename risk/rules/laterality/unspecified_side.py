"""LAT001: a diagnosis that leaves the side open where codes for right and left exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim
from risk.claims.tables import ClaimBatch, map_unique
from risk.reference.icd10 import dotted
from risk.rules._rule import Reason, Severity, rule
from risk.rules.diagnosis._dated import conditions, dates_judged_on, listed_codes

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "LAT001",
    severity=Severity.REVIEW,
    reason=Reason.CODING,
    carc="16",
    rarc="M81",
    cite="ICD-10-CM guideline I.B.13 (laterality); Anthem policy on unspecified side, dates of service from 2023-08-01",
    message="Diagnosis {dx_position}: {code} leaves the side open; {siblings} name it.",
    fix="Report the side that the record states; if it states none, ask the clinician which side was treated.",
    fix_kind="documentation",
    good=[
        claim(dx=["M54.31"]),
        claim(dx=["M54.16", "M47.816", "M48.061", "M54.50", "M51.16"]),
        claim(dx=["M17.0"]),
        claim(dx=["M54.9", "R52"]),
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

    Payers deny a code that leaves the side open when a code with the side exists. Most spine codes have no side and
    are no concern here; sciatica and lumbago with sciatica have. Usual cause: the side stands in the note and was not
    coded.
    """
    icd10 = reference.icd10
    listed = conditions(batch.diagnoses)
    found = listed[icd10.has_side(listed["dx_code"], "unspecified")].drop_duplicates(["claim_key", "dx_code"])
    dates = dates_judged_on(batch, found["claim_key"])
    found = found[icd10.has_status(found["dx_code"], dates, "valid", "undated")]
    siblings = map_unique(found["dx_code"], lambda codes: [listed_codes(icd10.sided_siblings(code)) for code in codes])
    return found.assign(code=dotted(found["dx_code"]), siblings=siblings)
