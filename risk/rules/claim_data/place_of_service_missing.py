"""CLM006: a professional service without its place, or with one that is no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from risk.claims.columns import absent, holds
from risk.claims.examples import claim, line
from risk.claims.tables import ClaimBatch
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
    places = batch.service_lines["place_of_service_code"]
    offending = ~holds(places, re.compile(r"[0-9]{2}").fullmatch)
    if offending.any():
        keys = batch.service_lines["claim_key"].to_numpy()
        without = np.isin(keys, lacking(batch, "place")["claim_key"])
        offending &= (~absent(places) | without) & batch.professional[keys]
    return batch.lines_where(offending, "line_number")
