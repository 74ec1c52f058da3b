"""CLM014: a line of an institutional claim without its revenue code, or with one that is no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from risk.claims.columns import absent, holds
from risk.claims.examples import claim, line
from risk.claims.said import says_what_an_837_says
from risk.claims.tables import ClaimBatch
from risk.reference.forms import REVENUE_FORM
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    import pandas as pd

    from risk.reference import Reference

_BILL: dict[str, Any] = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
_EPIDURAL = line("62323", revenue_center_code="0360")


@rule(
    "CLM014",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M50",
    cite="837I guide 005010X223A2, SV201: required on each line; NUBC revenue codes: four digits",
    message="Line {line_number} {defect}.",
    fix="Enter the four-digit revenue code of the department that gave the service, from the charge master.",
    fix_kind="data",
    good=[
        claim(lines=[_EPIDURAL, line(None, revenue_center_code="0250")], **_BILL),
        claim(lines=[line("62323")], **_BILL),
        claim(lines=[line("99213")]),
    ],
    bad=[
        claim(lines=[_EPIDURAL, line("99213", modifiers=["25"])], **_BILL),
        claim(lines=[line("62323")], payer_responsibility_code="P", assignment_code="A", **_BILL),
        claim(lines=[line("62323", revenue_center_code="36")], **_BILL),
        claim(lines=[line("62323", revenue_center_code="03X0")], **_BILL),
    ],
)
def revenue_code_missing(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Institutional line without a revenue code, or with one that is not four digits.

    The revenue code says which department the charge is of, and no institutional claim is priced without it. Usual
    cause: a charge built for the practitioner's claim, or a zero in front that was dropped. A missing code counts only
    where another line of the claim has one, or the claim says what every 837 says, so that a CSV without the column
    can be scored.
    """
    lines = batch.service_lines
    codes, keys = lines["revenue_center_code"], lines["claim_key"].to_numpy()
    offending = ~holds(codes, re.compile(REVENUE_FORM).fullmatch) & batch.institutional[keys]
    if not offending.any():
        return batch.lines_where(offending, "line_number")
    told = ~absent(codes)
    of_others = np.bincount(keys[told], minlength=len(batch)) > 0
    expected = of_others | says_what_an_837_says(batch)
    offending &= told | expected[keys]
    return batch.lines_where(offending, "line_number").assign(
        defect=np.where(told[offending], "has a revenue code that is not four digits", "has no revenue code")
    )
