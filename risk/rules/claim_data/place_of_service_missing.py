"""CLM006: a professional service without its place, or with one that is no code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch, map_unique
from risk.rules._rule import Reason, Severity, rule
from risk.rules.claim_data._filled_in import lacking

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference


@rule(
    "CLM006",
    severity=Severity.REJECT,
    certain="837",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M77",
    cite="837P guide 005010X222A1, CLM05-1 and SV105; CMS place of service code set: two digits",
    message="Line {line_number} has no valid place of service.",
    fix="Enter the two-digit place where the patient was seen, as the record of the encounter says.",
    fix_kind="data",
    good=[
        claim(place_of_service_code="22"),
        claim(place_of_service_code=None, bill_type_code="131", claim_kind="institutional"),
    ],
    bad=[
        claim(place_of_service_code=None),
        claim(place_of_service_code="OFFICE"),
        claim(lines=[line("99213"), line("20610", place_of_service_code="1")]),
    ],
)
def place_of_service_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Professional service without a place of service, or with one that is not two digits.

    The place decides the fee schedule and the coverage edits, so the claim is returned. Usual cause: a location of the
    practice-management system without a code. A missing place counts only on claims that are complete otherwise, so
    that a file without the column can still be scored.
    """
    lines = batch.service_lines
    places = lines["place_of_service_code"]
    malformed = map_unique(places, lambda codes: ~codes.str.fullmatch(r"\d{2}"))
    professional = batch.of_claim("claim_kind", lines["claim_key"]) == "professional"
    missing = places.isna() & lines["claim_key"].isin(lacking(batch, "place")["claim_key"])
    return lines.loc[(malformed | missing) & professional, ["claim_key", "line_number"]]
