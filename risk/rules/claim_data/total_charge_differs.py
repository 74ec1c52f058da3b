"""CLM002: a total charge that is not the sum of the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

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
    lines = batch.service_lines
    keys = lines["claim_key"]
    sums = lines["line_charge_cents"].groupby(keys).sum().reindex(batch.claims["claim_key"])
    uncharged = keys[lines["line_charge_cents"].isna()]
    totals = batch.claims["total_charge_cents"]
    differs = (totals.array != sums.array).fillna(False) & ~batch.claims["claim_key"].isin(uncharged).array
    found = batch.claims.loc[differs, ["claim_key"]]
    return found.assign(total=_dollars(totals[differs]), lines=_dollars(sums.reset_index(drop=True)[differs]))


def _dollars(cents: pd.Series) -> pd.Series:
    shown = [f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02}" for amount in cents]
    return pd.Series(shown, index=cents.index, dtype="str")
