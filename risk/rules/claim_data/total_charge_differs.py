"""CLM002: a total charge that is not the sum of the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.examples import claim, line
from risk.rules._repair import total_the_lines
from risk.rules._rule import Reason, Severity, rule

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference


@rule(
    "CLM002",
    severity=Severity.REJECT,
    certain="always",
    reason=Reason.CLAIM_DATA,
    carc="16",
    rarc="M54",
    cite="837 guides 005010X222A1 and 005010X223A2, CLM02: the total is the sum of all line charges of the claim",
    message="The total charge is ${total}, but the lines add up to ${lines}.",
    fix="Set the total charge to the sum of the lines, after checking that no line is missing.",
    fix_kind="data",
    repair=total_the_lines,
    good=[claim(lines=[line("99213", charge="120.10"), line("20610", charge="79.90")], total_charge_cents=20000)],
    bad=[
        claim(lines=[line("99213", charge="120.10")], total_charge_cents=12000),
        claim(lines=[line("99213"), line("20610")], total_charge_cents=20000),
    ],
)
def total_charge_differs(batch: ClaimBatch, _reference: Reference) -> pd.DataFrame:
    """Total charge that is not the sum of the lines.

    A claim that does not balance is returned by the front end of any payer. Usual cause: a line was added, dropped or
    repriced after the total had been set. Claims with a line that has no charge are left to the rule on missing values.
    """
    lines, claims = batch.service_lines, batch.claims
    keys = lines["claim_key"].to_numpy()
    charges = lines["line_charge_cents"].to_numpy(dtype="float64", na_value=np.nan)
    totals = claims["total_charge_cents"].to_numpy(dtype="float64", na_value=np.nan)
    sums = np.bincount(keys, weights=charges, minlength=len(batch))  # none where a line has no charge
    billed = np.bincount(keys, minlength=len(batch)) > 0
    differs = billed & (totals != sums) & ~np.isnan(totals) & ~np.isnan(sums)
    found = batch.claims_where(differs, "claim_key")
    return found.assign(total=_dollars(totals[differs]), lines=_dollars(sums[differs])) if len(found) else found


def _dollars(cents: NDArray[np.float64]) -> list[str]:
    return [f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02}" for amount in map(int, cents)]
