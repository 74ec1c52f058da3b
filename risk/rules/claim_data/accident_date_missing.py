"""CLM013: an accident without its date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from risk.claims.columns import absent, one_of
from risk.claims.examples import claim
from risk.claims.said import says_what_an_837_says
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

_SAID: dict[str, Any] = {"payer_responsibility_code": "P", "assignment_code": "A"}


@rule(
    "CLM013",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="N305",
    cite="837P guide 005010X222A1, loop 2300 DTP*439: required where CLM11 names an automobile (AA) or other "
    "accident (OA)",
    message="The claim names {cause} as its cause ({accident_cause_code}), and the date of the accident is missing.",
    fix="Enter the date of the accident from the registration or the record. If there was none, take the cause off.",
    fix_kind="data",
    good=[
        claim(accident_cause_code="AA", accident_state="CO", accident_date=date(2026, 9, 2), **_SAID),
        claim(accident_cause_code="EM", payer_type="workers_comp", **_SAID),
        claim(accident_cause_code="OA"),
    ],
    bad=[
        claim(accident_cause_code="AA", accident_state="CO", **_SAID),
        claim(accident_cause_code="OA", onset_date=date(2026, 9, 2), **_SAID),
    ],
)
def accident_date_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Accident without its date.

    The payer cannot tell whether another insurer is liable and returns the claim. Usual cause: the box for an accident
    ticked at registration, and nobody asked when. Employment alone needs no date: an illness can come of work without
    an accident. Counts only on professional claims that say what every 837 says: a CSV may have no column for the date.
    """
    caused = one_of(batch.claims["accident_cause_code"], ["AA", "OA"]) & batch.professional
    if caused.any():
        caused &= absent(batch.claims["accident_date"]) & says_what_an_837_says(batch)
    found = batch.claims_where(caused, "accident_cause_code")
    if found.empty:
        return found
    return found.assign(cause=np.where(found["accident_cause_code"] == "AA", "an automobile accident", "an accident"))
