"""CLM005: units of zero or less, or a negative charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.examples import claim, line
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "CLM005",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M53",
    cite="837 guides 005010X222A1 and 005010X223A2, SV1 and SV2: positive units; a charge may be zero",
    message="Line {line_number}: {what}.",
    fix="Correct the units or the charge. To take back a paid service, replace or void the claim (frequency 7 or 8).",
    fix_kind="data",
    good=[claim(lines=[line("99213", charge="0.00"), line("J1010", quantity=0.5)])],
    bad=[
        claim(lines=[line("99213", quantity=0.0)]),
        claim(lines=[line("99213", quantity=-1.0)]),
        claim(lines=[line("99213", charge="-20.00")]),
    ],
)
def quantity_or_charge_not_positive(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Units of zero or less, or a negative charge.

    Nothing can be paid for such a line. Usual cause: a reversal in the billing system that was exported as a line.
    """
    lines = batch.service_lines
    few = lines["quantity"].to_numpy() <= 0
    negative = lines["line_charge_cents"].to_numpy(dtype="float64", na_value=np.nan) < 0
    found = batch.lines_where(few | negative, "line_number")
    if found.empty:
        return found
    what = np.where(few, "the units are zero or negative", "the charge is negative")
    what = np.where(few & negative, "units and charge are not positive", what)
    return found.assign(what=what[few | negative])
